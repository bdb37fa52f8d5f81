"""The TLA+ that is exported parses, names everything, and means what the interpreter means.

Neither TLC nor Apalache is in the package registries. So the grammar is that of tree-sitter, and the meaning is checked
by an evaluator of its own, `tests/export/tla_evaluator.py`, which takes the module, the wrapper and the configuration.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from meterproof.export.names import identifier
from meterproof.export.subjects import Subject
from meterproof.export.tla.run import Run, render
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import Protocol, Sort, System, action, exists, leads_to, require, trace, var
from tests.explore.machines import machine
from tests.export.study import EXAMPLE, all_subjects, named, reach
from tests.export.tla_evaluator import Spec, mistakes, parse, search


def exported(subject: Subject) -> dict[str, str]:
    runs = [Run((claim,), subject.scope(job, {})) for job, claim in subject.claims()]
    return render(subject.system, runs[:1])


@pytest.fixture(scope="module")
def every() -> list[Subject]:
    return all_subjects()


def test_every_module_of_the_study_parses(every: list[Subject]) -> None:
    assert {named(s) for s in every} >= {"bc-ami.hardened-Ordering", "bc-ami.published.literal-Metering"}
    for subject in every:
        for name, text in exported(subject).items():
            if name.endswith(".tla"):
                assert not list(mistakes(parse(text))), f"{named(subject)}: {name}"


def test_every_variable_action_and_citation_is_there(every: list[Subject]) -> None:
    for subject in every:
        system, text = subject.system, "".join(exported(subject).values())
        for v in system.variables:
            assert re.search(rf"^    {v.name}\d*,?$", text, re.MULTILINE), v.name
        for a in system.actions:
            assert re.search(rf"^{a.name}\d*(\(|_enabled| ==)", text, re.MULTILINE), a.name
            assert all(id in text for id in a.cites) and all(id in text for g in a.guards for id in g.cites)
        for p in system.properties:
            assert re.search(rf"^(unreached_)?{identifier(p.id)}\d* ==$", text, re.MULTILINE), p.id


def test_the_grammar_notices_a_mistake() -> None:
    assert list(mistakes(parse("---- MODULE M ----\nv == \\A x \\in : TRUE\n====\n")))


def test_two_phase_commit_has_the_literatures_counts() -> None:
    """The figures are those that TLC gives for N = 3."""
    [subject] = [s for s in all_subjects() if s.jobs[0].target == EXAMPLE]
    files = render(subject.system, [Run(subject.system.properties, resolve(subject.system, {"RM": 3}))])
    spec = Spec((files["TwoPhaseCommit.tla"], files["MC_TwoPhaseCommit.tla"]), files["MC_TwoPhaseCommit.cfg"])
    found = search(spec)
    assert (len(found.states), 1 + len(found.steps)) == (288, 1_146)
    assert {"TypeOK", "consistent"} <= set(spec.invariants)
    assert all(spec.holds(each, state) for each in spec.invariants for state in found.states)
    assert not all(spec.holds("unreached_all_commit", state) for state in found.states)


@settings(max_examples=30)
@given(st.integers(0, 10**9))
def test_random_machines_mean_what_the_interpreter_means(seed: int) -> None:
    """States, steps, and for every property in how many of them it fails."""
    m = machine(seed)
    run = Run(tuple(m.system.properties), resolve(m.system, m.sizes))
    worlds = instances(m.system, run.scope)
    files = render(m.system, [run])
    assert sum(name.endswith(".cfg") for name in files) == len(worlds)
    instance = worlds[-1]
    plain = reach(instance, m.system.enabled_for(frozenset()), limit=80)
    assume(plain is not None)
    assert plain is not None
    last = "" if len(worlds) == 1 else f"_world{len(worlds)}"
    spec = Spec((files["Machine.tla"], files["MC_Machine.tla"]), files[f"MC_Machine{last}.cfg"])
    assert spec.evaluate(spec.definitions["Assumptions"][1], {}, {}, {})
    found = search(spec)
    assert (len(found.states), len(found.steps)) == (len(plain.states), len(plain.steps))
    assert all(spec.holds("TypeOK", state) for state in found.states)
    interpreter = Interpreter(instance)
    for claim in m.system.properties:
        expected = plain.failing(interpreter, claim)
        if claim.kind == "step":
            assert expected == sum(not spec.steps_hold(claim.id, s, t) for s, t in found.steps), claim.id
        else:
            name = f"unreached_{claim.id}" if claim.kind == "reachable" else claim.id
            assert expected == sum(not spec.holds(name, s) for s in found.states), claim.id


Light = Sort("Light")


class Lamps(Protocol):
    """Lamps that somebody switches on; names that TLA+ has taken already."""

    on = var(Light)
    CHOOSE = var(Light)

    @action
    def Next(s, Light: Light):  # type: ignore[valid-type]
        """{Light} is switched on."""
        require(~s.on[Light])
        return s.set(on={Light: True})

    @leads_to(then=lambda s: exists(Light, lambda x: s.on[x]), fair="Next(_)")
    def some(s):  # type: ignore[no-untyped-def]
        """Some lamp will be on."""
        return ~exists(Light, lambda x: s.on[x])


def lamps() -> tuple[System, dict[str, str]]:
    system = trace(Lamps)
    return system, render(system, [Run(tuple(system.properties), resolve(system, {"Light": 2}))])


def test_names_that_are_taken_are_replaced() -> None:
    _, files = lamps()
    text = files["Lamps.tla"]
    assert not list(mistakes(parse(text)))
    assert "Next2(Light2) ==" in text and "CHOOSE2" in text and "\\E Light2 \\in Light : Next2(Light2)" in text


def test_leads_to_is_said_under_weak_fairness_and_without_symmetry() -> None:
    _, files = lamps()
    assert "WF_vars(\\E Light2 \\in Light : Next2(Light2))" in files["Lamps.tla"] and "~>" in files["Lamps.tla"]
    assert "PROPERTIES\n    some\n" in files["MC_Lamps.cfg"] and "SYMMETRY" not in files["MC_Lamps.cfg"]


def test_individuals_that_a_rigid_tells_apart_are_not_called_symmetric(every: list[Subject]) -> None:
    texts = {named(s): exported(s) for s in every}
    ordering = texts["bc-ami.hardened-Ordering"]
    assert not any("SYMMETRY" in text for text in ordering.values())
    [symmetric] = [t for n, t in texts["two_phase_commit-TwoPhaseCommit"].items() if n.endswith(".cfg")]
    assert "SYMMETRY Symmetry" in symmetric
