"""An answer is asked for once: the same question has the same key, and a trace is believed only when it re-runs.

What ran out of time answers nobody who gives more of it; what is decided answers everybody.
"""

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.audit.behaviours import behaviour_changes
from meterproof.audit.cache import DECIDED, Cache
from meterproof.audit.described import Stated, Subject
from meterproof.audit.engines import Engines, Question, question
from meterproof.audit.frontiers import Bordered, bordered
from meterproof.audit.outcome import BehaviourChange
from meterproof.audit.pairs import Pair
from meterproof.audit.statements import related
from meterproof.check.methods import Budget
from meterproof.check.runner import Options
from meterproof.claims import bmc, explore, induction
from meterproof.lang import Protocol, Sort, action, forall, invariant, reachable, require, var
from meterproof.lang.expr import FALSE
from meterproof.lang.system import System
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


def engines(folder: Path | None, heard: list[str], seconds: float = 60, seed: int = 0) -> Engines:
    return Engines(Options(budget=Budget(seconds, seed)), Cache(folder), heard.append)


def subject(system: System) -> Subject:
    """A side that states of the machine what the lamp does, and explores it with two lights."""
    stated = Stated(0, "dark", "Lamp", system, (TWO,), "holds", "exhausted")
    return Subject("lamp", None, (), (stated,))


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


def test_another_seed_plan_or_statement_is_another_question(tmp_path: Path) -> None:
    heard: list[str] = []
    engines(tmp_path, heard).ask(asked("dark"), TWO)
    for other in (
        lambda e: e(1).ask(asked("dark"), TWO),
        lambda e: e(0).ask(asked("dark"), explore(Light=3)),
        lambda e: e(0).ask(asked("bright"), TWO),
        lambda e: e(0).ask(question("lamp", replace(SYSTEM, actions=()), SYSTEM.property("dark")), TWO),
    ):
        heard.clear()
        other(lambda seed: engines(tmp_path, heard, seed=seed))
        assert heard


@pytest.mark.parametrize("folder", [True, False])
@given(had=st.floats(0, 100), given=st.floats(0, 100))
def test_what_ran_out_of_time_answers_only_who_gives_no_more(folder: bool, had: float, given: float) -> None:
    with TemporaryDirectory() as here:
        first = Cache(Path(here) if folder else None)
        first.keep("asked", "so far", "so far", had)
        for later in (first, Cache(first.folder)) if folder else (first,):
            assert later.find("asked", given, str) == ("so far" if given <= had else None)
        first.keep("asked", "decided", "decided", DECIDED)
        assert first.find("asked", given, str) == "decided"


def test_a_frontier_that_ran_out_of_time_is_kept_as_such_and_asked_again_where_there_is_more(tmp_path: Path) -> None:
    heard: list[str] = []

    def found(seconds: float) -> Bordered:
        heard.clear()
        return bordered(asked("dark"), asked("dark"), (TWO,), engines(tmp_path, heard, seconds))

    short = found(1e-9)
    assert heard and short.before is not None and short.before.undecided
    assert found(1e-9) == short and heard == []
    long = found(60)
    assert heard and long.before is not None and long.before.exact
    assert found(60) == found(1e-9) == long and heard == []


def test_a_run_of_a_frontier_is_read_back_as_one_of_the_adversary_that_was_asked_about(tmp_path: Path) -> None:
    system = replace(SYSTEM, actions=(replace(SYSTEM.actions[0], needs="HAND"),))
    against = question("lamp", system, system.property("dark"))
    first, again = (bordered(against, against, (TWO,), engines(tmp_path, [])) for _ in range(2))
    assert first == again and first.before is not None
    [broken] = first.before.breaks
    assert broken.trace.claim is not None and broken.trace.claim.against == {"HAND"}


def test_how_two_statements_relate_is_worked_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = related(asked("dark"), asked("tautology"), engines(tmp_path, []))
    assert first.relation == "weaker"
    monkeypatch.setattr("meterproof.compare.statement.implies", None)
    assert related(asked("dark"), asked("tautology"), engines(tmp_path, [], 1)) == first
    with pytest.raises(TypeError):
        related(asked("tautology"), asked("dark"), engines(tmp_path, []))


def test_behaviours_are_searched_once_and_read_back_as_they_were(tmp_path: Path) -> None:
    heard: list[str] = []
    here, there = subject(SYSTEM), subject(replace(SYSTEM, actions=()))

    def found(seconds: float = 60) -> list[BehaviourChange]:
        heard.clear()
        return list(behaviour_changes(Pair(here, there), ("Lamp",), engines(tmp_path, heard, seconds)))

    [first] = found()
    assert heard and first.forbidden is not None and first.forbidden.witness is not None
    assert found() == found(5) == [first] and heard == []


def test_behaviours_that_were_not_searched_to_the_end_are_searched_again_where_there_is_more_time(
    tmp_path: Path,
) -> None:
    heard: list[str] = []
    here, there = subject(SYSTEM), subject(replace(SYSTEM, actions=()))

    def found(seconds: float) -> BehaviourChange:
        heard.clear()
        return next(behaviour_changes(Pair(here, there), ("Lamp",), engines(tmp_path, heard, seconds)))

    short = found(1e-9)
    assert short.forbidden is not None and short.forbidden.stopped
    assert found(1e-9) == short and heard == []
    assert found(10).differs and heard
    assert found(1e-9).differs and heard == []


def test_what_keeps_the_other_version_from_it_is_told_of_the_code_that_is_there(tmp_path: Path) -> None:
    """Where a guard cites something else the machines are the same, and what is told of them is not."""
    switch = SYSTEM.actions[0]
    locked = replace(switch.guards[0], condition=forall(Light, lambda x: FALSE), cites=("LA-R1",))
    cited = replace(locked, cites=("LA-R2",))
    told = []
    for guard in (locked, cited, cited):
        other = replace(SYSTEM, actions=(replace(switch, guards=(guard,)),))
        [found] = behaviour_changes(Pair(subject(SYSTEM), subject(other)), ("Lamp",), engines(tmp_path, []))
        assert found.forbidden is not None
        told.append([o for n in found.forbidden.novelties for o in n.obstacles])
    assert [[o.cites for o in each] for each in told] == [[("LA-R1",)], [("LA-R2",)], [("LA-R2",)]]
    assert told[2][0].guard is cited and told[2] == told[1]


@pytest.mark.parametrize("spoilt", ["", "{}", "[1]", '{"trace": 3}', '{"seconds": null, "found": {"trace": 3}}'])
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
    whole["found"]["trace"]["steps"] *= 2
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
