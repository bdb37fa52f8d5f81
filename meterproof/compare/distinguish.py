"""A state that keeps one statement and breaks another, looked for in finite instances of the joint signature.

At each scope the question is grounded and put to z3's solver for finite domains, so it is decided exactly, with real
counting. What is found is made plain (as many cells as possible have their first value) and evaluated by the
interpreter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Any

import z3

from meterproof.compare.question import Question
from meterproof.compare.signature import AFTER
from meterproof.finite.ground import Grounder
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State
from meterproof.finite.scope import Scope
from meterproof.lang.expr import Expr
from meterproof.lang.system import System
from meterproof.lang.types import EnumType, Sort
from meterproof.lang.wellformed import nodes, read_names
from meterproof.prove.clock import Clock, OutOfTime
from meterproof.prove.unroll import Relation, Unrolling
from meterproof.traces.text import valuation
from meterproof.traces.trace import Mismatch

SIZE = 3
"""Most individuals of a sort, except where a design needs more for its parameter to be 1."""
LARGEST = 7
MOST_CELLS = 2_000
"""Scopes with more cells are left out."""


@dataclass(frozen=True)
class Distinction:
    """A state of the joint signature, and with primed variables the state after a step, or (leads-to) a later one."""

    instance: Instance
    state: State

    def lines(self) -> list[str]:
        """What is true in it, a line for each variable; what is false, or at its first value, is left out."""
        told = [f"with {self.instance.scope}"] if self.instance.scope.sizes else []
        for v, table in zip(self.instance.state_variables, self.state, strict=True):
            if any(value != self.instance.values(v.to)[0] for value in table):
                told.append(valuation(self.instance, v, table))
        return told

    def __str__(self) -> str:
        return "; ".join(self.lines()) or "everything false"


@dataclass(frozen=True)
class Searched:
    """What came of a search: a distinguishing state or none in these scopes, and what stopped it."""

    state: Distinction | None
    scopes: tuple[Scope, ...]
    stopped: str | None = None


def joint(asked: Question, rigid: bool) -> System:
    """The variables, sorts and parameters that a question speaks of, as a system without actions.

    With `rigid`, what is fixed before the run stays so, with the bounds of the wanted statement; else it is as free as
    the rest.
    """
    formulas = _formulas(asked)
    names = read_names(*formulas)
    bounds = {name: most for name, most, _ in asked.wanted_environment.bounded}
    variables = tuple(
        replace(v, rigid=v.rigid and rigid, at_most=bounds.get(v.name) if rigid else None)
        for v in asked.signature.variables
        if v.name in names
    )
    types = dict.fromkeys(t for v in variables for t in (*v.domain, v.to))
    types |= dict.fromkeys(n.type for f in formulas for n in nodes(f) if n.op == "bound")
    designs = (asked.given_environment.design, asked.wanted_environment.design)
    if designs[0] != designs[1]:
        types |= dict.fromkeys(asked.signature.type(d.over) for design in designs for d in design)
    sorts = tuple(t for t in types if isinstance(t, Sort))
    known = {s.name for s in sorts}
    return System(
        "both versions", "", sorts, tuple(t for t in types if isinstance(t, EnumType)), variables,
        tuple(d for d in designs[1] if d.over.name in known), (), (), (), asked.statements[1].system.rules,
    )  # fmt: skip


def _formulas(asked: Question) -> tuple[Expr, ...]:
    environments = (asked.given_environment, asked.wanted_environment)
    return asked.given, asked.wanted, *(e.formula(asked.signature) for e in environments)


def scopes(asked: Question) -> list[Scope]:
    """The scopes that a search goes through: those that the wanted statement admits, the smallest first."""
    system = joint(asked, rigid=False)
    over = {d.over.name for e in (asked.given_environment, asked.wanted_environment) for d in e.design}
    sorts = [s.name for s in system.sorts]
    most = {name: _most(asked, name) if name in over else SIZE for name in sorts}
    found = []
    for sizes in product(*(range(1, most[name] + 1) for name in sorts)):
        named = dict(zip(sorts, sizes, strict=True))
        for values in product(*(range(named[d.over.name] + 1) for d in system.design)):
            whole = {**named, **{d.name: v for d, v in zip(system.design, values, strict=True)}}
            if asked.wanted_environment.admits(whole):
                found.append(Scope(tuple(whole.items())))
    return sorted(found, key=lambda s: (sum(v for _, v in s.sizes), s.sizes))


def _most(asked: Question, sort: str) -> int:
    """The least size at which both designs admit 1 for all their parameters, if that is small, and SIZE at least."""
    environments = (asked.given_environment, asked.wanted_environment)
    ones = {d.name: 1 for e in environments for d in e.design}
    for n in range(SIZE, LARGEST + 1):
        sizes = {**ones, **{d.over.name: n for e in environments for d in e.design}}
        if all(e.admits(sizes) for e in environments):
            return n
    return SIZE


def distinguish(asked: Question, within: Iterable[Scope], clock: Clock, seed: int) -> Searched:
    """Look for a distinguishing state, scope by scope; `scopes` of the result are those that have none.

    Raises Mismatch when the interpreter does not see what z3 sees: an error of ours.
    """
    system = joint(asked, rigid=False)
    done: list[Scope] = []
    for scope in within:
        instance = Instance(system, scope, ())
        if sum(prod(len(instance.values(s)) for s in v.domain) for v in system.variables) > MOST_CELLS:
            continue
        try:
            state = _at(instance, asked.denial(scope.as_dict()), clock, seed)
        except OutOfTime:
            return Searched(None, tuple(done), f"time: {clock.seconds:g} s")
        if state is not None:
            return Searched(Distinction(instance, state), tuple(done))
        done.append(scope)
    return Searched(None, tuple(done))


def _at(instance: Instance, sought: Expr, clock: Clock, seed: int) -> State | None:
    relation = Relation(instance, (), clock)
    unrolling = Unrolling(relation, seed, anywhere=True)
    wanted = relation.term(relation.grounder.formula(sought))
    model = unrolling.ask(wanted)
    if model is None:
        return None
    for wish in _plain(relation):
        if not z3.is_true(model.eval(wish, True)):
            try:
                better = unrolling.ask(z3.And(wanted, wish))
            except OutOfTime:
                break
            if better is None:
                continue
            model = better
        wanted = z3.And(wanted, wish)
    state = unrolling.first(model)
    if not Interpreter(instance).holds(sought, state):
        raise Mismatch("the interpreter does not see a distinguishing state where z3 does", 0)
    return state


def _plain(relation: Relation) -> Iterator[Any]:
    """For each cell that it has its first value; before that, that a step changes it not."""
    grounder: Grounder = relation.grounder
    for cell, (name, index) in enumerate(grounder.cells):
        if name.endswith(AFTER) and (name.removesuffix(AFTER), index) in grounder.cells:
            before = grounder.cell(name.removesuffix(AFTER), index)
            same = [relation.literal(cell, v) == relation.literal(before, v) for v in grounder.values(cell)]
            yield z3.And(same)
    for cell in range(len(grounder.cells)):
        yield relation.literal(cell, grounder.values(cell)[0])
