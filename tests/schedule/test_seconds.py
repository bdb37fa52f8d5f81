"""The seconds of an evidence lie between nothing and what passed on the clock meanwhile."""

from __future__ import annotations

from time import perf_counter

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.finite.scope import resolve
from meterproof.lang import trace
from meterproof.schedule import schedule


def test_a_schedule_takes_no_longer_than_its_call() -> None:
    system = trace(TwoPhaseCommit)
    begun = perf_counter()
    found = schedule(system, system.property("consistent"), resolve(system, {"RM": 2}), schedules=20, steps=10)
    assert 0 < found.seconds <= perf_counter() - begun
