"""What fails in a day: replicas, edge devices and readers of chains, drawn by seed or read from a file.

Replicas fail as in `reference.bc_ami.faults`, a slot for a height. A device dies for good, or is cut off for a while
(outage). A reader hears nothing of the chain that it follows for a while (lag).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from meterproof.errors import InputError, nearest
from meterproof.study import toml
from meterproof.study.toml import Document
from reference.bc_ami.faults import AT_ONCE, KINDS, Episode, FaultPlan, shuffled
from reference.crypto.randomness import Randomness
from reference.grid.plan import DeviceFault, FaultScript, Lag

DEVICE, OUTAGE, LAG = "device", "outage", "lag"
ALL = (*KINDS, DEVICE, OUTAGE, LAG)
FIELDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(KINDS, ("replica", "first", "until")),
    DEVICE: ("device", "first"),
    OUTAGE: ("device", "first", "until"),
    LAG: ("reader", "first", "until"),
}
"""What an episode of a file says beside its kind."""
ALLOWED = f"such as crash=2,lie=1,device=1 of {', '.join(ALL)}, or a TOML file of [[episode]] tables"


@dataclass(frozen=True)
class Field:
    """What there is in a day that can fail, and for how long it lasts."""

    replicas: int
    devices: int
    readers: Sequence[str]
    slots: int

    @property
    def bound(self) -> int:
        """How many replicas may fail at once."""
        return (self.replicas - 1) // 3


def script_of(spec: str, field: Field, seed: int) -> FaultScript:
    """The faults that a specification gives: `kind=number,...`, drawn over the day, or a TOML file.

    Of the replicas at most `field.bound` fail at once, or as many as `at-once` says. Raises InputError for what cannot
    be read, names nothing that is there, or has no room in the day; of a file with its line.
    """
    if spec.endswith(".toml"):
        return _read(Path(spec), field)
    counts = _counts(spec)
    randomness = Randomness.from_seed(seed).child("day-faults")
    return FaultScript(
        _replicas(counts, field, seed),
        _devices(counts.get(DEVICE, 0), counts.get(OUTAGE, 0), field, randomness.child("devices")),
        _lags(counts.get(LAG, 0), field, randomness.child("lags")),
    )


def devices_that_fail(spec: str | None) -> int:
    """How many devices fail by a specification of numbers: so many are to stand beside the replicas. Of a file 0."""
    if spec is None or spec.endswith(".toml"):
        return 0
    counts = _counts(spec)
    return counts.get(DEVICE, 0) + counts.get(OUTAGE, 0)


def _counts(spec: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part in spec.split(","):
        name, equals, number = part.strip().partition("=")
        if name not in (*ALL, AT_ONCE) or not equals or not number.isdecimal() or name in counts:
            raise InputError(f"faults {part.strip()!r}{nearest(name, ALL)}", allowed=ALLOWED)
        counts[name] = int(number)
    if not any(counts.get(kind) for kind in ALL):
        raise InputError(f"no fault in {spec!r}", allowed=ALLOWED)
    return counts


def _replicas(counts: Mapping[str, int], field: Field, seed: int) -> FaultPlan:
    found = {kind: counts[kind] for kind in KINDS if counts.get(kind)}
    if not found:
        if AT_ONCE in counts:
            raise InputError(f"{AT_ONCE} without a replica that fails", allowed=", ".join(f"{k}=1" for k in KINDS))
        return FaultPlan()
    at_once = counts.get(AT_ONCE, max(field.bound, 1))
    needed = 3 * -(-sum(found.values()) // max(at_once, 1))
    if field.slots < needed:
        raise InputError(
            f"{sum(found.values())} faults of replicas, {at_once} at once, need {needed} slots, not {field.slots}",
            allowed="fewer faults or more --days",
        )
    text = ",".join(f"{name}={number}" for name, number in (*found.items(), (AT_ONCE, at_once)))
    return FaultPlan.of(text, field.replicas, field.bound, field.slots, seed)


def _devices(dead: int, cut: int, field: Field, randomness: Randomness) -> tuple[DeviceFault, ...]:
    """Each on another device that is no replica, from the day's second quarter on, in equal stretches of it."""
    free = range(field.replicas, field.devices)
    if dead + cut > len(free):
        raise InputError(f"{dead + cut} devices fail", allowed=f"{len(free)} at most: the others are replicas")
    chosen = shuffled(free, randomness.child("order"))[: dead + cut]
    found = []
    for place, device in enumerate(chosen):
        first, until = _stretch(place, dead + cut, field, randomness.child("stretch", place))
        found.append(DeviceFault(device, first, None if place < dead else until))
    return tuple(found)


