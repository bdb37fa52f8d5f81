"""Proof by induction for any number of individuals: the verdict `proved`, and why not when it is not.

A failed obligation is a counterexample to *induction*: it may start in a state that no run reaches. So the answer is
then `unknown` and names the obligation, never `violated`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import z3

from meterproof.lang.system import Property, System
from meterproof.prove.obligations import Obligation, Obligations, obligations
from meterproof.prove.theory import Refused
from meterproof.verdict import Evidence

POSSIBLE_SHARE = 5.0
"""Most seconds spent on one question whether an action can happen at all; it only guards against vacuous proofs."""


@dataclass(frozen=True)
class Answer:
    """What z3 said of an obligation: shown, failed (a model of its denial exists), or neither, with the reason.

    `used` are the names of the axioms that the proof needed.
    """

    obligation: Obligation
    status: Literal["shown", "failed", "undecided"]
    reason: str = ""
    used: tuple[str, ...] = ()


def discharge(obligation: Obligation, *, timeout: float, seed: int) -> Answer:
    """Ask z3 once, for at most `timeout` seconds."""
    context = obligation.goal.ctx
    solver = z3.Solver(ctx=context)
    solver.set("timeout", max(1, int(timeout * 1000)))
    solver.set("random_seed", seed)
    labels = {f"axiom.{i}": axiom for i, axiom in enumerate(obligation.axioms)}
    for label, axiom in labels.items():
        solver.assert_and_track(axiom.term, z3.Bool(label, context))
    solver.add(*obligation.assertions)
    answer = solver.check()
    if answer == z3.unknown:
        return Answer(obligation, "undecided", _reason(solver, timeout))
    if (answer == z3.sat) != (obligation.kind == "possible"):
        return Answer(obligation, "failed")
    core = {str(label) for label in solver.unsat_core()} if answer == z3.unsat else set()
    return Answer(obligation, "shown", used=tuple(a.name for label, a in labels.items() if label in core))


def _reason(solver: Any, timeout: float) -> str:
    reason = str(solver.reason_unknown())
    return f"time: {timeout:.3g} s" if reason in ("timeout", "canceled") else f"z3: {reason}"


def prove(system: System, property: Property, *, timeout: float = 60.0, seed: int = 0) -> Evidence:
    """Try to prove a property of a system for every size, with its lemmas, within `timeout` seconds in all.

    `proved` lists the axioms that were needed, in plain words. `unknown` names in its note the obligations that failed
    or were not decided. `not run` says that the property is no matter for induction at unbounded size, and why.
    """
    begun = time.monotonic()
    try:
        tasks = obligations(system, property)
    except Refused as refusal:
        return Evidence("induction", "not run", seconds=time.monotonic() - begun, seed=seed, note=str(refusal))
    answers = _all(tasks.shown, begun + timeout, timeout, seed)
    open_ = [a for a in answers if a.status != "shown"]
    if open_:
        note = "; ".join([*map(_complaint, open_), *_numbers(tasks)])
        return Evidence("induction", "unknown", seconds=time.monotonic() - begun, seed=seed, note=note)
    checks = _all(tasks.possible, begun + timeout, POSSIBLE_SHARE, seed)
    empty = any(c.status == "failed" and c.obligation.action is None for c in checks)
    doubts = [_complaint(c) for c in checks if c.status != "shown"]
    return Evidence(
        "induction",
        "proved",
        seconds=time.monotonic() - begun,
        seed=seed,
        axioms=_assumed(tasks, answers),
        vacuous=empty,
        note="; ".join([f"{len(answers)} obligations", *doubts]),
    )


def _all(tasks: Iterable[Obligation], deadline: float, share: float, seed: int) -> list[Answer]:
    """Answers in order; what comes after the deadline is undecided without being tried."""
    answers = []
    for task in tasks:
        left = min(share, deadline - time.monotonic())
        tried = discharge(task, timeout=left, seed=seed) if left > 0 else Answer(task, "undecided", "time: not reached")
        answers.append(tried)
    return answers


def _complaint(answer: Answer) -> str:
    o = answer.obligation
    if answer.status == "undecided":
        return f"not decided ({answer.reason}): {o.name}"
    if o.kind == "possible" and o.action is not None:
        return f"{o.action} never happens: no state where the invariants hold enables it"
    if o.kind == "possible":
        return f"vacuous: in no state where the invariants hold does the witness of {o.formula} hold"
    return f"not inductive: it could not be shown that {o.name}"


def _numbers(tasks: Obligations) -> list[str]:
    """Facts about quorums that do not hold, with their smallest numbers: often the reason for a failed obligation."""
    return [str(fact) for fact in tasks.facts if not fact.holds]


def _assumed(tasks: Obligations, answers: Iterable[Answer]) -> tuple[str, ...]:
    """Axioms that some proof used, and the facts that the quorum reading of thresholds rests on."""
    used = dict.fromkeys(name for a in answers for name in a.used)
    return (*(fact.sentence for fact in tasks.sizes), *used)
