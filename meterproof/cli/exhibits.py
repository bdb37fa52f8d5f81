"""What a check of the whole study shows beside its verdicts: attacks, runs and short days, with real bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rich.console import Console

from meterproof.cli import attack, run_day, run_day_report, run_report, run_samples
from meterproof.cli.common import study
from meterproof.real import document, tables
from meterproof.real.features import Result

if TYPE_CHECKING:
    from meterproof.report.glossary import Glossary
    from meterproof.report.page import Section


Judged = list[tuple[dict[str, Any], bool]]
"""Documents, each with whether all of it agrees."""


@dataclass(frozen=True)
class Exhibits:
    """All attempts of all attacks, a run of each sample through each hardened variant, and a short day of each that
    plays days, as `run` prints them."""

    played: list[Result]
    runs: list[dict[str, Any]]
    days: list[dict[str, Any]]

    @property
    def as_expected(self) -> bool:
        """Whether every attack went as expected, and every run and day delivered what it should."""
        runs = all(map(run_report.agrees, self.runs)) and all(map(run_day.agrees, self.days))
        return all(r.as_expected for r in self.played) and runs

    def document(self) -> dict[str, Any]:
        """All of them as JSON."""
        return {"attacks": [document.row(r) for r in self.played], "runs": self.runs, "days": self.days}

    def judged(self) -> tuple[list[dict[str, Any]], Judged, Judged]:
        """All of them as JSON, runs and days each with whether it delivered what it should."""
        runs = [(r, run_report.agrees(r)) for r in self.runs]
        return [document.row(r) for r in self.played], runs, [(d, run_day.agrees(d)) for d in self.days]

    def sections(self, glossary: Glossary) -> tuple[str, list[Section]]:
        """All of them for a report: in a sentence, and as sections."""
        from meterproof.report import exhibits as told
        from meterproof.report.days import played

        _, runs, days = self.judged()
        sections = [told.attacks(self.played, glossary), told.readings(runs), played(days)]
        return told.summary(self.played, runs, days), sections

    def show(self, console: Console) -> None:
        """All of them for people."""
        if self.played:
            console.print(tables.attempts(self.played))
        for each in self.runs:
            run_report.show_line(each, console)
        for day in self.days:
            run_day_report.show_line(day, console)


@dataclass(frozen=True)
class Sent:
    """The same as it goes from one process to another: results by the name of their attack and the number of their
    attempt, which are code, and stay where they are."""

    played: list[tuple[str, int, Result]]
    runs: list[dict[str, Any]]
    days: list[dict[str, Any]]

    def taken(self) -> Exhibits:
        """All of it with the attacks of this process."""
        known = attack.attacks(study()) if self.played else {}
        played = [_with(r, known[name], known[name].attempts[i]) for name, i, r in self.played]
        return Exhibits(played, self.runs, self.days)


def sent(seed: int) -> Sent:
    """All of it, as another process can take it."""
    found = exhibits(seed, True)
    played = [(r.attack.name, _number(r), _with(r, None, None)) for r in found.played]
    return Sent(played, found.runs, found.days)


def _number(result: Result) -> int:
    return next(i for i, each in enumerate(result.attack.attempts) if each is result.attempt)


def _with(result: Result, attack: Any, attempt: Any) -> Result:
    return replace(result, attack=attack, attempt=attempt)


def exhibits(seed: int, quiet: bool) -> Exhibits:
    """Play all attacks, if the study has any, run all samples, and play a short day."""
    played = attack.play_all(None, None, seed, quiet) if attack.attacks(study()) else []
    return Exhibits(played, run_samples.run_samples(seed, quiet), run_samples.play_samples(seed, quiet))
