"""An eager adversary gives the same verdicts as one that takes its time, or is refused with the reason.

What is taken as done must be what the adversary can always do: the laws are tried on random small systems, on the
voting machines of the study, and on systems of which each breaks one condition.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.errors import ModelError
from meterproof.finite.eager import eager
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State, violated
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import (
    Expr,
    Protocol,
    Sort,
    System,
    action,
    adding,
    atleast,
    count,
    exists,
    forall,
    implies,
    invariant,
    ite,
    quiescent,
    reachable,
    require,
    rigid,
    trace,
    var,
)
from meterproof.lang.system import Property
from properties.ordering import agreement_within_a_view, validity
from tests.reference.variants import HARDENED

Node = Sort("Node")
ADVERSARY = "ADVERSARY"


class Base(Protocol):
    """Bad nodes may claim at any time; what good nodes do depends on it."""

    bad = rigid(Node)
    claimed = var(Node)
    seen = var(Node)
    done = var(Node)

    @action(needs=ADVERSARY)
    def claim(s, a: Node):  # type: ignore[no-untyped-def]
        """The bad {a} claims."""
        require(s.bad[a] & ~s.claimed[a])
        return s.set(claimed={a: True})


def reached(instance: Instance, claim: Property, capabilities: frozenset[str]) -> tuple[bool, int]:
    """Whether some reachable state shows what the claim forbids, and how many states there are, by plain search."""
    interpreter = Interpreter(instance)
    actions = instance.system.enabled_for(capabilities)
    seen: set[State] = {interpreter.initial()}
    queue = list(seen)
    for state in queue:
        for _, after in interpreter.moves(state, actions):
            if after not in seen:
                seen.add(after)
                queue.append(after)
    return any(violated(interpreter, claim, state) for state in seen), len(seen)


def compare(system: System, claim: Property, sizes: dict[str, int]) -> int:
    """Hold the eager system against the plain one in every world; how many states were saved."""
    quick = eager(system, claim)
    saved = 0
    for world in instances(system, resolve(system, sizes)):
        quick.prefix(world)
        plain, states = reached(world, claim, claim.against)
        found, fewer = reached(Instance(quick.system, world.scope, world.rigid), claim, claim.against)
        assert found == plain and fewer <= states
        saved += states - fewer
    return saved


Formula = Callable[[Any, Expr], Expr]

LITERALS: list[Formula] = [
    lambda s, a: s.claimed[a], lambda s, a: s.seen[a], lambda s, a: s.done[a], lambda s, a: s.bad[a],
    lambda s, a: ~s.seen[a], lambda s, a: ~s.done[a], lambda s, a: ~s.bad[a],
    lambda s, a: ~s.bad[a] & ~s.claimed[a], lambda s, a: s.bad[a] | s.claimed[a], lambda s, a: ~s.claimed[a],
]  # fmt: skip
CLOSURES: list[Callable[[Formula], Formula]] = [
    lambda f: f,
    lambda f: lambda s, a: exists(Node, lambda b: f(s, b)),
    lambda f: lambda s, a: forall(Node, lambda b: f(s, b)),
    lambda f: lambda s, a: atleast(2, Node, lambda b: f(s, b)),
    lambda f: lambda s, a: ~f(s, a),
    lambda f: lambda s, a: implies(~s.bad[a], f(s, a)),
    lambda f: lambda s, a: ite(f(s, a), s.seen[a], s.done[a]),
    lambda f: lambda s, a: count(Node, lambda b: f(s, b)) < 2,
]
LEAVES = st.builds(lambda close, f: close(f), st.sampled_from(CLOSURES), st.sampled_from(LITERALS))
FORMULAS: st.SearchStrategy[Formula] = st.one_of(
    LEAVES,
    st.builds(lambda f, g: lambda s, a: f(s, a) & g(s, a), LEAVES, LEAVES),
    st.builds(lambda f, g: lambda s, a: f(s, a) | g(s, a), LEAVES, LEAVES),
)


def random_system(guards: list[Formula], value: Formula, forbidden: Formula) -> System:
    class Random(Base):
        @action
        def see(s, a: Node):  # type: ignore[no-untyped-def]
            require(guards[0](s, a))
            return s.set(seen={a: True})

        @action
        def finish(s, a: Node):  # type: ignore[no-untyped-def]
            require(guards[1](s, a))
            return s.set(done=lambda b: ite(b == a, value(s, b), s.done[b]))

        @action
        def join(s, a: Node):  # type: ignore[no-untyped-def]
            require(~s.bad[a] & guards[2](s, a))
            return s.set(claimed={a: True})

        @invariant(against=ADVERSARY)
        def safe(s):  # type: ignore[no-untyped-def]
            return forall(Node, lambda a: ~forbidden(s, a))

    return trace(Random)


@settings(max_examples=80)
@given(st.lists(FORMULAS, min_size=3, max_size=3), FORMULAS, FORMULAS)
def test_on_random_systems_it_agrees_with_plain_search_or_is_refused(
    guards: list[Formula], value: Formula, forbidden: Formula
) -> None:
    try:
        system = random_system(guards, value, forbidden)
        claim = system.property("safe")
        eager(system, claim)
    except ModelError:
        return
    compare(system, claim, {"Node": 3})


def test_random_systems_are_often_admitted_and_often_refused() -> None:
    """Else the law above would say little."""
    admitted = 0
    for literal in LITERALS:
        system = random_system([literal, literal, literal], LITERALS[1], LITERALS[2])
        try:
            assert compare(system, system.property("safe"), {"Node": 3}) > 0
            admitted += 1
        except ModelError as error:
            assert "more members: claimed[a]" in error.message
    assert admitted == len(LITERALS) - 1


@pytest.mark.parametrize("claim", [agreement_within_a_view, validity], ids=lambda p: p.id)
@pytest.mark.parametrize("changes", [{}, {"vote_once": False}], ids=str)
def test_on_one_view_of_the_ordering_service_it_agrees(claim: Any, changes: dict[str, object]) -> None:
    assert claim.of is not None
    names = claim.of.rule_schema()
    rules = names.read({**{n: v for n, v in HARDENED.items() if n in names}, "resilience": "1", **changes})
    system = trace(claim.of, rules, [claim])
    sizes = {"Replica": 3, "Block": 2, "f": 1, "faulty": 1}
    assert compare(system, system.property(claim.id), sizes) > 0


def test_members_that_several_actions_add_are_all_there_from_the_start() -> None:
    class Both(Base):
        sets = var(Node, Node)

        @action(needs=ADVERSARY)
        def spread(s, a: Node, b: Node):  # type: ignore[no-untyped-def]
            require(s.bad[a] & ~s.claimed[b])
            return s.set(claimed={b: True}, sets=adding(lambda x, y: (x == a) | (s.bad[y] & (b == y))))

        @invariant(against=ADVERSARY)
        def safe(s):  # type: ignore[no-untyped-def]
            return ~exists(Node, lambda a: s.claimed[a] & ~s.done[a] & ~s.bad[a])

    system = trace(Both)
    claim = system.property("safe")
    quick = eager(system, claim)
    assert [a.name for a in quick.done] == ["claim", "spread"] and not quick.system.actions
    two = next(w for w in instances(system, resolve(system, {"Node": 2})) if sum(w.rigids["bad"]) == 1)
    claimed, *_ = Interpreter(Instance(quick.system, two.scope, two.rigid)).initial()
    assert claimed == (1, 1)


def _refusal(system: System, id: str = "safe") -> ModelError:
    with pytest.raises(ModelError) as raised:
        eager(system, system.property(id))
    return raised.value


def test_a_guard_that_a_claim_makes_false_is_named_with_its_line() -> None:
    class Hurt(Base):
        @action
        def finish(s, a: Node):  # type: ignore[no-untyped-def]
            require(s.seen[a])
            require(~exists(Node, lambda b: s.claimed[b]))
            return s.set(done={a: True})

        @invariant(against=ADVERSARY)
        def safe(s):  # type: ignore[no-untyped-def]
            return forall(Node, lambda a: ~s.done[a])

    system = trace(Hurt)
    error = _refusal(system)
    assert error.message == "a guard of finish could be made false by more members: claimed[b]"
    assert error.line == system.actions[1].guards[1].line and error.file == __file__


def test_a_property_that_claims_make_true_is_named() -> None:
    class Hidden(Base):
        @invariant(against=ADVERSARY)
        def safe(s):  # type: ignore[no-untyped-def]
            return exists(Node, lambda a: s.claimed[a])

    assert _refusal(trace(Hidden)).message == "safe could be hidden by more members: claimed[a]"


def test_an_update_that_depends_on_claims_or_takes_them_away_is_refused() -> None:
    class Copied(Base):
        @action
        def copy(s, a: Node):  # type: ignore[no-untyped-def]
            return s.set(done={a: s.claimed[a]})

        @action
        def clear(s, a: Node):  # type: ignore[no-untyped-def]
            return s.set(claimed={a: False})

        @invariant(against=ADVERSARY)
        def safe(s):  # type: ignore[no-untyped-def]
            return forall(Node, lambda a: ~s.done[a])

    assert _refusal(trace(Copied)).message == "what copy does to done could be changed by more members: claimed[a]"

    class Cleared(Base):
        clear = Copied.__dict__["clear"]
        safe = Copied.__dict__["safe"]

    assert "clear may take members from claimed" in _refusal(trace(Cleared)).message


def test_what_the_adversary_leaves_undone_matters_to_quiet_states() -> None:
    class Quiet(Base):
        @quiescent(against=ADVERSARY)
        def safe(s):  # type: ignore[no-untyped-def]
            return forall(Node, lambda a: s.done[a])

    assert "quiescent property" in _refusal(trace(Quiet)).message


def test_without_an_action_that_can_always_be_taken_there_is_nothing_to_do_at_the_start() -> None:
    class Waiting(Protocol):
        bad = rigid(Node)
        seen = var(Node)
        claimed = var(Node)

        @action(needs=ADVERSARY)
        def claim(s, a: Node):  # type: ignore[no-untyped-def]
            require(s.bad[a] & s.seen[a])
            return s.set(claimed={a: True})

        @reachable(against=ADVERSARY)
        def goal(s):  # type: ignore[no-untyped-def]
            return exists(Node, lambda a: s.claimed[a])

    assert "no action of the adversary of goal can always be taken" in _refusal(trace(Waiting), "goal").message


def test_moves_that_exclude_each_other_can_not_all_be_taken_at_the_start() -> None:
    """By the form of its guards each of the two is only `not yet done`; the run to the start is what tells."""

    class Either(Base):
        other = var(Node)

        @action(needs=ADVERSARY)
        def differ(s, a: Node):  # type: ignore[no-untyped-def]
            require(s.bad[a] & ~s.claimed[a] & ~s.other[a])
            return s.set(other={a: True}, claimed=adding(lambda b: b == a))

        @invariant(against=ADVERSARY)
        def safe(s):  # type: ignore[no-untyped-def]
            return ~exists(Node, lambda a: s.other[a])

    system = trace(Either)
    quick = eager(system, system.property("safe"))
    world = next(w for w in instances(system, resolve(system, {"Node": 1})) if w.rigids["bad"] == (1,))
    with pytest.raises(ModelError, match="claim, differ can't all be taken at the start"):
        quick.prefix(world)
