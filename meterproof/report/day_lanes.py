"""What happened in a day, as lanes of a picture: for each thing, from which slot until which it was how.

Pure bookkeeping: a kind of event changes the look of its subject's lane, or leaves a mark on it, or adds to a bar.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]
"""Something that happened: slot, kind, subject, detail."""

KEYS, TENANCIES, REPLICAS, DEVICES, LAW, DENIALS = "keys", "tenancies", "replicas", "devices", "law", "denials"
READERS, MONITORS, TRADES, REPORTS, ANSWERS = "readers", "monitors", "trades", "reports", "answers"
GROUPS: Mapping[str, str] = {
    REPORTS: "Reports per slot",
    ANSWERS: "Answers per slot",
    REPLICAS: "Replicas",
    DEVICES: "Devices",
    READERS: "Readers of chains",
    KEYS: "Keys of meters",
    TENANCIES: "Tenancies",
    LAW: "Law in force",
    DENIALS: "Denials",
    TRADES: "Trades",
    MONITORS: "Monitors",
}
"""The groups of lanes, from top to bottom."""

TURNS: Mapping[str, tuple[str, str]] = {
    "replica-crashed": (REPLICAS, "crashed"),
    "replica-lied": (REPLICAS, "lying"),
    "replica-cut": (REPLICAS, "cut off"),
    "replica-back": (REPLICAS, "up"),
    "placed": (DEVICES, "up"),
    "device-died": (DEVICES, "dead"),
    "device-cut": (DEVICES, "cut off"),
    "device-back": (DEVICES, "up"),
    "reader-behind": (READERS, "behind"),
    "reader-back": (READERS, "up"),
    "enrolled": (KEYS, "in force"),
    "key-update-asked": (KEYS, "update pending"),
    "key-update-in-force": (KEYS, "in force"),
    "key-revoked": (KEYS, "revoked"),
    "moved-in": (TENANCIES, "let"),
    "moved-out": (TENANCIES, "empty"),
    "rule-in-force": (LAW, "let"),
    "denied": (DENIALS, "denied"),
    "denial-ended": (DENIALS, ""),
}
"""Kinds that change how a lane looks from their slot on; "" is nothing at all."""
MARKS: Mapping[str, tuple[str, str]] = {
    "view-change": (REPLICAS, "view change"),
    "device-replaced": (DEVICES, "taken over"),
    "joined": (KEYS, "joined"),
    "left": (KEYS, "left"),
    "key-stolen": (KEYS, "stolen"),
    "move-begun": (KEYS, "move begun"),
    "migrated": (KEYS, "moved"),
    "move-aborted": (KEYS, "move aborted"),
    "rule-registered": (LAW, "registered"),
    "trade-proposed": (TRADES, "proposed"),
    "trade-settled": (TRADES, "settled"),
    "trade-rejected": (TRADES, "rejected"),
    "block-forged": (READERS, "forged"),
}
"""Kinds that leave a mark in their slot."""
SUMS: Mapping[str, tuple[str, str]] = {
    "included": (REPORTS, "included"),
    "refused": (REPORTS, "refused"),
    "shown": (ANSWERS, "shown"),
    "shown-refused": (ANSWERS, "withheld"),
}
"""Kinds that add to a bar: by `count`, or by one."""
ORDER = ("proposed", "passed", "failed", "rejected", "settled")
"""The lanes of trades, from top to bottom."""


MOST = 40
"""Lanes of a group at most."""


@dataclass(frozen=True)
class Span:
    """From slot `first` until before slot `until`, a lane looks like this."""

    first: int
    until: int
    look: str
    label: str = ""


@dataclass(frozen=True)
class Mark:
    """A sign in one slot; `number` of them."""

    slot: int
    look: str
    number: int = 1


@dataclass(frozen=True)
class Lane:
    """One line of the picture. `sums[look][slot]` are bars; a lane has either these or spans and marks."""

    group: str
    name: str
    spans: tuple[Span, ...] = ()
    marks: tuple[Mark, ...] = ()
    sums: Mapping[str, Mapping[int, int]] = field(default_factory=dict)


@dataclass
class _Open:
    """A lane that is being drawn up."""

    spans: list[Span] = field(default_factory=list)
    marks: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    since: int = 0
    look: str = ""
    label: str = ""

    def turn(self, slot: int, look: str, label: str) -> None:
        if (look, label) == (self.look, self.label):
            return
        self.close(slot)
        self.since, self.look, self.label = slot, look, label

    def close(self, slot: int) -> None:
        if self.look and slot > self.since:
            self.spans.append(Span(self.since, slot, self.look, self.label))


def lanes(happened: Iterable[Row], slots: int, replicas: Iterable[str] = ()) -> tuple[Lane, ...]:
    """The lanes of a day of so many slots, by group and in the order of appearance.

    `replicas` are those that are there from the beginning, whether anything befalls them or not.
    """
    drawn: dict[tuple[str, str], _Open] = {}
    sums: dict[str, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for name in replicas:
        drawn[REPLICAS, name] = _Open(look="up")
    for row in happened:
        slot, kind, count = row["slot"], row["kind"], int(row["detail"].get("count", 1))
        if (sum_ := SUMS.get(kind)) is not None:
            sums[sum_[0]][sum_[1]][slot] += count
        if (effect := _effect(row, drawn.keys())) is None:
            continue
        lane = drawn.setdefault((effect.group, effect.name), _Open())
        if effect.stays:
            lane.turn(slot, effect.look, effect.label)
        else:
            lane.marks[slot, effect.look] += count
    for lane in drawn.values():
        lane.close(slots)
    found = [*_bars(sums), *(_closed(*key, lane) for key, lane in drawn.items())]
    found.sort(key=lambda lane: ORDER.index(lane.name) if lane.group == TRADES else 0)
    return tuple(lane for group in GROUPS for lane in _most([each for each in found if each.group == group]))


def _most(found: Sequence[Lane]) -> Iterator[Lane]:
    """Of a group with very many lanes those that the most befalls, in their order, and how many are left out."""
    busy = sorted(found, key=lambda lane: -len(lane.spans) - len(lane.marks))[:MOST]
    yield from (lane for lane in found if lane in busy)
    if len(found) > MOST:
        yield Lane(found[0].group, f"and {len(found) - MOST} more")


@dataclass(frozen=True)
class _Effect:
    """What an event does to a lane: how it looks from then on, or a mark in its slot."""

    group: str
    name: str
    look: str
    stays: bool
    label: str = ""


def _effect(row: Row, known: Container[tuple[str, str]]) -> _Effect | None:
    """`known` are the lanes so far: a lie that is not told of a replica is a mark."""
    kind, subject, detail = row["kind"], row["subject"], row["detail"]
    if kind == "replica-lied" and (REPLICAS, subject) not in known:
        return _Effect(REPLICAS, "lies", "lie", False)
    if kind in TURNS:
        group, look = TURNS[kind]
        if group == TENANCIES:
            return _Effect(group, str(detail.get("meter", subject)), look, True, subject if look == "let" else "")
        return _Effect(group, "editions" if group == LAW else subject, look, True, subject if group == LAW else "")
    if kind in MARKS:
        group, look = MARKS[kind]
        shared = {LAW: "editions", TRADES: look, REPLICAS: "views"}
        name = shared[group] if group in shared else str(subject)
        return _Effect(group, name, look, False)
    if kind == "trade-checked":
        look = "passed" if detail.get("result") == "passed" else "failed"
        return _Effect(TRADES, look, look, False)
    if kind == "monitor":
        return _Effect(MONITORS, subject, str(detail.get("verdict")), True)
    return None


def _bars(sums: Mapping[str, Mapping[str, Mapping[int, int]]]) -> Iterator[Lane]:
    for group, looks in sums.items():
        yield Lane(group, group, sums={look: dict(by_slot) for look, by_slot in looks.items()})


def _closed(group: str, name: str, lane: _Open) -> Lane:
    marks = tuple(Mark(slot, look, number) for (slot, look), number in sorted(lane.marks.items()))
    return Lane(group, name, tuple(lane.spans), marks)
