"""An answer is asked for once: the same question has the same key, and a trace is believed only when it re-runs."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from meterproof.audit.cache import Cache
from meterproof.audit.engines import Engines, Question, question
from meterproof.check.methods import Budget
from meterproof.check.runner import Options
from meterproof.claims import bmc, explore, induction
from meterproof.lang import Protocol, Sort, action, forall, invariant, reachable, require, var
from meterproof.lang.tracing import trace

Light = Sort("Light")


class Lamp(Protocol):
    """Lights are switched on and stay so."""

    on = var(Light)

    @action
    def switch(s, x: Light):
        require(~s.on[x])
        return s.set(on={x: True})

    @invariant
    def dark(s):
        return forall(Light, lambda x: ~s.on[x])

    @reachable
    def bright(s):
        return forall(Light, lambda x: s.on[x])

    @invariant(witness=lambda s: forall(Light, lambda x: s.on[x]))
    def tautology(s):
        return forall(Light, lambda x: s.on[x] | ~s.on[x])


SYSTEM = trace(Lamp)
TWO = explore(Light=2)


def asked(id: str) -> Question:
    return question("lamp", SYSTEM, SYSTEM.property(id))


def engines(folder: Path | None, heard: list[str], seconds: float = 60) -> Engines:
    return Engines(Options(budget=Budget(seconds)), Cache(folder), heard.append)


@pytest.mark.parametrize("id", ["dark", "bright", "tautology"])
def test_the_second_time_no_engine_is_asked_and_the_answer_is_the_same(tmp_path: Path, id: str) -> None:
    heard: list[str] = []
    first = engines(tmp_path, heard).find(asked(id), (TWO, induction()))
    assert heard
    heard.clear()
    assert engines(tmp_path, heard).find(asked(id), (TWO, induction())) == first
    assert heard == []


def test_without_a_folder_answers_are_remembered_in_the_process_only() -> None:
    heard: list[str] = []
    own = engines(None, heard)
    assert own.ask(asked("dark"), TWO) is own.ask(asked("dark"), TWO)
    heard.clear()
    engines(None, heard).ask(asked("dark"), TWO)
    assert heard


def test_another_budget_plan_or_statement_is_another_question(tmp_path: Path) -> None:
    heard: list[str] = []
    engines(tmp_path, heard).ask(asked("dark"), TWO)
    for other in (
        lambda e: e(30).ask(asked("dark"), TWO),
        lambda e: e(60).ask(asked("dark"), explore(Light=3)),
        lambda e: e(60).ask(asked("bright"), TWO),
        lambda e: e(60).ask(question("lamp", replace(SYSTEM, actions=()), SYSTEM.property("dark")), TWO),
    ):
        heard.clear()
        other(lambda seconds: engines(tmp_path, heard, seconds))
        assert heard


@pytest.mark.parametrize("spoilt", ["", "{}", "[1]", '{"trace": 3}'])
def test_an_entry_that_is_none_of_ours_is_asked_again(tmp_path: Path, spoilt: str) -> None:
    first = engines(tmp_path, []).ask(asked("dark"), TWO)
    [entry] = tmp_path.iterdir()
    entry.write_text(spoilt)
    heard: list[str] = []
    found = engines(tmp_path, heard).ask(asked("dark"), TWO)
    assert heard and found.trace == first.trace


def test_a_trace_that_the_system_does_not_take_is_not_believed(tmp_path: Path) -> None:
    engines(tmp_path, []).ask(asked("dark"), TWO)
    [entry] = tmp_path.iterdir()
    whole = json.loads(entry.read_text())
    whole["trace"]["steps"] *= 2
    entry.write_text(json.dumps(whole))
    heard: list[str] = []
    found = engines(tmp_path, heard).ask(asked("dark"), TWO)
    assert heard and found.trace is not None and len(found.trace.steps) == 1


def test_a_plan_that_does_not_fit_is_not_run_and_says_why(tmp_path: Path) -> None:
    found = engines(tmp_path, []).ask(asked("dark"), explore(Lamp=2))
    assert found.verdict == "not run" and "Lamp" in (found.note or "")
    assert list(tmp_path.iterdir()) == []


def test_what_a_plan_cannot_add_to_is_not_asked() -> None:
    heard: list[str] = []
    found = engines(None, heard).find(asked("dark"), (bmc(3, Light=2), TWO))
    assert [e.method for e in found] == ["explore"]
    proved = engines(None, heard).find(asked("tautology"), (TWO, induction()))
    assert [e.verdict for e in proved] == ["proved"]
