"""A counterexample to induction is a verdict of its own, small, true of the model, and told as two states."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import Protocol, action, forall, invariant, is_first, require, step, trace, var
from meterproof.lang.system import Property, System
from meterproof.prove import prove
from meterproof.prove.counterexample import counterexample
from meterproof.prove.induct import attempt
from meterproof.traces.counterexample import Counterexample, render
from meterproof.traces.trace import Mismatch
from tests.prove.protocols import Chores, Height, Node, voting
from tests.prove.test_any_size import Gappy
from tests.prove.test_bounded import systems

BARE = """\
Counterexample to induction: consistent is preserved by choose_to_abort
TwoPhaseCommit with RM=2

Before: phase = {rm0: working; rm1: committed}

1. rm0 aborts by itself, before it has promised anything.
     phase(rm0): working -> aborted

After step 1 consistent fails for a = rm1, b = rm0: No manager has committed while another has aborted.
No run need lead to the state before, so this is no violation.
"""


def found(system: System, id: str, **changes: object) -> Counterexample:
    evidence = prove(system, replace(system.property(id), **changes))  # type: ignore[arg-type]
    assert evidence.verdict == "not inductive"
    assert evidence.trace is None
    assert evidence.counterexample is not None
    return evidence.counterexample


def test_it_is_told_in_the_words_of_a_trace() -> None:
    assert render(found(trace(TwoPhaseCommit), "consistent", lemmas=())) == BARE


def test_individuals_of_an_ordered_sort_stand_in_its_order() -> None:
    text = render(found(trace(Gappy), "no_gap"))
    assert "Gappy with Height=3" in text
    assert "Before: filled = {height0}" in text
    assert "filled(height2): false -> true" in text
    assert "no_gap fails for g = height1, h = height2" in text


def test_quorums_are_shown_as_the_proof_knows_them() -> None:
    split = found(voting("2*f+1"), "agreement")
    assert split.instance.scope.as_dict() == {"Replica": 2, "Value": 2}
    assert sorted(q.members for q in split.quorums) == [(0,), (1,)]
    assert "Quorums of 2*f+1 Replica, by what is proved of them: {replica" in render(split)


def test_a_step_property_fails_in_the_step() -> None:
    text = render(found(trace(Chores), "kept_for_ever"))
    assert "Before: done = {node0}" in text
    assert "1. The attacker undoes all chores. (adversary: UNDO)" in text
    assert "In step 1 kept_for_ever fails for n = node0" in text


class Bright(Protocol):
    """Something that does not even hold at first."""

    on = var(Node)

    @action
    def press(s, n: Node):
        """{n} is switched on."""
        require(~s.on[n])
        return s.set(on={n: True})

    @invariant
    def all_on(s):
        """All are on."""
        return forall(Node, lambda n: s.on[n])


def test_an_initial_state_that_fails_has_no_step() -> None:
    first = found(trace(Bright), "all_on")
    assert (first.steps, len(first.states)) == ((), 1)
    assert "There all_on fails for n = node0: All are on." in render(first)


def test_a_state_with_nothing_to_tell_says_so() -> None:
    class Quick(Protocol):
        filled = var(Height)

        @action
        def fill(s, h: Height):
            """{h} is filled."""
            require(~s.filled[h] & is_first(h))
            return s.set(filled={h: True})

        @step
        def nothing_changes(s, t):
            return forall(Height, lambda h: s.filled[h] | ~t.filled[h])

    assert "Before: all as initially declared, or false" in render(found(trace(Quick), "nothing_changes"))


def test_the_same_question_has_the_same_counterexample() -> None:
    first, second = (found(voting("2*f+1"), "agreement") for _ in range(2))
    assert render(first) == render(second)


def test_what_the_interpreter_does_not_see_is_never_shown() -> None:
    """Were a lemma forgotten in the obligation, the state before would break it, and the run would tell."""
    system = trace(TwoPhaseCommit)
    claim = system.property("consistent")
    tried = attempt(system, replace(claim, lemmas=()))
    [failed, *_] = tried.failed
    wrong = replace(tried.tasks, parts=(*claim.lemmas, *tried.tasks.parts))
    with pytest.raises(Mismatch, match="does not show"):
        counterexample(wrong, failed.obligation)


def test_without_time_there_is_none() -> None:
    system = trace(TwoPhaseCommit)
    tried = attempt(system, replace(system.property("consistent"), lemmas=()))
    assert counterexample(tried.tasks, tried.failed[0].obligation, seconds=0) is None


def breaks(instance: Instance, claim: Property, before: State, found: Counterexample) -> bool:
    """Whether a step of the same action from this state breaks the claim, by the plain interpreter."""
    run = Interpreter(instance)
    if claim.kind != "step" and not run.holds(claim.formula, before):
        return False
    actions = (run.action(found.steps[0].action),)
    after = (t for _, t in run.moves(before, actions))
    if claim.kind == "step":
        return any(not run.holds(claim.formula, before, t) for t in after)
    return any(not run.holds(claim.formula, t) for t in after)


def states(instance: Instance) -> list[State]:
    tables = [product(instance.values(v.to), repeat=len(instance.cells(v))) for v in instance.state_variables]
    return list(product(*(list(t) for t in tables)))


@settings(max_examples=25)
@given(systems(numbers=False), st.sampled_from(["never", "moved"]))
def test_every_counterexample_is_one_for_the_plain_interpreter_and_no_smaller_world_has_one(
    system: System, id: str
) -> None:
    claim = system.property(id)
    small = prove(system, claim, timeout=2).counterexample
    if small is None:
        return
    run = Interpreter(small.instance)
    if not small.steps:
        assert not run.holds(claim.formula, run.initial())
        return
    [step], (before, after) = small.steps, small.states
    assert (step, after) in list(run.moves(before, system.actions))
    assert breaks(small.instance, claim, before, small)
    size = small.instance.scope["Node"]
    for n in range(1, size if small.smallest and size <= 3 else 1):
        for world in instances(system, resolve(system, {"Node": n})):
            assert not any(breaks(world, claim, each, small) for each in states(world))
