"""Representatives are exact also where a state, or what it says of one individual, takes more than a word."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State
from meterproof.finite.scope import resolve
from meterproof.finite.symmetry import Class, interchangeable
from meterproof.finite.worlds import instances
from meterproof.lang import Protocol, Sort, action, trace, var
from meterproof.packed.canonical import canonical
from meterproof.packed.compile import Compiled, compile_instance
from tests.packed.orbits import orbit

Node = Sort("Node")
Moment = Sort("Moment", ordered=True)


class Pointers(Protocol):
    """Each node trusts one; what it trusts is renamed with the nodes. The long log puts that into a later word."""

    log = var(Moment)
    trusts = var(Node, to=Node, init=lambda s, n: n)

    @action
    def trust(s, a: Node, b: Node):
        """{a} trusts {b}."""
        return s.set(trusts={a: b})


class Diaries(Protocol):
    """Of each node more is said than a word has bits."""

    awake = var(Node, Moment)
    asleep = var(Node, Moment)

    @action
    def wake(s, a: Node, m: Moment):
        """{a} is awake at {m}."""
        return s.set(awake={(a, m): True})


def world(protocol: type[Protocol], **sizes: int) -> tuple[Compiled, tuple[Class, ...]]:
    system = trace(protocol)
    instance = instances(system, resolve(system, sizes))[0]
    classes = interchangeable(instance)
    return compile_instance(instance, system.actions, [], classes=classes), classes


def drawn(instance: Instance, dice: Random, likely: float) -> State:
    """A state whose cells are drawn by themselves, most of them the first value if `likely` is high."""
    return tuple(
        tuple(0 if dice.random() < likely else dice.choice(instance.values(v.to)) for _ in instance.cells(v))
        for v in instance.state_variables
    )


def representative(compiled: Compiled, state: State) -> tuple[int, ...]:
    words = compiled.layout.pack([value for table in state for value in table])
    packed = np.array(words, dtype=np.uint64).view(np.int64)
    canonical(compiled.tables.orbits, packed, 0, len(packed))
    return tuple(packed.tolist())


@pytest.mark.parametrize(
    ("protocol", "sizes"),
    [
        (Pointers, {"Node": 4, "Moment": 64}),
        (Pointers, {"Node": 3, "Moment": 61}),
        (Diaries, {"Node": 3, "Moment": 40}),
    ],
)
def test_two_states_have_one_representative_exactly_when_an_exchange_maps_one_to_the_other(
    protocol: type[Protocol], sizes: dict[str, int]
) -> None:
    compiled, classes = world(protocol, **sizes)
    assert compiled.layout.words > 1
    dice = Random(1)
    found: dict[tuple[int, ...], frozenset[State]] = {}
    for likely in (0.0, 0.5, 0.9, 0.99):
        for _ in range(25):
            state = drawn(compiled.instance, dice, likely)
            mine = frozenset(orbit(compiled.instance, classes, state))
            representatives = {representative(compiled, other) for other in mine}
            assert len(representatives) == 1
            [one] = representatives
            assert compiled.state(one) in mine
            assert found.setdefault(one, mine) == mine
