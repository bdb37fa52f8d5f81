"""Guarantees of the `Execution` machine: whether peers agree on what a registration did, and who decides it."""

from meterproof.claims import explore
from meterproof.lang import exists, forall, implies, invariant, lemma, quiescent
from model.execution import Execution
from model.vocabulary import BYZ, Key, Peer, Request


def two_have_executed(s):
    """Two correct peers have endorsed a result of the same request."""
    return exists(
        Peer, Peer, Request,
        lambda p, o, q: ~s.faulty[p] & ~s.faulty[o] & (p != o) & _endorses(s, p, q) & _endorses(s, o, q),
    )  # fmt: skip


def something_registered(s):
    """The ledger has a registration."""
    return exists(Request, Key, lambda q, k: s.registered[q, k])


def _endorses(s, p, q):
    return exists(Key, lambda k: s.endorsed[p, q, k])


@lemma(of=Execution)
def one_key_a_request(s):
    """A request carries one key."""
    return forall(Request, Key, Key, lambda q, j, k: implies(s.submitted[q, j] & s.submitted[q, k], j == k))


@lemma(of=Execution)
def correct_peers_endorse_what_was_submitted(s):
    """A correct peer endorses the key that is in the request."""
    return forall(Peer, Request, Key, lambda p, q, k: implies(~s.faulty[p] & s.endorsed[p, q, k], s.submitted[q, k]))


@invariant(
    of=Execution, id="IS-P12", cites="IS-P12 IS-R6 IS-C4", against=BYZ, witness=two_have_executed,
    lemmas=(one_key_a_request, correct_peers_endorse_what_was_submitted),
)  # fmt: skip
def deterministic_execution(s):
    """deterministic execution: correct peers that execute the same request find the same result"""
    return forall(
        Peer, Peer, Request, Key, Key,
        lambda p, o, q, j, k: implies(
            ~s.faulty[p] & ~s.faulty[o] & s.endorsed[p, q, j] & s.endorsed[o, q, k], j == k
        ),
    )  # fmt: skip


@quiescent(of=Execution, id="IS-V9", cites="IS-V9 IS-R14 IS-C4", against=BYZ, witness=something_registered)
def endorsement_in_the_end(s):
    """endorsement in the end: when only faulty peers can still move, every request has been registered"""
    return forall(Request, lambda q: exists(Key, lambda k: s.registered[q, k]))


@invariant(of=Execution, id="IS-V10", cites="IS-V10 IS-R14 IS-C22", against=BYZ, witness=something_registered)
def endorsed_results_are_executed(s):
    """endorsed results are executed ones: a correct peer has found every key that is registered"""
    return forall(
        Request, Key,
        lambda q, k: implies(s.registered[q, k], exists(Peer, lambda p: ~s.faulty[p] & s.endorsed[p, q, k])),
    )  # fmt: skip


FOUR_PEERS = explore(Peer=4, Request=1, Key=4, faulty=1)
TWO_REQUESTS = explore(Peer=4, Request=2, Key=2, faulty=1)
SEVEN_PEERS = explore(Peer=7, Request=1, Key=2, faulty=2)
