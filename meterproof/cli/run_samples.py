"""The samples that ship with a study, run and played without being asked how: for the check of the whole study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from meterproof.check.targets import specs
from meterproof.cli.common import study
from meterproof.cli.run import HARDENED, Setting, execute, runs, samples
from meterproof.cli.run_day import short_day
from meterproof.readings import from_file
from meterproof.real.bridge import reference_of
from meterproof.real.day import plays_a_day
from meterproof.study.specfile import Spec


def run_samples(seed: int, quiet: bool) -> list[dict[str, Any]]:
    """The samples that ship with the study, through every hardened variant whose reference runs readings."""
    here = study()
    return [
        execute(
            s,
            None,
            from_file(f, None, here.home(Path.cwd()) / ".meterproof" / f"{f.stem}.rejects.csv"),
            Setting(seed=seed),
            None,
            quiet,
        )
        for s in _whole()
        if runs(reference_of(s))
        for f in samples()
    ]


def play_samples(seed: int, quiet: bool) -> list[dict[str, Any]]:
    """A short day of the last sample that ships, of every hardened variant whose reference plays days."""
    able = [s for s in _whole() if s.variant == HARDENED and plays_a_day(reference_of(s))]
    if not able or not samples():
        return []
    return [short_day(s, samples()[-1], seed, quiet) for s in able]


def _whole() -> list[Spec]:
    """The specs that leave nothing open and name a reference."""
    return [s for s in specs(study(), None) if not s.readings and s.head.reference is not None]
