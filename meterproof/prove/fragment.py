"""Is an obligation in a decidable fragment? If a loop of sorts takes it out, the loop is told in words.

An obligation is read as it is given to a solver, with its denied goal. Where a formula says "for all x of A there is
a y of B", a solver makes a function from A to B; so does a state variable with values in B over A. If the graph of
these sorts has no loop, then only finitely many individuals can be named, and a solver that goes through them all
decides the question (stratified effectively propositional logic: O. Padon, *Deductive Verification of Distributed
Protocols in First-Order Logic*, 2018; Ivy and mypyvy check the same). With a loop it may never come to an end.

As there, a `y` is counted under every `for all` around it. If it mentions only some of these, an arrow from the others
goes away once they are quantified further inside; a loop that needs such an arrow is one *as written* only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import z3

from meterproof.prove.obligations import Obligation, Obligations
from meterproof.prove.quorums import Term


@dataclass(frozen=True)
class Arrow:
    """From individuals of one sort new ones of another may be made; `why` says by what, in the model's words.

    `idle` names the variable of the `for all` that the new one does not depend on; it is empty for a true dependency.
    """

    source: str
    target: str
    why: str
    idle: str = ""


@dataclass(frozen=True)
class Loop:
    """A shortest loop of arrows: each starts where the one before it ends."""

    arrows: tuple[Arrow, ...]

    @property
    def sorts(self) -> str:
        """`Replica -> Quorum -> Replica`."""
        return " -> ".join([self.arrows[0].source, *(a.target for a in self.arrows)])

    @property
    def written(self) -> bool:
        """Whether other scopes of the same quantifiers would undo the loop."""
        return any(a.idle for a in self.arrows)

    def __str__(self) -> str:
        whys = ", ".join(dict.fromkeys(a.why for a in self.arrows))
        if not self.written:
            return f"outside the decidable fragment: {self.sorts}: {whys}"
        idle = next(a for a in self.arrows if a.idle)
        cure = f"inside, once {idle.idle} is quantified only around what mentions it"
        return f"outside the decidable fragment as written: {self.sorts}: {whys}; {cure}"


class Fragment:
    """Finds the arrows of the obligations of one property; what they share is read once."""

    def __init__(self, tasks: Obligations) -> None:
        self._names: Mapping[str, str] = {str(sort): shown for shown, sort in tasks.theory.universes()}
        self._functions = {str(f): name for name, f in tasks.theory.functions.items()}
        self._read: dict[int, tuple[Arrow, ...]] = {}
        self._free: dict[int, tuple[frozenset[int], bool]] = {}

    def loop(self, obligation: Obligation) -> Loop | None:
        """A loop that takes the obligation out of the fragment, if any; rather a true one than one as written."""
        arrows = dict.fromkeys(a for p in obligation.premises for a in self._of(p.term, True, str(p)))
        if obligation.kind != "possible":
            arrows |= dict.fromkeys(self._of(obligation.goal, False, f"the denial of: {obligation.name}"))
        return shortest(a for a in arrows if not a.idle) or shortest(arrows)

    def _of(self, term: Term, positive: bool, where: str) -> tuple[Arrow, ...]:
        key = term.get_id()
        if key not in self._read:
            self._read[key] = tuple(dict.fromkeys(self._walk(term, (positive,), (), where)))
        return self._read[key]

    def _walk(self, term: Term, polarities: tuple[bool, ...], scope: tuple[_Bound, ...], where: str) -> Iterator[Arrow]:
        """Arrows of a term that occurs positively, negatively (under `not`), or both. `scope` is outermost first."""
        if not self._seen(term)[1]:
            return
        if z3.is_quantifier(term):
            for positive in polarities:
                inner = self._bind(term, positive == term.is_forall(), scope)
                yield from self._alternations(inner[len(scope) :], scope, where)
                yield from self._walk(term.body(), (positive,), inner, where)
            return
        if z3.is_app(term) and not z3.is_bool(term) and term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
            yield from self._function(term, scope)
        for at, argument in enumerate(term.children()):
            yield from self._walk(argument, _polarities(term, at, polarities), scope, where)

    def _bind(self, term: Term, universal: bool, scope: tuple[_Bound, ...]) -> tuple[_Bound, ...]:
        needs = frozenset().union(*(scope[-1 - i].all for i in self._seen(term)[0]))
        new = []
        for at in range(term.num_vars()):
            place, sort = len(scope) + at, self._names.get(str(term.var_sort(at)))
            own = frozenset([place]) if universal else needs
            new.append(_Bound(place, term.var_name(at).partition(".")[0], sort, universal, own))
        return (*scope, *new)

    def _alternations(self, new: Iterable[_Bound], scope: tuple[_Bound, ...], where: str) -> Iterator[Arrow]:
        for inner in new:
            for outer in scope:
                if outer.universal and not inner.universal and outer.sort and inner.sort:
                    needed = outer.place in inner.all
                    why = f'for all {outer.name} of {outer.sort} there is {inner.name} of {inner.sort} in "{where}"'
                    yield Arrow(outer.sort, inner.sort, why, "" if needed else outer.name)

    def _function(self, term: Term, scope: tuple[_Bound, ...]) -> Iterator[Arrow]:
        """An arrow from each argument that a `for all` may change; of the others there are finitely many anyway."""
        target = self._names.get(str(term.sort()))
        for argument in term.children() if target else ():
            source = self._names.get(str(argument.sort()))
            if source and any(scope[-1 - i].all for i in self._seen(argument)[0]):
                name = self._functions.get(str(term.decl()), str(term.decl()))
                yield Arrow(source, str(target), f"{name} is a function from {source} to {target}")

    def _seen(self, term: Term) -> tuple[frozenset[int], bool]:
        """De Bruijn indexes of variables bound outside, and whether there is a quantifier or function in the term."""
        key = term.get_id()
        if key not in self._free:
            self._free[key] = self._look(term)
        return self._free[key]

    def _look(self, term: Term) -> tuple[frozenset[int], bool]:
        if z3.is_var(term):
            return frozenset([z3.get_var_index(term)]), False
        if z3.is_quantifier(term):
            own = term.num_vars()
            return frozenset(i - own for i in self._seen(term.body())[0] if i >= own), True
        parts = [self._seen(a) for a in term.children()]
        makes = bool(parts) and self._names.get(str(term.sort())) is not None if not z3.is_bool(term) else False
        return frozenset().union(*(free for free, _ in parts)), makes or any(has for _, has in parts)


@dataclass(frozen=True)
class _Bound:
    """A bound variable; `all` are the places of the `for all` variables that its value may depend on, or its own."""

    place: int
    name: str
    sort: str | None
    universal: bool
    all: frozenset[int]


def _polarities(term: Any, at: int, outside: tuple[bool, ...]) -> tuple[bool, ...]:
    """How an argument occurs where its term occurs as `outside` says."""
    both = (True, False)
    if not z3.is_bool(term) or z3.is_eq(term) or z3.is_distinct(term):
        return both
    kind = term.decl().kind()
    if kind == z3.Z3_OP_NOT or (kind == z3.Z3_OP_IMPLIES and at == 0):
        return tuple(not positive for positive in outside)
    if kind == z3.Z3_OP_XOR or (kind == z3.Z3_OP_ITE and at == 0):
        return both
    return outside


def shortest(arrows: Iterable[Arrow]) -> Loop | None:
    """A loop of the fewest arrows, the first in their order."""
    leaving: dict[str, dict[str, Arrow]] = {}
    for a in arrows:
        leaving.setdefault(a.source, {}).setdefault(a.target, a)
    found = [path for start in leaving if (path := _back(start, leaving))]
    return Loop(min(found, key=len)) if found else None


def _back(start: str, leaving: Mapping[str, Mapping[str, Arrow]]) -> tuple[Arrow, ...] | None:
    """The shortest path from a sort back to it."""
    reached: dict[str, tuple[Arrow, ...]] = {}
    paths: list[tuple[Arrow, ...]] = [(a,) for a in leaving[start].values()]
    for path in paths:
        end = path[-1].target
        if end == start:
            return path
        if end not in reached:
            reached[end] = path
            paths += [(*path, a) for a in leaving.get(end, {}).values()]
    return None
