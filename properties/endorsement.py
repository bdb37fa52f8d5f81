"""Guarantees of the `Endorsement` machine: what the signatures of peers on a report are worth."""

from meterproof.lang import atleast, exists, forall, implies, invariant, lemma
from model.endorsement import Endorsement
from model.vocabulary import BYZ, Peer, Report


@lemma(of=Endorsement)
def correct_peers_check(s):
    """A correct peer endorses only what it has found good."""
    return forall(Peer, Report, lambda p, x: implies(s.endorsed[p, x] & ~s.faulty[p], s.checked[p, x]))


@lemma(of=Endorsement)
def accepted_by_the_policy(s):
    """What is accepted has as many endorsements as the policy asks for."""
    return forall(
        Report,
        lambda x: implies(s.accepted[x], atleast(s.rules.endorsements, Peer, lambda p: s.endorsed[p, x])),
    )  # fmt: skip


@invariant(
    of=Endorsement, id="IS-V22", cites="IS-V22 IS-R13 IS-R14 IS-C22", against=BYZ,
    witness=lambda s: exists(Report, lambda x: s.accepted[x]), lemmas=(correct_peers_check, accepted_by_the_policy),
)  # fmt: skip
def a_correct_peer_has_verified(s):
    """verified by a correct peer: the ledger takes no report that no correct peer found signed by a registered key"""
    return forall(
        Report,
        lambda x: implies(s.accepted[x], exists(Peer, lambda p: ~s.faulty[p] & s.checked[p, x])),
    )  # fmt: skip
