"""Real readings through all parties: every kWh arrives, and the monitors say what an attack has done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from reference.bc_ami import adversary, database, ordering
from reference.bc_ami.effects import Recorded
from reference.bc_ami.messages import Usage, hashed_identity
from reference.bc_ami.monitors import ReadingMonitor
from reference.bc_ami.pipeline import Pipeline, seconds
from reference.bc_ami.world import CHAIN, deploy
from reference.ledger.chain import FinalBlock, Header
from reference.ledger.effects import refused
from tests.reference.readings import METERS, START, Reading, half_hours
from tests.reference.variants import HARDENED, VARIANTS, rules


def pipeline(variant: str = "hardened", block_size: int = 4) -> Pipeline:
    return Pipeline(rules(VARIANTS[variant]), METERS, 4, 1, seed=1, block_size=block_size)


@pytest.mark.parametrize("variant", VARIANTS)
@settings(max_examples=6, deadline=None)
@given(values=st.lists(st.integers(0, 5000), max_size=14), block_size=st.integers(1, 6))
def test_totals_at_the_mdms_are_those_of_the_meters(variant: str, values: list[int], block_size: int) -> None:
    readings = list(half_hours(values))
    run = pipeline(variant, block_size)
    run.submit(readings)
    summary = run.finish()
    expected: dict[str, Decimal] = {}
    for reading in readings:
        expected[reading.meter] = expected.get(reading.meter, Decimal(0)) + reading.kwh
    assert summary.totals == expected
    assert summary.submitted == summary.recorded == len(readings)
    assert summary.blocks == -(-len(readings) // block_size)
    assert summary.refused == {}
    assert summary.monitors["IS-P4"] == summary.monitors["IS-P5"] == "held"


def test_private_keys_are_exclusive_only_where_meters_draw_them() -> None:
    verdicts = {variant: pipeline(variant).finish().monitors["IS-P6"] for variant in VARIANTS}
    assert verdicts == {"literal": "violated", "charitable": "violated", "hardened": "held"}


def test_a_replayed_envelope_is_recorded_again_and_only_the_injective_monitor_objects() -> None:
    run = pipeline("literal")
    run.submit(half_hours([100, 200, 300]))
    run.finish()
    again = [each for each in run.resubmit(run.envelopes[0]) if isinstance(each, Recorded)]
    assert [each.position for each in again] == [3]
    summary = run.finish()
    assert summary.recorded == 4 and summary.totals[METERS[0]] == Decimal("0.2")
    assert summary.monitors["IS-P4"] == "violated" and summary.monitors["IS-P5"] == "held"


@pytest.mark.parametrize("variant", ["charitable", "hardened"])
def test_a_replayed_envelope_is_refused_where_times_must_increase(variant: str) -> None:
    run = pipeline(variant)
    run.submit(half_hours([100, 200, 300]))
    run.finish()
    reason = refused(run.resubmit(run.envelopes[0]))
    assert reason is not None and reason.rule == "freshness"
    summary = run.finish()
    assert summary.recorded == 3 and summary.monitors["IS-P4"] == "held"


@pytest.mark.parametrize(
    ("variant", "verdict"), [("literal", "violated"), ("charitable", "held"), ("hardened", "held")]
)
def test_an_injected_bundle_is_recorded_only_by_an_mdms_that_verifies_nothing(variant: str, verdict: str) -> None:
    run = pipeline(variant)
    run.submit(half_hours([100, 200, 300]))
    run.finish()
    public = deploy(rules(VARIANTS[variant]), METERS, 4, 1, seed=1)  # the adversary knows what is public of it
    header = Header(1, 0, bytes(32), bytes(32), 1, bytes(32))
    hid = hashed_identity(CHAIN, METERS[0])
    usage = Usage(Decimal(99), seconds(START))
    run.deliver(adversary.injected(public.recipient, hid, usage, header, public.randomness.child("adversary")))
    summary = run.finish()
    assert summary.monitors["IS-P5"] == summary.monitors["IS-P4"] == verdict
    assert (summary.totals[METERS[0]] > 99) == (verdict == "violated")


def test_a_reading_for_a_time_that_was_reported_is_refused_by_the_meter_and_counted() -> None:
    run = pipeline()
    once = list(half_hours([100]))
    run.submit(once + once)
    summary = run.finish()
    assert summary.recorded == 1 and sum(summary.refused.values()) == 1


def test_the_same_seed_gives_the_same_ledger() -> None:
    ledgers = []
    for _ in range(2):
        run = pipeline()
        run.submit(half_hours([1, 2, 3, 4, 5]))
        run.finish()
        ledgers.append(run.envelopes)
    assert ledgers[0] == ledgers[1]


def test_wire_bytes_are_counted_by_kind_of_message() -> None:
    """A hardened transaction is larger than the 168.25 bytes of the paper's count (dossier B3.2, IS-C27)."""
    run = pipeline()
    run.submit(half_hours([100]))
    sizes = run.finish().wire_bytes
    assert set(sizes) == {"registration-submission", "transaction", "envelope", "release-bundle"}
    assert 168.25 < sizes["transaction"] < sizes["envelope"] < sizes["release-bundle"]


