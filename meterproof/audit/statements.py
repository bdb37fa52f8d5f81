"""How the statements of two versions relate: by their meaning, never by their name."""

from __future__ import annotations

from dataclasses import dataclass

from meterproof.audit.classify import Relation
from meterproof.audit.differences import statement
from meterproof.audit.engines import Question
from meterproof.check.methods import Budget
from meterproof.verdict import Contradiction


@dataclass(frozen=True)
class Related:
    """What HEAD's statement is to BASE's, with its adversary and the sizes it is claimed for, and why, in words."""

    relation: Relation
    notes: tuple[str, ...] = ()


def related(base: Question, head: Question, budget: Budget) -> Related:
    """How two statements relate; those of one canonical hash are the same, of others z3 decides."""
    if statement(base.system, base.claim) == statement(head.system, head.claim):
        return Related("same")
    from meterproof.compare.statement import implies  # brings z3 with it, which is slow to load

    try:
        found = implies(base.system, base.claim, head.system, head.claim, budget)
    except Contradiction as error:
        return Related("unknown", (f"the solvers contradict each other: {error}",))
    forth, back = found.new_implies_old, found.old_implies_new
    told = []
    if forth.answer != "yes":
        told.append(f"HEAD's statement {_how(forth.answer)} BASE's: {forth.why}")
    if back.answer != "yes":
        told.append(f"BASE's statement {_how(back.answer)} HEAD's: {back.why}")
    return Related(found.relation, tuple(told))


def _how(answer: str) -> str:
    return "does not imply" if answer == "no" else "is not known to imply"
