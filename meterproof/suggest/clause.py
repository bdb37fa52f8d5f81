"""Candidate lemmas: clauses over a template, and the search for those that a set of bad rows needs.

A *row* is the truth of all of a template's atoms in one state under one choice of its variables. A clause is true of
a state when no row of it makes every literal false. So the clauses that are true of some rows and false in a bad one
are the sets of atoms that hit, for every good row, an atom that differs from the bad row: hitting sets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, permutations, product

import numpy as np
import numpy.typing as npt

from meterproof.lang.expr import Expr, conjoin, disjoin, equal, implies, make, negate
from meterproof.lang.quantify import binding
from meterproof.lang.rewrite import free, renamed
from meterproof.lang.types import BOOL, Sort
from meterproof.suggest.evaluate import evaluate_all
from meterproof.suggest.hitting import hitting_sets
from meterproof.suggest.sample import Sample
from meterproof.suggest.vocabulary import Template, cost

_FREE = re.compile(r"\b[a-z]\d*\b")
"""The variables of templates, in the text of an atom."""
Rows = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Clause:
    """For all values of the variables some `positive` atom holds or some `negative` one does not."""

    variables: tuple[Expr, ...]
    negative: tuple[Expr, ...]
    positive: tuple[Expr, ...]

    @cached_property
    def formula(self) -> Expr:
        """The clause as the text of a lemma would be traced: an implication where there is something to assume."""
        said = disjoin(*self.positive) if self.positive else None
        if said is None:
            body = negate(conjoin(*self.negative))
        else:
            body = implies(conjoin(*self.negative), said) if self.negative else said
        return make("forall", BOOL, (*self.variables, body)) if self.variables else body

    @property
    def body(self) -> Expr:
        """The formula without its quantifier."""
        return self.formula.args[-1] if self.variables else self.formula

    @property
    def atoms(self) -> tuple[Expr, ...]:
        """All atoms, those assumed first."""
        return (*self.negative, *self.positive)

    @cached_property
    def rank(self) -> tuple[int, int, str]:
        """What orders candidates: what its atoms cost, the number of variables, and the text."""
        return sum(cost(a) for a in self.atoms), len(self.variables), repr(self.formula)


def clause(template: Template, row: npt.NDArray[np.bool_], chosen: tuple[int, ...]) -> Clause:
    """The clause over some atoms that is false in a row: an atom that holds there is assumed.

    Variables that no atom names are left out. The others are renamed in the order of their first use, and of all
    orders of the atoms the one whose text comes first is taken, so clauses that differ by a renaming are one.
    """
    negative = _orders([template.atoms[i] for i in chosen if row[i]])
    positive = _orders([template.atoms[i] for i in chosen if not row[i]])
    return min((_named(template, n, p) for n in negative for p in positive), key=lambda c: repr(c.formula))


def _orders(atoms: list[Expr]) -> list[tuple[Expr, ...]]:
    """The orders of some atoms in which those of different kinds stand in the order of their kinds."""
    by_kind = [list(g) for _, g in groupby(sorted(atoms, key=_kind), key=_kind)]
    return [tuple(a for part in parts for a in part) for parts in product(*(permutations(g) for g in by_kind))]


def _kind(atom: Expr) -> str:
    """What an atom says, whatever its variables: comparisons come last, as they read best there."""
    compared = atom.op in ("eq", "lt") and all(a.op == "bound" for a in atom.args)
    return f"{int(compared)}{_FREE.sub('_', repr(atom))}"


def _named(template: Template, negative: tuple[Expr, ...], positive: tuple[Expr, ...]) -> Clause:
    used = dict.fromkeys(x for a in (*negative, *positive) for x in free(a))
    sorts = tuple(x.type for x in used if isinstance(x.type, Sort))
    of_sort = {s: iter([v for v in template.variables if v.type == s]) for s in sorts}
    names = tuple(str(next(of_sort[s]).data[1]) for s in sorts)  # type: ignore[index]
    with binding(sorts, names) as fresh:
        to = {x.uid: f for x, f in zip(used, fresh, strict=True)}
        return Clause(fresh, tuple(_said(a, to) for a in negative), tuple(_said(a, to) for a in positive))


def _said(atom: Expr, to: dict[int, Expr]) -> Expr:
    """An atom renamed; of an equation of variables the one that was named first stands first."""
    a = renamed(atom, to)
    if a.op == "eq" and all(x.op == "bound" for x in a.args):
        first, second = sorted(a.args, key=lambda x: x.data[0])  # type: ignore[index]
        return equal(first, second)
    return a


class Table:
    """The different rows of a template that reachable states were seen to have."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.rows: Rows = np.zeros((0, len(template.atoms)), dtype=np.bool_)

    def of(self, sample: Sample) -> Rows:
        """The different rows of a sample's states."""
        columns = evaluate_all(self.template.atoms, sample, self.template.variables)
        return _different(np.stack([c.reshape(-1) for c in columns], axis=1))

    def add(self, sample: Sample) -> None:
        """Take in the rows of more reachable states."""
        self.rows = _different(np.concatenate([self.rows, self.of(sample)]))

    def excluding(self, bad: Rows, literals: int) -> Iterator[Clause]:
        """The minimal clauses with exactly so many literals that all rows satisfy and some bad row does not.

        Those that a smaller template has too are left out.
        """
        told: set[tuple[tuple[int, ...], bytes]] = set()
        for row in bad:
            for chosen in hitting_sets(self.rows != row, literals):
                key = chosen, row[list(chosen)].tobytes()
                if key not in told and self.template.spans(chosen):
                    told.add(key)
                    yield clause(self.template, row, chosen)


def _different(rows: Rows) -> Rows:
    """The rows without repeats, sorted."""
    if not len(rows):
        return rows
    packed = np.ascontiguousarray(np.packbits(rows, axis=1))
    _, first = np.unique(packed.view(np.dtype((np.void, packed.shape[1]))).reshape(-1), return_index=True)
    return rows[first]
