"""Guarantees of a hardened chain across views, under the ids of Wang et al.

The replicas are the nodes of one chain, or of all where they sign checkpoints.
"""

from properties.across_views import across_views
from properties.consensus import (
    agreement_across_views,
    agreement_beyond_the_bound_across_views,
    certificates_are_final,
    validity_across_views,
)
from properties.progress import nobody_waits_in_vain, progress, something_can_be_proposed

CASES = across_views({
    agreement_across_views: "WA-P1 WA-R5 WA-R9 WA-C1",
    progress: "WA-V3 WA-R5 WA-R9 WA-C1 WA-C5",
    certificates_are_final: "WA-V4 WA-R16 WA-C1 WA-C15",
    validity_across_views: "WA-V5 WA-R9 WA-C1",
    something_can_be_proposed: "WA-V60 WA-V3 WA-C1",
    nobody_waits_in_vain: "WA-V61 WA-V3 WA-C1",
    agreement_beyond_the_bound_across_views: "WA-V62 WA-P1 WA-C1",
})  # fmt: skip
"""Of the hardened variant only, as the text knows no views."""
