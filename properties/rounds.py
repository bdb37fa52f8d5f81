"""Guarantees of the hardened chain of edge devices across views: what `Consensus` and `Progress` are shown to do.

A round of confirmations that is stuck is given up for another view, with what it may have made final carried along:
the rules are those of bc-ami's hardened chain, and so are the properties, under the ids of Zhai et al. The blocks are
the candidate records of one slot. IS-A1 to IS-A6 are what is assumed.
"""

from dataclasses import replace

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang.declare import PropertyDecl, ids
from properties.consensus import (
    THREE_VIEWS,
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


def called(claim: PropertyDecl, id: str, cites: str) -> PropertyDecl:
    """The same property under an id of this paper, citing what it says here."""
    return replace(claim, id=id, cites=ids(f"{id} {cites}"))


SAFETY = "IS-A1 IS-A2 IS-A3 IS-A4"
agreement_on_records = called(agreement_across_views, "ZK-P1", f"ZK-R20 ZK-R21 ZK-R26 ZK-C1 ZK-C2 {SAFETY}")
progress_on_records = called(progress, "ZK-P18", "ZK-R20 ZK-R26 ZK-R27 ZK-C1 IS-A5 IS-A6")
record_certificates_are_final = called(certificates_are_final, "ZK-V5", f"ZK-C1 ZK-C2 ZK-C9 {SAFETY}")
records_are_valid = called(validity_across_views, "ZK-V6", "ZK-C27 IS-A1 IS-A2 IS-A4")
some_record_can_be_proposed = called(something_can_be_proposed, "ZK-V7", "ZK-P18 ZK-C1 IS-A4")
no_device_waits_in_vain = called(nobody_waits_in_vain, "ZK-V8", "ZK-P18 ZK-C1 IS-A5 IS-A6")
agreement_on_records_beyond_the_bound = called(agreement_beyond_the_bound_across_views, "ZK-V9", "ZK-P1 ZK-C2")

ONE_VIEW = explore(eager=True, Replica=4, View=1, Block=2, faulty=1)
HIGHEST = changing("carried", "any", by=thorough(THREE_VIEWS))
"""What takes three views to matter."""

CASES = (
    Case(agreement_on_records, {
        "hardened": holds(
            "proved", induction(), ONE_VIEW, thorough(TWO_VIEWS), thorough(THREE_VIEWS),
            controls=WITHIN_TWO_VIEWS + HIGHEST,
            note="one round of votes is ZK-V1",
        ),
    }),
    Case(progress_on_records, {
        "hardened": holds(
            "exhausted", MET_IN_ONE_VIEW, FIVE_MET, SEVEN_MET, thorough(MET),
            controls=STUCK + removing("view_change", by=MET_IN_ONE_VIEW),
            note="a view that lasts decides; that such views recur is assumed (IS-A5)",
        ),
    }),
    Case(record_certificates_are_final, {
        "hardened": holds(
            "proved", induction(), ONE_VIEW, thorough(TWO_VIEWS), controls=WITHIN_TWO_VIEWS + HIGHEST
        ),
    }),
    Case(records_are_valid, {
        "hardened": holds("proved", induction(), ONE_VIEW, controls=removing("counted", "quorum", by=ONE_VIEW)),
    }),
    Case(some_record_can_be_proposed, {
        "hardened": holds(
            "proved", thorough(induction()), thorough(TWO_VIEWS), controls=changing("quorum", "2*f+2", by=TWO_VIEWS),
        ),
    }),
    Case(no_device_waits_in_vain, {
        "hardened": holds("proved", thorough(induction()), thorough(MET), controls=STUCK),
    }),
    Case(agreement_on_records_beyond_the_bound, {
        "hardened": violated(TWO_OF_FOUR_FAULTY, note="t* = 2q-n-1 is 1 at n = 4; one more breaks it"),
    }),
)  # fmt: skip
"""One case a property; of the hardened variant only, as the text knows no views."""
