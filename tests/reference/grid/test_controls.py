"""The monitors can fail: each rule of the composition, removed, lets a scripted small day break what it is for."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest

from reference.grid import asking, day
from reference.grid.plan import DayPlan, DeviceFault, FaultScript, Lag
from reference.grid.rules import HARDENED
from reference.grid.script import Act
from reference.grid.turn import Turn
from tests.reference.grid.days import Played, plan, play

STOLEN = (
    Act(2, "steal-key", "M0"),
    Act(5, "use-stolen-key", "M0"),
    Act(7, "ask", "M0", "R-M0", 0),
)
NEW_LAW = (Act(2, "edition", "", number=4), Act(6, "ask", "M0", "R-M0", 0))
MOVED_OUT = (Act(2, "ask", "M0", "R-M0", 0), Act(3, "move-in", "M0", "N-M0"), Act(4, "ask", "M0", "R-M0", 0),
             Act(6, "ask", "M0", "R-M0", 0))  # fmt: skip
RELOCATED = (Act(1, "update-key", "M0"), Act(6, "move", "M0", number=-1))


def test_who_is_denied_does_not_ask_with_what_another_has_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Token and signed operation have to be one person's: the denied resident of M1 borrows an operation of M0's."""
    denied = (Act(1, "violate", "M1", "R-M1", 5), Act(1, "edition", "", number=3), Act(5, "ask", "M1", "R-M1", 0))
    signed = asking.signed_operation

    def borrowed(turn: Turn, resident: str, *rest: object) -> object:
        return signed(turn, "R-M0" if resident == "R-M1" else resident, *rest)  # type: ignore[arg-type]

    assert "denial" in {each.detail["rule"] for each in play(plan(denied)).told("shown-refused")}
    monkeypatch.setattr(asking, "signed_operation", borrowed)
    played = play(plan(denied))
    assert "identity" in {each.detail["rule"] for each in played.told("shown-refused")}
    assert played.summary.monitors["GR-T1.law"] == "held"


class Control(NamedTuple):
    """A rule with a weaker value, the acts and faults that use that, and monitors that are violated then."""

    rule: str
    value: str
    violates: set[str]
    acts: tuple[Act, ...]
    lags: tuple[Lag, ...] = ()
    slots: int = 8

    def plan(self, **rules: str) -> DayPlan:
        chosen = replace(HARDENED, **rules)
        return plan(self.acts, rules=chosen, slots=self.slots, faults=FaultScript(lags=self.lags))


CONTROLS = (
    Control("key_check", "as-enrolled", {"GR-T1.emitted", "GR-T1.key", "GR-P8", "IS-P5"}, STOLEN),
    Control("key_check", "latest-heard", {"GR-T1.emitted", "GR-T1.key", "GR-P8", "IS-P5"}, STOLEN,
            (Lag("billing", 2, 8),)),
    Control("law_check", "own-copy", {"GR-T1.law"}, NEW_LAW),
    Control("law_check", "latest-heard", {"GR-T1.law"}, NEW_LAW, (Lag("node-0", 2, 8),)),
    Control("judged_at", "inclusion", {"GR-T1.law"}, NEW_LAW),
    Control("tenancy_check", "token", {"GR-T1.tenancy"}, MOVED_OUT),
    Control("tenancy_check", "as-known", {"GR-T1.tenancy"}, MOVED_OUT, (Lag("node-0", 3, 5),)),
    Control("bound_to", "content", {"GR-T1.once", "IS-P4"}, (Act(4, "replay-report", "M0"),)),
    Control("bundle_move", "as-exported", {"owner"}, RELOCATED, slots=11),
    Control("release_check", "unverified", {"GR-T1.final", "IS-P5"}, (Act(4, "forge-block", "billing"),), slots=6),
    Control("release_check", "authentic-database", {"GR-T1.final", "IS-P5"}, (Act(4, "forge-block", "billing"),),
            slots=6),
)  # fmt: skip


@pytest.mark.parametrize("control", CONTROLS, ids=lambda each: f"{each.rule}-{each.value}")
def test_a_monitor_sees_that_the_rule_is_gone(control: Control) -> None:
    assert control.violates <= play(control.plan(**{control.rule: control.value})).violated


def test_with_every_rule_in_place_all_of_that_is_refused_and_nothing_breaks() -> None:
    # M0 and M2 are billed, M1 is for the market; the law changes once the others have had their turn.
    acts = (
        *STOLEN,
        *(act for act in _of("M2", MOVED_OUT)),
        *_of("M1", RELOCATED),
        Act(4, "replay-report", "M0"),
        Act(4, "forge-block", "billing"),
        Act(6, "edition", "", number=9),
        Act(10, "ask", "M0", "R-M0", 0),
    )
    played = play(plan(acts, meters=3, slots=11, faults=FaultScript(lags=(Lag("node-0", 3, 5),))))
    assert played.violated == set(), played.summary.why
    assert all(played.summary.agrees.values())
    refused = {each.rule for each in played.summary.refused}
    assert {"key_check", "bound_to", "bundle_move", "quorum"} <= refused
    withheld = {each.detail["rule"] for each in played.told("shown-refused")}
    assert {"tenancy_check", "judged_at"} <= withheld


def test_a_reader_that_is_too_far_behind_stands_still() -> None:
    acts = (Act(6, "ask", "M0", "R-M0", 0),)
    lags = (Lag("node-0", 2, 8), Lag("billing", 2, 8))
    played = play(plan(acts, faults=FaultScript(lags=lags)))
    assert played.violated == set(), played.summary.why
    assert [each.detail["rule"] for each in played.told("shown-refused")] == ["law_check"]
    counted = {each.slot: each.detail["count"] for each in played.told("included") if each.subject == "billing"}
    assert counted[3] == 1 and counted[5] == counted[7] == 0


def _of(meter: str, acts: tuple[Act, ...]) -> tuple[Act, ...]:
    return tuple(
        replace(each, subject=meter, other=each.other.replace("M0", meter)) if each.subject else each for each in acts
    )


def cut_off(window: str) -> Played:
    """A meter's device is cut off while an update of its key comes into force, and then delivers all at once."""
    whole = plan((Act(1, "update-key", "M0"),), slots=11)
    device = day.begin(whole).deployed.homes["M0"]
    rules = replace(HARDENED, window=window)
    return play(replace(whole, rules=rules, faults=FaultScript(devices=(DeviceFault(device, 3, 9),))))


def test_without_a_window_an_old_report_counts_under_a_later_key() -> None:
    assert "GR-T1.key" in cut_off("none").violated


def test_with_a_window_what_is_too_old_is_refused_and_accounted_for() -> None:
    played = cut_off("block-time")
    assert played.violated == set(), played.summary.why
    late = [each for each in played.summary.refused if each.rule == "window"]
    assert [each.who for each in late] == ["M0"] * 4
    assert sum(each.kwh or 0 for each in late) == played.summary.totals["M0"]["refused"] > 0
