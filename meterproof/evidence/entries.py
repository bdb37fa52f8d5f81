"""One plan of a row, verified on its system: traces step by step, proofs by their obligations, searches once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meterproof.check.methods import Budget, Report, carry_out
from meterproof.claims import Plan
from meterproof.errors import InputError
from meterproof.evidence.findings import Finding, What
from meterproof.lang.canonical import digest
from meterproof.lang.system import WITNESS, System
from meterproof.traces import itf
from meterproof.traces.trace import Mismatch, Trace
from meterproof.verdict import Contradiction, Evidence, Interrupted

SEARCHED = ("exhausted", "inductive", "bounded", "tested", "violated")
"""Verdicts that a plan gives again; of these, `bounded` and `violated` may have a trace that shows them by itself."""
EMPTY = ("unknown", "not run", "not inductive")
"""Verdicts that claim nothing of the property."""
COUNTED: Mapping[str, tuple[str, ...]] = {
    "explore": ("states", "generated", "depth"), "bmc": ("depth",), "kinduction": ("depth",),
}  # fmt: skip
"""What a search that goes on to its end counts alike on every machine, by method."""


@dataclass(frozen=True)
class Means:
    """Whom to ask, and for how long: `search` says whether searches are carried out again."""

    folder: Path
    budget: Budget
    search: bool
    report: Report | None = None
    say: Callable[[str], None] | None = None


@dataclass(frozen=True)
class Tried:
    """The findings of an entry, and the evidence that it comes to where they are good."""

    findings: tuple[Finding, ...]
    evidence: Evidence


def verify(entry: Mapping[str, Any], property: str, system: System, means: Means, name: str) -> Tried:
    """Verify one entry of a row about `property`. A part that claims nothing has no findings."""
    found: list[Finding] = []
    trace = _trace(entry["trace"], "trace", property, entry, system, means, found)
    _trace(entry["witness"], "witness", property + WITNESS, entry, system, means, found)
    found += _obligations(entry, property, system, means)
    if entry["verdict"] in SEARCHED and not (
        entry["trace"] is not None and entry["verdict"] in ("bounded", "violated")
    ):
        found.append(_searched(entry, property, system, means, name))
    told = Evidence(
        entry["plan"]["method"], entry["verdict"], entry["scope"], depth=entry["depth"], trace=trace,
        within_design=entry["within_design"], vacuous=entry["vacuous"],
    )  # fmt: skip
    return Tried(tuple(found), told)


def text(means: Means, path: str) -> str:
    """The contents of one of the folder's files. InputError when it can't be read."""
    try:
        return (means.folder / path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", allowed="a text file of the folder") from None


def _trace(
    path: str | None, what: What, property: str, entry: Mapping[str, Any], system: System, means: Means,
    found: list[Finding],
) -> Trace | None:  # fmt: skip
    """The trace of a file, if it has one and the system takes it; adds the finding."""
    if path is None:
        return None
    try:
        content = text(means, path)
        header = itf.parse_header(content)
        trace = itf.parse(content, system)
    except (InputError, Mismatch) as error:
        found.append(Finding(path, what, "failed", str(error)))
        return None
    reason = None
    if header.property != property:
        reason = f"is about {header.property}, not {property}"
    elif header.ir_hash != digest(system):
        reason = f"is of the system {header.ir_hash}, not {digest(system)}"
    elif header.scope != entry["scope"]:
        reason = f"has the scope {header.scope}, not {entry['scope']}"
    found.append(Finding(path, what, "verified" if reason is None else "failed", reason))
    return trace


def _obligations(entry: Mapping[str, Any], property: str, system: System, means: Means) -> Iterator[Finding]:
    if entry["verdict"] != "proved":
        return
    from meterproof.evidence import obligations  # brings z3 with it, which other evidence has no need of

    scripts = {}
    for path in entry["obligations"]:
        try:
            scripts[path] = text(means, path)
        except InputError as error:
            yield Finding(path, "obligation", "failed", str(error))
            return
    budget = means.budget
    yield from obligations.verified(
        system, system.property(property), scripts, solver=budget.solver, seed=budget.seed, seconds=budget.seconds,
        vacuous=entry["vacuous"],
    )  # fmt: skip


def _searched(entry: Mapping[str, Any], property: str, system: System, means: Means, name: str) -> Finding:
    """The plan carried out again, its verdict and counts held against those of the entry."""
    told = entry["plan"]
    plan = Plan(**{**told, "scope": tuple(told["scope"].items()), "symmetry": tuple(told["symmetry"])})
    where = f"{entry['ir']} {name}, {plan.method}"
    if not means.search:
        return Finding(where, "search", "skipped", "searches were not to be carried out again")
    if means.say is not None:
        means.say(f"{name}: {plan.method}")
    try:
        again = carry_out(plan, system, system.property(property), means.budget, means.report)
    except Contradiction as error:
        return Finding(where, "search", "failed", f"contradicts itself: {error}")
    except InputError as error:
        return Finding(where, "search", "failed", f"cannot be carried out: {error}")
    except Interrupted:
        raise KeyboardInterrupt from None
    wanted: dict[str, object] = {"verdict": entry["verdict"], "scope": entry["scope"], "vacuous": entry["vacuous"]}
    wanted |= {each: entry[each] for each in COUNTED.get(plan.method, ())}
    if again.verdict == "unknown":
        return Finding(where, "search", "undecided", f"not {entry['verdict']} again: {again.note}")
    differs = [f"{each} is {getattr(again, each)}, not {value}" for each, value in wanted.items()
               if getattr(again, each) != value]  # fmt: skip
    return Finding(where, "search", "failed" if differs else "verified", "; ".join(differs) or None)
