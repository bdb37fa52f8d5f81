"""Matrices as JSON, validated by `meterproof/schemas/rules.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from meterproof.necessity.baseline import Guarantee
from meterproof.necessity.change import Change
from meterproof.necessity.findings import MEANING, findings, left_out
from meterproof.necessity.matrix import Matrix
from meterproof.necessity.trial import Trial
from meterproof.verdict import Evidence

Traces = Mapping[int, str]
"""Stored traces by the identity (`id`) of their trial."""


def of_matrix(matrix: Matrix, traces: Traces) -> dict[str, Any]:
    """One variant under one reading."""
    subject = matrix.subject
    return {
        "protocol": subject.protocol,
        "variant": subject.variant,
        "reading": subject.reading,
        "interrupted": matrix.interrupted,
        "rules": [_rule(matrix, name, changes) for name, changes in matrix.changes.items()],
        "guarantees": [_guarantee(g) for g in matrix.guarantees],
        "trials": [_trial(t, traces.get(id(t))) for t in (*matrix.trials, *matrix.pairs)],
        "findings": [
            {
                "kind": f.kind,
                "meaning": MEANING[f.kind],
                "rules": list(f.rules),
                "properties": list(f.properties),
                "sentence": f.sentence,
            }
            for f in findings(matrix)
        ],
        "left_out": list(left_out(matrix)),
    }


def _rule(matrix: Matrix, name: str, changes: tuple[Change, ...]) -> dict[str, Any]:
    subject = matrix.subject
    assert subject.rules is not None
    rule = subject.rules.schema[name]
    place = None if subject.spec is None else subject.spec.position(name, subject.reading)
    return {
        "rule": name,
        "doc": rule.doc,
        "value": subject.rules.plain()[name],
        "removable": rule.removable,
        "cites": list(rule.cites if subject.spec is None else subject.spec.cites(name)),
        "line": None if place is None else place.line,
        "machines": sorted({g.job.machine.__name__ for g in matrix.guarantees if name in g.job.machine.rule_schema()}),
        "changes": [_change(c) for c in changes],
    }


def _change(change: Change) -> dict[str, Any]:
    return {"rule": change.rule, "value": change.value, "removal": change.removal}


def _guarantee(guarantee: Guarantee) -> dict[str, Any]:
    job, e = guarantee.job, guarantee.decisive
    return {
        "property": job.declared.id,
        "title": job.declared.title,
        "kind": job.declared.kind,
        "machine": job.machine.__name__,
        "against": sorted(job.declared.against),
        "cites": list(job.declared.cites),
        "holds": guarantee.holds,
        "evidence": _evidence(e),
        "assumptions": list(e.axioms),
        "core": None if guarantee.core is None else asdict(guarantee.core),
    }


def _trial(trial: Trial, trace: str | None) -> dict[str, Any]:
    return {
        "changes": [_change(c) for c in trial.changes],
        "property": trial.id,
        "machine": trial.job.machine.__name__,
        "target": trial.job.name,
        "outcome": trial.outcome,
        "claimed": trial.claimed,
        "restated": trial.restated,
        "ir_hash": trial.ir_hash,
        "evidence": [_evidence(e) for e in trial.evidence],
        "proof": None if trial.proof is None else _evidence(trial.proof),
        "trace": trace,
        "notes": list(trial.notes),
    }


def _evidence(e: Evidence) -> dict[str, Any]:
    return {
        "method": None if e.method == "none" else e.method,
        "verdict": e.verdict,
        "scope": e.scope,
        "states": e.states,
        "depth": e.depth,
        "steps": None if e.trace is None else len(e.trace.steps),
        "seconds": round(e.seconds, 3),
        "vacuous": e.vacuous,
        "within_design": e.within_design,
        "note": e.note,
    }
