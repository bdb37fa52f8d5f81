"""A day on the grid: the same plan gives the same day; all guarantees hold while parties fail; every total agrees."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest

from meterproof.errors import InputError
from reference.bc_ami.faults import Episode, FaultPlan
from reference.bc_ami.network import NoQuorum
from reference.crypto.encoding import Malformed
from reference.grid import day
from reference.grid.events import KINDS
from reference.grid.plan import DayPlan, DeviceFault, FaultScript, Lag, Reading, Site
from reference.grid.rules import HARDENED, Rules
from reference.grid.script import Act
from reference.grid.watch import MONITORS
from tests.reference.grid.days import Played, plan, play

FAULTS = FaultScript(
    FaultPlan((Episode("crash", 1, 2, 4), Episode("lie", 0, 5, 8), Episode("cut", 2, 9, 11))),
    (DeviceFault(4, 6),),
    (Lag("billing", 3, 5), Lag("node-1", 4, 9)),
)


def drawn() -> DayPlan:
    """Seven meters, twelve slots, whatever the seed draws, and faults of every kind."""
    return plan(None, meters=7, slots=12, faults=FAULTS)


@cache
def a_day() -> Played:
    return play(drawn())


def test_every_guarantee_holds_while_replicas_devices_and_readers_fail() -> None:
    played = a_day()
    assert played.violated == set(), played.summary.why
    assert set(played.summary.monitors) == set(MONITORS)


def test_a_drawn_day_has_something_of_everything() -> None:
    kinds = a_day().kinds
    absent = set(KINDS) - set(kinds)
    # What needs a longer day, or another fault, than these twelve slots have.
    assert absent <= {"left", "move-aborted", "device-cut", "device-back"}, absent


def test_the_file_is_on_the_ledger_or_accounted_for_and_the_platform_has_the_ledger() -> None:
    whole, played = drawn(), a_day()
    assert all(played.summary.agrees.values())
    for name, sums in played.summary.totals.items():
        assert sums["file"] == sum((each.kwh for each in whole.readings if each.meter == name), Decimal(0))
        assert sums["file"] == sums["ledger"] + sums["absent"] + sums["refused"] + sums["waiting"]
        assert sums["platform"] == sums["ledger"]
    assert any(sums["ledger"] > 0 for sums in played.summary.totals.values())


def test_every_refused_item_has_a_reason_and_a_rule() -> None:
    refused = a_day().summary.refused
    assert refused and all(each.reason and each.rule and each.who for each in refused)


def test_a_device_that_has_died_is_followed_by_others() -> None:
    played = a_day()
    after = {name for name, device in _owners(played).items() if device == 4}
    present = {meter.name for meter in played.state.meters.values() if meter.present}
    assert played.told("device-replaced") and not after & present


def _owners(played: Played) -> dict[str, int]:
    log = played.state.keys.app.log
    return {name: log.owner(hid) for hid, name in played.state.deployed.meters.items() if hid in log.home}


def test_a_day_goes_on_from_its_bytes_to_the_same_end() -> None:
    whole = plan(None, meters=4, slots=6)
    state, _ = day.advance(whole, day.begin(whole))
    state, _ = day.advance(whole, state)
    again = day.thaw(plan(None, meters=4, slots=6), day.freeze(state))
    assert again == state and day.freeze(again) == day.freeze(state)
    one, told = day.advance(whole, state)
    other, told_again = day.advance(whole, again)
    assert told == told_again and day.freeze(one) == day.freeze(other)


def test_other_bytes_are_no_state() -> None:
    whole = plan((), slots=1)
    data = day.freeze(day.begin(whole))
    for other in (b"", data[:-1], b"\x82\x80\x00", data[:40]):
        with pytest.raises(Malformed):
            day.thaw(whole, other)


def test_another_seed_gives_another_day() -> None:
    one, other = (play(plan((), slots=2, seed=seed)) for seed in (1, 2))
    assert one.summary.chains != other.summary.chains
    assert one.summary.totals == other.summary.totals


def test_residents_are_shown_what_is_of_their_time() -> None:
    acts = (
        Act(3, "move-in", "M0", "N-M0"),
        Act(7, "ask", "M0", "R-M0", 0),
        Act(7, "ask", "M0", "N-M0", 1),
    )
    played = play(plan(acts))
    shown = {each.subject: each.detail["count"] for each in played.told("shown")}
    assert shown == {"R-M0": 3, "N-M0": 4}  # slots 0 to 2, and 3 to 6


def test_a_denial_is_of_what_was_broken_and_ends() -> None:
    # M1 is for the market, whose readings the first edition does not release, and the second does.
    acts = (
        Act(1, "violate", "M1", "R-M1", 5),
        Act(1, "edition", "", number=3),
        Act(5, "ask", "M1", "R-M1", 0),
        Act(7, "ask", "M1", "R-M1", 0),
    )
    played = play(plan(acts))
    assert [each.detail["rule"] for each in played.told("shown-refused")] == ["denial"]
    assert [each.slot for each in played.told("shown")] == [7]
    assert [each.slot for each in played.told("denial-ended")] == [6]


def test_a_trade_is_settled_if_it_passes_its_check() -> None:
    played = play(plan((Act(0, "trade", "", "passes", 0), Act(0, "trade", "", "fails", 1)), slots=7))
    assert [each.subject for each in played.told("trade-settled")] == ["trade-0"]
    assert [each.subject for each in played.told("trade-rejected")] == ["trade-1"]


def test_more_faults_than_the_bound_end_the_day_openly() -> None:
    faults = FaultScript(FaultPlan((Episode("cut", 0, 1, 3), Episode("cut", 1, 1, 3))))
    with pytest.raises(NoQuorum):
        play(plan((), slots=3, faults=faults))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"slots": 0}, "slots"),
        ({"replicas": 3}, "replicas"),
        ({"devices": 2}, "devices"),
        ({"faults": FaultScript(devices=(DeviceFault(9, 0),))}, "device 9"),
        ({"faults": FaultScript(FaultPlan((Episode("cut", 4, 0, 1),)))}, "replica 4"),
    ],
)
def test_a_plan_that_does_not_go_together_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        plan((), **changes)  # type: ignore[arg-type]


def test_two_readings_for_one_slot_are_refused() -> None:
    site, one = Site("M0", 0.0, 0.0), Reading("M0", 0, Decimal(1))
    with pytest.raises(InputError, match="two readings"):
        DayPlan(HARDENED, (site,), [one, one], 1, 1)


def test_rules_are_read_from_a_spec_with_those_of_the_parts_passed_over() -> None:
    values = {name: getattr(HARDENED, name) for name in ("key_check", "law_check", "judged_at", "tenancy_check",
                                                         "bound_to", "bundle_move")}  # fmt: skip
    assert Rules.from_values({**values, "quorum": "2*f+1"}) == HARDENED
    with pytest.raises(InputError, match="unknown rule"):
        Rules.from_values({**values, "key_chek": "recent"})
    with pytest.raises(InputError, match="cannot be"):
        Rules.from_values({**values, "key_check": "never"})
