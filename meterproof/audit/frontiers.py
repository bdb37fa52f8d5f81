"""The frontier of a guarantee before and after, and which of the two stands more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from meterproof.audit.cache import DECIDED, key, restored, told
from meterproof.audit.classify import Order
from meterproof.audit.engines import Engines, Question, question
from meterproof.audit.outcome import Name
from meterproof.audit.reasons import Shown
from meterproof.claims import Plan
from meterproof.errors import InputError
from meterproof.frontier import Broken, Frontier, Kept, Strength, Undecided, frontier, weakened
from meterproof.frontier.words import words_of
from meterproof.lang.system import Property
from meterproof.traces.trace import Trace
from meterproof.verdict import Evidence


@dataclass(frozen=True)
class Bordered:
    """Two frontiers (None where one was not computed) and their order.

    `shown` is a run in which an adversary breaks on one side what the other side stands; `note` says what was not
    computed, and why.
    """

    before: Frontier | None = None
    after: Frontier | None = None
    order: Order | None = None
    shown: Shown | None = None
    note: str | None = None


def bordered(base: Question, head: Question, plans: Sequence[Plan], engines: Engines) -> Bordered:
    """Both frontiers at the scopes of the plans, each within the seconds that a plan has."""
    before, lacking_before = _frontier(base, plans, engines)
    after, lacking_after = _frontier(head, plans, engines)
    note = lacking_before or lacking_after
    if before is None or after is None:
        return Bordered(before, after, note=note)
    falls, rises = weakened(before.bounds, after.bounds), weakened(after.bounds, before.bounds)
    if falls and not rises:
        return Bordered(before, after, "worse", _run("head", head, after, falls[0]))
    if rises and not falls:
        return Bordered(before, after, "better", _run("base", base, before, rises[0]))
    return Bordered(before, after, "mixed" if falls else _alike(before, after), note=note)


def _frontier(asked: Question, plans: Sequence[Plan], engines: Engines) -> tuple[Frontier | None, str | None]:
    """The frontier, or why there is none. It is remembered; with intervals that are undecided, as such."""
    admitted = tuple(engines.options.sized(p) for p in plans if engines.options.admits(p))
    budget = engines.options.budget
    name = key((asked.system,), ("frontier", admitted), budget)
    known = engines.cache.find(name, budget.seconds, lambda whole: _restored(whole, asked))
    if known is not None:
        return known, None
    engines.tell(f"{asked.name} {asked.claim.id}: what breaks it")
    try:
        found = frontier(asked.system, asked.claim, admitted, budget, seconds=budget.seconds)
    except InputError as error:
        return None, f"no frontier of {asked.name}: {error.message}"
    engines.cache.keep(name, found, _told(found), DECIDED if found.exact else budget.seconds)
    return found, None


def _told(found: Frontier) -> dict[str, Any]:
    """A frontier as JSON that can be read back with all its evidence."""
    return {
        "breaks": [
            {**_strength(b.strength), "least": b.least, "against": _against(b.trace), "evidence": told(b.evidence)}
            for b in found.breaks
        ],
        "holds": [{**_strength(k.strength), "evidence": [told(e) for e in k.evidence]} for k in found.holds],
        "undecided": [{"least": _strength(u.least), "most": _strength(u.most), "why": u.why} for u in found.undecided],
        "everybody": _strength(found.everybody),
        "scopes": [dict(sizes) for sizes in found.scopes],
        "questions": found.questions,
        "seed": found.seed,
        "seconds": found.seconds,
    }


def _restored(whole: dict[str, Any], asked: Question) -> Frontier:
    """The frontier that `_told` wrote of a question. Raises Mismatch where the system does not take its traces."""

    def evidence(each: dict[str, Any], claim: Property = asked.claim) -> Evidence:
        return restored(each, asked.system, claim)

    breaks = []
    for each in whole["breaks"]:
        found = evidence(each["evidence"], replace(asked.claim, against=frozenset(each["against"])))
        if found.trace is None:
            raise ValueError("what breaks a guarantee has a run")
        breaks.append(Broken(_read(each), found.trace, found, each["least"]))
    holds = tuple(Kept(_read(k), tuple(evidence(e) for e in k["evidence"])) for k in whole["holds"])
    undecided = tuple(Undecided(_read(u["least"]), _read(u["most"]), u["why"]) for u in whole["undecided"])
    scopes = tuple(tuple(sizes.items()) for sizes in whole["scopes"])
    return Frontier(
        tuple(breaks), holds, undecided, _read(whole["everybody"]), scopes, words_of(asked.system), whole["questions"],
        whole["seed"], whole["seconds"],
    )  # fmt: skip


def _against(trace: Trace) -> list[str]:
    """Whom the run was asked of; it need not use all that such an adversary has."""
    assert trace.claim is not None
    return sorted(trace.claim.against)


def _strength(strength: Strength) -> dict[str, Any]:
    return {"capabilities": sorted(strength.capabilities), "corruptions": strength.numbers}


def _read(whole: dict[str, Any]) -> Strength:
    return Strength.of(whole["capabilities"], whole["corruptions"])


def _alike(before: Frontier, after: Frontier) -> Order:
    """Two frontiers of which neither is known to stand more: the same, if what is known of both is."""
    exact = before.exact and after.exact
    breaks, holds = (set(one) == set(other) for one, other in zip(_bounds(before), _bounds(after), strict=True))
    return "same" if breaks and (exact or holds) else "unknown"


def _bounds(of: Frontier) -> tuple[tuple[Strength, ...], tuple[Strength, ...]]:
    return of.bounds.breaks, of.bounds.holds


def _run(side: Name, asked: Question, of: Frontier, strength: Strength) -> Shown | None:
    """The run by which an adversary of this strength breaks it, as a question about such adversaries."""
    found = next((b for b in of.breaks if b.strength == strength), None)
    if found is None:
        return None
    stronger = question(asked.name, asked.system, replace(asked.claim, against=strength.capabilities))
    return Shown(side, stronger, found.evidence, found.trace, side)
