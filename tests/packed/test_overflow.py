"""A packed move leaves the range of a bounded integer exactly where the interpreter says that it does."""

from __future__ import annotations

import numpy as np

from meterproof.finite.interpret import Interpreter, OutOfRange
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import IntRange, Protocol, Sort, action, require, trace, var
from meterproof.packed.compile import compile_instance
from meterproof.packed.program import ACCUMULATORS
from meterproof.packed.run import overflows

Account = Sort("Account")


class Bank(Protocol):
    """Nothing keeps an account from being overdrawn, or a bank from being full."""

    balance = var(Account, to=IntRange(-1, 2), init=0)

    @action
    def move(s, a: Account, b: Account):
        """One unit goes from {a} to {b}."""
        require(a != b)
        return s.set(balance={a: s.balance[a] - 1, b: s.balance[b] + 1})

    @action
    def clear(s, a: Account):
        """{a} is set back."""
        return s.set(balance={a: 0})


def test_in_every_state_and_for_every_move() -> None:
    system = trace(Bank)
    instance = instances(system, resolve(system, {"Account": 2}))[0]
    compiled = compile_instance(instance, system.actions, [])
    interpreter, acc = Interpreter(instance), np.zeros(ACCUMULATORS, dtype=np.int64)
    beyond = 0
    for state in (((a, b),) for a in range(-1, 3) for b in range(-1, 3)):
        words = np.array(compiled.layout.pack(state[0]), dtype=np.uint64).view(np.int64)
        for m, step in enumerate(compiled.steps):
            try:
                interpreter.apply(interpreter.action(step.action), step.params, state)
                inside = True
            except OutOfRange:
                inside = False
            assert bool(overflows(compiled.tables, m, words, acc)) != inside
            beyond += not inside
    assert beyond
