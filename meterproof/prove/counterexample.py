"""From a failed obligation to a counterexample to induction: a small model of its denial, as states and a step.

The model is made small one universe after the other, then as many relations as possible are made false and functions
constant, as long as time allows. What comes out is a finite world, which is run on the interpreter before it is shown.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import z3

from meterproof.finite.instance import Instance, Table
from meterproof.finite.interpret import Evaluator, Interpreter, State, Step
from meterproof.finite.scope import Scope
from meterproof.lang.expr import Expr
from meterproof.lang.formula import Formula
from meterproof.lang.system import Action, Property, System, Variable
from meterproof.lang.types import BOOL, EnumType, IntRange, Sort, Type
from meterproof.prove.obligations import Obligation, Obligations
from meterproof.prove.quorums import Term
from meterproof.prove.theory import Theory
from meterproof.traces.counterexample import Counterexample, QuorumSet
from meterproof.traces.trace import Mismatch

LARGEST = 12
"""Universes of more individuals than this are not shown."""


def counterexample(
    tasks: Obligations, obligation: Obligation, *, seconds: float = 5.0, seed: int = 0
) -> Counterexample | None:
    """A small counterexample to an obligation that a solver has refuted; None where none is found in time.

    Raises Mismatch when the interpreter does not see in the model what z3 sees: an error of ours.
    """
    search = _Search(tasks.theory, obligation, time.monotonic() + seconds, seed)
    model = search.smallest()
    if model is None:
        return None
    world = _World(tasks.theory, search.individuals, model)
    claim = next(p for p in (*tasks.parts, tasks.property) if p.id == obligation.formula)
    return _checked(_told(world, tasks, obligation, claim, search.complete), tasks, obligation)


class _Search:
    """Models of an obligation's denial; `individuals` are constants that name everything, by the sort's z3 name."""

    def __init__(self, theory: Theory, obligation: Obligation, deadline: float, seed: int) -> None:
        self.theory, self.deadline = theory, deadline
        self.complete = True
        self.individuals: dict[str, list[Term]] = {}
        self.solver = z3.SimpleSolver(ctx=obligation.goal.ctx)
        self.solver.set("random_seed", seed)
        self.solver.add(*(p.term for p in obligation.premises), *obligation.denial)

    def smallest(self) -> Any:
        """A model with universes as small as could be found, and in it little that is true; None where none is."""
        if self._check() is None:
            return None
        for _, sort in self.theory.universes():
            if not self._bounded(sort):
                return None
        return self._sparse()

    def _check(self, *assumptions: Term) -> Any:
        """A model, None in place of one; what was not decided in time is noted, and counts as none."""
        left = self.deadline - time.monotonic()
        self.solver.set("timeout", max(1, int(left * 1000)))
        answer = self.solver.check(*assumptions) if left > 0 else z3.unknown
        self.complete = self.complete and answer != z3.unknown
        return self.solver.model() if answer == z3.sat else None

    def _bounded(self, sort: Term) -> bool:
        """Bound a universe by the least number of individuals for which there is a model."""
        names: list[Term] = []
        x = z3.Const("x", sort)
        for size in range(1, LARGEST + 1):
            names.append(z3.Const(f"{sort}!{size}", sort))
            self.solver.push()
            self.solver.add(z3.ForAll([x], z3.Or([x == name for name in names])))
            if self._check() is not None:
                self.individuals[str(sort)] = names
                return True
            self.solver.pop()
        return False

    def _sparse(self) -> Any:
        """Try each atom once more: as false as it can be, or as it is in the initial state."""
        model = self._check()
        if model is None:
            return None
        for wish in self._wishes():
            if not z3.is_true(model.eval(wish, True)):
                better = self._check(wish)
                if better is None:
                    continue
                model = better
            self.solver.add(wish)
        return model

    def _wishes(self) -> Iterator[Term]:
        system, theory = self.theory.system, self.theory
        for name, function in theory.functions.items():
            variable = system.variable(name)
            for index in product(*(self.individuals[str(function.domain(i))] for i in range(function.arity()))):
                if variable.to == BOOL:
                    yield z3.Not(function(*index))
                elif isinstance(variable.to, EnumType) and variable.init is not None and variable.init.op == "const":
                    yield function(*index) == theory.values(variable.to)[int(variable.init.data)]  # type: ignore[call-overload]
        for quorums in theory.quorums.values():
            members = self.individuals[str(theory.sort(quorums.over))]
            yield from (quorums.member(*pair) for pair in product(self.individuals[str(quorums.sort)], members))


class _World:
    """A z3 model with named individuals, read as tables. Individuals of an ordered sort are numbered in its order."""

    def __init__(self, theory: Theory, individuals: Mapping[str, list[Term]], model: Any) -> None:
        self.theory, self.model = theory, model
        self._members: dict[str, list[Term]] = {}
        for sort, names in individuals.items():
            seen = {str(value): value for value in (model.eval(name, True) for name in names)}
            self._members[sort] = list(seen.values())
        for before in theory.ordered.values():
            name = str(before.domain(0))
            place = [(sum(self.holds(before(b, a)) for b in self._members[name]), a) for a in self._members[name]]
            self._members[name] = [a for _, a in sorted(place, key=lambda pair: pair[0])]

    def members(self, sort: Term) -> list[Term]:
        """The individuals of a z3 sort."""
        return self._members[str(sort)]

    def holds(self, formula: Term) -> bool:
        """Whether a formula about individuals is true."""
        return bool(z3.is_true(self.model.eval(formula, True)))

    def values(self, type_: Type) -> list[Term]:
        """All values of a type of the language, in the order of their numbers."""
        if type_ == BOOL:
            return [z3.BoolVal(value, self.theory.context) for value in (False, True)]
        if isinstance(type_, EnumType):
            return self.theory.values(type_)
        return self.members(self.theory.sort(type_))

    def number(self, type_: Type, term: Term) -> int:
        """The number of a term's value."""
        value = self.model.eval(term, True)
        return next(i for i, each in enumerate(self.values(type_)) if value.eq(each))

    def size(self, sort: Sort) -> int:
        """How many individuals a sort has; one, where no formula speaks of it."""
        known = any(name == sort.name for name, _ in self.theory.universes())
        return len(self.members(self.theory.sort(sort))) if known else 1

    def table(self, variable: Variable) -> Table:
        """All values of a variable; of one that no formula reads any value will do, and the first one is taken."""
        function = self.theory.functions.get(variable.name)
        if function is None:
            first = variable.to.low if isinstance(variable.to, IntRange) else 0
            cells = 1
            for sort in variable.domain:
                cells *= self.size(sort)
            return (first,) * cells
        return tuple(
            self.number(variable.to, function(*index)) for index in product(*(self.values(s) for s in variable.domain))
        )

    def quorums(self) -> Iterator[QuorumSet]:
        """All quorums, each set once."""
        for q in self.theory.quorums.values():
            replicas = self.values(q.over)
            inside = ([self.holds(q.member(each, r)) for r in replicas] for each in self.members(q.sort))
            for members in dict.fromkeys(tuple(i for i, held in enumerate(each) if held) for each in inside):
                yield QuorumSet(q.threshold.text, q.over, members)


