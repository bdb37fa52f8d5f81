"""Whether one version's statement of a guarantee implies the other's: compared as formulas, never by name.

A guarantee says: in every environment that the design admits (sizes, bounded sets, axioms), against an adversary with
these capabilities, every run keeps the formula. `implies` asks whether each protocol that keeps the one keeps the other
too. No transition of either version is looked at, and what both say is taken over their joint `signature`, where a
variable means the same in both because it has the same name. A capability is compared by its name: what an adversary
can do with it is a matter of behaviours.

*Yes* holds for any size, by z3 (`entail`), or because both say the same word for word. *No* has a distinguishing
state (or step): it keeps the one statement and breaks the other, is found in a finite instance (`distinguish`) and was
evaluated there by the interpreter; no run of either version need reach it. All else is *unknown*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from meterproof.check.methods import Budget
from meterproof.compare.common import Answer
from meterproof.compare.distinguish import Distinction, Searched, distinguish, scopes
from meterproof.compare.entail import entails
from meterproof.compare.question import Question, Unanswerable, question
from meterproof.compare.signature import Incomparable
from meterproof.finite.scope import Scope
from meterproof.lang.system import Property, System
from meterproof.prove.clock import Clock

FIRST = 12
"""Scopes that are searched before a proof is tried: most differences show at the smallest."""
Relation = Literal["same", "stronger", "weaker", "incomparable", "unknown"]


@dataclass(frozen=True)
class Direction:
    """Whether one statement implies another, why (in words), and a distinguishing state where it does not.

    `silent` says why the first statement has nothing to say of that state, where that is so: it is not claimed against
    such an adversary, or not of such sizes. `axioms` are the facts that a proof needed; `covered` are the scopes that
    have no distinguishing state.
    """

    answer: Answer
    why: str
    state: Distinction | None = None
    silent: tuple[str, ...] = ()
    axioms: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Both directions between an old and a new statement."""

    new_implies_old: Direction
    old_implies_new: Direction

    @property
    def relation(self) -> Relation:
        """What the new statement is, beside the old one."""
        forth, back = self.new_implies_old.answer, self.old_implies_new.answer
        if "unknown" in (forth, back):
            return "unknown"
        if forth == "yes":
            return "same" if back == "yes" else "stronger"
        return "weaker" if back == "yes" else "incomparable"


def implies(
    old_system: System, old_claim: Property, new_system: System, new_claim: Property, budget: Budget | None = None
) -> Comparison:
    """Whether the new statement implies the old one, and the old one the new.

    Each direction may take half of the budget's seconds. Raises Contradiction when two solvers or seeds disagree.
    """
    budget = budget or Budget()
    old, new = (old_system, old_claim), (new_system, new_claim)
    return Comparison(_implies(new, old, budget), _implies(old, new, budget))


def includes(wider: Sequence[Mapping[str, int]], narrower: Sequence[Mapping[str, int]]) -> bool:
    """Whether every scope of `narrower` is one of `wider`: finite verdicts on fewer scopes say less.

    Scopes are never compared by size: a run at four replicas is no run at five, whose quorums are others.
    """
    return all(any(dict(s) == dict(w) for w in wider) for s in narrower)


def _implies(given: tuple[System, Property], wanted: tuple[System, Property], budget: Budget) -> Direction:
    clock = Clock(budget.seconds / 2)
    try:
        asked = question(given, wanted)
    except (Incomparable, Unanswerable) as reason:
        return Direction("unknown", str(reason))
    if asked.literally:
        return Direction("yes", "both say the same, word for word")
    within = scopes(asked)
    found = distinguish(asked, within[:FIRST], clock, budget.seed)
    why = ""
    if found.state is None:
        proof = entails(asked, clock, budget)
        if proof.holds:
            return Direction("yes", proof.why, axioms=proof.axioms)
        if within == [Scope(())] and found.scopes:
            return Direction("yes", "no state of the variables that they speak of keeps the one and breaks the other")
        rest = distinguish(asked, within[FIRST:], clock, budget.seed)
        found, why = Searched(rest.state, found.scopes + rest.scopes, found.stopped or rest.stopped), proof.why
    covered = tuple(str(s) for s in found.scopes)
    if found.state is not None:
        silent = asked.silent_at(found.state.instance.scope.as_dict())
        said = f" ({'; '.join(silent)})" if silent else ""
        why = f"a {_where(asked)} tells them apart{said}: {found.state}"
        return Direction("no", why, found.state, silent, covered=covered)
    stopped = f", {found.stopped}" if found.stopped else ""
    searched = f"no {_where(asked)} tells them apart at {len(covered)} scopes{stopped}"
    return Direction("unknown", f"not proved for any size ({why}); {searched}", covered=covered)


def _where(asked: Question) -> str:
    return "step" if asked.steps else "state"
