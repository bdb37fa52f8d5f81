"""Checks as rows of an evidence folder: what was claimed, tried and found, and which files show it.

A row is told as plain data, of the shape `checks` in `meterproof/schemas/evidence.json`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from meterproof.check.runner import Check, ControlResult, Options
from meterproof.claims import Plan
from meterproof.verdict import Evidence


@dataclass(frozen=True)
class Shown:
    """The files that show what one plan found: its system, and what there is of trace, witness and obligations."""

    ir: str
    trace: str | None = None
    witness: str | None = None
    obligations: tuple[str, ...] = ()


def record(rows: Sequence[Mapping[str, Any]], options: Options, *, interrupted: bool) -> dict[str, Any]:
    """The whole of `checks.json`: how it was asked, and the rows."""
    budget = options.budget
    return {
        "profile": options.profile,
        "method": options.method,
        "seed": budget.seed,
        "seeds": budget.seeds,
        "solver": budget.solver,
        "seconds": budget.seconds,
        "memory": budget.memory,
        "interrupted": interrupted,
        "checks": list(rows),
    }


def row(
    check: Check, ir: str, plans: Sequence[Mapping[str, Any]], controls: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """One check; `plans` and `controls` are told by `entry` and `control`."""
    job = check.job
    return {
        "source": job.name,
        "machine": job.machine.__name__,
        "property": job.declared.id,
        "title": job.declared.title,
        "expected": job.stance.expected,
        "least": job.stance.least,
        "verdict": check.decisive.verdict,
        "method": None if check.decisive.method == "none" else check.decisive.method,
        "as_expected": check.as_expected,
        "contradiction": check.contradiction,
        "interrupted": check.interrupted,
        "note": check.note,
        "ir": ir,
        "plans": list(plans),
        "controls": list(controls),
    }


def entry(plan: Plan, found: Evidence, shown: Shown) -> dict[str, Any]:
    """One plan with what it found."""
    return {
        "plan": {**asdict(plan), "scope": plan.sizes, "symmetry": list(plan.symmetry)},
        "verdict": found.verdict,
        "scope": found.scope,
        "states": found.states,
        "generated": found.generated,
        "depth": found.depth,
        "schedules": found.schedules,
        "vacuous": found.vacuous,
        "within_design": found.within_design,
        "axioms": list(found.axioms),
        "note": found.note,
        "ir": shown.ir,
        "trace": shown.trace,
        "witness": shown.witness,
        "obligations": list(shown.obligations),
    }


def control(result: ControlResult, shown: Shown) -> dict[str, Any]:
    """One mutation control with what it found."""
    of = result.control
    return {"rule": of.rule, "value": of.value, **entry(of.plan, result.evidence, shown)}
