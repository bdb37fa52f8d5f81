"""z3 takes Ctrl-C for itself; it ends the whole proof all the same, and is not taken for the end of the time."""

from __future__ import annotations

import os
import signal
import threading

import pytest
import z3

from meterproof.prove.clock import heed_interrupt
from meterproof.prove.obligations import Obligation
from meterproof.prove.solvers import Z3

HOLES = 11


def pigeons() -> z3.BoolRef:
    """That one pigeon more than there are holes finds no room: true, and far too much for the time of a test."""
    sits = [[z3.Bool(f"sits_{p}_{h}") for h in range(HOLES)] for p in range(HOLES + 1)]
    housed = z3.And([z3.Or(row) for row in sits])
    shared = z3.Or([z3.And(a[h], b[h]) for a in sits for b in sits if a is not b for h in range(HOLES)])
    return z3.Implies(housed, shared)


def asked(seconds: float) -> str:
    """What comes of the question."""
    kind = "consecution"
    return Z3(0).ask(Obligation("pigeons", kind, "pigeons", None, (), pigeons()), seconds).reason


def test_an_interrupt_ends_the_question() -> None:
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        asked(120.0)
    timer.join()


def test_time_that_is_over_is_no_interrupt() -> None:
    assert asked(0.3) == "time: 0.3 s"


@pytest.mark.parametrize(("reason", "spent"), [("canceled", 59.5), ("timeout", 1.0), ("(incomplete quantifiers)", 1.0)])
def test_only_a_cancellation_before_its_time_is_an_interrupt(reason: str, spent: float) -> None:
    heed_interrupt(reason, spent, 60.0)
    with pytest.raises(KeyboardInterrupt):
        heed_interrupt("canceled", 1.0, 60.0)
