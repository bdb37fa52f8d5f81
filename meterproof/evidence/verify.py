"""A whole folder, verified: every hash, every system, every trace, every proof, every search, every verdict.

Nothing of the study is needed: the systems are in the folder. Where the study is at hand, its own models are held
against them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meterproof.check.methods import Budget, Report
from meterproof.check.runner import as_expected
from meterproof.errors import InputError
from meterproof.evidence import entries, ir_reading, manifest
from meterproof.evidence.bundle import CHECKS
from meterproof.evidence.entries import EMPTY, Means, text
from meterproof.evidence.findings import Finding, Verification
from meterproof.evidence.manifest import Manifest
from meterproof.evidence.shape import checked
from meterproof.lang.canonical import digest
from meterproof.lang.system import System
from meterproof.verdict import Contradiction, Evidence, Method, Solver, strongest


@dataclass(frozen=True)
class Asked:
    """How a folder is to be verified.

    `seconds` are for each plan, by default as many as the check had; proofs ask `solver`. Without `search`, exhaustive
    and other searches are skipped. `here` gives the study's own system for a row's source and property, and raises
    InputError where it has none. `report` and `say` are as in `runner.run_job`.
    """

    solver: Solver = "z3"
    seconds: float | None = None
    search: bool = True
    here: Callable[[str, str], System] | None = None
    report: Report | None = None
    say: Callable[[str], None] | None = None


def verify(folder: Path, asked: Asked | None = None) -> Verification:
    """Verify a folder that `check --evidence` wrote.

    Raises InputError where it is none, or its manifest or rows have another form. When somebody interrupts it, what was
    found until then is there, and `interrupted` says so.
    """
    told = manifest.read(folder)
    findings: list[Finding] = []
    interrupted = False
    try:
        for finding in _folder(folder, told, asked or Asked()):
            findings.append(finding)
    except KeyboardInterrupt:
        interrupted = True
    return Verification(told.sha256, dict(told.versions), tuple(findings), interrupted)


def _folder(folder: Path, told: Manifest, asked: Asked) -> Iterator[Finding]:
    for file, fault in manifest.faults(folder, told):
        yield Finding(file, "file", "verified" if fault is None else "failed", fault)
    path = folder / CHECKS
    if not path.is_file():
        raise InputError("is not in the folder", file=path, allowed="the rows of a check")
    whole = checked(path.read_bytes(), "checks", file=path)
    seconds = whole["seconds"] if asked.seconds is None else asked.seconds
    budget = Budget(seconds, whole["seed"], whole["seeds"], asked.solver, whole["memory"])
    means = Means(folder, budget, asked.search, asked.report, asked.say)
    systems = _Systems(means)
    yield from _unnamed(told, whole)
    for row in whole["checks"]:
        yield from _row(row, whole["method"], systems, means, asked)


class _Systems:
    """The systems of the folder, each read once; a fault is told once."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._read: dict[str, System | None] = {}

    def get(self, path: str) -> tuple[System | None, list[Finding]]:
        """The system, if it is one, and what was found out when it was first asked for."""
        if path in self._read:
            return self._read[path], []
        try:
            system = ir_reading.read(text(self._means, path))
        except InputError as error:
            self._read[path] = None
            return None, [Finding(path, "system", "failed", str(error))]
        self._read[path] = system
        own = digest(system)
        fault = None if Path(path).stem == own else f"has the hash {own}"
        return system, [Finding(path, "system", "verified" if fault is None else "failed", fault)]


def _unnamed(told: Manifest, whole: Mapping[str, Any]) -> Iterator[Finding]:
    """Files that no row names: they show nothing, and so nobody would look at them."""
    named = {CHECKS}
    for row in whole["checks"]:
        for entry in (row, *row["plans"], *row["controls"]):
            named |= {entry["ir"], *entry.get("obligations", ())}
            named |= {entry[each] for each in ("trace", "witness") if entry.get(each) is not None}
    for path in sorted(set(told.files) - named):
        yield Finding(path, "file", "failed", f"is named by no row of {CHECKS}")


def _row(
    row: Mapping[str, Any], method: Method | None, systems: _Systems, means: Means, asked: Asked
) -> Iterator[Finding]:
    name = f"{row['source']} {row['property']}"
    system, told = systems.get(row["ir"])
    yield from told
    if system is not None and asked.here is not None:
        yield _model(row, system, asked.here)
    evidence: list[Evidence] = []
    caught = True
    for at, entry in enumerate((*row["plans"], *row["controls"])):
        own, told = systems.get(entry["ir"])
        yield from told
        is_control = at >= len(row["plans"])
        where = f"{name} without {entry['rule']}" if is_control else name
        fault = None if own is None else _fault(row, entry, own, is_control)
        if own is None or fault is not None:
            yield Finding(CHECKS, "row", "failed", f"{where}: {fault or 'its system cannot be read'}")
            continue
        tried = entries.verify(entry, row["property"], own, means, where)
        yield from tried.findings
        if is_control:
            caught = caught and entry["verdict"] == "violated"
        else:
            evidence.append(tried.evidence)
    yield _verdict(row, method, tuple(evidence), caught, name)


def _fault(row: Mapping[str, Any], entry: Mapping[str, Any], system: System, is_control: bool) -> str | None:
    """What keeps an entry from being about its row at all."""
    if not any(p.id == row["property"] for p in system.properties):
        return f"the system {entry['ir']} has no property {row['property']}"
    if not is_control and entry["ir"] != row["ir"]:
        return f"a plan is about {entry['ir']}, the row about {row['ir']}"
    if (entry["verdict"] == "proved") != bool(entry["obligations"]):
        return "obligations go with the verdict proved, and with no other"
    return None


def _model(row: Mapping[str, Any], system: System, here: Callable[[str, str], System]) -> Finding:
    """The system against the one that the study has under that name now."""
    try:
        own = digest(here(row["source"], row["property"]))
    except InputError as reason:
        return Finding(row["ir"], "model", "skipped", f"no model to compare it with: {reason}")
    theirs = digest(system)
    fault = None if own == theirs else f"the model of {row['source']} here is another: its hash is {own}"
    return Finding(row["ir"], "model", "verified" if fault is None else "failed", fault)


def _verdict(
    row: Mapping[str, Any], method: Method | None, evidence: tuple[Evidence, ...], caught: bool, name: str
) -> Finding:
    """The row's verdict, and whether it is as expected, against what its plans and controls say."""
    if row["contradiction"] is not None or (row["interrupted"] and not evidence):
        return Finding(CHECKS, "row", "skipped", f"{name}: {row['note'] or 'interrupted'}")
    try:
        decisive = strongest(evidence)
    except Contradiction as error:
        return Finding(CHECKS, "row", "failed", f"{name}: the plans contradict each other: {error}")
    if decisive.verdict != row["verdict"]:
        return Finding(CHECKS, "row", "failed", f"{name} is {row['verdict']}, but its plans say {decisive.verdict}")
    if row["as_expected"] and not as_expected(row["expected"], row["least"], method, decisive, evidence, caught=caught):
        return Finding(CHECKS, "row", "failed", f"{name} is not as expected, but the row says so")
    if decisive.verdict in EMPTY:
        return Finding(CHECKS, "row", "skipped", f"{name} is {decisive.verdict}, which claims nothing")
    return Finding(CHECKS, "row", "verified")
