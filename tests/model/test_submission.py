"""A report is on the ledger at last exactly if one of the concentrators that it is handed to must be correct.

Of several reports this is so only if none can overtake another, or if the ledger does not mind.
"""

from __future__ import annotations

import pytest

from meterproof.claims import Control, Plan, explore
from meterproof.explore.liveness import leads_to
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from properties.submission import ONE_OF_THREE, ONE_REPORT, THREE_CONCENTRATORS, TWO_CONCENTRATORS, inclusion
from tests.model.claims import CHARITABLE, LITERAL, caught, found, job_of, system_of


@pytest.mark.parametrize("plan", [TWO_CONCENTRATORS, THREE_CONCENTRATORS, ONE_OF_THREE], ids=lambda p: str(p.sizes))
def test_one_more_than_can_be_corrupted_is_enough(plan: Plan) -> None:
    evidence = found(inclusion, plan)
    assert evidence.verdict == "exhausted" and not evidence.vacuous and evidence.within_design


@pytest.mark.parametrize("control", job_of(inclusion).stance.controls, ids=str)
def test_fewer_are_not(control: Control) -> None:
    assert caught(inclusion, control).trace is not None


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_the_one_concentrator_of_the_paper_keeps_a_report_for_ever(of: str) -> None:
    """The run stops once the corrupted one has it: nobody has to do anything more."""
    trace = found(inclusion, ONE_REPORT, of).trace
    assert trace is not None and trace.loop is not None
    last = trace.steps[-1]
    assert last.action == "hand_over" and trace.instance.rigids["corrupted"][last.params[1]]


THREE_REPORTS = explore(Concentrator=2, Report=3, corrupted=1)
NOBODY_CORRUPTED = explore(Concentrator=2, Report=2, corrupted=0)


def test_it_is_so_of_three_reports_in_a_row() -> None:
    assert found(inclusion, THREE_REPORTS).verdict == "exhausted"


def test_a_mere_reordering_loses_a_report_for_ever() -> None:
    """IS-C7 against IS-C23: what stops replay refuses the earlier of two reports once the later one is included."""
    trace = found(inclusion, NOBODY_CORRUPTED, one_in_flight=False).trace
    assert trace is not None and trace.loop is not None
    assert not any(trace.instance.rigids["corrupted"])
    assert [step.params for step in trace.steps if step.action == "include"] == [(1,)]


def test_a_ledger_that_takes_any_order_needs_nobody_to_wait() -> None:
    assert found(inclusion, TWO_CONCENTRATORS, one_in_flight=False, freshness="none").verdict == "exhausted"


@pytest.mark.parametrize("handed", [1, 2, 3])
@pytest.mark.parametrize("corrupted", [0, 1, 2])
def test_every_choice_of_corrupted_and_reachable_concentrators_is_as_counting_says(handed: int, corrupted: int) -> None:
    """Of the reachable ones the meter picks any `handed`, or all if they are fewer; the worst pick decides."""
    system = system_of(inclusion, concentrators=str(handed))
    scope = resolve(system, {"Concentrator": 3, "Report": 1, "f": 2, "corrupted": corrupted})
    claim, verdicts = system.property(inclusion.id), set()
    for world in instances(system, scope):
        bad, near = (set(_members(world.rigids[name])) for name in ("corrupted", "reachable"))
        answer = leads_to(world, system.enabled_for(claim.against), claim)
        assert answer.complete or answer.lasso is not None
        promised = not near - bad or min(handed, len(near)) > len(near & bad)
        assert (answer.lasso is None) == promised, (bad, near)
        verdicts.add(promised)
    assert True in verdicts and (False in verdicts) == (handed <= corrupted)


def _members(table: tuple[int, ...]) -> list[int]:
    return [i for i, inside in enumerate(table) if inside]
