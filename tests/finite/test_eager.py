"""An eager adversary gives the same verdicts as one that takes its time, or is refused with the reason.

What is taken as done must be what the adversary can always do: the laws are tried on random small systems, on the
voting machines of the study. What is refused, and with which words, is in `test_eager_refusals`.
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
    require,
    trace,
    var,
)
from meterproof.lang.system import Property
from properties.ordering import agreement_within_a_view, validity
from tests.finite.claiming import ADVERSARY, Base, Node
from tests.reference.variants import HARDENED


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


@pytest.mark.parametrize(
    ("guard", "admitted"),
    [
        (lambda s, a: ~s.bad[a] & ~s.claimed[a], True),
        (lambda s, a: s.bad[a] | ~s.claimed[a], True),
        (lambda s, a: ~(s.bad[a] | s.claimed[a]), True),
        (lambda s, a: ~(~s.bad[a] & s.claimed[a]), True),
        (lambda s, a: s.bad[a] & ~s.claimed[a], False),
        (lambda s, a: ~s.bad[a] | ~s.claimed[a], False),
        (lambda s, a: ~(s.bad[a] & s.claimed[a]), False),
    ],
)
def test_a_negation_does_no_harm_where_what_stands_beside_it_rules_a_claim_out(guard: Formula, admitted: bool) -> None:
    system = random_system([guard, LITERALS[1], LITERALS[1]], LITERALS[1], LITERALS[2])
    if admitted:
        compare(system, system.property("safe"), {"Node": 2})
    else:
        with pytest.raises(ModelError, match="a guard of see"):
            eager(system, system.property("safe"))
