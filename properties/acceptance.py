"""Guarantees of the machines `Acceptance` and `Burial`: one slot, one round of confirmations, any number of devices.

With f silent devices a single round can be stuck: confirmations that are given once may be divided among the records
that compete. The hardened variant therefore goes on view by view, as the machines `Consensus` and `Progress`, of which
ZK-P1 and ZK-P18 speak there. What is shown here of the hardened rules (ZK-V1 to ZK-V4) is of one of its rounds.
"""

from meterproof.claims import Case, bmc, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma, quiescent
from model.acceptance import Acceptance
from model.burial import Burial
from model.ordering import enough
from model.vocabulary import BYZ, HASH, Block, Replica
from properties.ordering import agreed, correct_replicas_vote_once, everybody_decided, somebody_decided


def nobody_is_faulty(s):
    """All devices are correct."""
    return forall(Replica, lambda r: ~s.faulty[r])


def some_have_enough(s):
    """A record has enough confirmations."""
    return exists(Block, lambda b: enough(s, b))


votes_once = correct_replicas_vote_once.under(Acceptance)


@lemma(of=Acceptance)
def decisions_are_confirmed(s):
    """What a correct device takes as final has enough confirmations."""
    return forall(Replica, Block, lambda r, b: implies(~s.faulty[r] & s.decided[r, b], enough(s, b)))


# ---- agreement


@invariant(
    of=Acceptance, id="ZK-P1", cites="ZK-P1 ZK-R20 ZK-R21 ZK-R26 ZK-C1 ZK-C2", against=BYZ, witness=somebody_decided
)
def agreement(s):
    """agreement: no two correct devices hold different final records for one version of one meter's key"""
    return agreed(s)


@invariant(
    of=Acceptance, id="ZK-V1", cites="ZK-V1 ZK-P1 ZK-C1 ZK-C2", against=BYZ, witness=somebody_decided,
    lemmas=(votes_once, decisions_are_confirmed),
)  # fmt: skip
def agreement_in_one_round(s):
    """agreement in one round: no two correct devices hold different final records on confirmations of one round"""
    return agreed(s)


@invariant(
    of=Acceptance, id="ZK-V2", cites="ZK-V2 ZK-C2 ZK-C9", against=BYZ, witness=some_have_enough, lemmas=(votes_once,)
)  # fmt: skip
def one_record_is_confirmed(s):
    """one certificate: no two records of a slot have enough confirmations, whoever holds them"""
    return forall(Block, Block, lambda a, b: implies(enough(s, a) & enough(s, b), a == b))


@invariant(of=Acceptance, id="ZK-V3", cites="ZK-V3 ZK-P1 ZK-C2", against=BYZ, witness=somebody_decided)
def agreement_beyond_the_bound(s):
    """agreement with one corruption more than the confirmations tolerate (fails by design: the bound is tight)"""
    return agreed(s)


@invariant(
    of=Acceptance, id="ZK-P2", cites="ZK-P2 ZK-R10 ZK-R29 ZK-C3",
    witness=lambda s: nobody_is_faulty(s) & somebody_decided(s), lemmas=(votes_once, decisions_are_confirmed),
)  # fmt: skip
def no_fork_without_faults(s):
    """no fork without faults: correct devices alone never hold different final records, whatever they hear or not"""
    return implies(nobody_is_faulty(s), agreed(s))


# ---- progress


def a_correct_device_is_asked(s):
    """Some record's request has reached a correct device."""
    return exists(Block, lambda b: ~s.faulty[s.proposer[b]])


def nothing_competes(s):
    """One record is proposed, by a correct device, and no other."""
    alone = forall(Block, Block, lambda a, b: implies(s.proposed[a] & s.proposed[b], a == b))
    return alone & exists(Block, lambda b: s.proposed[b] & ~s.faulty[s.proposer[b]])


@quiescent(
    of=Acceptance, id="ZK-P18", cites="ZK-P18 ZK-R20 ZK-R26 ZK-R27 ZK-C1", against=BYZ, witness=everybody_decided
)
def liveness(s):
    """liveness: with f silent devices and the network settled, every correct device holds some record as final"""
    return implies(a_correct_device_is_asked(s), everybody_decided(s))


@quiescent(
    of=Acceptance, id="ZK-V4", cites="ZK-V4 ZK-P18 ZK-R20 ZK-R26 ZK-R27 ZK-C1", against=BYZ,
    witness=lambda s: nothing_competes(s) & everybody_decided(s),
)  # fmt: skip
def liveness_without_competition(s):
    """liveness of a record that nothing competes with: with f silent devices every correct one holds it as final"""
    return implies(nothing_competes(s), everybody_decided(s))


# ---- depth


def somebody_relies(s):
    """A correct device relies on a record."""
    return exists(Replica, Block, lambda r, b: ~s.faulty[r] & s.relied[r, b])


@lemma(of=Burial)
def what_is_relied_on_is_final(s):
    """A correct device relies on final records only."""
    return forall(Replica, Block, lambda r, b: implies(~s.faulty[r] & s.relied[r, b], s.decided[r, b]))


@invariant(
    of=Burial, id="ZK-P19", cites="ZK-P19 ZK-R29 ZK-C3 ZK-C4", against=[BYZ, HASH], witness=somebody_relies,
    lemmas=(what_is_relied_on_is_final, votes_once.under(Burial), decisions_are_confirmed.under(Burial)),
)  # fmt: skip
def no_deep_record_is_rewritten(s):
    """no deep record is rewritten: correct devices never rely on different records, one device at no two times"""
    return forall(
        Replica, Replica, Block, Block,
        lambda q, r, a, b: implies(~s.faulty[q] & ~s.faulty[r] & s.relied[q, a] & s.relied[r, b], a == b),
    )  # fmt: skip


