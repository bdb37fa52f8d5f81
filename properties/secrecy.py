"""Guarantees of the `Secrecy` machine: who can read usage data, and what a later leak of keys opens."""

from meterproof.claims import explore
from meterproof.lang import exists, forall, implies, invariant, lemma, reachable
from model.secrecy import Secrecy, live
from model.vocabulary import LEDGER, PEER, PRIV, Epoch, Meter, Reading


def something_opened(s):
    """The MDMS has opened a report."""
    return exists(Epoch, Meter, Reading, lambda e, m, r: s.opened[e, m, r])


def leaked_after_an_epoch(s):
    """The MDMS's keys have leaked after an epoch with a report has ended, and not before."""
    over = exists(Epoch, Meter, Reading, lambda e, m, r: s.held[e, m, r] & s.finished[e] & ~s.exposed[e])
    return over & exists(Epoch, lambda e: s.copied[e])


@lemma(of=Secrecy)
def reading_takes_the_key(s):
    """The adversary has read a report only if it has the key that opens it."""
    return forall(Epoch, Meter, Reading, lambda e, m, r: implies(s.learnt[e, m, r], s.copied[e]))


@lemma(of=Secrecy)
def no_key_is_copied(s):
    """The adversary has no key of the MDMS's."""
    return forall(Epoch, lambda e: ~s.copied[e])


@lemma(of=Secrecy)
def copied_while_live(s):
    """The adversary has the keys of those epochs only in which there was a leak while they were live."""
    return forall(Epoch, lambda e: implies(s.copied[e], s.exposed[e]))


def nothing_learnt(s):
    """The adversary has read no report."""
    return forall(Epoch, Meter, Reading, lambda e, m, r: ~s.learnt[e, m, r])


@invariant(
    of=Secrecy, id="IS-P9", cites="IS-P9 IS-R11 IS-C9", against=LEDGER, witness=something_opened,
    lemmas=(no_key_is_copied,),
)  # fmt: skip
def confidentiality(s):
    """confidentiality: whoever reads the ledger learns no usage data"""
    return nothing_learnt(s)


@invariant(
    of=Secrecy, id="IS-V8", cites="IS-V8 IS-R7 IS-C4 IS-C25", against=(LEDGER, PEER), witness=something_opened,
    lemmas=(no_key_is_copied,),
)  # fmt: skip
def confidentiality_despite_a_curious_peer(s):
    """confidentiality, even if a peer has kept what it saw when the MDMS registered"""
    return nothing_learnt(s)


@invariant(
    of=Secrecy, id="IS-P10", cites="IS-P10 IS-R20 IS-C11", against=(LEDGER, PRIV), witness=leaked_after_an_epoch,
    lemmas=(reading_takes_the_key, copied_while_live),
)  # fmt: skip
def forward_secrecy(s):
    """forward secrecy by epochs: a leak of the MDMS's keys opens nothing of an epoch that has ended before"""
    return forall(
        Epoch, Meter, Reading, lambda e, m, r: implies(s.finished[e] & ~s.exposed[e], ~s.learnt[e, m, r])
    )  # fmt: skip


@invariant(of=Secrecy, id="IS-V7", cites="IS-V7 IS-P10 IS-C11", against=(LEDGER, PRIV), witness=something_opened)
def secrecy_inside_the_live_epoch(s):
    """secrecy of the live epoch despite a leak of the MDMS's keys (fails by design: it has yet to open its reports)"""
    return forall(Epoch, Meter, Reading, lambda e, m, r: implies(live(s, e), ~s.learnt[e, m, r]))


@reachable(of=Secrecy)
def late_and_shut(s):
    """some run has the ledger hold a report that the MDMS can open no more, sealed while its epoch was live or after"""
    return exists(Epoch, Meter, Reading, lambda e, m, r: s.held[e, m, r] & ~s.opened[e, m, r] & s.finished[e])


ONE_SEALED = explore(Meter=1, Reading=1, Epoch=1)
TWO_SEALED = explore(Meter=1, Reading=1, Epoch=2)
TWO_OF_EACH = explore(Meter=2, Reading=1, Epoch=2)
