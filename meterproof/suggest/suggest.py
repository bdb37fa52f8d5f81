"""Suggest lemmas for a property: search in a finite instance, generalise, try for any size, say what came of it.

The loop (finite, quantified, one size up when the proof does not go through) follows A. Goel and K. Sakallah, *On
symmetry and quantification: a new approach to verify distributed protocols*, NFM 2021.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from meterproof.errors import InputError
from meterproof.explore.explorer import Limits, explore
from meterproof.finite.instance import Instance
from meterproof.finite.scope import Scope, resolve
from meterproof.finite.worlds import instances
from meterproof.lang.system import Property, System
from meterproof.prove.clock import Clock, OutOfTime
from meterproof.prove.induct import prove
from meterproof.prove.obligations import obligations
from meterproof.suggest.anysize import inductive_together, needed, open_obligations
from meterproof.suggest.induction import Induction
from meterproof.suggest.naming import named
from meterproof.suggest.pool import Pool
from meterproof.suggest.sample import reachable
from meterproof.suggest.search import Say, Search
from meterproof.suggest.vocabulary import templates
from meterproof.traces.trace import Trace
from meterproof.verdict import Evidence

SAMPLE, LARGER = 5_000, 1_000
"""States that a sample has about: of each instance of the scope, and of one with one more of each sort."""
FEW = 3
"""Literals of a clause that are tried before longer ones."""
PATIENCE, LONG_PATIENCE = 12, 1_000
"""Clauses that may turn out to have no support before longer ones are tried; when there are none longer."""
PROOF_SHARE = 0.25
"""The part of the time that is kept for the proof at the end."""

Status = Literal["inductive", "true at scope", "not checked"]


@dataclass(frozen=True)
class Suggestion:
    """A lemma for a person to judge.

    `inductive`: the suggestions of this status are inductive together for any number, with the property and its own
    lemmas where `Outcome.after` is `proved`, and without them otherwise. `true at scope`: every reachable state of the
    scope satisfies it, and no more is known. `not checked`: only a sample of states does.
    """

    lemma: Property
    status: Status


@dataclass(frozen=True)
class Outcome:
    """What a search for lemmas came to.

    `violation` is a run that breaks the property; then nothing was searched. `before` and `after` are the prover's
    verdicts on the property with its own lemmas, and with the suggestions beside them. `states` reachable states of
    the scope were visited, all of them if `exhausted`. `remaining` names what could not be shown for any size.
    """

    claim: Property
    scope: Scope
    literals: int
    seed: int
    states: int
    exhausted: bool
    violation: Trace | None = None
    before: Evidence | None = None
    after: Evidence | None = None
    suggestions: tuple[Suggestion, ...] = ()
    candidates: int = 0
    counterexamples: int = 0
    remaining: tuple[str, ...] = ()
    stopped: str | None = None
    seconds: float = 0.0

    @property
    def proved(self) -> bool:
        """Whether the property is proved for any size, with suggestions or without."""
        last = self.after or self.before
        return last is not None and last.verdict == "proved"


def suggest(
    system: System,
    claim: Property,
    scope: Scope,
    *,
    literals: int = 4,
    timeout: float = 60.0,
    seed: int = 0,
    say: Say = lambda message: None,
) -> Outcome:
    """Search for lemmas with which a property is proved for any size, for about `timeout` seconds.

    Raises Refused for what induction can't show. An interrupt ends the search, and what it has is handed back.
    """
    if literals < 1:
        raise InputError(f"a clause can't have {literals} literals", allowed="1 or more; 4 are mostly enough")
    if timeout <= 0:
        raise InputError(f"no search ends within {timeout:g} seconds", allowed="a time above 0")
    begun = time.monotonic()
    obligations(system, claim)
    clock = Clock(timeout)
    worlds = instances(system, scope)
    say("looking for a violation")
    violation, states, exhausted = _visit(system, claim, [claim], worlds, clock)
    outcome = Outcome(claim, scope, literals, seed, states, exhausted, violation)
    if violation is None:
        say("trying the property with its own lemmas")
        before = prove(system, claim, timeout=clock.left if clock.left > 0 else 0.1, seed=seed)
        outcome = replace(outcome, before=before)
        if before.verdict != "proved":
            outcome = _Attempt(system, outcome, worlds, clock, say).run()
    return replace(outcome, seconds=time.monotonic() - begun)


class _Attempt:
    """The search of one call of `suggest`, from samples to verdicts."""

    def __init__(self, system: System, outcome: Outcome, worlds: Sequence[Instance], whole: Clock, say: Say) -> None:
        self._system, self._outcome, self._worlds, self._whole, self._say = system, outcome, worlds, whole, say
        self._claim, self._seed = outcome.claim, outcome.seed
        self._actions = system.enabled_for(self._claim.against)
        self._taken = {p.id for p in (*system.properties, *self._claim.lemmas)}
        self._clock = Clock(whole.left - PROOF_SHARE * whole.seconds)

    def run(self) -> Outcome:
        stopped: str | None = None
        searches: list[Search] = []
        try:
            for search in self._searches(self._pool()):
                searches.append(search)
                if self._closed(search):
                    break
        except OutOfTime:
            stopped = f"time: {self._whole.seconds:g} s"
        except KeyboardInterrupt:
            stopped = "interrupted"
        if not searches:
            return replace(self._outcome, stopped=stopped)
        if stopped is None and searches[-1].found.stuck is not None:
            stopped = f"no candidate supports {searches[-1].found.stuck}"
        return self._told(searches, stopped)

    def _searches(self, pool: Pool) -> Iterator[Search]:
        """One search after the other, each with one more literal in a clause: what a short one does is done shortly."""
        inductions = self._inductions(self._worlds)
        most = self._outcome.literals
        for literals in range(min(FEW, most), most + 1):
            pool.literals = literals
            patience = PATIENCE if literals < most else LONG_PATIENCE
            yield Search(self._system, self._claim, pool, inductions, self._clock, self._say, patience=patience)

    def _pool(self) -> Pool:
        self._say("visiting reachable states")
        samples = [reachable(w, self._actions, most=SAMPLE, seed=self._seed) for w in self._worlds]
        self._larger = _larger(self._system, self._outcome.scope)
        for w in self._larger:
            self._clock.check()
            samples.append(reachable(w, self._actions, most=LARGER, seed=self._seed))
        return Pool(templates(self._system, self._claim), samples, self._outcome.literals)

    def _inductions(self, worlds: Sequence[Instance]) -> list[Induction]:
        return [Induction(w, self._actions, self._claim, self._clock, self._seed) for w in worlds]

    def _closed(self, search: Search) -> bool:
        """Search at the scope, and one size up where the proof does not go through; whether it does in the end."""
        for larger in (False, True):
            if larger:
                self._say("the proof does not go through; searching one size up")
                search.inductions += self._inductions(self._larger)
            if not search.run():
                return False
            search.minimise()
            lemmas = named(self._claim, search.found.accepted, self._taken)
            self._say(f"trying {len(lemmas)} lemmas for any size")
            if not open_obligations(self._system, self._claim, lemmas, self._clock, self._seed):
                return True
        return False

    def _told(self, searches: Sequence[Search], stopped: str | None) -> Outcome:
        """The outcome of the last search, with the prover's verdicts, and the explorer's on the lemmas."""
        last = next((s for s in reversed(searches) if s.found.accepted), searches[-1])
        lemmas = named(self._claim, last.found.accepted, self._taken)
        tried = sum(s.found.counterexamples for s in searches)
        outcome = replace(self._outcome, candidates=len(last.pool.proposed), counterexamples=tried, stopped=stopped)
        try:
            return self._judged(outcome, lemmas) if stopped != "interrupted" else _unchecked(outcome, lemmas)
        except KeyboardInterrupt:
            return replace(_unchecked(outcome, lemmas), stopped="interrupted")

    def _judged(self, outcome: Outcome, lemmas: tuple[Property, ...]) -> Outcome:
        self._say("proving the property with the suggested lemmas")
        clock = Clock(max(self._whole.left, PROOF_SHARE * self._whole.seconds))
        states, exhausted = outcome.states, outcome.exhausted
        while lemmas:
            broken, states, exhausted = _visit(self._system, self._claim, lemmas, self._worlds, clock)
            if broken is None:
                break
            lemmas = tuple(x for x in lemmas if broken.claim is None or x.id != broken.claim.id)
        after, kept = needed(self._system, self._claim, lemmas, clock, self._seed)
        remaining: tuple[str, ...] = ()
        if after.verdict == "proved":
            sure = {x.id for x in kept}
        else:
            sure = {x.id for x in inductive_together(self._system, kept, clock, self._seed)}
            remaining = open_obligations(self._system, self._claim, kept, clock, self._seed)
        otherwise: Status = "true at scope" if exhausted else "not checked"
        suggestions = tuple(Suggestion(x, "inductive" if x.id in sure else otherwise) for x in kept)
        return replace(
            outcome, after=after, suggestions=suggestions, remaining=remaining, states=states, exhausted=exhausted
        )


def _unchecked(outcome: Outcome, lemmas: tuple[Property, ...]) -> Outcome:
    return replace(outcome, suggestions=tuple(Suggestion(x, "not checked") for x in lemmas))


def _visit(
    system: System, claim: Property, targets: Sequence[Property], worlds: Sequence[Instance], clock: Clock
) -> tuple[Trace | None, int, bool]:
    """A run that breaks a target, if there is one; the states that were visited; whether they are all."""
    states, complete = 0, True
    for world in worlds:
        search = explore(world, system.enabled_for(claim.against), targets, Limits(seconds=max(clock.left, 0.1)))
        states, complete = states + search.states, complete and search.complete
        broken = next((t for t in search.traces if t is not None), None)
        if broken is not None:
            return broken, states, False
    return None, states, complete


def _larger(system: System, scope: Scope) -> list[Instance]:
    """The instances with one more individual of each sort; none where the design does not admit so many."""
    sorts = {s.name for s in system.sorts}
    try:
        return instances(system, resolve(system, {n: v + (n in sorts) for n, v in scope.sizes}))
    except InputError:
        return []
