"""What came of verifying one part of an evidence folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

What = Literal["file", "system", "model", "trace", "witness", "obligation", "search", "row"]
"""`file`: its SHA-256. `system`: the hash of the IR. `model`: the IR against the study's own model. `trace`, `witness`:
taken again step by step. `obligation`: asked again. `search`: a plan carried out again. `row`: the verdict against what
its plans found."""
Status = Literal["verified", "failed", "undecided", "skipped"]
"""`undecided`: time or the solver ended it, so that it is not verified. `skipped`: nobody tried, and why; a folder with
parts that were skipped can be verified."""


@dataclass(frozen=True)
class Finding:
    """One part, named by its file, and what came of it; `reason` is there unless it was verified."""

    file: str
    what: What
    status: Status
    reason: str | None = None


@dataclass(frozen=True)
class Verification:
    """All findings of a folder. `manifest` is the SHA-256 of its manifest, `made_with` the versions named there."""

    manifest: str
    made_with: dict[str, str]
    findings: tuple[Finding, ...]
    interrupted: bool = False

    @property
    def verified(self) -> bool:
        """Whether everything was tried to the end and nothing failed."""
        return not self.interrupted and all(f.status in ("verified", "skipped") for f in self.findings)

    def having(self, status: Status) -> tuple[Finding, ...]:
        """The findings of one status, in order."""
        return tuple(f for f in self.findings if f.status == status)
