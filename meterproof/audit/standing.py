"""How a guarantee stands on one side, from the evidence: does it hold, and where has that been decided?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from meterproof.lang.declare import Kind
from meterproof.verdict import Contradiction, Evidence, Verdict, strongest

State = Literal["holds", "violated", "undecided", "absent"]
"""`undecided` is every verdict that does not settle it: `unknown`, but also `tested` and `bounded`. `absent`: the side
has nothing to ask this of."""
SETTLED = ("proved", "inductive", "exhausted")


@dataclass(frozen=True)
class Standing:
    """What is known on one side. `at` says of each scope that was decided whether the guarantee holds there."""

    state: State
    verdict: Verdict | None
    at: tuple[tuple[str, bool], ...] = ()
    reason: str = ""

    @property
    def proved(self) -> bool:
        """Whether it is proved for every size."""
        return self.verdict == "proved"


ABSENT = Standing("absent", None, reason="it has nothing to ask this of")


def unread(reason: str) -> Standing:
    """Nothing is known where code does not load."""
    return Standing("undecided", "unknown", reason=reason)


def standing(evidence: tuple[Evidence, ...], kind: Kind) -> Standing:
    """How a guarantee stands by all evidence together."""
    run = tuple(e for e in evidence if e.verdict != "not run")
    if not run:
        why = next((e.note for e in evidence if e.note), "no plan was run")
        return Standing("undecided", "not run", reason=why)
    try:
        decisive = strongest(run)
    except Contradiction as error:
        return Standing("undecided", "unknown", reason=f"the engines contradict each other: {error}")
    at = tuple(sorted({_scope(e): e.verdict != "violated" for e in run if _settles(e, kind)}.items()))
    if decisive.verdict == "violated":
        return Standing("violated", "violated", at)
    if any(e.vacuous for e in run) and not any(e.witness for e in run):
        return Standing("undecided", decisive.verdict, at, "it is vacuous: its premise is never reached")
    if _settles(decisive, kind):
        return Standing("holds", decisive.verdict, at)
    return Standing("undecided", decisive.verdict, at, _why(decisive))


def _settles(e: Evidence, kind: Kind) -> bool:
    """Whether it decides its scope; that something is reached, one run decides."""
    return e.verdict in (*SETTLED, "violated") or (kind == "reachable" and e.trace is not None)


def _scope(e: Evidence) -> str:
    return ", ".join(f"{name}={size}" for name, size in e.scope.items()) or "every size"


def _why(e: Evidence) -> str:
    if e.verdict == "tested":
        return f"only tested, in {e.schedules} schedules"
    if e.verdict == "bounded":
        return f"only searched to a depth of {e.depth} steps"
    return (e.note or e.verdict).split("; ")[0]
