"""Trials side by side: where several ask for the same search, it is made once, for all their properties.

A trial is a generator that asks for plans and is sent what they find. Explorations are the same where the machine is,
with the moves of the adversary, the scope and the budget: many properties of one machine under one change, and changes
that come to the same. One search then looks at all of them. Who is kept everywhere there is told so; whoever is
violated, or was not settled by it, is asked about alone, so that runs and verdicts are those of `carry_out`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import islice
from math import prod

from meterproof.check.methods import Budget, carry_out
from meterproof.check.reduction import reduction
from meterproof.claims import Plan
from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang.canonical import digest
from meterproof.lang.system import Property
from meterproof.necessity.trial import Asked, Trial
from meterproof.traces.trace import Trace
from meterproof.verdict import Evidence

Trying = Generator[Asked, Evidence, Trial]
SAFE = ("invariant", "step", "quiescent")
"""The kinds of properties that one search can show to be kept, however many there are."""


def together(trying: Sequence[Trying], done: dict[int, Trial]) -> None:
    """Carry on with all trials up to their ends, the smallest searches first; `done` gets each by its place.

    Raises what a trial raises, and KeyboardInterrupt; what is done by then is in `done`.
    """
    asked: dict[int, _Wanted] = {}

    def go_on(at: int, resume: Callable[[], Asked]) -> None:
        try:
            asked[at] = _Wanted(resume())
        except StopIteration as end:
            done[at] = end.value

    for at, each in enumerate(trying):
        go_on(at, partial(next, each))
    while asked:
        first = min(asked, key=lambda at: (asked[at].size, at))
        same = [at for at in asked if at == first or (asked[at].key is not None and asked[at].key == asked[first].key)]
        kept = _kept([asked[at] for at in same]) if len(same) > 1 else [None]
        for at, found in zip(same, kept, strict=True):
            by = asked.pop(at).by
            go_on(at, partial(trying[at].send, found) if found is not None else _alone(trying[at], by))


def alone(trying: Trying) -> Trial:
    """One trial by itself."""
    done: dict[int, Trial] = {}
    together([trying], done)
    return done[0]


def _alone(trying: Trying, asked: Asked) -> Callable[[], Asked]:
    """How a trial goes on that is told what its own search found, or why there was none."""
    try:
        found = carry_out(asked.plan, asked.system, asked.claim, asked.budget, asked.report)
    except InputError as error:
        return partial(trying.throw, error)
    return partial(trying.send, found)


class _Wanted:
    """What a trial asks for; `key` is the same for all that one search can answer, None where none can.

    `smaller` is the system that is explored for it, `seen` a run to its witness, `fallen` that it is violated.
    """

    def __init__(self, by: Asked) -> None:
        self.by = by
        self.size = prod(by.plan.sizes.values())
        self.witness = None if by.claim.witness is None else by.claim.as_witness()
        self.seen: Trace | None = None
        self.fallen = False
        self.key: tuple[str, Plan, Budget] | None = None
        if by.plan.method != "explore" or by.claim.kind not in SAFE:
            return
        with suppress(InputError):  # which is told where it is asked about alone
            self.smaller = reduction(by.system, by.claim, with_eager=by.plan.eager)
            moves = self.smaller.system.enabled_for(by.claim.against)
            machine = replace(self.smaller.system, properties=(), actions=moves)
            self.key = digest(machine), replace(by.plan, profile="quick"), by.budget

    @property
    def targets(self) -> list[Property]:
        """What a search has to look at: the claim, and its witness as long as no run to that is known."""
        return [self.by.claim] if self.witness is None or self.seen is not None else [self.by.claim, self.witness]

    @property
    def kept(self) -> bool:
        """Whether it was violated nowhere, and not vacuously."""
        return not self.fallen and len(self.targets) == 1

    def take(self, world: Instance, found: Iterator[Trace | None]) -> None:
        """Take what a search found of the targets."""
        violation, *runs = islice(found, len(self.targets))
        self.fallen = violation is not None
        for run in filter(None, runs):
            self.seen = self.smaller.trace(Instance(self.by.system, world.scope, world.rigid), run)


def _kept(wanted: Sequence[_Wanted]) -> list[Evidence | None]:
    """One search for all of these: the evidence of each that it shows to be kept and not vacuous, else None."""
    try:
        return _searched(wanted)
    except InputError:
        return [None] * len(wanted)  # which is told where they are asked about alone


def _searched(wanted: Sequence[_Wanted]) -> list[Evidence | None]:
    from meterproof.explore.explorer import Limits, explore  # slow to load

    first, begun = wanted[0], time.monotonic()
    by, smaller = first.by, first.smaller
    scope = resolve(by.system, by.plan.sizes)
    actions = smaller.system.enabled_for(by.claim.against)
    states = generated = depth = 0
    for world in instances(by.system, scope):
        left = [w for w in wanted if not w.fallen]
        targets = [target for w in left for target in w.targets]
        limits = Limits(seconds=max(by.budget.seconds - (time.monotonic() - begun), 0.1), memory=by.budget.memory)
        search = explore(smaller.instance(world), actions, targets, limits, by.report, symmetry=by.plan.symmetry)
        if not search.complete:
            return [None] * len(wanted)
        states, generated, depth = states + search.states, generated + search.generated, max(depth, search.depth)
        runs = iter(search.traces)
        for each in left:
            each.take(world, runs)
    sets = [v for v in by.system.variables if v.at_most is not None]
    found = Evidence(
        "explore", "exhausted", scope.as_dict(), states, generated, depth, seconds=time.monotonic() - begun,
        symmetry=by.plan.symmetry, within_design=all(scope[v.name] <= scope[v.at_most] for v in sets if v.at_most),
        note=smaller.note,
    )  # fmt: skip
    return [replace(found, witness=w.seen) if w.kept else None for w in wanted]
