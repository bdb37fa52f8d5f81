"""k-induction in a scope: what it calls inductive holds for all depths, what it calls violated has a run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.claims import kinduction as plan
from meterproof.errors import ModelError
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, violated
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import IntRange, Protocol, System, action, forall, invariant, ite, lemma, require, trace, var
from meterproof.lang.system import Property
from meterproof.prove import kinduction
from meterproof.traces.counterexample import render
from meterproof.traces.trace import rerun
from meterproof.verdict import Evidence
from tests.explore.machines import machine
from tests.prove.protocols import Chores, Log, Node, voting
from tests.prove.test_bounded import systems

MAJORITY = "floor((n+f)/2)+1"


def ask(system: System, claim: Property, k: int = 10, **sizes: int) -> Evidence:
    return kinduction(system, claim, resolve(system, sizes), k)


def test_with_its_lemmas_two_phase_commit_is_inductive_at_once_and_without_them_later() -> None:
    system = trace(TwoPhaseCommit)
    claim = system.property("consistent")
    proof = ask(system, claim, RM=3)
    assert (proof.verdict, proof.depth, proof.scope) == ("inductive", 1, {"RM": 3})
    assert proof.core is not None
    assert proof.core.lemmas == tuple(p.id for p in claim.lemmas)
    bare = ask(system, replace(claim, lemmas=()), RM=2)
    assert (bare.verdict, bare.depth) == ("inductive", 7)
    assert bare.witness is not None
    assert bare.witness.steps[-1].action == "follow_commit"


def test_a_k_that_is_too_small_is_not_inductive_and_has_a_path_of_k_steps() -> None:
    system = trace(TwoPhaseCommit)
    claim = replace(system.property("consistent"), lemmas=())
    attempt = ask(system, claim, k=2, RM=2)
    assert (attempt.verdict, attempt.depth, attempt.trace) == ("not inductive", 1, None)
    path = attempt.counterexample
    assert path is not None
    run = Interpreter(path.instance)
    for before, step, after in zip(path.states, path.steps, path.states[1:], strict=False):
        assert (step, after) in list(run.moves(before, system.actions))
    assert [violated(run, claim, state) for state in path.states] == [False, False, True]
    assert "Counterexample to induction: consistent is 2-inductive" in render(path)


@pytest.mark.parametrize(
    ("quorum", "replicas", "verdict"),
    [(MAJORITY, 4, "inductive"), (MAJORITY, 5, "inductive"), ("2*f+1", 4, "inductive"), ("2*f+1", 5, "violated")],
)
def test_thresholds_count_in_a_scope(quorum: str, replicas: int, verdict: str) -> None:
    system = voting(quorum)
    found = ask(system, system.property("agreement"), Replica=replicas, Value=2)
    assert found.verdict == verdict
    if found.trace is not None:
        assert len(found.trace.steps) == 6
        assert rerun(found.trace.instance, found.trace.steps, system.property("agreement")) == found.trace


def test_every_kind_of_claim_that_speaks_of_all_runs() -> None:
    chores, log = trace(Chores), trace(Log)
    verdicts = {p.id: ask(chores, p, Node=3) for p in chores.properties}
    assert {id: (e.verdict, e.depth) for id, e in verdicts.items()} == {
        "kept": ("inductive", 1),
        "kept_for_ever": ("violated", 2),
        "all_done": ("inductive", 3),
        "all_done_under_attack": ("violated", 3),
    }
    assert ask(log, log.property("no_gap"), Height=4).verdict == "inductive"
    two_phase = trace(TwoPhaseCommit)
    assert ask(two_phase, two_phase.property("all_commit"), RM=2).verdict == "not run"


class Ring(Protocol):
    """A light that goes round; from the dark places it goes round too, for ever, unless paths must be simple."""

    at = var(to=IntRange(0, 5), init=0)

    @action
    def turn(s):
        """Round, among the lower three or the upper three."""
        return s.set(at=ite(s.at == 2, 0, ite(s.at == 4, 3, s.at + 1)))

    @invariant
    def low(s):
        """Never at the fifth place."""
        return s.at != 5


class Leaky(Ring):
    """The same, but the dark ring leaks."""

    @action
    def leak(s):
        """From the dark ring to the fifth place."""
        require(s.at == 3)
        return s.set(at=5)


def test_only_simple_paths_make_every_finite_scope_complete() -> None:
    system = trace(Leaky)
    claim = system.property("low")
    scope = resolve(system, {})
    assert kinduction(system, claim, scope, 4).verdict == "inductive"
    turning = kinduction(system, claim, scope, 12, simple=False)
    assert (turning.verdict, turning.depth) == ("not inductive", 11)


def test_a_lemma_that_a_run_breaks_is_left_out_and_said_so() -> None:
    class Spoken(Chores):
        @lemma
        def never_done(s):
            return forall(Node, lambda n: ~s.done[n])

        @invariant(lemmas=[never_done])
        def fine(s):
            return forall(Node, lambda n: s.done[n] | ~s.done[n] | s.stopped[n])

        @invariant(lemmas=[never_done])
        def not_stopped(s):
            return forall(Node, lambda n: ~s.stopped[n])

    system = trace(Spoken)
    found = ask(system, system.property("not_stopped"), Node=2)
    assert found.verdict == "inductive"
    assert "never_done is no invariant here (a run of 1 steps breaks it), left out" in (found.note or "")
    assert found.core is not None
    assert found.core.lemmas == ()


def test_a_bounded_integer_that_leaves_its_range_is_a_model_error() -> None:
    class Counter(Protocol):
        level = var(to=IntRange(0, 3), init=0)

        @action
        def add(s):
            """One more."""
            return s.set(level=s.level + 1)

        @invariant
        def small(s):
            return s.level >= 0

    system = trace(Counter)
    with pytest.raises(ModelError, match="out of its range after 3 steps"):
        ask(system, system.property("small"))


def test_a_range_that_only_unreachable_states_leave_is_shown_to_be_kept() -> None:
    class Even(Protocol):
        level = var(to=IntRange(0, 4), init=0)

        @action
        def up(s):
            require(s.level != 4)
            return s.set(level=s.level + 2)

        @invariant
        def low(s):
            return s.level <= 4

    system = trace(Even)
    first = ask(system, system.property("low"), k=1)
    assert first.verdict == "not inductive"
    assert first.counterexample is None
    assert "up may take a bounded integer out of its range" in (first.note or "")
    assert ask(system, system.property("low"), k=4).verdict == "inductive"


def test_no_time_is_unknown() -> None:
    system = voting(MAJORITY)
    scope = resolve(system, {"Replica": 4, "Value": 2})
    found = kinduction(system, system.property("agreement"), scope, timeout=0)
    assert (found.verdict, found.depth) == ("unknown", None)
    assert "stopped by time" in (found.note or "")


def test_a_plan_has_its_k_as_depth() -> None:
    assert (plan(4, Node=2).method, plan(4, Node=2).depth, plan(4, Node=2).sizes) == ("kinduction", 4, {"Node": 2})


def visited(world: Instance, system: System, claim: Property, limit: int) -> bool | None:
    """Whether some run violates the claim, by visiting every state; None where there are more than `limit`."""
    run, actions = Interpreter(world), system.enabled_for(claim.against)
    seen = {run.initial()}
    queue = list(seen)
    if violated(run, claim, queue[0]):
        return True
    for state in queue:
        for _, after in run.moves(state, actions):
            if violated(run, claim, after, state):
                return True
            if after not in seen:
                seen.add(after)
                queue.append(after)
        if len(queue) > limit:
            return None
    return False


def compare(system: System, claim: Property, sizes: dict[str, int], k: int) -> str:
    """The verdict, once a visit of all states agrees with it."""
    found = kinduction(system, claim, resolve(system, sizes), k)
    if found.verdict in ("inductive", "violated"):
        answers = [visited(world, system, claim, 500) for world in instances(system, resolve(system, sizes))]
        assert any(answers) == (found.verdict == "violated") or None in answers
    if found.verdict == "not inductive" and found.counterexample is not None:
        path = found.counterexample
        assert len(path.steps) == k
    return found.verdict


@settings(max_examples=20)
@given(systems(numbers=True), st.integers(1, 2), st.sampled_from(["never", "rest", "moved"]))
def test_inductive_is_exhausted_clean_and_violated_is_violated(system: System, nodes: int, id: str) -> None:
    assert compare(system, system.property(id), {"Node": nodes}, 6) != "unknown"


def small_machines(count: int) -> list[int]:
    """Numbers of random machines with few ways to fix their rigids."""
    found = []
    for seed in range(200):
        each = machine(seed)
        if len(instances(each.system, resolve(each.system, each.sizes))) <= 3:
            found.append(seed)
        if len(found) == count:
            break
    return found


def test_random_machines_with_all_of_the_language() -> None:
    verdicts = []
    for seed in small_machines(12):
        each = machine(seed)
        for id in ("invariant0", "quiescent1", "step2"):
            claim = replace(each.system.property(id), against=each.adversary)
            verdicts.append(compare(each.system, claim, each.sizes, 2))
    assert {"inductive", "violated", "not inductive"} <= set(verdicts)
