"""Verdicts and the evidence behind them. A verdict never says more than was done (docs/design.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from meterproof.traces.counterexample import Counterexample
from meterproof.traces.trace import Trace

Verdict = Literal[
    "proved", "inductive", "exhausted", "bounded", "tested", "violated", "not inductive", "unknown", "not run"
]
Method = Literal["explore", "schedule", "bmc", "kinduction", "induction", "walk", "none"]
Solver = Literal["z3", "cvc5", "both"]
"""Who is asked for a proof of any size; `both` must agree."""

STRENGTH: tuple[Verdict, ...] = (
    "not run", "unknown", "not inductive", "tested", "bounded", "exhausted", "inductive", "proved",
)  # fmt: skip
"""Verdicts that say a property holds, or say nothing, from weakest to strongest. `violated` stands apart."""


@dataclass(frozen=True)
class Core:
    """What a proof rests on, by name: of everything that its obligations may assume, what they needed.

    `guards` are written "cast (voting.py:41)", `rules` are those that the guards stand for. `unused` are the lemmas
    and axioms of the model that nothing on the way to the property needed.
    """

    rules: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    lemmas: tuple[str, ...] = ()
    axioms: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What one method found out about one property.

    `states` and `generated` count distinct states and transitions; where `symmetry` names sorts, one of each orbit
    under exchanges of their individuals. `schedules` counts schedules or walks, `depth` is in steps, `seconds` is wall
    time. `solver` was asked, under each of `seeds`, where the method asks one.
    `vacuous` is True when the property's witness was looked for everywhere and never reached. `within_design` is
    False where the scope has more corruptions than the design admits, so that no proof speaks of it.
    `counterexample` goes with "not inductive" and is never a violation: no run need lead to its first state.
    """

    method: Method
    verdict: Verdict
    scope: dict[str, int] = field(default_factory=dict)
    states: int | None = None
    generated: int | None = None
    depth: int | None = None
    schedules: int | None = None
    seconds: float = 0.0
    seed: int | None = None
    solver: Solver | None = None
    seeds: tuple[int, ...] = ()
    symmetry: tuple[str, ...] = ()
    trace: Trace | None = None
    axioms: tuple[str, ...] = ()
    core: Core | None = None
    counterexample: Counterexample | None = None
    witness: Trace | None = None
    vacuous: bool = False
    within_design: bool = True
    note: str | None = None


def strongest(evidence: tuple[Evidence, ...]) -> Evidence:
    """The evidence that decides: a violation if there is one, else the strongest verdict.

    Raises Contradiction when one method proves for every size, exhausts, or searches to a depth, what another
    violates in a scope (and within a depth) that it covers: that is an error of ours.
    """
    if not evidence:
        return Evidence("none", "not run")
    violations = [e for e in evidence if e.verdict == "violated"]
    if violations:
        for e in evidence:
            same_scope = e.verdict in ("exhausted", "inductive") and any(e.scope == v.scope for v in violations)
            covered = e.verdict == "proved" and any(v.within_design for v in violations)
            shallow = e.verdict == "bounded" and e.trace is None and any(_within(v, e) for v in violations)
            if covered or same_scope or shallow:
                raise Contradiction(f"{e.method} says {e.verdict}, {violations[0].method} says violated")
        return min(violations, key=lambda e: len(e.trace.steps) if e.trace else 0)
    return max(evidence, key=lambda e: STRENGTH.index(e.verdict))


def _within(violation: Evidence, searched: Evidence) -> bool:
    """Whether a violation is no longer than what was searched to a depth at the same scope."""
    length = None if violation.trace is None else len(violation.trace.steps)
    return violation.scope == searched.scope and length is not None and length <= (searched.depth or 0)


class Contradiction(Exception):
    """Two engines disagree about one property: a defect of the workbench, never of the protocol."""


class Interrupted(KeyboardInterrupt):
    """Somebody interrupted a method; `evidence` is what it had found by then."""

    def __init__(self, evidence: Evidence) -> None:
        super().__init__()
        self.evidence = evidence
