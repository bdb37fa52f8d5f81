"""Lemmas tried for any number of individuals, by the prover that `check` uses: what is said of them is its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from meterproof.lang.system import Property, System
from meterproof.prove.clock import Clock
from meterproof.prove.induct import attempt, prove
from meterproof.verdict import Evidence


def with_lemmas(claim: Property, lemmas: Sequence[Property]) -> Property:
    """A property with lemmas beside its own."""
    return replace(claim, lemmas=(*claim.lemmas, *lemmas))


def needed(
    system: System, claim: Property, lemmas: Sequence[Property], clock: Clock, seed: int
) -> tuple[Evidence, tuple[Property, ...]]:
    """The prover's verdict on a property with suggested lemmas, and those among them that its proof needs.

    Where it does not go through, all of them are handed back.
    """
    kept = tuple(lemmas)
    evidence = prove(system, with_lemmas(claim, kept), timeout=clock.left, seed=seed)
    while evidence.verdict == "proved" and evidence.core is not None:
        fewer = tuple(x for x in kept if x.id not in evidence.core.unused)
        if len(fewer) == len(kept) or clock.left <= 0:
            break
        again = prove(system, with_lemmas(claim, fewer), timeout=clock.left, seed=seed)
        if again.verdict != "proved":
            break
        evidence, kept = again, fewer
    return evidence, kept


def open_obligations(
    system: System, claim: Property, lemmas: Sequence[Property], clock: Clock, seed: int
) -> tuple[str, ...]:
    """The names of what can't be shown of a property with these lemmas, or was not in time."""
    tried = attempt(system, with_lemmas(claim, lemmas), timeout=max(clock.left, 0.0), seed=seed)
    return tuple(a.obligation.name for a in tried.answers if a.status != "shown")


def inductive_together(system: System, lemmas: Sequence[Property], clock: Clock, seed: int) -> tuple[Property, ...]:
    """The greatest part of some lemmas that is inductive for any number, without the property (Houdini).

    After C. Flanagan and K. R. M. Leino, *Houdini, an annotation assistant for ESC/Java*, FME 2001. What is not decided
    in time counts as not inductive.
    """
    kept = tuple(lemmas)
    while kept:
        whole = replace(kept[-1], lemmas=kept[:-1])
        tried = attempt(system, whole, timeout=max(clock.left, 0.0), seed=seed)
        broken = {a.obligation.formula for a in tried.answers if a.status != "shown"}
        if not broken:
            return kept
        kept = tuple(x for x in kept if x.id not in broken)
    return kept
