"""Attacks and the table of features as JSON, validated by `meterproof/schemas/attack.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from meterproof.check.runner import Check
from meterproof.real.attack import AttackResult
from meterproof.real.exploit import Deed, ExploitResult
from meterproof.real.features import Cell, Result, Row
from meterproof.real.play import PlayedStep, Refusal
from meterproof.traces.sentences import action_of, parameters, sentence

Proofs = Mapping[tuple[str, str | None, str], Check]
"""What the engines say, by target, reading and property."""


def row(result: Result) -> dict[str, Any]:
    """An attempt."""
    backed = isinstance(result, AttackResult)
    return {
        "attack": result.attack.name,
        "title": result.attack.title,
        "property": result.attack.breaks,
        "target": result.attempt.target,
        "reading": result.attempt.reading,
        "backed_by": "model" if backed else "bytes",
        "goal": None if isinstance(result, AttackResult) else result.attack.goal,
        "shown": None if isinstance(result, AttackResult) else result.account.shown,
        "scope": result.played.instance.scope.as_dict() if isinstance(result, AttackResult) else {},
        "expected": result.attempt.expected,
        "beyond": result.attempt.beyond,
        "outcome": result.outcome,
        "as_expected": result.as_expected,
        "steps": _steps(result),
        "refused_by": result.refusals[0].rule if result.refusals else None,
        "model_states": result.searched if isinstance(result, AttackResult) else None,
        "cites": list(result.attack.cites),
    }


def feature(found: Row, proofs: Proofs) -> dict[str, Any]:
    """A feature with its cells."""
    return {
        "id": found.feature.id,
        "feature": found.feature.title,
        "protocol": found.feature.protocol,
        "claimed": True,
        "argument": found.feature.argument,
        "cites": list(found.feature.cites),
        "cells": [_cell(each, proofs) for each in found.cells],
    }


def proofs_of(cell: Cell, proofs: Proofs) -> list[Check]:
    """The checks of the guarantees that a cell's attacks aim at, where there are any; see `Cell.aims`."""
    found = (proofs.get((cell.target, cell.reading, aim)) for aim in cell.aims)
    return [check for check in found if check is not None]


def _cell(cell: Cell, proofs: Proofs) -> dict[str, Any]:
    return {
        "target": cell.target,
        "reading": cell.reading,
        "found": cell.found,
        "evidence": [_evidence(r) for r in cell.results],
        "proofs": [
            {
                "property": check.job.declared.id,
                "verdict": check.decisive.verdict,
                "method": None if check.decisive.method == "none" else check.decisive.method,
                "as_expected": check.as_expected,
            }
            for check in proofs_of(cell, proofs)
        ],
    }


def _evidence(result: Result) -> dict[str, Any]:
    return {
        "attack": result.attack.name,
        "outcome": result.outcome,
        "steps": result.steps,
        "property": result.attack.breaks,
        "verdict": result.verdict,
        "backed_by": "model" if isinstance(result, AttackResult) else "bytes",
        "refused_by": result.refusals[0].rule if result.refusals else None,
        "beyond": result.attempt.beyond,
    }


def _steps(result: Result) -> Sequence[dict[str, Any]]:
    if isinstance(result, ExploitResult):
        return [_deed(deed) for deed in result.account.deeds]
    return [_step(result, step) for step in result.played.steps]


def _step(result: AttackResult, played: PlayedStep) -> dict[str, Any]:
    instance = result.trace.instance
    action = action_of(instance, played.step)
    return {
        "action": action.name,
        "params": parameters(instance, played.step),
        "sentence": sentence(instance, played.step),
        "needs": action.needs,
        "cites": list(action.cites),
        "refused": _refused(played.refusal),
    }


def _deed(deed: Deed) -> dict[str, Any]:
    return {
        "action": None,
        "params": {},
        "sentence": deed.sentence,
        "needs": deed.needs,
        "cites": list(deed.cites),
        "refused": _refused(deed.refusal),
    }


def _refused(refusal: Refusal | None) -> dict[str, Any] | None:
    if refusal is None:
        return None
    return {"rule": refusal.rule, "reason": refusal.reason, "cites": list(refusal.cites)}