# ---- how it is tried

THREE = explore(Replica=3, Block=2, f=1, faulty=1)
FOUR = explore(Replica=4, Block=2, faulty=1)
FIVE = explore(Replica=5, Block=2, faulty=1)
SEVEN = explore(symmetry=["all"], Replica=7, Block=2, faulty=2)
FOUR_CORRECT = explore(Replica=4, Block=2, faulty=0)
FIVE_CORRECT = explore(Replica=5, Block=2, faulty=0)
EIGHT = explore(eager=True, symmetry=["all"], Replica=8, Block=2, faulty=2)
THIRTEEN = explore(eager=True, symmetry=["all"], Replica=13, Block=2, faulty=1)
"""The devices of the paper's own case (section 3)."""
BURIED = explore(Replica=2, Block=2, Height=2, f=0, faulty=0)
DEEPER = explore(Replica=2, Block=2, Height=4, f=0, faulty=0)
FOUR_BURIED = explore(Replica=4, Block=2, Height=2, faulty=1)
MAJORITY = changing("quorum", "floor(n/2)+1", by=FIVE) + changing("quorum", "2*f+1", by=FIVE)
ALL_DEVICES = changing("quorum", "n", by=FOUR)

CASES = (
    Case(agreement, {
        "published literal": violated(FOUR, bmc(4, Replica=4, Block=2, faulty=1)),
        "published charitable": violated(
            FIVE, THIRTEEN, thorough(EIGHT),
            note="one device that confirms twice at odd n, two at even n; of 13 devices six and six with it make 7",
        ),
        "published unanimous": holds("exhausted", FOUR, FIVE, controls=removing("vote_once", by=FOUR)),
        "published solver": violated(FOUR_CORRECT, note="no fault is needed: two devices find a solution"),
    }),
    Case(agreement_in_one_round, {
        "hardened": holds(
            "proved", induction(), FOUR, FIVE, thorough(SEVEN),
            controls=removing("vote_once", "quorum", "confirmation_evidence", "acceptance", by=FOUR) + MAJORITY,
        ),
    }),
    Case(one_record_is_confirmed, {
        "published literal": violated(FOUR),
        "published charitable": violated(FIVE),
        "published unanimous": holds("exhausted", FOUR, FIVE, controls=removing("vote_once", by=FOUR)),
        "hardened": holds(
            "proved", induction(), FOUR, FIVE, controls=removing("vote_once", "quorum", by=FOUR) + MAJORITY
        ),
    }),
    Case(agreement_beyond_the_bound, {
        "hardened": violated(
            explore(Replica=4, Block=2, faulty=2), explore(Replica=5, Block=2, faulty=3),
            thorough(explore(eager=True, symmetry=["all"], Replica=7, Block=2, faulty=3)),
            note="t* = 2q-n-1 is 1, 2, 2 at n = 4, 5, 7; one more breaks it",
        ),
    }),
    Case(no_fork_without_faults, {
        "published literal": violated(FOUR_CORRECT, note="nothing says that a device confirms one record only"),
        "published charitable": holds(
            "proved", induction(), FOUR_CORRECT, FIVE_CORRECT,
            controls=removing("vote_once", "acceptance", by=FOUR_CORRECT)
            + changing("quorum", "ceil(n/2)", by=FOUR_CORRECT),
            note="with half of an even number, a control, the two sides of a partition go their own ways",
        ),
        "published unanimous": holds("proved", induction(), FOUR_CORRECT),
        "published solver": violated(FOUR_CORRECT, note="the same version on all devices does not help"),
        "hardened": holds(
            "proved", induction(), FOUR_CORRECT, FIVE_CORRECT,
            controls=removing("vote_once", "quorum", "acceptance", by=FOUR_CORRECT)
            + changing("quorum", "ceil(n/2)", by=FOUR_CORRECT),
        ),
    }),
    Case(liveness, {
        "published literal": holds(
            "exhausted", FOUR, FIVE, controls=ALL_DEVICES,
            note="devices confirm whatever is proposed, so that nothing is stuck, nor agreed (ZK-P1)",
        ),
        "published charitable": violated(FOUR, note="confirmations given once are divided between two records"),
        "published unanimous": violated(FOUR, note="one silent device is enough"),
        "published solver": holds("exhausted", FOUR, FIVE),
    }),
    Case(liveness_without_competition, {
        "published literal": holds("exhausted", FOUR, FIVE, controls=ALL_DEVICES),
        "published charitable": holds("exhausted", FOUR, FIVE, controls=ALL_DEVICES),
        "published unanimous": violated(FOUR, note="one silent device is enough"),
        "published solver": holds("exhausted", FOUR, FIVE),
        "hardened": holds(
            "exhausted", FOUR, FIVE, thorough(SEVEN), controls=ALL_DEVICES + removing("resilience", by=THREE)
        ),
    }),
    Case(no_deep_record_is_rewritten, {
        "published solver": violated(
            BURIED, DEEPER, note="at any depth: without a rule that chooses among branches, they part for good"
        ),
        "hardened": holds(
            "proved", induction(), FOUR_BURIED,
            controls=removing("acceptance", by=BURIED)
            + removing("vote_once", "quorum", "confirmation_evidence", by=FOUR_BURIED),
            note="there is no puzzle, and computing power is of no use; with the first solver's word, a control, it is",
        ),
    }),
)  # fmt: skip
"""One case a property. The hardened rows of ZK-P1 and ZK-P18 are those of `properties.rounds`."""
