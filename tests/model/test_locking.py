"""Agreement across views, Tendermint's way: a second machine, whose numbers of states were known beforehand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from meterproof.claims import Plan, explore, walk
from meterproof.lang.declare import PropertyDecl
from meterproof.prove import prove
from properties.locking import LOCKS, agreement_by_locks
from tests.model.machines import found, run_again, system_of

FOUR = explore(eager=True, Replica=4, View=2, Block=2, faulty=1)
FIVE = explore(eager=True, Replica=5, View=2, Block=2, faulty=1)


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
    evidence = found(agreement_by_locks, FOUR)
    assert (evidence.verdict, evidence.states, evidence.generated) == ("exhausted", 89_490, 374_563)
    assert evidence.note == "always done: sign_prepare, sign_commit"


@pytest.mark.slow
def test_without_it_there_are_72_times_as_many_and_the_verdict_is_the_same() -> None:
    evidence = found(agreement_by_locks, replace(FOUR, eager=False))
    assert (evidence.verdict, evidence.states, evidence.generated) == ("exhausted", 6_418_560, 45_360_193)


@pytest.mark.parametrize(
    ("changes", "plan", "steps"),
    [
        ({"quorum": "2*f+1"}, FIVE, 14),
        ({"vote_once": False}, FOUR, 14),
        ({"lock": "none"}, FOUR, 16),
        ({"quorum": "1"}, FOUR, 4),
    ],
    ids=["quorum 2f+1", "votes not unique", "no lock", "no quorum"],
)
def test_without_a_rule_agreement_falls(changes: dict[str, object], plan: Plan, steps: int) -> None:
    evidence = found(agreement_by_locks, plan, **changes)
    assert len(run_again(evidence).steps) == steps


def test_a_lock_that_any_earlier_quorum_opens_takes_three_views_to_go_wrong() -> None:
    three = walk(5_000_000, 60, eager=True, Replica=4, View=3, Block=2, faulty=1)
    assert run_again(found(agreement_by_locks, three, lock="any")).steps
    assert found(agreement_by_locks, FOUR, lock="any").verdict == "exhausted"
