"""The smaller machines of edge-keys under its rules, or with some changed: keys kept and moved, meters and routes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from meterproof.claims import Case, Control, Stance
from meterproof.lang.declare import PropertyDecl
from meterproof.verdict import Evidence
from properties import assignment, custody, migration, queries, routing
from tests.model.shipped import CHARITABLE, HARDENED, LITERAL, Shipped, asked

__all__ = ["CHARITABLE", "HARDENED", "LITERAL", "asked"]
CASES: tuple[Case, ...] = (
    *custody.CASES, *queries.CASES, *migration.CASES, *assignment.CASES, *routing.CASES
)  # fmt: skip
EDGE = Shipped("edge-keys")
rules_of, system_of, found, caught = EDGE.rules_of, EDGE.system_of, EDGE.found, EDGE.caught


def stance(claim: PropertyDecl, of: str = HARDENED) -> Stance:
    """What the study claims of the property."""
    return next(case.stances[of] for case in CASES if case.property is claim)


def controls(cases: tuple[Case, ...]) -> Iterator[tuple[PropertyDecl, str, Control]]:
    """Every control with its property, and the variant or reading that it weakens."""
    for case in cases:
        for of, each in case.stances.items():
            yield from ((case.property, of, control) for control in each.controls)


def fewer_lemmas(*claims: PropertyDecl) -> list[PropertyDecl]:
    """The claims with one of their lemmas left out, each in turn; `lemmas[0]` is not the one that is missing."""
    return list(chain.from_iterable(_without_each(claim) for claim in claims))


def _without_each(claim: PropertyDecl) -> Iterator[PropertyDecl]:
    for lemma in claim.lemmas:
        yield replace(claim, lemmas=tuple(other for other in claim.lemmas if other is not lemma))


def steps_of(evidence: Evidence) -> list[str]:
    """The actions of the run that was found."""
    assert evidence.verdict == "violated" and evidence.trace is not None
    return [step.action for step in evidence.trace.steps]
