"""Guarantees of the `Ordering` machine: one height and one view, any number of replicas.

The machine has one round of votes, whatever `rounds` says: of a variant with two rounds, what is found here is of a
round of its votes. The whole is the machine `Consensus`: IS-P1, IS-V5 and IS-V24 are there what IS-V1, IS-P2 and IS-P17
are here.
"""

from meterproof.lang import exists, forall, implies, invariant, lemma, quiescent
from model.ordering import Ordering, enough
from model.vocabulary import BYZ, Block, Replica


def somebody_decided(s):
    """A correct replica has decided."""
    return exists(Replica, Block, lambda r, b: ~s.faulty[r] & s.decided[r, b])


def everybody_decided(s):
    """Every correct replica has decided."""
    return forall(Replica, lambda r: s.faulty[r] | exists(Block, lambda b: s.decided[r, b]))


def decided_under_a_correct_leader(s):
    """The leader is correct, and every correct replica has decided."""
    return ~s.faulty[s.leader] & everybody_decided(s)


def agreed(s):
    """No two correct replicas have decided different blocks."""
    return forall(
        Replica, Replica, Block, Block,
        lambda q, r, a, b: implies(~s.faulty[q] & ~s.faulty[r] & s.decided[q, a] & s.decided[r, b], a == b),
    )  # fmt: skip


@lemma(of=Ordering)
def correct_replicas_vote_once(s):
    """A correct replica has signed for one block at most."""
    return forall(Replica, Block, Block, lambda r, a, b: implies(~s.faulty[r] & s.vote[r, a] & s.vote[r, b], a == b))


@lemma(of=Ordering)
def decisions_are_certified(s):
    """What a correct replica decided, a quorum has signed for."""
    return forall(Replica, Block, lambda r, b: implies(~s.faulty[r] & s.decided[r, b], enough(s, b)))


@lemma(of=Ordering)
def votes_are_for_valid_blocks(s):
    """A correct replica signs for valid blocks only."""
    return forall(Replica, Block, lambda r, b: implies(~s.faulty[r] & s.vote[r, b], s.valid[b]))


@invariant(
    of=Ordering, id="IS-V1", cites="IS-V1 IS-R15 IS-C17", against=BYZ, witness=somebody_decided,
    lemmas=(correct_replicas_vote_once, decisions_are_certified),
)  # fmt: skip
def agreement_within_a_view(s):
    """agreement within a view: no two correct replicas decide different blocks"""
    return agreed(s)


@invariant(
    of=Ordering, id="IS-P2", cites="IS-P2 IS-C16", against=BYZ, witness=somebody_decided,
    lemmas=(votes_are_for_valid_blocks, decisions_are_certified),
)  # fmt: skip
def validity(s):
    """validity: no block that an honest audit refuses is decided by a correct replica"""
    return forall(Replica, Block, lambda r, b: implies(~s.faulty[r] & s.decided[r, b], s.valid[b]))


@quiescent(of=Ordering, id="IS-V2", cites="IS-V2 IS-R15 IS-C14", against=BYZ, witness=decided_under_a_correct_leader)
def progress_under_a_correct_leader(s):
    """progress under a correct leader: when only faulty replicas can still move, every correct one has decided"""
    return implies(~s.faulty[s.leader] & exists(Block, lambda b: s.valid[b]), everybody_decided(s))


@quiescent(of=Ordering, id="IS-V14", cites="IS-V14 IS-R15 IS-C17", against=BYZ, witness=everybody_decided)
def liveness(s):
    """liveness of one view with f faulty replicas, the leader perhaps among them"""
    return implies(exists(Block, lambda b: s.valid[b]), everybody_decided(s))


@invariant(of=Ordering, id="IS-P17", cites="IS-P17 IS-C20", against=BYZ, witness=somebody_decided)
def agreement_beyond_the_bound(s):
    """agreement with one corruption more than the quorum tolerates (fails by design: the bound is tight)"""
    return agreed(s)
