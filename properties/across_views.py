"""What is claimed of every hardened chain across views: what `Consensus` and `Progress` are shown to do.

A round of votes that is stuck is given up for another view, with what it may have made final carried along. The rules
are those of bc-ami's hardened chain, and so are the properties; each paper has them under ids of its own, and says what
its blocks and replicas are. IS-A1 to IS-A6 are what is assumed.
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

ONE_VIEW = explore(eager=True, Replica=4, View=1, Block=2, faulty=1)
HIGHEST = changing("carried", "any", by=thorough(THREE_VIEWS))
"""What takes three views to matter."""
STANCES = {
    agreement_across_views: holds(
        "proved", induction(), ONE_VIEW, thorough(TWO_VIEWS), thorough(THREE_VIEWS),
        controls=WITHIN_TWO_VIEWS + HIGHEST,
        note="across views; what one round of votes is worth is claimed by itself",
    ),
    progress: holds(
        "exhausted", MET_IN_ONE_VIEW, FIVE_MET, SEVEN_MET, thorough(MET),
        controls=STUCK + removing("view_change", by=MET_IN_ONE_VIEW),
        note="a view that lasts decides; that such views recur is assumed (IS-A5)",
    ),
    certificates_are_final: holds(
        "proved", induction(), ONE_VIEW, thorough(TWO_VIEWS), controls=WITHIN_TWO_VIEWS + HIGHEST
    ),
    validity_across_views: holds(
        "proved", induction(), ONE_VIEW, controls=removing("counted", "quorum", by=ONE_VIEW)
    ),
    something_can_be_proposed: holds(
        "proved", thorough(induction()), thorough(TWO_VIEWS), controls=changing("quorum", "2*f+2", by=TWO_VIEWS)
    ),
    nobody_waits_in_vain: holds("proved", thorough(induction()), thorough(MET), controls=STUCK),
    agreement_beyond_the_bound_across_views: violated(
        TWO_OF_FOUR_FAULTY, note="t* = 2q-n-1 is 1 at n = 4; one more breaks it"
    ),
}  # fmt: skip
ASSUMED = {
    agreement_across_views: "IS-A1 IS-A2 IS-A3 IS-A4",
    progress: "IS-A5 IS-A6",
    certificates_are_final: "IS-A1 IS-A2 IS-A3 IS-A4",
    validity_across_views: "IS-A1 IS-A2 IS-A4",
    something_can_be_proposed: "IS-A4",
    nobody_waits_in_vain: "IS-A5 IS-A6",
    agreement_beyond_the_bound_across_views: "",
}


def across_views(paper: dict[PropertyDecl, str]) -> tuple[Case, ...]:
    """The cases of a hardened chain; `paper` has for each property its id in the paper, and what it cites there."""
    return tuple(Case(called(claim, cites), {"hardened": STANCES[claim]}) for claim, cites in paper.items())


def called(claim: PropertyDecl, cites: str) -> PropertyDecl:
    """The same property under the first of these ids, citing them all and what is assumed."""
    return replace(claim, id=cites.split()[0], cites=ids(f"{cites} {ASSUMED[claim]}"))
