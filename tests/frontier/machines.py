"""Random small machines with several capabilities and a set of the corrupted, and what brute force says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from hypothesis import strategies as st

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State, violated
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.frontier import Strength
from meterproof.lang import (
    Protocol,
    Sort,
    System,
    action,
    exists,
    forall,
    invariant,
    leads_to,
    parameter,
    quiescent,
    require,
    rigid,
    step,
    trace,
    var,
)

Node = Sort("Node", "a machine in a network")
CAPABILITIES = ("A", "B", "C")
MARKS = ("p", "q", "r")


@dataclass(frozen=True)
class Marking:
    """An action that marks a node, under some condition on it; it may be the adversary's."""

    needs: str | None
    mark: str
    given: tuple[str, ...]
    bad: bool | None

    def declared(self, name: str) -> Any:
        def mark(s: Any, n: Node) -> Any:  # type: ignore[valid-type]
            for had in self.given:
                require(getattr(s, had)[n])
            if self.bad is not None:
                require(s.bad[n] if self.bad else ~s.bad[n])
            return s.set(**{self.mark: {n: True}})

        mark.__name__ = name
        return action(needs=self.needs)(mark)


markings = st.builds(
    Marking,
    st.sampled_from([None, *CAPABILITIES]),
    st.sampled_from(MARKS),
    st.lists(st.sampled_from(MARKS), max_size=2, unique=True).map(tuple),
    st.sampled_from([None, None, True, False]),
)


def machine(moves: tuple[Marking, ...]) -> System:
    """The machine with these moves, and with a property of every kind that can be broken."""
    body: dict[str, Any] = {
        "f": parameter(Node, default="0"),
        "bad": rigid(Node, at_most="f"),
        **{name: var(Node) for name in MARKS},
        "start": action(start),
        **{f"move{i}": move.declared(f"move{i}") for i, move in enumerate(moves)},
        "clean": invariant(lambda s: forall(Node, lambda n: s.bad[n] | ~(s.q[n] & s.r[n])), id="clean"),
        "few": invariant(lambda s: ~forall(Node, lambda n: s.q[n]), id="few"),
        "settled": quiescent(lambda s: exists(Node, lambda n: ~s.bad[n] & ~s.r[n]), id="settled"),
        "in_order": step(lambda s, t: forall(Node, lambda n: s.r[n] | ~t.r[n] | t.p[n]), id="in_order"),
        "answered": leads_to(
            lambda s: exists(Node, lambda n: s.q[n]),
            then=lambda s: exists(Node, lambda n: s.q[n] & ~s.r[n]), fair="start", id="answered",
        ),
    }  # fmt: skip
    return trace(type("Machine", (Protocol,), body))


def start(s: Any, n: Node) -> Any:  # type: ignore[valid-type]
    """{n} starts."""
    require(~s.bad[n])
    return s.set(p={n: True})


def strengths(system: System, size: int) -> Iterator[Strength]:
    """All adversaries of a machine with so many nodes."""
    there = sorted({a.needs for a in system.actions if a.needs is not None})
    for number in range(len(there) + 1):
        for capabilities in combinations(there, number):
            yield from (Strength.of(capabilities, {"bad": k}) for k in range(size + 1))


def broken(system: System, id: str, size: int, strength: Strength) -> bool:
    """Whether the adversary breaks the property, by visiting all states with each number of corruptions it may make."""
    return any(
        _shown(world, id, strength.capabilities)
        for k in range(strength.numbers.get("bad", 0) + 1)
        for world in instances(system, resolve(system, {"Node": size, "bad": k}))
    )


def _shown(world: Instance, id: str, capabilities: frozenset[str]) -> bool:
    interpreter, claim = Interpreter(world), world.system.property(id)
    actions = world.system.enabled_for(capabilities)
    queue: list[tuple[State, State | None]] = [(interpreter.initial(), None)]
    seen = {queue[0][0]}
    for state, before in queue:
        if violated(interpreter, claim, state, before):
            return True
        for _, after in interpreter.moves(state, actions):
            if claim.kind == "step" and violated(interpreter, claim, after, state):
                return True
            if after not in seen:
                seen.add(after)
                queue.append((after, state))
    return False
