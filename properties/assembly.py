"""Guarantees of the machines `Assembly` and `Attachment`: which block is accepted, and what is stored of it.

With f silent nodes one round of votes can be stuck, so that the hardened chain goes on view by view, as the machines
`Consensus` and `Progress`: the hardened rows of WA-P1 are those of `properties.sovereign_rounds`. What is shown here of
the hardened rules is of one of its rounds, for any number of nodes (WA-V1).
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import forall, implies, invariant, lemma
from model.assembly import Assembly, Attachment, enough
from model.vocabulary import BYZ, CENTER, ORIG, Block, Replica
from properties.ordering import agreed, correct_replicas_vote_once, somebody_decided

votes_once = correct_replicas_vote_once.under(Assembly)


@lemma(of=Assembly)
def stored_blocks_are_accepted(s):
    """What a correct node stores, enough nodes have accepted."""
    return forall(Replica, Block, lambda r, b: implies(~s.faulty[r] & s.decided[r, b], enough(s, b)))


# ---- agreement


@invariant(of=Assembly, id="WA-P1", cites="WA-P1 WA-R5 WA-R9 WA-C1", against=BYZ, witness=somebody_decided)
def agreement(s):
    """agreement: no two correct nodes of a chain store different blocks at one place"""
    return agreed(s)


@invariant(
    of=Assembly, id="WA-V1", cites="WA-V1 WA-P1 WA-R9 WA-C1", against=BYZ, witness=somebody_decided,
    lemmas=(votes_once, stored_blocks_are_accepted),
)  # fmt: skip
def agreement_in_one_round(s):
    """agreement in one round: no two correct nodes of a chain store different blocks on votes of one round"""
    return agreed(s)


# ---- what is stored


def stored_where_the_origin_is_dishonest(s):
    """The origin is dishonest, and a correct node has stored a block all the same."""
    return s.faulty[s.origin] & somebody_decided(s)


def everything_was_proposed(s):
    """The dishonest origin has sent around every block that it can make, and a correct node has stored one."""
    return forall(Block, lambda b: s.proposed[b]) & stored_where_the_origin_is_dishonest(s)


complete_blocks_voted_once = correct_replicas_vote_once.under(Attachment)
complete_blocks_accepted = stored_blocks_are_accepted.under(Attachment)


@lemma(of=Attachment)
def accepted_scripts_are_lawful(s):
    """A correct node accepts only blocks whose script it has checked."""
    return forall(Replica, Block, lambda r, b: implies(~s.faulty[r] & s.vote[r, b], s.lawful[b]))


@invariant(
    of=Attachment, id="WA-P2", cites="WA-P2 WA-R10 WA-C1 WA-C2", against=(BYZ, ORIG), witness=everything_was_proposed,
    lemmas=(complete_blocks_voted_once, complete_blocks_accepted),
)  # fmt: skip
def stored_is_accepted(s):
    """stored is accepted: enough nodes have accepted what a correct one stores, and no other block in its place"""
    accepted = forall(Replica, Block, lambda r, b: implies(~s.faulty[r] & s.decided[r, b], enough(s, b)))
    return accepted & agreed(s)


@invariant(
    of=Attachment, id="WA-V2", cites="WA-V2 WA-R10 WA-R13 WA-C2 WA-C12", against=(BYZ, ORIG, CENTER),
    witness=stored_where_the_origin_is_dishonest, lemmas=(accepted_scripts_are_lawful, complete_blocks_accepted),
)  # fmt: skip
def stored_scripts_are_lawful(s):
    """scripts are lawful: the script of a stored block is what the contract in force makes of its record"""
    return forall(Replica, Block, lambda r, b: implies(~s.faulty[r] & s.decided[r, b], s.lawful[b]))


# ---- how it is tried

THREE_CORRECT = explore(Replica=3, Block=2, faulty=0)
FOUR = explore(Replica=4, Block=2, faulty=1)
FIVE = explore(Replica=5, Block=2, faulty=1)
SEVEN = explore(eager=True, symmetry=["all"], Replica=7, Block=2, faulty=2)
EIGHT = explore(eager=True, symmetry=["all"], Replica=8, Block=2, faulty=2)
TEN = explore(eager=True, symmetry=["all"], Replica=10, Block=2, faulty=3)
"""Three of ten nodes: the origin and five of the nine others accept one block, and as many the other."""
MOST_OTHERS = "floor((n-1)/2)+2"
"""A majority of the others, and the origin."""
MAJORITIES = (
    *changing("quorum", MOST_OTHERS, by=EIGHT),
    *changing("quorum", MOST_OTHERS, by=thorough(TEN)),
    *changing("quorum", "2*f+1", by=FIVE),
)
CORRECT_ORIGIN = explore(Replica=4, Block=2, faulty=0)

CASES = (
    Case(agreement, {
        "published literal": violated(THREE_CORRECT, FOUR, note="no fault is needed: a node may accept two blocks"),
        "published charitable": violated(FOUR, note="the origin is believed, whoever has accepted its block"),
        "published shown": violated(
            EIGHT, thorough(TEN),
            note="2 of 8, and 3 of 10, accept both; t* = 2q-n-1 is 1 for even n, 2 for odd: enough up to 7, and at 9",
        ),
    }),
    Case(agreement_in_one_round, {
        "hardened": holds(
            "proved", induction(), FOUR, FIVE, thorough(SEVEN),
            controls=removing("vote_once", "quorum", "acceptance_evidence", by=FOUR) + MAJORITIES,
        ),
    }),
    Case(stored_is_accepted, {
        "published literal": violated(FOUR),
        "published charitable": violated(FOUR),
        "published shown": violated(
            FOUR, note="the votes that are shown are for the temporary block; the timestamp is the origin's"
        ),
        "hardened": holds(
            "proved", induction(), FOUR,
            controls=removing("attached", "vote_once", "quorum", "acceptance_evidence", by=FOUR),
        ),
    }),
    Case(stored_scripts_are_lawful, {
        "published literal": violated(FOUR, CORRECT_ORIGIN, note="the origin's doing, or the centre's"),
        "published charitable": holds(
            "exhausted", FOUR, thorough(SEVEN), controls=removing("script_source", by=FOUR),
            note="every node works the script out again",
        ),
        "published shown": holds("exhausted", FOUR, controls=removing("script_source", by=FOUR)),
        "hardened": holds("proved", induction(), FOUR, controls=removing("script_source", "quorum", by=FOUR)),
    }),
)  # fmt: skip
"""One case a property. The hardened row of WA-P1 is that of `properties.sovereign_rounds`."""
