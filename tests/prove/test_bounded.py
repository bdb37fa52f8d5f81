"""Bounded checking in a finite scope: shortest traces, honest depths, and agreement with a plain search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.errors import ModelError
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import (
    Enum,
    Expr,
    IntRange,
    Protocol,
    Sort,
    System,
    action,
    atleast,
    count,
    exists,
    forall,
    invariant,
    ite,
    leads_to,
    quiescent,
    reachable,
    require,
    rigid,
    step,
    trace,
    var,
)
from meterproof.lang.system import Update
from meterproof.prove import bounded, prove
from meterproof.prove.clock import Clock, OutOfTime
from meterproof.prove.unroll import Relation
from meterproof.traces.trace import rerun
from tests.prove.protocols import Chores, Log, shortest, voting

Node = Sort("Node")
Mood = Enum("Mood", "calm", "busy", "done")


@pytest.mark.parametrize("managers", [1, 2, 3])
def test_two_phase_commit_has_no_short_violation_and_a_shortest_commit(managers: int) -> None:
    system = trace(TwoPhaseCommit)
    scope = resolve(system, {"RM": managers})
    safe = bounded(system, system.property("consistent"), scope, 6)
    assert (safe.verdict, safe.depth, safe.scope) == ("bounded", 6, {"RM": managers})
    shown = bounded(system, system.property("all_commit"), scope, 12)
    assert (shown.verdict, shown.depth) == ("bounded", 3 * managers + 1)
    assert shown.trace is not None
    assert rerun(shown.trace.instance, shown.trace.steps, system.property("all_commit")) == shown.trace


def test_a_witness_that_needs_more_steps_is_unknown() -> None:
    system = trace(TwoPhaseCommit)
    attempt = bounded(system, system.property("all_commit"), resolve(system, {"RM": 2}), 6)
    assert (attempt.verdict, attempt.depth, attempt.trace) == ("unknown", 6, None)
    assert "no run of at most 6 steps" in (attempt.note or "")


@pytest.mark.parametrize(
    ("quorum", "sizes", "depth"),
    [
        ("floor((n+f)/2)+1", {"Replica": 5, "faulty": 1}, None),
        ("floor((n+f)/2)+1", {"Replica": 6, "faulty": 2, "f": 1}, 6),
        ("2*f+1", {"Replica": 4, "faulty": 1}, None),
        ("2*f+1", {"Replica": 5, "faulty": 1}, 6),
        ("2*f+1", {"Replica": 5, "faulty": 0, "f": 0}, 4),
        ("1", {"Replica": 4, "faulty": 1}, 2),
    ],
)
def test_thresholds_count_and_the_number_of_faulty_is_apart_from_the_design_bound(
    quorum: str, sizes: dict[str, int], depth: int | None
) -> None:
    system = voting(quorum)
    found = bounded(system, system.property("agreement"), resolve(system, {"Value": 2, **sizes}), 6)
    assert (found.verdict, found.depth) == (("bounded", 6) if depth is None else ("violated", depth))


def test_quiescent_step_and_order_in_a_scope() -> None:
    chores, log = trace(Chores), trace(Log)
    scope = resolve(chores, {"Node": 3})
    verdicts = {
        id: bounded(chores, chores.property(id), scope, 4)
        for id in ("all_done", "all_done_under_attack", "kept", "kept_for_ever")
    }
    assert {id: (e.verdict, e.depth) for id, e in verdicts.items()} == {
        "all_done": ("bounded", 4),
        "all_done_under_attack": ("violated", 3),
        "kept": ("bounded", 4),
        "kept_for_ever": ("violated", 2),
    }
    assert bounded(log, log.property("no_gap"), resolve(log, {"Height": 4}), 5).verdict == "bounded"


def test_the_witness_is_looked_for_on_the_way_and_not_to_find_it_is_not_vacuous() -> None:
    system = trace(TwoPhaseCommit)
    claim, scope = system.property("consistent"), resolve(system, {"RM": 2})
    near, far = (bounded(system, claim, scope, depth) for depth in (5, 6))
    assert (near.verdict, near.witness, near.vacuous) == ("bounded", None, False)
    assert near.note == "no run of at most 5 steps reaches its witness"
    assert (far.verdict, far.vacuous, far.note) == ("bounded", False, None)
    assert far.witness is not None
    assert far.witness == rerun(far.witness.instance, far.witness.steps, claim.as_witness())
    assert len(far.witness.steps) == 6


class Impatient(Clock):
    """A clock that runs out when it is looked at for the last time."""

    def __init__(self, looks: int) -> None:
        super().__init__(60)
        self.looks = looks

    def check(self) -> None:
        self.looks -= 1
        if self.looks <= 0:
            raise OutOfTime


@pytest.mark.parametrize("looks", [1, 2, 10, 50])
def test_time_that_runs_out_while_grounding_ends_it(looks: int) -> None:
    system = voting("2*f+1")
    [world] = instances(system, resolve(system, {"Replica": 4, "Value": 2}))
    clock = Impatient(looks)
    with pytest.raises(OutOfTime):
        Relation(world, system.actions, clock).sought(system.property("agreement"))
    assert clock.looks == 0


def test_leads_to_is_not_run() -> None:
    class Lamp(Protocol):
        on = var()

        @action
        def press(s):
            return s.set(on=~s.on)

        @leads_to(then=lambda s: s.on, fair="press")
        def lights(s):
            return ~s.on

    system = trace(Lamp)
    assert bounded(system, system.property("lights"), resolve(system, {}), 2).verdict == "not run"


def test_no_time_is_unknown_and_says_what_was_covered() -> None:
    system = voting("2*f+1")
    attempt = bounded(system, system.property("agreement"), resolve(system, {"Replica": 4, "Value": 2}), 6, timeout=0)
    assert (attempt.verdict, attempt.depth) == ("unknown", None)
    assert "time" in (attempt.note or "")


def test_a_bounded_integer_that_leaves_its_range_is_a_model_error() -> None:
    class Counter(Protocol):
        level = var(to=IntRange(0, 2), init=0)

        @action
        def add(s):
            """One more."""
            return s.set(level=s.level)

        @invariant
        def small(s):
            return s.level >= 0

    system = trace(Counter)
    read = system.actions[0].updates[0].cells[0][1]
    more = Update("level", cells=(((), read + 1),))
    system = replace(system, actions=(replace(system.actions[0], updates=(more,)),))
    assert bounded(system, system.property("small"), resolve(system, {}), 2).verdict == "bounded"
    with pytest.raises(ModelError, match="out of its range after 2 steps"):
        bounded(system, system.property("small"), resolve(system, {}), 3)


def test_the_same_question_has_the_same_trace() -> None:
    system = voting("2*f+1")
    scope = resolve(system, {"Replica": 5, "Value": 2})
    first, second = (bounded(system, system.property("agreement"), scope, 6, seed=3).trace for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.steps == second.steps


# Random systems: formulas are trees of tuples, so that Hypothesis can shrink them; `say` makes them expressions.

Tree = tuple[Any, ...]
WORDS = ("flag", "linked", "chosen", "mood", "all", "some", "two")
NUMBERS = ("level", "count", "least")


def trees(words: tuple[str, ...]) -> st.SearchStrategy[Tree]:
    leaf = st.tuples(st.sampled_from(words), st.integers(0, 2))
    return st.recursive(
        leaf,
        lambda t: st.tuples(st.sampled_from(["and", "or"]), t, t) | st.tuples(st.just("not"), t),
        max_leaves=4,
    )


def say(tree: Tree, s: Any, n: Any) -> Expr:
    match tree:
        case ("and", a, b):
            return say(a, s, n) & say(b, s, n)
        case ("or", a, b):
            return say(a, s, n) | say(b, s, n)
        case ("not", a):
            return ~say(a, s, n)
    word, k = tree
    plain = {
        "flag": lambda: s.flag[n],
        "linked": lambda: s.flag[s.friend[n]],
        "chosen": lambda: s.leader == n,
        "mood": lambda: s.mood == (Mood.calm, Mood.busy, Mood.done)[k],
        "all": lambda: forall(Node, lambda m: s.flag[m] | (m == n)),
        "some": lambda: exists(Node, lambda m: s.flag[m] & (s.friend[m] == n)),
        "two": lambda: atleast(k, Node, lambda m: s.flag[m] | (s.leader == m)),
        "level": lambda: s.level[n] < k,
        "count": lambda: count(Node, lambda m: s.flag[m]) < s.level[n],
        "least": lambda: s.level[n] + s.level[s.leader] < 3,
    }
    result: Expr = plain[word]()
    return result


@st.composite
def systems(draw: st.DrawFn, numbers: bool) -> System:
    """Three actions over a few variables, with random guards, updates and properties."""
    words = WORDS + NUMBERS if numbers else WORDS
    guards = [draw(trees(words)) for _ in range(3)]
    flag, mood, each = draw(trees(words)), draw(trees(words)), draw(trees(words))
    bad, after, target = draw(trees(words)), draw(trees(words)), draw(trees(words))
    always = draw(st.sampled_from([forall, exists]))

    class Machine(Protocol):
        friend = rigid(Node, to=Node)
        leader = rigid(to=Node)
        flag = var(Node, init=lambda s, n: s.leader == n)
        mood = var(to=Mood, init=Mood.calm)

        @action
        def move(s, n: Node):
            require(say(guards[0], s, n))
            return s.set(flag={n: say(flag, s, n)}, mood=ite(say(mood, s, n), Mood.busy, s.mood))

        @action
        def sweep(s, n: Node):
            require(say(guards[1], s, n))
            return s.set(flag=lambda m: say(each, s, m) & (m != n), mood=Mood.done)

        @invariant
        def never(s):
            return always(Node, lambda n: say(bad, s, n))

        @quiescent
        def rest(s):
            return always(Node, lambda n: say(bad, s, n))

        @reachable
        def reached(s):
            return forall(Node, lambda n: say(target, s, n))

        @step
        def moved(s, t):
            return always(Node, lambda n: ~say(bad, s, n) | say(after, t, n))

    class Numbered(Machine):
        level = var(Node, to=IntRange(0, 2), init=0)

        @action
        def lift(s, n: Node):
            require(say(guards[2], s, n))
            return s.set(level={s.friend[n]: ite(s.level[n] == 1, 2, ite(s.level[n] == 0, 1, s.level[n]))})

    return trace(Numbered if numbers else Machine)


@settings(max_examples=40, deadline=None)
@given(systems(numbers=True), st.integers(1, 3), st.sampled_from(["never", "rest", "reached", "moved"]))
def test_bounded_checking_and_breadth_first_search_find_the_same_shortest_run(
    system: System, nodes: int, id: str
) -> None:
    claim, depth = system.property(id), 4
    expected = shortest(system, claim, {"Node": nodes}, depth)
    found = bounded(system, claim, resolve(system, {"Node": nodes}), depth)
    assert (found.trace is None) == (expected is None)
    assert found.depth == (depth if expected is None else expected)
    if found.trace is not None:
        assert len(found.trace.steps) == expected


@settings(max_examples=50, deadline=None)
@given(systems(numbers=False), st.sampled_from(["never", "moved"]))
def test_nothing_that_is_proved_for_every_size_fails_in_a_small_scope(system: System, id: str) -> None:
    claim = system.property(id)
    proof = prove(system, claim, timeout=0.5)
    if proof.verdict == "proved":
        assert all(shortest(system, claim, {"Node": n}, 5) is None for n in (1, 2, 3))
