"""An audit as JSON: the contract of docs/design.md, section 5, and what an auditor needs beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from meterproof import __version__
from meterproof.audit.outcome import CHANGES, Audit, BehaviourChange, Failure, GuaranteeChange, ModelChange, RuleChange
from meterproof.compare.obstacle import Obstacle
from meterproof.compare.outcome import Behaviours, Difference, Transplant
from meterproof.frontier import Frontier
from meterproof.frontier import document as frontier_document
from meterproof.traces import itf
from meterproof.traces.sentences import conclusion
from meterproof.traces.text import brief
from meterproof.verdict import Evidence


def document(audit: Audit, *, fail_on: tuple[str, ...], files: Mapping[int, str]) -> dict[str, Any]:
    """The whole document; `files` names the stored trace of a guarantee by its position."""
    counts = {change: sum(g.change == change for g in audit.guarantees) for change in CHANGES}
    return {
        "version": __version__,
        "seed": audit.seed,
        "profile": audit.profile,
        "interrupted": audit.interrupted,
        "base": audit.base,
        "head": audit.head,
        "revisions": {"base": audit.revisions[0], "head": audit.revisions[1]},
        "fail_on": list(fail_on),
        "failed": audit.fails(fail_on),
        "counts": counts,
        "rules": [rule(r) for r in audit.rules],
        "guarantees": [guarantee(g, files.get(i), audit.seed) for i, g in enumerate(audit.guarantees)],
        "behaviours": [_behaviour_change(b, audit.seed) for b in audit.behaviours],
        "failures": [_failure(f) for f in audit.failures],
        "seconds": round(audit.seconds, 3),
    }


def rule(change: RuleChange) -> dict[str, Any]:
    """A changed rule as JSON."""
    return {
        "rule": change.rule,
        "before": change.before,
        "after": change.after,
        "cites": list(change.cites),
        "target": change.target,
        "reading": change.reading,
        "doc": change.doc,
        "file": change.file,
        "line": change.line,
    }


def guarantee(change: GuaranteeChange, file: str | None, seed: int) -> dict[str, Any]:
    """One guarantee as JSON."""
    return {
        "property": change.property,
        "reading": change.reading,
        "title": change.title,
        "kind": change.kind,
        "machine": change.machine,
        "target": change.target,
        "base": change.base,
        "head": change.head,
        "before": change.before,
        "after": change.after,
        "change": change.change,
        "why": change.why,
        "untouched": change.untouched,
        "frontier": {"before": _frontier(change.frontier_before), "after": _frontier(change.frontier_after)},
        "rules": [rule(r) for r in change.rules],
        "because": change.because,
        "model": [_model(m) for m in change.model],
        "trace": _trace(change, file, seed),
        "transplant": None if change.transplant is None else _transplant(change.transplant),
        "evidence": {
            "before": [_evidence(e) for e in change.evidence_before],
            "after": [_evidence(e) for e in change.evidence_after],
        },
        "cites": list(change.cites),
        "file": change.file,
        "line": change.line,
        "notes": list(change.notes),
    }


def _frontier(found: Frontier | None) -> dict[str, Any] | None:
    return None if found is None else frontier_document(found)


def _model(change: ModelChange) -> dict[str, Any]:
    return {
        "machine": change.machine,
        "what": change.what,
        "of": change.of,
        "file": change.file,
        "line": change.line,
        "cites": list(change.cites),
        "rules": list(change.rules),
    }


def _trace(change: GuaranteeChange, file: str | None, seed: int) -> dict[str, Any] | None:
    trace = change.trace
    if trace is None or change.trace_of is None:
        return None
    source = change.base if change.trace_of == "base" else change.head
    return {
        "of": change.trace_of,
        "source": source,
        "property": None if trace.claim is None else trace.claim.id,
        "against": [] if trace.claim is None else sorted(trace.claim.against),
        "scope": trace.instance.scope.as_dict(),
        "steps": brief(trace),
        "loop": trace.loop,
        "conclusion": conclusion(trace),
        "file": file,
        "itf": itf.document(trace, source=source, seed=seed),
    }


def _transplant(found: Transplant) -> dict[str, Any]:
    return {
        "steps": found.steps,
        "shows": found.shows,
        "differs": None if found.differs is None else _difference(found.differs),
        "stopped": None if found.stopped is None else _difference(found.stopped),
    }


def _difference(found: Difference) -> dict[str, Any]:
    return {"at": found.at, **_obstacle(found.obstacle)}


def _obstacle(found: Obstacle) -> dict[str, Any]:
    return {
        "reason": found.reason,
        "said": found.said,
        "rules": list(found.rules),
        "changed": [rule for rule, _, _ in found.changed],
        "cites": list(found.cites),
    }


def _behaviour_change(change: BehaviourChange, seed: int) -> dict[str, Any]:
    return {
        "target": change.target,
        "reading": change.reading,
        "machine": change.machine,
        "scope": change.scope,
        "allowed": None if change.allowed is None else _behaviours(change.allowed, change.target, seed),
        "forbidden": None if change.forbidden is None else _behaviours(change.forbidden, change.target, seed),
        "note": change.note,
    }


def _behaviours(found: Behaviours, source: str, seed: int) -> dict[str, Any]:
    return {
        "answer": found.answer,
        "novelties": [
            {
                "action": n.action,
                "steps": brief(n.trace),
                "obstacles": [_obstacle(o) for o in n.obstacles],
                "itf": itf.document(n.trace, source=source, seed=seed),
            }
            for n in found.novelties
        ],
        "scope": found.scope,
        "only_base": list(found.only_base),
        "only_head": list(found.only_head),
        "pairs": found.pairs,
        "depth": found.depth,
        "stopped": found.stopped,
        "seconds": round(found.seconds, 3),
    }


def _evidence(e: Evidence) -> dict[str, Any]:
    return {
        "method": e.method,
        "verdict": e.verdict,
        "scope": e.scope,
        "states": e.states,
        "depth": e.depth,
        "schedules": e.schedules,
        "seconds": round(e.seconds, 3),
        "seed": e.seed,
        "steps": None if e.trace is None else len(e.trace.steps),
        "axioms": list(e.axioms),
        "vacuous": e.vacuous,
        "note": e.note,
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {"of": failure.of, "target": failure.target, "property": failure.property, "reason": failure.reason}
