"""Connectives simplify while they are built; what is left means what the truth table says."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import Enum, IntRange, Protocol, implies, invariant, ite, trace, var

Phase = Enum("Phase", "idle", "busy")


class Bits(Protocol):
    """Three truth values that any connective can be tried on."""

    a, b, c = var(), var(), var()


CONNECTIVES: dict[str, tuple[Callable[..., Any], Callable[..., bool]]] = {
    "and": (lambda a, b, c: a & b, lambda a, b, c: a and b),
    "or": (lambda a, b, c: a | b | c, lambda a, b, c: a or b or c),
    "not": (lambda a, b, c: ~(a & ~b), lambda a, b, c: not (a and not b)),
    "implies": (lambda a, b, c: implies(a, b), lambda a, b, c: not a or b),
    "implies, to the right": (lambda a, b, c: implies(a, implies(b, c)), lambda a, b, c: not (a and b) or c),
    "equal": (lambda a, b, c: a == b, lambda a, b, c: a == b),
    "different": (lambda a, b, c: a != (b & c), lambda a, b, c: a != (b and c)),
    "equal to True": (lambda a, b, c: a == True, lambda a, b, c: a),  # noqa: E712
    "equal to False": (lambda a, b, c: (b & ~b) == a, lambda a, b, c: not a),
    "ite": (lambda a, b, c: ite(a, b, c), lambda a, b, c: b if a else c),
    "ite with literals": (lambda a, b, c: ite(a, False, b), lambda a, b, c: not a and b),
    "ite of a literal": (lambda a, b, c: ite(False, a, b) & ite(True, c, a), lambda a, b, c: b and c),
    "ite between enums": (
        lambda a, b, c: ite(a, ite(b, Phase.idle, Phase.busy), Phase.busy) == Phase.busy,
        lambda a, b, c: not (a and b),
    ),
    "contradiction": (lambda a, b, c: a & b & ~a, lambda a, b, c: False),
    "excluded middle": (lambda a, b, c: a | b | ~a, lambda a, b, c: True),
    "literals on the left": (lambda a, b, c: (True & a) | (False | b), lambda a, b, c: a or b),
}


@pytest.mark.parametrize(("said", "meant"), CONNECTIVES.values(), ids=CONNECTIVES)
def test_connectives_mean_what_their_truth_tables_say(said: Callable[..., Any], meant: Callable[..., bool]) -> None:
    @invariant
    def claim(s):
        return said(s.a, s.b, s.c)

    system = trace(type("Case", (Bits,), {"claim": claim}))
    [world] = instances(system, resolve(system, {}))
    for bits in product((False, True), repeat=3):
        state = tuple((int(bit),) for bit in bits)
        assert Interpreter(world).holds(system.property("claim").formula, state) == meant(*bits)


@pytest.mark.parametrize(("left", "right"), list(product(range(3), repeat=2)))
def test_numbers_known_while_tracing_compare_as_numbers_whatever_their_ranges(left: int, right: int) -> None:
    class Known(Protocol):
        low = var(to=IntRange(0, 2), init=0)
        wide = var(to=IntRange(-5, 5), init=0)

        @invariant
        def claim(s):
            a, b = ite(True, left, s.low), ite(True, right, s.wide)
            return ((a == b) == (left == right)) & ((a < b) == (left < right)) & ((a >= b) == (left >= right))

    assert repr(trace(Known).property("claim").formula) == "True"
