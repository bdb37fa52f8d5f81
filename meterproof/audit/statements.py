"""How the statements of two versions relate: by their meaning, never by their name."""

from __future__ import annotations

from dataclasses import dataclass

from meterproof.audit.cache import DECIDED, key
from meterproof.audit.classify import Relation
from meterproof.audit.differences import statement
from meterproof.audit.engines import Engines, Question
from meterproof.verdict import Contradiction


@dataclass(frozen=True)
class Related:
    """What HEAD's statement is to BASE's, with its adversary and the sizes it is claimed for, and why, in words."""

    relation: Relation
    notes: tuple[str, ...] = ()


def related(base: Question, head: Question, engines: Engines) -> Related:
    """How two statements relate; those of one canonical hash are the same, of others z3 decides. It is remembered."""
    if statement(base.system, base.claim) == statement(head.system, head.claim):
        return Related("same")
    budget = engines.options.budget
    name = key((base.system, head.system), "statements", budget)
    known = engines.cache.find(name, budget.seconds, lambda whole: Related(whole["relation"], tuple(whole["notes"])))
    if known is not None:
        return known
    from meterproof.compare.statement import implies  # brings z3 with it, which is slow to load

    try:
        found = implies(base.system, base.claim, head.system, head.claim, budget)
    except Contradiction as error:
        return Related("unknown", (f"the solvers contradict each other: {error}",))
    forth, back = found.new_implies_old, found.old_implies_new
    told = list[str]()
    if forth.answer != "yes":
        told.append(f"HEAD's statement {_how(forth.answer)} BASE's: {forth.why}")
    if back.answer != "yes":
        told.append(f"BASE's statement {_how(back.answer)} HEAD's: {back.why}")
    whole = {"relation": found.relation, "notes": told}
    related = Related(found.relation, tuple(told))
    engines.cache.keep(name, related, whole, budget.seconds if found.relation == "unknown" else DECIDED)
    return related


def _how(answer: str) -> str:
    return "does not imply" if answer == "no" else "is not known to imply"
