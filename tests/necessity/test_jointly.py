"""Trials that ask for the same search are answered by one, and come out as each by itself would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from meterproof.check.methods import Budget
from meterproof.check.runner import Options
from meterproof.claims import explore, holds
from meterproof.explore import explorer
from meterproof.necessity.baseline import Baseline
from meterproof.necessity.change import Change
from meterproof.necessity.jointly import Trying, alone, together
from meterproof.necessity.trial import Trial, attempt
from tests.necessity.gate import TWO, claim, clocks_agree, kept, paid, somebody_gets_in

THREE = explore(Person=3)
CLAIMS = (paid, kept, clocks_agree, somebody_gets_in)
CHANGES = (
    Change("ticket", False, True), Change("guard", False, True), Change("counter", "closed", True),
    Change("counter", "late", False), Change("least", "1", True),
)  # fmt: skip


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many targets each search has that is made meanwhile."""
    real, made = explorer.explore, list[int]()

    def counted(*arguments: object, **named: object) -> object:
        made.append(len(arguments[2]))  # type: ignore[arg-type]
        return real(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(explorer, "explore", counted)
    yield made


def trying(change: Change) -> list[Trying]:
    """The trials of all claims of the house under one change, at two and at three people."""
    bases = (Baseline(claim(each, holds("exhausted", TWO, THREE)), Options(), Budget()) for each in CLAIMS)
    return [attempt(base, [change]) for base in bases]


def side_by_side(trials: list[Trying]) -> list[Trial]:
    done: dict[int, Trial] = {}
    together(trials, done)
    return [done[at] for at in range(len(trials))]


def bare(trial: Trial) -> tuple[object, ...]:
    """A trial without the time it took."""
    return trial.outcome, trial.notes, tuple(replace(e, seconds=0.0) for e in trial.evidence)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_side_by_side_trials_come_out_as_each_by_itself(change: Change) -> None:
    assert [bare(t) for t in side_by_side(trying(change))] == [bare(alone(t)) for t in trying(change)]


def test_one_search_looks_at_all_properties_of_a_machine(searches: list[int]) -> None:
    apart = [alone(t) for t in trying(CHANGES[1])]
    by_itself = len(searches)
    searches.clear()
    assert [t.outcome for t in side_by_side(trying(CHANGES[1]))] == [t.outcome for t in apart]
    assert len(searches) < by_itself and max(searches) > 2


def test_what_a_shared_search_did_not_settle_is_asked_about_alone() -> None:
    """Nine people need more memory than there is."""

    def trials() -> list[Trying]:
        options = Options(budget=Budget(memory=1 << 16))
        large = (claim(each, holds("exhausted", explore(Person=9))) for each in (paid, kept))
        return [attempt(Baseline(each, options, Budget()), [CHANGES[1]]) for each in large]

    found = side_by_side(trials())
    assert [e.verdict for t in found for e in t.evidence] == ["unknown", "unknown"]
    assert [bare(t) for t in found] == [bare(alone(t)) for t in trials()]


def test_what_is_done_stays_done_where_somebody_interrupts() -> None:
    def stopped(by: BaseException) -> Callable[[], Trying]:
        def trial() -> Trying:
            raise by
            yield  # a generator that never asks

        return trial

    done: dict[int, Trial] = {}
    finished = trying(Change("paint", "none", True))[0]
    with pytest.raises(KeyboardInterrupt):
        together([finished, stopped(KeyboardInterrupt())()], done)
    assert [t.outcome for t in done.values()] == ["same"]