def _lags(number: int, field: Field, randomness: Randomness) -> tuple[Lag, ...]:
    if number and not field.readers:
        raise InputError("no reader of a chain can lag", allowed=", ".join(f"{k}=1" for k in ALL if k != LAG))
    order = shuffled(field.readers, randomness.child("order")) if number else []
    stretches = (_stretch(place, number, field, randomness.child("stretch", place)) for place in range(number))
    return tuple(Lag(order[place % len(order)], *stretch) for place, stretch in enumerate(stretches))


def _stretch(place: int, number: int, field: Field, randomness: Randomness) -> tuple[int, int]:
    """The slots of the fault at this place of so many: it begins in the first half of its stretch of the day."""
    start = field.slots // 4
    begin, end = (start + (field.slots - start) * i // number for i in (place, place + 1))
    if end - begin < 3:
        raise InputError(f"{number} faults need {4 * number} slots, and the day has {field.slots}",
                         allowed="fewer faults or more --days")  # fmt: skip
    first = randomness.child("first").integer(begin, begin + (end - begin) // 2 - 1)
    return first, randomness.child("until").integer(first + 1, end - 1)


def _read(path: Path, field: Field) -> FaultScript:
    document = toml.load(path)
    tables = document.data.get("episode")
    if not isinstance(tables, list) or not tables or set(document.data) != {"episode"}:
        foreign = next((name for name in document.data if name != "episode"), "episode")
        raise document.error((foreign,), "no plan of faults", "[[episode]] tables and nothing else")
    replicas: list[Episode] = []
    devices: list[DeviceFault] = []
    lags: list[Lag] = []
    for number, table in enumerate(tables):
        match _episode(table, number, document, field):
            case Episode() as each:
                replicas.append(each)
            case DeviceFault() as fault:
                devices.append(fault)
            case Lag() as lag:
                lags.append(lag)
    return FaultScript(FaultPlan(tuple(replicas)), tuple(devices), tuple(lags))


def _episode(table: Mapping[str, object], number: int, document: Document, field: Field) -> Episode | DeviceFault | Lag:
    where = ("episode", number)
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in FIELDS:
        hint = nearest(kind, ALL) if isinstance(kind, str) else ""
        raise document.error((*where, "kind"), f"there is no fault {kind!r}{hint}", ", ".join(ALL))
    names = FIELDS[kind]
    for name in (*table, *names):
        if name not in (*names, "kind") or name not in table:
            said = "is missing" if name in names else f"is none of a {kind}"
            raise document.error((*where, name), f"{name!r} {said}", f"kind, {', '.join(names)}")
    first = _whole(table, "first", where, document, 0, field.slots - 1)
    until = _whole(table, "until", where, document, first + 1, field.slots) if "until" in names else None
    if "replica" in names:
        assert until is not None
        replica = _whole(table, "replica", where, document, 0, field.replicas - 1)
        return Episode(next(each for each in KINDS if each == kind), replica, first, until)
    if "device" in names:
        return DeviceFault(_whole(table, "device", where, document, 0, field.devices - 1), first, until)
    assert until is not None
    reader = table["reader"]
    if not isinstance(reader, str) or reader not in field.readers:
        raise document.error((*where, "reader"), f"there is no reader {reader!r}", ", ".join(field.readers))
    return Lag(reader, first, until)


def _whole(
    table: Mapping[str, object], name: str, where: tuple[str, int], document: Document, low: int, high: int
) -> int:
    value = table[name]
    if type(value) is not int or not low <= value <= high:
        raise document.error((*where, name), f"{name} is {value!r}", f"a whole number, {low} to {high}")
    return value
