"""Readings of meters that do not exist, resampled from those of one that does: for runs larger than the real samples.

Every value is one that a real meter counted at the same half hour of some day, which is drawn by seed, anew for each
meter and half hour. So the energy of a half hour has the sample's distribution, but a meter has no habits and two
meters have nothing in common: such readings show what a run costs, and nothing about households.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from meterproof.errors import InputError
from meterproof.readings.records import HALF_HOUR, Reading

START = datetime(2013, 1, 1)
SLOTS = 48
"""Half hours of a day."""
MOST = 10**8


@dataclass(frozen=True, slots=True)
class Size:
    """This many meters, each with a reading for this many half hours in a row."""

    meters: int
    half_hours: int

    @staticmethod
    def parse(text: str) -> Size:
        """METERSxHALFHOURS, such as 1000x48. Raises InputError for anything else."""
        match = re.fullmatch(r"([1-9]\d{0,8})x([1-9]\d{0,8})", text, re.ASCII)
        if match is None or int(match[1]) * int(match[2]) > MOST:
            allowed = f"METERSxHALFHOURS, such as 1000x48 or 1x17520, of at most {MOST} readings"
            raise InputError(f"a synthetic file of {text!r}", allowed=allowed)
        return Size(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.meters}x{self.half_hours}"


@dataclass(frozen=True, slots=True)
class Profile:
    """The energies, in kWh, that were counted at each of the 48 half hours of a day."""

    by_slot: tuple[tuple[Decimal, ...], ...]

    @staticmethod
    def of(readings: Iterable[Reading]) -> Profile:
        """The profile of these readings. Raises InputError where a half hour of the day has none."""
        slots: list[list[Decimal]] = [[] for _ in range(SLOTS)]
        for reading in readings:
            slots[_slot(reading.at)].append(reading.kwh)
        for number, values in enumerate(slots):
            if not values:
                time = f"{number // 2:02}:{number % 2 * 30:02}"
                raise InputError(f"no reading at {time} to resample", allowed="readings for every half hour of the day")
        return Profile(tuple(map(tuple, slots)))


def resample(profile: Profile, size: Size, seed: int, start: datetime = START) -> Iterator[Reading]:
    """The readings, half hour by half hour from `start` on and in each meter by meter; the same arguments give the
    same ones.

    `line` counts them from 1.
    """
    draw = random.Random(f"meterproof synthetic {seed}").random
    width = len(str(size.meters))
    names = [f"SYN{number:0{width}}" for number in range(1, size.meters + 1)]
    line = 0
    for half_hour in range(size.half_hours):
        at = start + half_hour * HALF_HOUR
        values = profile.by_slot[_slot(at)]
        for name in names:
            line += 1
            yield Reading(name, at, values[int(draw() * len(values))], line)


def _slot(at: datetime) -> int:
    return at.hour * 2 + at.minute // 30
