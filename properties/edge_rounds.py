"""Guarantees of the hardened chain of edge devices across views, under the ids of Zhai et al.

The replicas are the devices, the blocks the candidate records of one slot.
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
    agreement_across_views: "ZK-P1 ZK-R20 ZK-R21 ZK-R26 ZK-C1 ZK-C2",
    progress: "ZK-P18 ZK-R20 ZK-R26 ZK-R27 ZK-C1",
    certificates_are_final: "ZK-V5 ZK-C1 ZK-C2 ZK-C9",
    validity_across_views: "ZK-V6 ZK-C27",
    something_can_be_proposed: "ZK-V7 ZK-P18 ZK-C1",
    nobody_waits_in_vain: "ZK-V8 ZK-P18 ZK-C1",
    agreement_beyond_the_bound_across_views: "ZK-V9 ZK-P1 ZK-C2",
})  # fmt: skip
"""Of the hardened variant only, as the text knows no views."""
