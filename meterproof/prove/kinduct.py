"""k-induction in a finite scope: an invariant for all depths, without visiting the states that are reached.

If no run of fewer than k steps breaks the invariant (base), and no k steps that begin anywhere and meet it all the way
lead to a state that breaks it (step), then no run breaks it. Steps that come back to an earlier state are left out, as
a shortest violation has none; so some k is enough in every finite scope (M. Sheeran, S. Singh, G. Stalmarck, *Checking
safety properties using induction and a SAT-solver*, FMCAD 2000). Lemmas strengthen the invariant and are shown with it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import z3

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, OutOfRange, State, Step, violated
from meterproof.finite.scope import Scope
from meterproof.finite.worlds import instances
from meterproof.lang.system import Action, Property, System
from meterproof.prove.bmc import extend, look
from meterproof.prove.clock import Clock, OutOfTime
from meterproof.prove.counterexample import failing
from meterproof.prove.obligations import inductive_parts
from meterproof.prove.quorums import Term
from meterproof.prove.theory import Refused
from meterproof.prove.unroll import Relation, Unrolling
from meterproof.traces.counterexample import Counterexample
from meterproof.traces.trace import Mismatch, Trace
from meterproof.verdict import Core, Evidence

INDUCTIVE = ("invariant", "lemma", "step", "quiescent")


class _Broken(Exception):
    """A run breaks one of the formulas that were to be shown together."""

    def __init__(self, part: Property, trace: Trace) -> None:
        super().__init__(part.id)
        self.part, self.trace = part, trace


def kinduction(
    system: System,
    property: Property,
    scope: Scope,
    k: int = 10,
    *,
    simple: bool = True,
    timeout: float = 60.0,
    seed: int = 0,
) -> Evidence:
    """Show a property for all depths in a scope by induction over up to `k` steps, within `timeout` seconds.

    `inductive` has the k that was needed as depth; `violated` a trace from the base. `not inductive` has a
    counterexample of k steps, which no run need lead to; `unknown` says that time ended it, and the depth of the base
    that was covered. A lemma that a run breaks is left out, and the note says so. With `simple` false, paths may come
    back to earlier states, and some properties are then inductive for no k. `not run` for a property that is reached
    or led to. Raises ModelError when a bounded integer can leave its range.
    """
    found = Evidence("kinduction", "unknown", scope.as_dict(), seed=seed)
    if property.kind not in INDUCTIVE:
        return replace(found, verdict="not run", note=f"induction does not decide a {property.kind} property")
    try:
        parts = (*inductive_parts(property), *([property] if property.kind == "step" else []))
    except Refused as refusal:
        return replace(found, verdict="not run", note=str(refusal))
    clock, dropped = Clock(timeout), list[str]()
    while True:
        try:
            tried = _together(system, property, parts, scope, k, simple, clock, replace(found, note="; ".join(dropped)))
            return replace(tried, seconds=clock.spent, note=tried.note or None)
        except _Broken as broken:
            trace, part = broken.trace, broken.part
            if part is property:
                length = len(trace.steps)
                return replace(found, verdict="violated", depth=length, seconds=clock.spent, trace=trace)
            dropped.append(f"{part.id} is no invariant here (a run of {len(trace.steps)} steps breaks it), left out")
            parts = tuple(p for p in parts if p is not part)


def _together(
    system: System,
    property: Property,
    parts: tuple[Property, ...],
    scope: Scope,
    k: int,
    simple: bool,
    clock: Clock,
    found: Evidence,
) -> Evidence:
    """All parts by one induction over each world. Raises _Broken when a run breaks one of them."""
    actions = system.enabled_for(property.against)
    covered: int | None = None
    try:
        worlds = [_World(i, actions, parts, property, simple, clock, found.seed or 0) for i in instances(system, scope)]
        open_ = worlds
        for depth in range(1, k + 1):
            for world in open_:
                world.base(depth - 1)
            covered = depth - 1
            open_ = [world for world in open_ if not world.step(depth)]
            if not open_:
                lemmas = tuple(p.id for p in parts if p is not property)
                witness = next((w.witness for w in worlds if w.witness is not None), None)
                if property.witness is not None and witness is None:
                    unseen = f"no run of at most {depth - 1} steps reaches its witness"
                    found = replace(found, note="; ".join(filter(None, [found.note, unseen])))
                core = Core(lemmas=lemmas)
                return replace(found, verdict="inductive", depth=depth, core=core, witness=witness)
        world = open_[0]
        note = f"{len(open_)} of {len(worlds)} ways to fix the rigids are open at k = {k}"
        shown = world.counterexample(k)
        note = "; ".join(filter(None, [found.note, note, world.spill]))
        return replace(found, verdict="not inductive", depth=covered, counterexample=shown, note=note)
    except OutOfTime:
        said = f"stopped by time: {clock.seconds:g} s"
        said += "" if covered is None else f"; all runs of {covered} steps are covered"
        return replace(found, depth=covered, note="; ".join(filter(None, [found.note, said])))


class _World:
    """The induction over one interpretation of the rigids: runs from the initial state, and paths from anywhere."""

    def __init__(
        self,
        instance: Instance,
        actions: tuple[Action, ...],
        parts: tuple[Property, ...],
        property: Property,
        simple: bool,
        clock: Clock,
        seed: int,
    ) -> None:
        relation = Relation(instance, actions, clock)
        self.parts = (property, *(p for p in parts if p is not property))
        self.witness: Trace | None = None
        self.spill = ""
        self._seek = None if property.witness is None else property.as_witness()
        self._runs = Unrolling(relation, seed)
        self._paths = Unrolling(relation, seed, anywhere=True)
        self._simple = simple
        self._model: object = None

    def base(self, length: int) -> None:
        """Look at all runs of exactly so many steps. Raises _Broken when one of them breaks a part."""
        if length:
            extend(self._runs)
        for part in self.parts:
            trace = look(self._runs, part)
            if trace is not None:
                raise _Broken(part, trace)
        if self._seek is not None and self.witness is None:
            self.witness = look(self._runs, self._seek)

    def step(self, length: int) -> bool:
        """Whether no path of so many steps that meets all parts ends in breaking one."""
        paths = self._paths
        paths.solver.add(z3.Not(self._bad()))
        if self._simple:
            paths.solver.add(*(paths.differ(i, paths.length) for i in range(paths.length)))
        paths.extend()
        self._model = paths.ask(self._bad())
        return self._model is None

    def _bad(self) -> Term:
        """That the end of a path, or its last step, breaks a part or takes a bounded integer out of its range."""
        parts = [self._paths.shown(p) for p in self.parts]
        return z3.Or([*parts, *([self._paths.overflow()] if self._paths.length else [])])

    def counterexample(self, k: int) -> Counterexample | None:
        """The last path that was found, re-run on the interpreter; None where its end is out of an integer's range."""
        instance = self._paths.relation.instance
        run, steps = Interpreter(instance), self._paths.steps(self._model)
        states = [self._paths.first(self._model)]
        try:
            for step in steps:
                states.append(_taken(run, step, states[-1]))
        except OutOfRange as error:
            self.spill = f"{steps[-1].action} may take a bounded integer out of its range: {error}"
            return None
        pairs = [(None, states[0]), *pairwise(states)]
        broken = [next((p for p in self.parts if violated(run, p, after, before)), None) for before, after in pairs]
        *earlier, last = broken
        if last is None or any(earlier):
            raise Mismatch("the counterexample to k-induction is none on the interpreter", len(steps))
        name = f"{self.parts[0].id} is {k}-inductive"
        where = failing(run, last, states[-1], states[-2] if last.kind == "step" else None)
        return Counterexample(name, instance, tuple(states), tuple(steps), last, where, smallest=False)


def _taken(run: Interpreter, step: Step, state: State) -> State:
    action = run.action(step.action)
    if not run.enabled(action, step.params, state):
        raise Mismatch(f"{step.action}{step.params} is not enabled in a counterexample to k-induction", 0)
    return run.apply(action, step.params, state)
