"""The study's claims about the smaller machines of bc-ami, asked of an engine under a spec's rules or changed ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from random import Random

from meterproof.check.jobs import Job
from meterproof.check.methods import Budget, carry_out
from meterproof.check.targets import find
from meterproof.claims import Control, Plan
from meterproof.finite.interpret import State, Step
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.system import System
from meterproof.schedule.moves import Moves
from meterproof.verdict import Evidence

HARDENED, LITERAL, CHARITABLE = "bc-ami@hardened", "bc-ami@published (literal)", "bc-ami@published (charitable)"
BUDGET = Budget(seconds=60.0)


def system_of(claim: PropertyDecl, of: str = HARDENED, **changes: object) -> System:
    """The claim's machine under the rules of a spec, some of them changed."""
    job = job_of(claim, of)
    assert job.rules is not None
    return job.system(job.rules.replace(**changes))


def job_of(claim: PropertyDecl, of: str = HARDENED) -> Job:
    """What the study claims of the property; `claim` may be another version of it, with fewer lemmas for example."""
    return replace(_claimed(of, claim.id), declared=claim)


_claimed = lru_cache(find)


def found(claim: PropertyDecl, plan: Plan, of: str = HARDENED, **changes: object) -> Evidence:
    """What the plan finds out about the claim."""
    system = system_of(claim, of, **changes)
    return carry_out(plan, system, system.property(claim.id), BUDGET)


def caught(claim: PropertyDecl, control: Control) -> Evidence:
    """What the control's plan finds out once its rule is weakened."""
    job = job_of(claim)
    assert job.rules is not None
    system = job.system(control.mutate(job.rules))
    return carry_out(control.plan, system, job.claim(system), BUDGET)


def without_each_lemma(claim: PropertyDecl) -> Iterator[PropertyDecl]:
    """The claim with one of its lemmas left out, each in turn."""
    for lemma in claim.lemmas:
        yield replace(claim, lemmas=tuple(other for other in claim.lemmas if other is not lemma))


def run(moves: Moves, seed: int, steps: int) -> Iterator[tuple[Step, State]]:
    """A random run: each step and the state after it."""
    dice, state = Random(seed), moves.initial()
    for _ in range(steps):
        choices = moves.enabled(state)
        if not choices:
            return
        step = dice.choice(dice.choice(choices))
        state = moves.after(step, state)
        yield step, state
