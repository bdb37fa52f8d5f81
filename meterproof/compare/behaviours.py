"""Which behaviour one version of a protocol allows and the other does not, at a stated scope.

What is compared is what both versions can show: the values of the state variables that both have (`common`). A run
shows a sequence of such *views*; steps that change only what one version alone has are not seen. HEAD allows nothing
new when every view sequence that a run of HEAD shows is shown by some run of BASE at the same sizes, in the same world
(the same interpretation of the rigids that both have), where the actions' names don't matter: that is inclusion of
finite traces up to stuttering, and it is decided exactly, by following each run of HEAD with the set of all states
that BASE can be in having shown the same. One seen step is matched by one seen step, with any number of unseen ones
before and after it; so a change that splits one step into two is a difference both ways, and infinite behaviour
(fairness, deadlock) is not compared.

Where a step of HEAD has no counterpart it is a novelty; the search does not go on behind it, so that every novelty is
the first of its run. For each action the shortest run to such a step is kept, and re-run on the interpreter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from meterproof.check.methods import Budget, Report
from meterproof.compare.common import Answer, NoCounterpart, common, counterparts, size_names
from meterproof.compare.inclusion import Crowd, Inclusion
from meterproof.compare.obstacle import Follower, Obstacle, no_world
from meterproof.compare.outcome import Behaviours, Novelty
from meterproof.compare.packed import Machine, Seen
from meterproof.errors import InputError
from meterproof.explore.explorer import Progress
from meterproof.finite.instance import Instance
from meterproof.finite.scope import Scope, resolve
from meterproof.finite.worlds import instances
from meterproof.lang.system import Action, System
from meterproof.prove.clock import Clock, OutOfTime
from meterproof.traces.trace import rerun

EACH = 2_000
"""Bytes that a pair of HEAD's state and BASE's states takes, about; the budget's memory is counted in them."""
TOLD = 8
"""States of BASE that are asked why none of them can follow; they differ in what HEAD does not have."""


def newly_allowed(
    base: System,
    head: System,
    scope: Mapping[str, int],
    budget: Budget | None = None,
    *,
    against: frozenset[str] | None = None,
    report: Report | None = None,
) -> Behaviours:
    """What HEAD allows at a scope and BASE does not; exchange the two for what HEAD forbids.

    `scope` names sizes of either version; a sort that both have has the same size in both. With `against`, both have
    the actions that an adversary with these capabilities leaves or adds, else all. Raises InputError for a size that
    neither version knows, and where HEAD admits no such scope; ModelError when a bounded integer leaves its range.
    """
    budget = budget or Budget()
    search = _Search(base, head, scope, against, budget, report)
    stopped: str | None = None
    try:
        for world in search.worlds:
            search.world(world)
    except _Stop as reason:
        stopped = str(reason)
    except OutOfTime:
        stopped = f"time: {budget.seconds:g} s"
    return search.outcome(stopped)


class _Stop(Exception):
    """The search cannot go on; the message says why."""


