"""A run that is killed goes on from its store to exactly the end that it would have come to, wherever it was killed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from reference.bc_ami.faults import FaultPlan
from reference.bc_ami.ledger_store import FILE, LedgerStore, MeterRow
from reference.bc_ami.monitors import Said
from reference.bc_ami.pipeline import Pipeline
from reference.bc_ami.summary import Summary
from reference.bc_ami.world import CHAIN
from reference.crypto.timing import Stopwatch
from reference.ledger.chain import FinalBlock
from reference.ledger.effects import refused
from tests.reference.readings import METERS, half_hours
from tests.reference.variants import VARIANTS, rules

ABOUT = {"seed": "1"}
READINGS = list(half_hours([100 + 7 * i for i in range(17)]))
PLAN = FaultPlan.of("crash=1,lie=1", 4, 1, 6, seed=3)


class Killed(Exception):
    """The process has ended here."""


class Mortal(LedgerStore):
    """Dies at the operation of this number, half of them before and half after they are done."""

    left = 10**9

    def _pass(self) -> None:
        self.left -= 1
        if self.left <= 0:
            raise Killed

    def append(self, final: FinalBlock) -> None:
        self._pass()
        super().append(final)
        self._pass()

    def settle(self, said: Iterable[Said]) -> None:
        super().settle(said)
        self._pass()

    def checkpoint(self, progress: Mapping[str, object], meters: Iterable[MeterRow]) -> None:
        self._pass()
        super().checkpoint(progress, meters)
        self._pass()

    def _commit(self) -> None:
        self._pass()
        super()._commit()


def untimed(summary: Summary) -> Summary:
    return replace(summary, seconds=0.0, cryptography=Stopwatch(calls={}))


def run(store: LedgerStore, variant: str, plan: FaultPlan | None) -> Summary:
    """One process: from the last checkpoint to the end."""
    pipeline = Pipeline(rules(VARIANTS[variant]), METERS, 4, 1, seed=1, block_size=3, store=store, plan=plan)
    pipeline.submit(READINGS[pipeline.done :])
    return untimed(pipeline.finish())


@cache
def uninterrupted(variant: str, plan: FaultPlan | None) -> Summary:
    return run(LedgerStore.temporary(CHAIN), variant, plan)


@pytest.mark.parametrize("variant", VARIANTS)
@settings(max_examples=4, deadline=None)
@given(deaths=st.lists(st.integers(1, 20), min_size=1, max_size=3))
def test_a_run_killed_anywhere_any_number_of_times_ends_as_if_nothing_had_been(variant: str, deaths: list[int]) -> None:
    plan = PLAN if variant == "hardened" else None
    with TemporaryDirectory() as name:
        for death in deaths:
            store = Mortal.open(Path(name), CHAIN, ABOUT)
            store.left = death
            with suppress(Killed):
                run(store, variant, plan)
            store.close()
        store = LedgerStore.open(Path(name), CHAIN, ABOUT)
        assert run(store, variant, plan) == uninterrupted(variant, plan)
        store.close()


def test_the_killing_kills_before_and_after_every_operation(tmp_path: Path) -> None:
    heights = []
    for death in range(1, 7):
        store = Mortal.open(tmp_path / str(death), CHAIN, ABOUT)
        store.left = death
        with pytest.raises(Killed):
            run(store, "hardened", None)
        store.close()
        store = LedgerStore.open(tmp_path / str(death), CHAIN, ABOUT)
        heights.append(store.height)
        store.close()
    assert heights == [0, 0, 0, 0, 0, 1]


def test_a_finished_run_says_the_same_again_without_doing_it_again(tmp_path: Path) -> None:
    said = []
    for _ in range(2):
        store = LedgerStore.open(tmp_path, CHAIN, ABOUT)
        pipeline = Pipeline(rules(VARIANTS["hardened"]), METERS, 4, 1, seed=1, block_size=4, store=store)
        said.append(pipeline.done)
        pipeline.submit(READINGS[pipeline.done :])
        said.append(untimed(pipeline.finish()))
        store.close()
    assert said[0] == 0 and said[2] == len(READINGS) and said[1] == said[3]


def test_a_replay_after_a_resumption_is_still_told_from_a_forgery(tmp_path: Path) -> None:
    """The literal reading records a replay: IS-P4 is violated, IS-P5 is not, though only the store has the emission."""
    store = LedgerStore.open(tmp_path, CHAIN, ABOUT)
    run(store, "literal", None)
    store.close()
    store = LedgerStore.open(tmp_path, CHAIN, ABOUT)
    pipeline = Pipeline(rules(VARIANTS["literal"]), METERS, 4, 1, seed=1, block_size=4, store=store)
    pipeline.resubmit(pipeline.envelopes[0])
    monitors = pipeline.finish().monitors
    assert monitors["IS-P4"] == "violated" and monitors["IS-P5"] == "held"
    store.close()


def test_a_store_of_another_run_is_refused_by_what_differs(tmp_path: Path) -> None:
    LedgerStore.open(tmp_path, CHAIN, ABOUT).close()
    with pytest.raises(InputError, match="seed was 1, and is 2"):
        LedgerStore.open(tmp_path, CHAIN, {"seed": "2"})


def test_a_store_in_use_is_refused(tmp_path: Path) -> None:
    store = LedgerStore.open(tmp_path, CHAIN, ABOUT)
    with pytest.raises(InputError, match="locked"):
        LedgerStore.open(tmp_path, CHAIN, ABOUT)
    store.close()


@pytest.mark.parametrize(
    "change", ["UPDATE blocks SET evidence = x'00' WHERE height = 2", "DELETE FROM blocks WHERE height = 2"]
)
def test_a_changed_store_is_refused_by_its_block(tmp_path: Path, change: str) -> None:
    store = LedgerStore.open(tmp_path, CHAIN, ABOUT)
    run(store, "hardened", None)
    store.close()
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute(change)
    connection.close()
    with pytest.raises(InputError, match="block 2 is damaged or missing"):
        LedgerStore.open(tmp_path, CHAIN, ABOUT)


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"half-hourly readings " * 100)
    with pytest.raises(InputError, match="not a database"):
        LedgerStore.open(tmp_path, CHAIN, ABOUT)


def test_blocks_come_back_as_they_were_and_certificates_verify(tmp_path: Path) -> None:
    store = LedgerStore.open(tmp_path, CHAIN, ABOUT)
    pipeline = Pipeline(rules(VARIANTS["hardened"]), METERS, 4, 1, seed=1, block_size=4, store=store)
    pipeline.submit(READINGS)
    pipeline.finish()
    finals = [store.block(height) for height in range(store.height)]
    committee = pipeline._service.committee
    assert [committee.finalises(each.block.header, each.evidence) for each in finals] == [None] * 5
    assert tuple(leaf for each in finals for leaf in each.block.leaves) == pipeline.envelopes
    with pytest.raises(KeyError):
        store.block(store.height)
    store.close()


def test_after_a_resumption_old_times_are_refused_by_ledger_and_meter_alike(tmp_path: Path) -> None:
    store = LedgerStore.open(tmp_path, CHAIN, ABOUT)
    run(store, "hardened", None)
    store.close()
    store = LedgerStore.open(tmp_path, CHAIN, ABOUT)
    pipeline = Pipeline(rules(VARIANTS["hardened"]), METERS, 4, 1, seed=1, block_size=3, store=store)
    reason = refused(pipeline.resubmit(pipeline.envelopes[0]))
    assert reason is not None and reason.rule == "freshness"
    pipeline.submit(READINGS[-3:])
    summary = pipeline.finish()
    assert summary.recorded == len(READINGS) and set(summary.monitors.values()) == {"held"}
    assert summary.refused["the meter has already reported for this time or later"] == 3
    store.close()