class WithQuorums(Interpreter):
    """The interpreter, but a threshold is reached where a whole quorum of a given list votes, as in a proof."""

    def __init__(self, instance: Instance, quorums: tuple[QuorumSet, ...]) -> None:
        super().__init__(instance)
        self._quorums = quorums

    def _build(self, node: Expr) -> Evaluator:
        if node.op != "atleast":
            return super()._build(node)
        bound, body = node.args
        assert isinstance(node.data, Formula) and isinstance(bound.type, Sort)
        run, uid, everybody = self.compile(body), bound.uid, self.instance.values(bound.type)
        if not node.data.names:
            least = node.data.evaluate({})
            return lambda s, t, e: sum(bool(run(s, t, {**e, uid: x})) for x in everybody) >= least
        sets = [q.members for q in self._quorums if (q.threshold, q.over) == (node.data.text, bound.type)]
        return lambda s, t, e: any(all(run(s, t, {**e, uid: x}) for x in members) for members in sets)

    def apply(self, action: Action, params: tuple[int, ...], state: State) -> State:
        """As the interpreter, but bounded integers, which no proof reads, are left alone."""
        return super().apply(_without_numbers(self.instance.system, action), params, state)


def _without_numbers(system: System, action: Action) -> Action:
    kept = tuple(u for u in action.updates if not isinstance(system.variable(u.variable).to, IntRange))
    return replace(action, updates=kept)


def _told(world: _World, tasks: Obligations, obligation: Obligation, claim: Property, smallest: bool) -> Counterexample:
    system = world.theory.system
    scope = Scope(tuple((sort.name, world.size(sort)) for sort in system.sorts))
    rigids = tuple((v.name, world.table(v)) for v in system.variables if v.rigid)
    instance = Instance(system, scope, rigids)
    quorums = tuple(world.quorums())
    run = WithQuorums(instance, quorums)
    states: tuple[State, ...] = (run.initial(),)
    steps: tuple[Step, ...] = ()
    if obligation.action is not None:
        action = run.action(obligation.action)
        before = tuple(world.table(v) for v in instance.state_variables)
        params = tuple(world.number(p.type, t) for p, t in zip(action.params, obligation.parameters, strict=True))
        states, steps = (before, run.apply(action, params, before)), (Step(action.name, params),)
    where = failing(run, claim, states[-1], states[-2] if claim.kind == "step" else None)
    return Counterexample(obligation.name, instance, states, steps, claim, where, quorums, smallest)


def failing(run: Interpreter, claim: Property, state: State, before: State | None) -> tuple[tuple[str, str], ...]:
    """For which individuals an outermost `forall`, or `~exists`, fails; nothing where the formula is neither."""
    node, wanted = claim.formula, False
    if node.op == "not" and node.args[0].op == "exists":
        node, wanted = node.args[0], True
    elif node.op != "forall":
        return ()
    *bound, body = node.args
    holds = run.compile(body)
    pair = (state, ()) if before is None else (before, state)
    for values in product(*(run.instance.values(b.type) for b in bound)):
        if bool(holds(*pair, {b.uid: v for b, v in zip(bound, values, strict=True)})) == wanted:
            return tuple((str(b.data[1]), run.instance.element(b.type, v)) for b, v in zip(bound, values, strict=True))  # type: ignore[index]
    return ()


def _checked(found: Counterexample, tasks: Obligations, obligation: Obligation) -> Counterexample:
    """The counterexample, once the interpreter sees all that it is said to show."""
    run, system = WithQuorums(found.instance, found.quorums), found.instance.system
    first, last = found.states[0], found.states[-1]
    said = [(f"axiom {a.condition!r}", run.holds(a.condition, first)) for a in system.axioms]
    if found.steps:
        [step] = found.steps
        said += [(p.id, run.holds(p.formula, first)) for p in tasks.parts]
        said.append((f"the guards of {step.action}", run.enabled(run.action(step.action), step.params, first)))
    after = last if found.fails.kind == "step" else None
    fails = not run.holds(found.fails.formula, first if after else last, after)
    said.append((f"the failure of {found.fails.id}", fails))
    for what, seen in said:
        if not seen:
            raise Mismatch(f"the counterexample to {obligation.name} does not show {what}", len(found.steps))
    return found