class _Search:
    """One search, world by world; what it has found so far."""

    def __init__(
        self, base: System, head: System, scope: Mapping[str, int], against: frozenset[str] | None, budget: Budget,
        report: Report | None,
    ) -> None:  # fmt: skip
        known = list(dict.fromkeys((*size_names(head), *size_names(base))))
        for name in scope:
            if name not in known:
                raise InputError(f"neither version has a size {name!r}", allowed=", ".join(known))
        self.base, self.head, self.given, self.against = base, head, scope, against
        self.scope = resolve(head, {n: size for n, size in scope.items() if n in size_names(head)})
        self.base_scope: Scope | None = None
        self.worlds = instances(head, self.scope)
        self.common = tuple(n for n in common(head, base) if not head.variable(n).rigid)
        self.clock, self.budget, self.report = Clock(budget.seconds), budget, report
        self.done = self.pairs = self.generated = self.depth = 0
        self.novelties: dict[str | None, Novelty] = {}

    def world(self, world: Instance) -> None:
        """Search one interpretation of HEAD's rigids."""
        self.clock.check()
        try:
            there = counterparts(world, self.base, self.given)
        except NoCounterpart as error:
            if error.axiom is None:
                raise _Stop(str(error)) from error
            self._keep(Novelty(None, rerun(world, ()), (no_world(error),)))
        else:
            self.base_scope = there[0].scope
            self._compare(world, there)
        self.done += 1

    def _compare(self, world: Instance, there: list[Instance]) -> None:
        seen = Seen(self.head, self.base, self.common, self.scope.as_dict())
        head = Machine(world, self._actions(self.head), seen)
        base = [Machine(w, self._actions(self.base), seen) for w in there]
        hidden = any(not v.ghost and not v.rigid and v.name not in self.common for v in self.base.variables)
        inclusion = Inclusion(head, Crowd(base, hidden, self.clock.check))
        before, generated = self.pairs, self.generated

        def check() -> None:
            self.pairs, self.generated = before + inclusion.pairs, generated + inclusion.generated
            self._check(inclusion)

        try:
            inclusion.run(check)
        finally:
            self.pairs, self.generated = before + inclusion.pairs, generated + inclusion.generated
            self.depth = inclusion.covered
            self._tell(world, there, head, base, inclusion)

    def _actions(self, system: System) -> Sequence[Action]:
        return system.actions if self.against is None else system.enabled_for(self.against)

    def _check(self, inclusion: Inclusion) -> None:
        if self.report is not None:
            queue = inclusion.pairs - inclusion.expanded
            self.report(Progress(self.pairs, self.generated, queue, inclusion.covered, self.clock.spent))
        self.clock.check()
        most = max(self.budget.memory // EACH, 1)
        if self.pairs > most:
            raise _Stop(f"memory: {most:,} pairs of states")

    def _tell(
        self, world: Instance, there: list[Instance], head: Machine, base: list[Machine], inclusion: Inclusion
    ) -> None:
        """Keep the novelties of a world that are shorter than those found before."""
        followers = [Follower(world, w, self.against) for w in there]
        if not inclusion.begins:
            first = head.state(head.initial)
            told = [f.beginning(first, b.state(b.initial)) for f, b in zip(followers, base, strict=True)]
            self._keep(Novelty(None, rerun(world, ()), _distinct(told)))
        for action, (pair, move) in inclusion.found.items():
            trace = rerun(world, inclusion.steps(pair, move))
            _, number = inclusion.at(pair)
            told = [
                followers[i].follow(trace.steps[-1], trace.states[-1], base[i].state(state))[2]
                for i, state in inclusion.crowd.members(number)[:TOLD]
            ]
            self._keep(Novelty(action, trace, _distinct(told)))

    def _keep(self, novelty: Novelty) -> None:
        have = self.novelties.get(novelty.action)
        if have is None or len(novelty.trace.steps) < len(have.trace.steps):
            self.novelties[novelty.action] = novelty

    def outcome(self, stopped: str | None) -> Behaviours:
        """What was found."""
        found = tuple(sorted(self.novelties.values(), key=lambda n: (len(n.trace.steps), n.action or "")))
        none_left: Answer = "no" if stopped is None else "unknown"
        return Behaviours(
            "yes" if found else none_left, found, self.scope.as_dict(),
            None if self.base_scope is None else self.base_scope.as_dict(),
            None if self.against is None else tuple(sorted(self.against)), self.common,
            _own(self.base, self.common), _own(self.head, self.common), self.done, len(self.worlds), self.pairs,
            self.generated, self.depth, stopped, self.clock.spent,
        )  # fmt: skip


def _own(system: System, common: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(v.name for v in system.variables if not v.rigid and not v.ghost and v.name not in common)


def _distinct(told: Iterable[Obstacle | None]) -> tuple[Obstacle, ...]:
    return tuple({o.said: o for o in told if o is not None}.values())
