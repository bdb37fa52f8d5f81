"""What a check of the whole study shows beside its verdicts: attacks, and the readings that ship, with real bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.console import Console

from meterproof.cli import attack, run, run_report
from meterproof.cli.common import study
from meterproof.real import document, tables
from meterproof.real.features import Result


@dataclass(frozen=True)
class Exhibits:
    """All attempts of all attacks, and a run of each sample through each hardened variant, as `run` prints it."""

    played: list[Result]
    runs: list[dict[str, Any]]

    @property
    def as_expected(self) -> bool:
        """Whether every attack went as expected, and every run delivered what it should."""
        return all(r.as_expected for r in self.played) and all(map(run_report.agrees, self.runs))

    def document(self) -> dict[str, Any]:
        """Both as JSON."""
        return {"attacks": [document.row(r) for r in self.played], "runs": self.runs}

    def judged(self) -> tuple[list[dict[str, Any]], list[tuple[dict[str, Any], bool]]]:
        """Both as JSON, the runs each with whether it delivered what it should."""
        return [document.row(r) for r in self.played], [(r, run_report.agrees(r)) for r in self.runs]

    def show(self, console: Console) -> None:
        """Both for people."""
        if self.played:
            console.print(tables.attempts(self.played))
        for each in self.runs:
            run_report.show_line(each, console)


def exhibits(seed: int, quiet: bool) -> Exhibits:
    """Play all attacks, if the study has any, and run all samples."""
    played = attack.play_all(None, None, seed, quiet) if attack.attacks(study()) else []
    return Exhibits(played, run.run_samples(seed, quiet))
