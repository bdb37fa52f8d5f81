"""The plain interpreter on small examples whose every value can be worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, OutOfRange, State, Step, quiet, violated
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import (
    Enum,
    Expr,
    Formula,
    IntRange,
    Protocol,
    Sort,
    action,
    atleast,
    count,
    exists,
    forall,
    invariant,
    is_first,
    is_next,
    ite,
    lemma,
    parameter,
    quiescent,
    reachable,
    require,
    step,
    trace,
    var,
)

Node = Sort("Node")
Tick = Sort("Tick", ordered=True)
Phase = Enum("Phase", "idle", "busy", "gone")
NODES = 4


class Board(Protocol):
    """Nodes with a phase and a friend, who likes whom, and a level."""

    f = parameter(Node, default="floor((n-1)/3)")
    phase = var(Node, to=Phase, init=Phase.idle)
    friend = var(Node, to=Node, init=lambda s, n: n)
    likes = var(Node, Node)
    level = var(to=IntRange(-1, 2), init=0)

    @action
    def swap(s, a: Node, b: Node):
        require(a != b)
        return s.set(friend={a: s.friend[b], b: s.friend[a]})

    @action
    def follow(s, a: Node):
        require(s.friend[s.friend[a]] != a)
        return s.set(friend={a: s.friend[s.friend[a]]}, phase={s.friend[a]: Phase.busy})

    @action
    def spread(s):
        return s.set(likes=lambda a, b: s.likes[a, b] | s.likes[b, a], level=s.level + 1)

    @action(needs="NET")
    def cut(s, a: Node, p: Phase):
        require(s.phase[a] == Phase.busy)
        require(p == Phase.gone)
        return s.set(phase={a: p})


def board(**more: Any) -> tuple[Interpreter, State]:
    """The board with more declarations, four nodes and three ticks, and its initial state."""
    system = trace(type("Case", (Board,), more))
    sizes = {s.name: NODES if s == Node else 3 for s in system.sorts}
    [world] = instances(system, resolve(system, sizes))
    interpreter = Interpreter(world)
    return interpreter, interpreter.initial()


def put(interpreter: Interpreter, state: State, **values: tuple[int, ...]) -> State:
    """The state with some tables exchanged."""
    tables = list(state)
    for name, table in values.items():
        tables[interpreter.instance.position[name]] = table
    return tuple(tables)


def table(interpreter: Interpreter, state: State, name: str) -> tuple[int, ...]:
    return state[interpreter.instance.position[name]]


def say(formula: Any, **values: tuple[int, ...]) -> bool:
    """Whether the formula holds on a board with these tables."""

    @invariant
    def claim(s):
        return formula(s)

    interpreter, state = board(claim=claim)
    return interpreter.holds(interpreter.instance.system.property("claim").formula, put(interpreter, state, **values))


def act(state: dict[str, tuple[int, ...]], name: str, *params: int) -> tuple[Interpreter, State]:
    interpreter, initial = board()
    return interpreter, interpreter.apply(interpreter.action(name), params, put(interpreter, initial, **state))


def test_the_initial_state_is_every_variables_init_at_every_index() -> None:
    interpreter, state = board()
    assert {v.name: table(interpreter, state, v.name) for v in interpreter.instance.state_variables} == {
        "phase": (0, 0, 0, 0), "friend": (0, 1, 2, 3), "likes": (0,) * 16, "level": (0,),
    }  # fmt: skip


def test_updates_are_simultaneous_and_read_the_old_state() -> None:
    interpreter, after = act({"friend": (3, 2, 1, 0)}, "swap", 0, 1)
    assert table(interpreter, after, "friend") == (2, 3, 1, 0)
    interpreter, after = act({"friend": (1, 2, 3, 0)}, "follow", 0)
    assert table(interpreter, after, "friend") == (2, 2, 3, 0)
    assert table(interpreter, after, "phase") == (0, 1, 0, 0)


def test_a_pointwise_update_reads_the_old_state_at_every_index() -> None:
    likes = tuple(int((a, b) in {(0, 1), (1, 2)}) for a in range(4) for b in range(4))
    interpreter, after = act({"likes": likes}, "spread")
    liked = {(i // 4, i % 4) for i, value in enumerate(table(interpreter, after, "likes")) if value}
    assert liked == {(0, 1), (1, 0), (1, 2), (2, 1)}


def test_a_number_that_leaves_its_range_is_an_error_that_names_it() -> None:
    with pytest.raises(OutOfRange, match=r"level would become 3, outside -1\.\.2"):
        act({"level": (2,)}, "spread")


def test_moves_are_all_enabled_choices_in_order_with_their_outcomes() -> None:
    interpreter, state = board()
    state = put(interpreter, state, friend=(1, 2, 3, 0), phase=(1, 0, 1, 0))
    system = interpreter.instance.system
    moves = [s for s, _ in interpreter.moves(state, system.actions)]
    assert [s for s in moves if s.action == "follow"] == [Step("follow", (n,)) for n in range(4)]
    assert [s for s in moves if s.action == "swap"] == [
        Step("swap", (a, b)) for a in range(4) for b in range(4) if a != b
    ]
    assert [s for s in moves if s.action == "cut"] == [Step("cut", (0, 2)), Step("cut", (2, 2))]
    for move, after in interpreter.moves(state, system.actions):
        assert after == interpreter.apply(interpreter.action(move.action), move.params, state)


def test_the_first_guard_that_does_not_hold_is_named() -> None:
    interpreter, state = board()
    cut = interpreter.action("cut")
    assert interpreter.blocked_by(cut, (0, 2), state) == 0
    busy = put(interpreter, state, phase=(1, 0, 0, 0))
    assert interpreter.blocked_by(cut, (0, 1), busy) == 1
    assert interpreter.blocked_by(cut, (0, 2), busy) is None and interpreter.enabled(cut, (0, 2), busy)


def test_reads_may_nest() -> None:
    def chain(s: Any) -> Expr:
        return forall(Node, lambda n: s.phase[s.friend[s.friend[n]]] == Phase.busy)

    assert say(chain, friend=(1, 0, 1, 0), phase=(1, 1, 0, 0))
    assert not say(chain, friend=(1, 0, 1, 0), phase=(1, 0, 1, 1))


@pytest.mark.parametrize("busy", range(5))
def test_counts_and_thresholds(busy: int) -> None:
    phase = (1,) * busy + (0,) * (4 - busy)
    assert say(lambda s: count(Node, lambda n: s.phase[n] == Phase.busy) == busy, phase=phase)
    for least in range(6):
        assert say(lambda s, k=least: atleast(k, Node, lambda n: s.phase[n] == Phase.busy), phase=phase) == (
            busy >= least
        )
    quorum = Formula.parse("n-f")
    assert say(lambda s: atleast(quorum, Node, lambda n: s.phase[n] == Phase.busy), phase=phase) == (busy >= 3)


def test_counts_over_an_enum_and_arithmetic() -> None:
    present = (0, 0, 2, 2)
    assert say(lambda s: count(Phase, lambda p: exists(Node, lambda n: s.phase[n] == p)) == 2, phase=present)
    assert say(lambda s: s.level - 1 + count(Node, lambda n: s.phase[n] == Phase.gone) == 3, level=(2,), phase=present)
    assert say(lambda s: 3 - s.level == 4, level=(-1,))
    assert say(lambda s: (s.level <= 1) & (s.level >= 1) & ~(s.level < 1) & ~(s.level > 1), level=(1,))


def test_a_conditional_value() -> None:
    def chosen(s: Any) -> Expr:
        return forall(Node, lambda n: ite(s.phase[n] == Phase.idle, Phase.busy, s.phase[n]) == Phase.busy)

    assert say(chosen, phase=(0, 1, 0, 1))
    assert not say(chosen, phase=(0, 1, 2, 1))


def test_order_first_and_next_of_ticks() -> None:
    @invariant
    def claim(s):
        return forall(
            Tick, Tick, lambda a, b: is_next(a, b) == ((a < b) & ~exists(Tick, lambda c: (a < c) & (c < b)))
        ) & exists(Tick, lambda t: is_first(t) & forall(Tick, lambda u: t <= u))

    interpreter, state = board(claim=claim, mark=var(Tick))
    assert interpreter.holds(interpreter.instance.system.property("claim").formula, state)


def test_an_inner_variable_hides_an_outer_one_of_the_same_name() -> None:
    assert say(lambda s: forall(Node, lambda n: exists(Node, lambda n: s.phase[n] == Phase.gone)), phase=(0, 0, 0, 2))


@step
def only_forward(s, t):
    return forall(Node, lambda n: (s.phase[n] == t.phase[n]) | (t.phase[n] == Phase.busy))


def test_a_step_property_compares_two_states() -> None:
    interpreter, state = board(only_forward=only_forward)
    claim = interpreter.instance.system.property("only_forward")
    busy, gone = (put(interpreter, state, phase=(p, 0, 0, 0)) for p in (1, 2))
    assert interpreter.holds(claim.formula, state, busy) and not violated(interpreter, claim, busy, state)
    assert not interpreter.holds(claim.formula, state, gone) and violated(interpreter, claim, gone, state)
    assert not violated(interpreter, claim, gone)


def test_what_shows_that_a_property_fails_depends_on_its_kind() -> None:
    def nobody_gone(s: Any) -> Expr:
        return ~exists(Node, lambda n: s.phase[n] == Phase.gone)

    kinds = {"invariant": invariant, "lemma": lemma, "reachable": reachable, "quiescent": quiescent}
    claims = {kind: mark(id=kind)(lambda s: nobody_gone(s)) for kind, mark in kinds.items()}
    interpreter, state = board(**claims)
    system = interpreter.instance.system
    gone = put(interpreter, state, phase=(2, 0, 0, 0))
    assert [violated(interpreter, system.property(k), gone) for k in kinds] == [True, True, False, False]
    assert [violated(interpreter, system.property(k), state) for k in kinds] == [False, False, True, False]


def test_quiet_is_where_only_the_adversary_can_move() -> None:
    @quiescent
    def nobody_busy(s):
        return ~exists(Node, lambda n: s.phase[n] == Phase.busy)

    interpreter, state = board(nobody_busy=nobody_busy, swap=None, spread=None)
    claim = interpreter.instance.system.property("nobody_busy")
    moving = put(interpreter, state, friend=(1, 2, 0, 3), phase=(1, 0, 0, 0))
    resting = put(interpreter, state, phase=(1, 0, 0, 0))
    assert not quiet(interpreter, moving) and not violated(interpreter, claim, moving)
    assert quiet(interpreter, resting) and violated(interpreter, claim, resting)


def test_an_instance_names_its_values() -> None:
    interpreter, _ = board()
    world: Instance = interpreter.instance
    assert [world.element(world.system.variable(v).to, 1) for v in ("phase", "friend", "likes", "level")] == [
        "busy", "node1", "true", "1",
    ]  # fmt: skip
    assert world.cells(world.system.variable("likes"))[5] == (1, 1)
    assert world.offset(world.system.variable("likes"), (2, 3)) == 11
    assert list(world.values(IntRange(-1, 2))) == [-1, 0, 1, 2]