def test_what_cannot_be_run_is_refused_with_a_message() -> None:
    with pytest.raises(InputError, match="no meter 'X'"):
        pipeline().submit([Reading("X", START, Decimal(1))])
    with pytest.raises(InputError, match="block of 0"):
        pipeline(block_size=0)
    with pytest.raises(InputError, match="3 replicas"):
        Pipeline(rules(HARDENED), METERS, 3, 1, seed=1)


def test_times_with_a_zone_and_without_one() -> None:
    assert seconds(datetime(1970, 1, 2)) == 86400 == seconds(datetime(1970, 1, 2, tzinfo=UTC))
    assert seconds(datetime(1970, 1, 2, 1, tzinfo=timezone(timedelta(hours=1)))) == 86400


def test_a_reading_recorded_before_its_meter_reports_it_is_no_authentic_one() -> None:
    monitor = ReadingMonitor()
    usage = Usage(Decimal(1), 0)
    monitor.observed((Recorded(0, b"hid", usage.kwh, usage.time),))
    monitor.emitted(b"hid", usage)
    assert monitor.authentication == monitor.injective_agreement == "violated"


def test_parties_keep_no_more_than_their_rules_ask_for() -> None:
    run = pipeline()
    run.submit(half_hours([1] * 30))
    run.finish()
    assert [len(each.emissions) for each in run._meters.values()] == [1, 1, 1]
    assert run._mdms.records == () and run._mdms.archived == 30
    assert run._database.ledger == () and run._database.delivered == frozenset() and run._database.height == 8
    assert list(run._monitor.outstanding) == []


def test_the_database_forgets_only_what_it_has_transferred() -> None:
    world = deploy(rules(HARDENED), METERS, 4, 1, seed=1)
    _, final, _ = ordering.order(world.replicas, world.contract, ())
    assert isinstance(final, FinalBlock)
    held, _ = database.step(world.database, database.Append(final))
    assert refused(database.step(held, database.Prune(1))[1]) is not None
    sent, _ = database.step(held, database.Transfer(0, world.contract))
    pruned, effects = database.step(sent, database.Prune(1))
    assert (pruned.ledger, pruned.height, effects) == ((), 1, ())
    assert refused(database.step(pruned, database.Transfer(0, world.contract))[1]) is not None


@pytest.mark.parametrize("variant", VARIANTS)
def test_all_operations_with_keys_are_timed_and_none_twice(variant: str) -> None:
    run = pipeline(variant)
    run.submit(half_hours([1] * 8))
    summary = run.finish()
    watch = summary.cryptography
    assert watch.calls["seal"] == watch.calls["open"] == 8
    assert set(watch.calls) == set(watch.seconds) and watch.calls["sign"] > 8 and watch.calls["verify"] > 8
    assert 0 < watch.total < summary.seconds


def test_three_phases_cost_the_messages_of_pbft() -> None:
    """n-1 pre-prepares, and n(n-1) votes in each of two rounds, of which PBFT's leader saves its n-1 prepares."""
    run = pipeline(block_size=4)
    run.submit(half_hours([1] * 8))
    sent = run.finish().ordering.messages
    assert sent == {"pre-prepare": 2 * 3, "vote": 2 * 4 * 3, "commit": 2 * 4 * 3}
