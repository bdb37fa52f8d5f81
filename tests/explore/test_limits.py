"""However a search is cut into batches and whatever ends it early, what it says of what it has done is exact."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.errors import ModelError
from meterproof.explore import arrays, explorer
from meterproof.explore.explorer import Interrupted, Limits, Progress, Search, explore
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import trace
from tests.explore.machines import Machine, machine

SYSTEM = trace(TwoPhaseCommit)
MOVES_OF_FIVE = 2 + 5 * 5
"""Moves of two-phase commit with five managers: none of its states has more successors."""


def commit(size: int, *claims: str, limits: Limits | None = None, report: Any = None) -> Search:
    [instance] = instances(SYSTEM, resolve(SYSTEM, {"RM": size}))
    return explore(instance, SYSTEM.actions, [SYSTEM.property(c) for c in claims], limits, report)


def told(made: Machine) -> Any:
    """All that a search of a machine says, but for what depends on the clock and on the sizes of arrays."""
    try:
        search = explore(made.worlds[0], made.system.enabled_for(made.adversary), made.system.properties)
    except ModelError as error:
        return str(error)
    steps = [t and t.steps for t in (*search.traces, search.deadlock)]
    return replace(search, seconds=0.0, memory=0, traces=(), deadlock=None), steps


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.sampled_from(["padded", "haunted", "sums"]), st.integers(1, 9))
def test_how_a_search_is_cut_into_batches_makes_no_difference(seed: int, kind: str, rows: int) -> None:
    made = machine(seed, **{kind: True})
    at_once = told(made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "BATCH_ROWS", rows)
        patch.setattr(arrays, "BATCH_WORDS", 1)
        patch.setattr(arrays, "RECENT", 1)
        patch.setattr(explorer, "FIRST_CHUNK", 1)
        assert told(made) == at_once


@pytest.mark.parametrize("most", [1, 2, 100, 1_000, 4_000, 8_831])
def test_a_search_ends_behind_the_state_whose_successors_are_too_many(most: int) -> None:
    search = commit(5, "consistent", limits=Limits(states=most))
    assert (search.complete, search.stopped) == (False, f"memory: {most:,} states")
    assert most < search.states <= most + MOVES_OF_FIVE
    assert search.generated == 1 + sum(search.taken.values())


def test_as_many_states_as_there_are_is_enough() -> None:
    search = commit(5, "consistent", limits=Limits(states=8_832))
    assert (search.complete, search.stopped, search.states, search.generated) == (True, None, 8_832, 58_146)


@pytest.mark.parametrize("mebibytes", [1, 2, 5])
def test_memory_is_never_more_than_was_granted(mebibytes: int) -> None:
    search = commit(7, "consistent", limits=Limits(memory=mebibytes << 20))
    assert (search.complete, search.stopped) == (False, f"memory: {mebibytes} MiB")
    assert search.memory <= mebibytes << 20
    assert 10_000 * mebibytes < search.states < 296_448
    assert search.generated == 1 + sum(search.taken.values())


def test_memory_that_is_enough_is_no_limit() -> None:
    search = commit(7, "consistent", limits=Limits(memory=64 << 20))
    assert (search.complete, search.states, search.generated) == (True, 296_448, 2_744_706)
    assert 16 < search.bytes_per_state == search.memory / search.states < 64


def test_a_machine_without_memory_ends_the_search_and_keeps_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_left(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(arrays.Arrays, "_grow_table", nothing_left)
    search = commit(7, "all_commit", "consistent")
    assert (search.complete, search.stopped) == (False, "memory: the machine has no more")
    assert 0 < search.states < 296_448 and search.traces[1] is None


def test_an_interruption_hands_over_what_was_found() -> None:
    def press(progress: Progress) -> None:
        if progress.states > 1_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stop:
        commit(7, "consistent", report=press)
    assert isinstance(stop.value, Interrupted)
    search = stop.value.search
    assert (search.complete, search.stopped, search.traces) == (False, "interrupted", (None,))
    assert 1_000 < search.states < 296_448
    assert search.generated == 1 + sum(search.taken.values())


def test_progress_tells_depth_memory_and_rate() -> None:
    heard: list[Progress] = []
    search = commit(6, report=heard.append)
    assert [p.depth for p in heard] == sorted(p.depth for p in heard)
    assert (heard[-1].depth, heard[-1].memory) == (search.depth, search.memory)
    assert all(p.memory > 0 and p.rate == p.states / p.seconds for p in heard)
