"""What candidate lemmas are made of: quantified variables, and atoms over them that the model itself speaks in.

A *template* is a list of universally quantified variables. Its *atoms* are the variables' values at them, comparisons
of them, and the thresholds and quantified parts of guards and properties, said of them. Only what can influence the
property, through the guards and updates that write it, is spoken of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

from meterproof.lang.expr import Expr, constant, equal, less, make, read_of
from meterproof.lang.quantify import binding
from meterproof.lang.rewrite import free, renamed
from meterproof.lang.system import Action, Property, System, Update, Variable
from meterproof.lang.types import BOOL, EnumType, Sort
from meterproof.lang.wellformed import nodes, read_names

SHARED = 3
"""A quantified part of a guard is said of at most so many variables."""
DEAR = 3
"""What an atom with a quantifier or a threshold costs; any other costs 1."""


@dataclass(frozen=True, eq=False)
class Template:
    """Variables, and the atoms over them."""

    variables: tuple[Expr, ...]
    atoms: tuple[Expr, ...]

    @cached_property
    def _used(self) -> tuple[frozenset[int], ...]:
        """The positions of the variables that each atom speaks of."""
        at = {v.uid: i for i, v in enumerate(self.variables)}
        return tuple(frozenset(at[x.uid] for x in free(a)) for a in self.atoms)

    def spans(self, chosen: Iterable[int]) -> bool:
        """Whether some atoms speak of every variable of each sort that there are two of: no smaller template does."""
        used = frozenset[int]().union(*(self._used[i] for i in chosen))
        sorts = [v.type for v in self.variables]
        return all(i in used for i, s in enumerate(sorts) if sorts.count(s) > 1)


def cost(atom: Expr) -> int:
    """How dear an atom is to a reader, and to a prover."""
    return DEAR if any(x.op in ("forall", "exists", "atleast") for x in nodes(atom)) else 1


def templates(system: System, claim: Property) -> list[Template]:
    """Templates for lemmas of a property, smallest first: one variable of each sort, then one or two sorts twice."""
    actions = system.enabled_for(claim.against)
    names = influences(claim, actions)
    spoken = [v for v in system.variables if v.name in names]
    sorts = [s for s in system.sorts if any(s in v.domain or s == v.to for v in spoken)]
    phrases = list(_phrases(system, claim, actions, names))
    twice: list[tuple[Sort, ...]] = [(), *((s,) for s in sorts), *combinations(sorts, 2)]
    return [_template(spoken, phrases, [s for s in sorts for _ in range(1 + (s in t))]) for t in twice]


def influences(claim: Property, actions: Iterable[Action]) -> set[str]:
    """The names of the variables that can influence a property: it reads them, or an action that writes one does."""
    found = read_names(claim.formula)
    while True:
        size = len(found)
        for a in actions:
            written = [e for u in a.updates if u.variable in found for e in _terms(u)]
            if any(u.variable in found for u in a.updates):
                for e in (*written, *(g.condition for g in a.guards)):
                    found.update(read_names(e))
        if len(found) == size:
            return found


def _terms(update: Update) -> tuple[Expr, ...]:
    """The expressions of an update: indexes and values."""
    cells = tuple(e for index, value in update.cells for e in (*index, value))
    return cells if update.each is None else (*cells, update.each)


def _phrases(system: System, claim: Property, actions: Iterable[Action], names: set[str]) -> Iterator[Expr]:
    """The quantified parts of guards, updates and the property that speak of one state, each once."""
    whole: list[Expr] = [claim.formula]
    for a in actions:
        if any(u.variable in names for u in a.updates):
            whole += [g.condition for g in a.guards]
            whole += [e for u in a.updates for e in _terms(u)]
    found = dict.fromkeys(e for w in whole for e in nodes(w) if e.op in ("exists", "forall", "atleast") and e is not w)
    found.update(dict.fromkeys(w for w in whole[1:] if w.op in ("exists", "forall", "atleast")))
    for e in found:
        depends = free(e)
        one_state = not any(x.op == "read" and read_of(x)[1] for x in nodes(e))
        counts = any(x.op == "count" for x in nodes(e))
        if one_state and not counts and len(depends) <= SHARED and all(isinstance(x.type, Sort) for x in depends):
            yield e


def _template(spoken: list[Variable], phrases: list[Expr], sorts: list[Sort]) -> Template:
    with binding(tuple(sorts), tuple(_names(sorts))) as variables:
        terms: dict[Sort, list[Expr]] = {}
        for v in variables:
            assert isinstance(v.type, Sort)
            terms.setdefault(v.type, []).append(v)
        for c in spoken:
            if not c.domain and isinstance(c.to, Sort):
                terms.setdefault(c.to, []).append(_read(c, ()))
        atoms = dict.fromkeys(a for v in spoken for a in _values(v, terms))
        atoms.update(dict.fromkeys(_comparisons(terms)))
        atoms.update(dict.fromkeys(_said(phrases, variables)))
        return Template(variables, tuple(a for a in atoms if a.op != "const"))


def _names(sorts: list[Sort]) -> list[str]:
    """A short name for each variable: its sort's initial, with a number where that is taken."""
    found: list[str] = []
    for s in sorts:
        initial = s.name[0].lower()
        initial = initial if initial != "s" else "x"  # s is the state
        found.append(next(n for n in (initial, *(f"{initial}{i}" for i in range(2, 99))) if n not in found))
    return found


def _read(variable: Variable, index: tuple[Expr, ...]) -> Expr:
    return make("read", variable.to, index, (variable.name, 0))


def _values(variable: Variable, terms: dict[Sort, list[Expr]]) -> Iterator[Expr]:
    for index in product(*(terms.get(s, []) for s in variable.domain)):
        value = _read(variable, index)
        if variable.to == BOOL:
            yield value
        elif isinstance(variable.to, EnumType):
            yield from (equal(value, constant(i, variable.to)) for i in range(len(variable.to.values)))
        elif isinstance(variable.to, Sort):
            yield from (equal(value, t) for t in terms.get(variable.to, []) if t.op == "bound")


def _comparisons(terms: dict[Sort, list[Expr]]) -> Iterator[Expr]:
    for sort, each in terms.items():
        bound = [t for t in each if t.op == "bound"]
        for a, b in combinations(bound, 2):
            yield equal(a, b)
            if sort.ordered:
                yield less(a, b)
                yield less(b, a)


def _said(phrases: list[Expr], variables: tuple[Expr, ...]) -> Iterator[Expr]:
    for phrase in phrases:
        depends = free(phrase)
        for chosen in product(*([v for v in variables if v.type == x.type] for x in depends)):
            yield renamed(phrase, {x.uid: v for x, v in zip(depends, chosen, strict=True)})
