"""Agreement across views, Tendermint's way: a second machine, whose numbers of states were known beforehand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from meterproof.lang.declare import PropertyDecl
from meterproof.prove import prove
from properties.locking import LOCKS, TWO_VIEWS, agreement_by_locks
from tests.model.machines import found, system_of


def test_agreement_is_proved_for_every_number_of_replicas_views_and_blocks() -> None:
    system = system_of(agreement_by_locks)
    evidence = prove(system, system.property(agreement_by_locks.id))
    assert evidence.verdict == "proved" and not evidence.vacuous
    assert not system.axioms and "never happens" not in (evidence.note or "")


@pytest.mark.slow
@pytest.mark.parametrize("lemma", LOCKS, ids=lambda p: p.id)
def test_no_lemma_can_be_left_out(lemma: PropertyDecl) -> None:
    fewer = replace(agreement_by_locks, lemmas=tuple(x for x in LOCKS if x is not lemma))
    system = system_of(fewer)
    assert prove(system, system.property(fewer.id), timeout=20.0).verdict == "not inductive"


def test_the_eager_adversary_leaves_89490_states() -> None:
    evidence = found(agreement_by_locks, TWO_VIEWS)
    assert (evidence.verdict, evidence.states, evidence.generated) == ("exhausted", 89_490, 374_563)
    assert evidence.note == "always done: sign_prepare, sign_commit"


@pytest.mark.slow
def test_without_it_there_are_72_times_as_many_and_the_verdict_is_the_same() -> None:
    evidence = found(agreement_by_locks, replace(TWO_VIEWS, eager=False))
    assert (evidence.verdict, evidence.states, evidence.generated) == ("exhausted", 6_418_560, 45_360_193)
