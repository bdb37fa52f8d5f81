"""Where a run's readings come from: a file, or a resampled one. Either can be gone through again from its beginning."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from meterproof.readings.files import read_readings, rejects_file
from meterproof.readings.records import Reading, Reject
from meterproof.readings.report import IntakeReport, Tally
from meterproof.readings.synthetic import Profile, Size, resample


@dataclass(frozen=True)
class Source:
    """Accepted readings, gone through once already: `report` has the sums.

    `name` is shown; `digest` tells two contents apart; `rejects` is the file of refused rows if one was written;
    `synthetic` is the size of what was resampled, None for a real file.
    """

    name: str
    digest: str
    report: IntakeReport
    rejects: Path | None
    synthetic: Size | None
    readings: Callable[[], Iterator[Reading]]


def from_file(path: Path, rejects: Path | None, otherwise: Path | None = None) -> Source:
    """The readings of a file. Its refused rows go to `rejects`; without it, and only if there are any, to `otherwise`,
    by default a file beside it.

    Raises InputError for a file that is none of readings.
    """
    tally = Tally()
    for _ in tally.watch(read_readings(path)):
        pass
    report = tally.report()
    target = rejects
    if target is None and report.rows != report.accepted:
        target = path.with_name(path.name + ".rejects.csv") if otherwise is None else otherwise
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with rejects_file(target) as refuse:
            for record in read_readings(path):
                if isinstance(record, Reject):
                    refuse(record)
    return Source(path.name, _digest([path]), report, target, None, lambda: accepted(path))


def resampled(paths: Sequence[Path], size: Size, seed: int) -> Source:
    """Readings of this size, resampled from all accepted ones of these files; see `synthetic`."""
    profile = Profile.of(reading for path in paths for reading in accepted(path))
    tally = Tally()
    for _ in tally.watch(resample(profile, size, seed)):
        pass
    name = f"synthetic {size}, resampled from {', '.join(path.name for path in paths)}"
    digest = f"{size} {_digest(paths)}"
    return Source(name, digest, tally.report(), None, size, lambda: resample(profile, size, seed))


def accepted(path: Path) -> Iterator[Reading]:
    """The accepted readings of a file, in its order."""
    return (record for record in read_readings(path) if isinstance(record, Reading))


def _digest(paths: Sequence[Path]) -> str:
    whole = hashlib.sha256()
    for path in paths:
        with path.open("rb") as source:
            whole.update(hashlib.file_digest(source, "sha256").digest())
    return whole.hexdigest()
