"""Checks as JSON: the rows of docs/design.md, section 5, validated by `meterproof/schemas/check.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from meterproof import __version__
from meterproof.check.runner import Check
from meterproof.traces.counterexample import render
from meterproof.verdict import Evidence


def document(
    checks: Sequence[Check], *, seed: int, profile: str, traces: Mapping[int, str], interrupted: bool = False
) -> dict[str, Any]:
    """The whole document; `traces` names the stored trace of a check by its position.

    `interrupted` says that rows may be missing, and that the last one may be unfinished.
    """
    rows = [_row(c, traces.get(i)) for i, c in enumerate(checks)]
    return {"version": __version__, "seed": seed, "profile": profile, "interrupted": interrupted, "checks": rows}


def _row(check: Check, trace: str | None) -> dict[str, Any]:
    job, e = check.job, check.decisive
    return {
        "protocol": job.protocol,
        "variant": job.variant,
        "machine": job.machine.__name__,
        "property": job.declared.id,
        "kind": job.declared.kind,
        "title": job.declared.title,
        "expected": job.stance.expected,
        "verdict": e.verdict,
        "as_expected": check.as_expected,
        "method": None if e.method == "none" else e.method,
        "reading": job.reading,
        "against": sorted(job.declared.against),
        "scope": e.scope,
        "states": e.states,
        "generated": e.generated,
        "depth": e.depth,
        "seconds": round(e.seconds, 3),
        "seed": e.seed,
        "trace": trace,
        "cites": list(job.declared.cites),
        "ir_hash": check.ir_hash,
        "evidence": [_evidence(x) for x in check.evidence],
        "controls": [
            {"rule": c.control.rule, "value": c.control.value, "caught": c.caught, "evidence": _evidence(c.evidence)}
            for c in check.controls
        ],
        "note": check.note,
    }


def _evidence(e: Evidence) -> dict[str, Any]:
    return {
        "method": e.method,
        "verdict": e.verdict,
        "scope": e.scope,
        "states": e.states,
        "generated": e.generated,
        "symmetry": list(e.symmetry),
        "depth": e.depth,
        "schedules": e.schedules,
        "seconds": round(e.seconds, 3),
        "seed": e.seed,
        "solver": e.solver,
        "seeds": list(e.seeds),
        "steps": None if e.trace is None else len(e.trace.steps),
        "axioms": list(e.axioms),
        "core": None if e.core is None else asdict(e.core),
        "counterexample": None if e.counterexample is None else render(e.counterexample),
        "vacuous": e.vacuous,
        "within_design": e.within_design,
        "note": e.note,
    }
