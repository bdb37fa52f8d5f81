"""What a day is given: the meters and their readings, the rules, the faults, and the seed that draws all the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from meterproof.errors import InputError
from reference.bc_ami.faults import FaultPlan
from reference.grid.rules import Rules
from reference.grid.script import Act, Script, draw

PER_DEVICE = 5
"""Meters a device, where the number of devices is not given."""
SLOT_SECONDS = 1800
START = 1_356_998_400
"""2013-01-01T00:00 UTC, in seconds."""


def device_count(meters: int, replicas: int) -> int:
    """How many devices there are for so many meters: the replicas, and at least one that is none."""
    return max(-(-meters // PER_DEVICE) + 1, replicas + 1)


@dataclass(frozen=True)
class Site:
    """A meter and where it stands, in km."""

    name: str
    x_km: float
    y_km: float


@dataclass(frozen=True)
class Reading:
    """What a meter counted up to the time of a slot, whoever had it meanwhile; `slot` is counted from 0."""

    meter: str
    slot: int
    kwh: Decimal


@dataclass(frozen=True)
class DeviceFault:
    """An edge device fails in the slots from `first` until before `until`; None: it is dead for good.

    A device that comes back was cut off, and has kept what it had.
    """

    device: int
    first: int
    until: int | None = None


@dataclass(frozen=True)
class Lag:
    """A reader hears nothing of the chain that it follows, from `first` until before `until`.

    `reader` is a service chain, which reads the key chain, or a node of the platform, which reads the contract chain.
    """

    reader: str
    first: int
    until: int


@dataclass(frozen=True)
class FaultScript:
    """All that fails in a day. The heights of replicas' episodes are slots."""

    replicas: FaultPlan = field(default_factory=FaultPlan)
    devices: tuple[DeviceFault, ...] = ()
    lags: tuple[Lag, ...] = ()


@dataclass(frozen=True, eq=False)
class DayPlan:
    """A day, or several. Nothing else goes into it: equal plans have equal runs, byte for byte.

    `delta` is the most slots that a checkpoint may be old. `devices` and `capacity` (meters a device) are chosen by
    the number of meters where they are None. Without a `script` one is drawn from the seed.

    Raises InputError for meters that are not distinct, readings of unknown meters or slots or two for one slot,
    replicas that no quorum is safe with, and faults of what is not there.
    """

    rules: Rules
    meters: tuple[Site, ...]
    readings: Sequence[Reading]
    slots: int
    seed: int
    faults: FaultScript = field(default_factory=FaultScript)
    delta: int = 2
    replicas: int = 4
    devices: int | None = None
    capacity: int | None = None
    start: int = START
    slot_seconds: int = SLOT_SECONDS
    script: Script | None = None

    def __post_init__(self) -> None:
        names = [each.name for each in self.meters]
        if not names or len(set(names)) != len(names):
            raise InputError("the meters of a day are none, or not distinct", allowed="distinct names")
        if self.slots < 1 or self.delta < 0 or self.slot_seconds < 1:
            raise InputError(f"{self.slots} slots with a Delta of {self.delta}", allowed="1 slot or more, Delta >= 0")
        if self.replicas < 4:
            raise InputError(f"{self.replicas} replicas", allowed="4 or more, so that one of them may fail")
        if self.device_count < self.replicas:
            raise InputError(
                f"{self.device_count} devices", allowed=f"{self.replicas} or more: the replicas are devices"
            )
        for each in self.readings:
            if each.meter not in self.by_slot_names or not 0 <= each.slot < self.slots:
                raise InputError(f"a reading of {each.meter} in slot {each.slot}", allowed="the day's meters and slots")
        if len(self.kwh) != len(self.readings):
            raise InputError("a meter has two readings in one slot", allowed="one reading a meter and slot")
        for episode in self.faults.replicas.episodes:
            if not 0 <= episode.replica < self.replicas:
                raise InputError(f"replica {episode.replica} fails", allowed=f"0 to {self.replicas - 1}")
        for fault in self.faults.devices:
            if not 0 <= fault.device < self.device_count:
                raise InputError(f"device {fault.device} fails", allowed=f"0 to {self.device_count - 1}")

    @cached_property
    def by_slot_names(self) -> frozenset[str]:
        return frozenset(each.name for each in self.meters)

    @cached_property
    def kwh(self) -> Mapping[tuple[str, int], Decimal]:
        """The readings by meter and slot."""
        return {(each.meter, each.slot): each.kwh for each in self.readings}

    @property
    def bound(self) -> int:
        """How many replicas may fail at once."""
        return (self.replicas - 1) // 3

    @property
    def device_count(self) -> int:
        """Edge devices: the replicas are the first of them."""
        return device_count(len(self.meters), self.replicas) if self.devices is None else self.devices

    @property
    def device_capacity(self) -> int:
        """The most meters of a device: where it is not given, such that one device can be lost."""
        spare = max(self.device_count - 1, 1)
        return -(-len(self.meters) // spare) + 1 if self.capacity is None else self.capacity

    @cached_property
    def acts(self) -> Mapping[int, tuple[Act, ...]]:
        """What is done in each slot."""
        script = draw(self) if self.script is None else self.script
        return {slot: tuple(each for each in script.acts if each.slot == slot) for slot in range(self.slots)}

    def time(self, slot: int) -> int:
        """The time of a slot, in seconds."""
        return self.start + slot * self.slot_seconds

    @cached_property
    def slot_by_time(self) -> Mapping[int, int]:
        """The slot of each time of a reading."""
        return {self.time(slot): slot for slot in range(self.slots)}
