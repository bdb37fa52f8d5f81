"""The types of placement: a layout of meters, and a placement of devices with one owner for each meter.

The paper asks for a "one-to-one mapping" of 300 meters to 13 devices (ZK-R14), which no map is; what is meant is a
total function from meters to devices (ZK-C12), and `Placement` is one by construction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meterproof.errors import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Counts = int | Sequence[int] | Ints

_A = TypeVar("_A", Floats, Ints)


@dataclass(frozen=True)
class Box:
    """A rectangle, in km: `low` <= `high` in both coordinates."""

    low: tuple[float, float]
    high: tuple[float, float]

    def __post_init__(self) -> None:
        finite = all(map(np.isfinite, (*self.low, *self.high)))
        if not finite or self.low[0] > self.high[0] or self.low[1] > self.high[1]:
            raise InputError(f"no box from {self.low} to {self.high}", allowed="finite corners, the lower one first")

    def grown_to(self, points: Floats) -> Box:
        """The smallest box that holds this one and the points."""
        low, high = points.min(axis=0), points.max(axis=0)
        return Box(
            (min(self.low[0], float(low[0])), min(self.low[1], float(low[1]))),
            (max(self.high[0], float(high[0])), max(self.high[1], float(high[1]))),
        )


@dataclass(frozen=True, eq=False)
class Layout:
    """Where the meters are.

    `meters` is M x 2 in km and read-only; `names` is empty or has one unique name a meter; `area` is the district that
    they stand in, by default the smallest box around them. Raises InputError for no meters, another shape, coordinates
    that are not finite, names that are not unique or too few, or a meter outside the area.
    """

    meters: Floats
    names: tuple[str, ...] = ()
    area: Box | None = None

    def __post_init__(self) -> None:
        meters = points(self.meters, "meters")
        if not len(meters):
            raise InputError("the layout has no meters", allowed="at least one meter")
        if self.names and len(self.names) != len(meters):
            raise InputError(f"{len(self.names)} names for {len(meters)} meters", allowed="one name a meter, or none")
        if len(set(self.names)) != len(self.names):
            twice = next(name for i, name in enumerate(self.names) if name in self.names[:i])
            raise InputError(f"two meters are named {twice!r}", allowed="unique names")
        if self.area is not None and self.area.grown_to(meters) != self.area:
            raise InputError("a meter stands outside the area", allowed=f"from {self.area.low} to {self.area.high}")
        object.__setattr__(self, "meters", meters)

    def __len__(self) -> int:
        return len(self.meters)

    @property
    def box(self) -> Box:
        """The smallest box around the meters."""
        low, high = self.meters.min(axis=0), self.meters.max(axis=0)
        return Box((float(low[0]), float(low[1])), (float(high[0]), float(high[1])))

    @property
    def district(self) -> Box:
        """The area, or the smallest box around the meters where none was given."""
        return self.area or self.box


@dataclass(frozen=True, eq=False)
class Placement:
    """Where the devices are and which of them owns each meter.

    `devices` is N x 2 in km, `owner` has M device indices; both are read-only. Raises InputError for an owner that is
    no device, which is what makes it a total function.
    """

    devices: Floats
    owner: Ints

    def __post_init__(self) -> None:
        devices = points(self.devices, "devices")
        owner = np.array(self.owner)
        if owner.ndim != 1 or (owner.size and not np.issubdtype(owner.dtype, np.integer)):
            raise InputError("owners have the wrong shape or type", allowed="one device index a meter")
        if owner.size and not 0 <= owner.min() <= owner.max() < len(devices):
            strange = int(owner[(owner < 0) | (owner >= len(devices))][0])
            raise InputError(f"a meter is owned by device {strange}", allowed=f"0 to {len(devices) - 1}")
        object.__setattr__(self, "devices", devices)
        object.__setattr__(self, "owner", _frozen(owner.astype(np.int64)))

    @property
    def loads(self) -> Ints:
        """How many meters each device owns, N counts."""
        return np.bincount(self.owner, minlength=len(self.devices)).astype(np.int64)


def points(values: ArrayLike, what: str) -> Floats:
    """A read-only K x 2 copy of the values. Raises InputError for another shape or a coordinate that is not finite."""
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"the {what} are not numbers: {error}", allowed="rows of two coordinates in km") from error
    if array.size == 0:
        array = array.reshape(0, 2)
    if array.ndim != 2 or array.shape[1] != 2:
        raise InputError(f"the {what} have shape {array.shape}", allowed="rows of two coordinates in km")
    if not np.isfinite(array).all():
        row = int(np.flatnonzero(~np.isfinite(array).all(axis=1))[0])
        raise InputError(f"row {row} of the {what} is not finite", allowed="finite coordinates in km")
    return _frozen(array)


def bounds(meters: int, devices: int, capacity: Counts | None = None, lower: Counts = 0) -> tuple[Ints, Ints]:
    """What `limits` gives, for a placement that is to be made. Raises InputError for fewer meters than devices too."""
    if devices > meters:
        raise InputError(f"{meters} meters for {devices} devices", allowed=f"1 to {meters} devices")
    return limits(meters, devices, capacity, lower)


def limits(meters: int, devices: int, capacity: Counts | None = None, lower: Counts = 0) -> tuple[Ints, Ints]:
    """The most and the fewest meters that each device may own: two arrays of N.

    `capacity` is one number for all, one a device, or None for no limit; `lower` likewise. Raises InputError if there
    are no devices, or if no assignment at all can keep to these bounds: it names the total capacity, the number of
    meters and what would be allowed.
    """
    if devices < 1:
        raise InputError(f"{devices} devices", allowed="at least one device")
    most = _counts(meters if capacity is None else capacity, devices, "capacity")
    fewest = _counts(lower, devices, "lower bound")
    if (fewest > most).any():
        i = int(np.flatnonzero(fewest > most)[0])
        raise InputError(f"device {i} must own {fewest[i]} meters and may own {most[i]}", allowed=f"0 to {most[i]}")
    if most.sum() < meters:
        enough = -(-meters // max(1, int(most.max())))
        allowed = f"a total of at least {meters}; at {most.max()} a device, {enough} devices"
        raise InputError(f"the devices' total capacity is {most.sum()} for {meters} meters", allowed=allowed)
    if fewest.sum() > meters:
        raise InputError(f"the devices must own {fewest.sum()} of {meters} meters", allowed=f"at most {meters} in all")
    return most, fewest


def _counts(values: Counts, devices: int, what: str) -> Ints:
    array = np.asarray(values)
    if not np.issubdtype(array.dtype, np.integer) or (array < 0).any() or array.shape not in ((), (devices,)):
        raise InputError(f"the {what} {values} is not a count", allowed=f"one whole number, or {devices} of them")
    return np.broadcast_to(array, devices).astype(np.int64)


def _frozen(array: _A) -> _A:
    array.flags.writeable = False
    return array
