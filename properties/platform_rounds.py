"""Guarantees of the hardened platform's chain across views, under ids of Zhao et al., who describe no consensus."""

from properties.across_views import across_views
from properties.consensus import (
    agreement_across_views,
    agreement_beyond_the_bound_across_views,
    certificates_are_final,
    validity_across_views,
)
from properties.progress import nobody_waits_in_vain, progress, something_can_be_proposed

CASES = across_views({
    agreement_across_views: "ZD-V70 ZD-R1 ZD-C18",
    progress: "ZD-V71 ZD-R1 ZD-C18",
    certificates_are_final: "ZD-V72 ZD-R1 ZD-C18",
    validity_across_views: "ZD-V73 ZD-R1 ZD-C18",
    something_can_be_proposed: "ZD-V74 ZD-V71 ZD-C18",
    nobody_waits_in_vain: "ZD-V75 ZD-V71 ZD-C18",
    agreement_beyond_the_bound_across_views: "ZD-V76 ZD-V70 ZD-C18",
})  # fmt: skip
"""Of the hardened variant only, as the text has no nodes that vote."""
