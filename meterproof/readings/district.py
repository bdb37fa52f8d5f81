"""The readings of several meters over the same half hours in a row: those of a file, and further meters resampled.

A *slot* is one half hour, counted from 0 at the file's earliest accepted reading. A file with fewer meters than wanted
is filled up with meters that do not exist (`synthetic`); their names begin with SYN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from meterproof.errors import InputError
from meterproof.readings.records import HALF_HOUR, Reading
from meterproof.readings.report import IntakeReport
from meterproof.readings.source import Source, from_file
from meterproof.readings.synthetic import SLOTS, Profile, Size, resample

LEAST = 6
"""Meters that a district has where nobody says how many, and the file has fewer."""


@dataclass(frozen=True)
class District:
    """Meters by name, and `rows[slot]`: what each counted in that slot, in kWh; a meter may miss slots.

    `start` is the time stamp of slot 0, `available` how many slots the file has from it to its end; `made` are the
    names of the meters that do not exist; `left_out` counts the file's meters and readings that were not wanted.
    `source` names the file, its digest and what became of all its rows.
    """

    meters: tuple[str, ...]
    rows: tuple[Mapping[str, Decimal], ...]
    start: datetime
    available: int
    made: tuple[str, ...]
    left_out: tuple[int, int]
    source: Source

    @property
    def intake(self) -> IntakeReport:
        """What became of the file's rows."""
        return self.source.report

    @property
    def readings(self) -> int:
        """How many there are in all slots."""
        return sum(map(len, self.rows))


def district(path: Path, rejects: Path | None, *, slots: int | None, meters: int | None, seed: int,
             otherwise: Path | None = None) -> District:  # fmt: skip
    """So many slots (default: all of the file's) of so many meters, the file's own first.

    Without a number of meters it is the file's, and at least LEAST.

    Refused rows go to a file as `from_file` says. Raises InputError for a file that is none of readings or has none,
    for more slots than it has, and where further meters can't be resampled from it.
    """
    source = from_file(path, rejects, otherwise)
    own = list(source.report.totals)
    if not own:
        raise InputError("there are no readings in it", file=path, allowed="a file with at least one accepted row")
    times = [reading.at for reading in source.readings()]
    start = min(times)
    available = (max(times) - start) // HALF_HOUR + 1
    wanted = available if slots is None else slots
    if not 1 <= wanted <= available:
        raise InputError(
            f"not enough for {_days(wanted)}: there are {_days(available)} from {start} on", file=path,
            allowed=f"{_days(available)} or less; without --days it is all there is",
        )  # fmt: skip
    number = max(len(own), LEAST) if meters is None else meters
    chosen = own[:number]
    further = number - len(chosen)
    made = _made(path, source, further, wanted, start, seed, own) if further > 0 else []
    rows: list[dict[str, Decimal]] = [{} for _ in range(wanted)]
    taken, known = 0, set(chosen)
    for reading in source.readings():
        slot = (reading.at - start) // HALF_HOUR
        if reading.meter in known and slot < wanted:
            rows[slot][reading.meter] = reading.kwh
            taken += 1
    for reading in made:
        rows[(reading.at - start) // HALF_HOUR][reading.meter] = reading.kwh
    names = tuple(dict.fromkeys(reading.meter for reading in made))
    left_out = (len(own) - len(chosen), source.report.accepted - taken)
    return District((*chosen, *names), tuple(rows), start, available, names, left_out, source)


def _days(slots: int) -> str:
    days, rest = divmod(slots, SLOTS)
    told = ((days, "day"), (rest, "half hour"))
    return " and ".join(f"{n} {what}{'' if n == 1 else 's'}" for n, what in told if n) or "0 days"


def _made(
    path: Path, source: Source, meters: int, slots: int, start: datetime, seed: int, own: Sequence[str]
) -> list[Reading]:
    """Readings of so many meters that do not exist, from all that the file has for the same half hour of a day."""
    try:
        profile = Profile.of(source.readings())
    except InputError as error:
        raise InputError(f"no further meters can be made of it: {error.message}", file=path,
                         allowed=f"--meters {len(own)} or less, or {error.allowed}") from error  # fmt: skip
    found = list(resample(profile, Size(meters, slots), seed, start))
    if clash := sorted({reading.meter for reading in found} & set(own)):
        raise InputError(f"the file has a meter {clash[0]!r}, as those that are made up are called", file=path,
                         allowed=f"--meters {len(own)} or less")  # fmt: skip
    return found
