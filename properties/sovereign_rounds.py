"""Guarantees of a hardened chain of Wang et al. across views: what `Consensus` and `Progress` are shown to do.

A round of votes that is stuck is given up for another view, with what it may have made final carried along: the rules
are those of bc-ami's hardened chain, and so are the properties, under the ids of Wang et al. The replicas are the nodes
of one chain, or of all where they sign checkpoints. IS-A1 to IS-A6 are what is assumed.
"""

from meterproof.claims import Case, changing, holds, induction, removing, thorough, violated
from properties.consensus import (
    TWO_OF_FOUR_FAULTY,
    TWO_VIEWS,
    WITHIN_TWO_VIEWS,
    agreement_across_views,
    agreement_beyond_the_bound_across_views,
    certificates_are_final,
    validity_across_views,
)
from properties.progress import (
    FIVE_MET,
    MET,
    MET_IN_ONE_VIEW,
    SEVEN_MET,
    STUCK,
    nobody_waits_in_vain,
    progress,
    something_can_be_proposed,
)
from properties.rounds import HIGHEST, ONE_VIEW, SAFETY, called

agreement_in_a_chain = called(agreement_across_views, "WA-P1", f"WA-R5 WA-R9 WA-C1 {SAFETY}")
progress_of_a_chain = called(progress, "WA-V3", "WA-R5 WA-R9 WA-C1 WA-C5 IS-A5 IS-A6")
chain_certificates_are_final = called(certificates_are_final, "WA-V4", f"WA-R16 WA-C1 WA-C15 {SAFETY}")
stored_blocks_are_valid = called(validity_across_views, "WA-V5", "WA-R9 WA-C1 IS-A1 IS-A2 IS-A4")
some_block_can_be_proposed = called(something_can_be_proposed, "WA-V60", "WA-V3 WA-C1 IS-A4")
no_node_waits_in_vain = called(nobody_waits_in_vain, "WA-V61", "WA-V3 WA-C1 IS-A5 IS-A6")
agreement_in_a_chain_beyond_the_bound = called(agreement_beyond_the_bound_across_views, "WA-V62", "WA-P1 WA-C1")

CASES = (
    Case(agreement_in_a_chain, {
        "hardened": holds(
            "proved", induction(), ONE_VIEW, thorough(TWO_VIEWS), controls=WITHIN_TWO_VIEWS + HIGHEST,
            note="one round of votes is WA-V1",
        ),
    }),
    Case(progress_of_a_chain, {
        "hardened": holds(
            "exhausted", MET_IN_ONE_VIEW, FIVE_MET, SEVEN_MET, thorough(MET),
            controls=STUCK + removing("view_change", by=MET_IN_ONE_VIEW),
            note="a view that lasts decides; that such views recur is assumed (IS-A5)",
        ),
    }),
    Case(chain_certificates_are_final, {
        "hardened": holds(
            "proved", induction(), ONE_VIEW, thorough(TWO_VIEWS), controls=WITHIN_TWO_VIEWS + HIGHEST
        ),
    }),
    Case(stored_blocks_are_valid, {
        "hardened": holds("proved", induction(), ONE_VIEW, controls=removing("counted", "quorum", by=ONE_VIEW)),
    }),
    Case(some_block_can_be_proposed, {
        "hardened": holds(
            "proved", thorough(induction()), thorough(TWO_VIEWS), controls=changing("quorum", "2*f+2", by=TWO_VIEWS),
        ),
    }),
    Case(no_node_waits_in_vain, {
        "hardened": holds("proved", thorough(induction()), thorough(MET), controls=STUCK),
    }),
    Case(agreement_in_a_chain_beyond_the_bound, {
        "hardened": violated(TWO_OF_FOUR_FAULTY, note="t* = 2q-n-1 is 1 at n = 4; one more breaks it"),
    }),
)  # fmt: skip
"""One case a property; of the hardened variant only, as the text knows no views."""
