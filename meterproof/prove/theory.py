"""The first-order vocabulary of a system for proofs of any size: sorts, functions, and the axioms about them.

A sort of the model is an uninterpreted sort; nothing is assumed about its size. A state variable is a function, and
stands for its value before the step. An ordered sort has a strict total order and no arithmetic. A threshold has a
sort of quorums and a member relation (see `quorums` for what is known about them).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, combinations_with_replacement
from typing import Literal

import z3

from meterproof.errors import ModelError
from meterproof.lang.formula import Formula
from meterproof.lang.system import System, Variable
from meterproof.lang.types import BOOL, EnumType, Sort, Type
from meterproof.prove.quorums import Admitted, Fact, Limited, Term, available, member, quorum_exists, shared_member


class Refused(ModelError):
    """The model says something that a proof for any size can't take; the message names where and what to do."""


PremiseKind = Literal["axiom", "quorums", "order", "lemma", "guard", "witness"]


@dataclass(frozen=True, eq=False)
class Premise:
    """An assumption of an obligation, in plain words and as a z3 formula without free variables.

    An `axiom` is the model's own; `quorums` are facts proved about thresholds; a `lemma` may be the property itself.
    `place` is the line of the model that says it ("voting.py:41"), `rules` and `cites` are what that line stands for.
    """

    kind: PremiseKind
    name: str
    term: Term
    place: str = ""
    rules: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} ({self.place})" if self.place else self.name


@dataclass(frozen=True)
class Quorums:
    """The sets of at least `threshold` individuals of `over`, as a z3 sort with a member relation."""

    threshold: Formula
    over: Sort
    sort: Term
    member: Term


def conjunction(*parts: Term) -> Term:
    """All of one or more formulas; SMT-LIB's `and` takes no single one."""
    return z3.And(*parts) if len(parts) > 1 else parts[0]


RESERVED = frozenset((
    "let", "forall", "exists", "match", "par", "as", "assert", "not", "and", "or", "xor", "ite", "distinct",
    "true", "false", "Bool", "Int", "Real", "String", "Array", "Set", "Seq", "Bag", "RegLan", "Tuple",
    "Relation", "Float16", "Float32", "Float64", "Float128", "RoundingMode", "select", "store", "abs", "div",
    "mod", "Table", "UnitTuple", "tuple",
))  # fmt: skip
"""Words that SMT-LIB or a solver has for itself and that Python lets a model use."""


def symbol(name: str) -> str:
    """A name of the model as a solver's symbol; the dot can't be part of another name of the model."""
    return f"{name}." if name in RESERVED else name


class Theory:
    """Everything z3 knows about one system, in a context of its own, so that one proof never disturbs another."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.context = z3.Context()
        self.quorums: dict[tuple[str, str], Quorums] = {}
        self.existence: list[Fact] = []
        self._sorts: dict[str, Term] = {}
        self._values: dict[str, list[Term]] = {}
        self._functions: dict[str, Term] = {}
        self._ordered: dict[str, Term] = {}

    def sort(self, type_: Type) -> Term:
        """The z3 sort of a type; Refused for numbers, which exist in finite instances only."""
        if type_ == BOOL:
            return z3.BoolSort(self.context)
        if not isinstance(type_, Sort | EnumType):
            raise Refused(
                f"{type_.name} is a number, and a proof for any size has none",
                allowed="numbers in finite instances: explorer and bounded checking",
            )
        if type_.name not in self._sorts:
            if isinstance(type_, EnumType):
                names = [f"{type_.name}.{value}" for value in type_.values]
                enum, values = z3.EnumSort(symbol(type_.name), names, self.context)
                self._sorts[type_.name], self._values[type_.name] = enum, values
            else:
                self._sorts[type_.name] = z3.DeclareSort(symbol(type_.name), self.context)
        return self._sorts[type_.name]

    @property
    def functions(self) -> Mapping[str, Term]:
        """The state variables and rigids that were read so far, by name."""
        return self._functions

    @property
    def ordered(self) -> Mapping[str, Term]:
        """The orders of the ordered sorts that were compared so far, by the sort's name."""
        return self._ordered

    def universes(self) -> Iterator[tuple[str, Term]]:
        """Every uninterpreted sort met so far, as a reader would call it: the model's own, then those of quorums."""
        for sort in self.system.sorts:
            if sort.name in self._sorts:
                yield sort.name, self._sorts[sort.name]
        for q in self.quorums.values():
            yield "Quorum" if len(self.quorums) == 1 else f"Quorum of {q.threshold} {q.over.name}", q.sort

    def values(self, enum: EnumType) -> list[Term]:
        """The values of an enum, in order."""
        self.sort(enum)
        return self._values[enum.name]

    def read(self, variable: Variable, index: tuple[Term, ...]) -> Term:
        """A variable's value at an index, before the step."""
        if variable.name not in self._functions:
            sorts = [self.sort(t) for t in (*variable.domain, variable.to)]
            self._functions[variable.name] = z3.Function(symbol(variable.name), *sorts)
        return self._functions[variable.name](*index)

    def before(self, sort: Sort) -> Term:
        """The strict total order of an ordered sort."""
        if sort.name not in self._ordered:
            z = self.sort(sort)
            self._ordered[sort.name] = z3.Function(f"before.{sort.name}", z, z, z3.BoolSort(self.context))
        return self._ordered[sort.name]

    def quorum(self, threshold: Formula, over: Sort) -> Quorums:
        """The quorums of a threshold; Refused unless a set of that size always exists (z3's sorts are never empty)."""
        key = (threshold.text, over.name)
        if key not in self.quorums:
            fact = quorum_exists(threshold, self.admitted(over))
            if not fact.holds:
                why = "can exceed n" if fact.holds is False else "could not be compared with n"
                raise Refused(
                    f"the threshold {threshold} of {over.name} {why}" + (f": {fact.numbers}" if fact.numbers else ""),
                    allowed=f"at most n, the number of {over.name}, for {self.admitted(over)}",
                )
            self.existence.append(_of(over, fact))
            number, z = len(self.quorums) + 1, self.sort(over)
            sort = z3.DeclareSort(f"Quorum.{number}.{over.name}", self.context)
            relation = z3.Function(f"member.{number}.{over.name}", sort, z, z3.BoolSort(self.context))
            self.quorums[key] = Quorums(threshold, over, sort, relation)
        return self.quorums[key]

    def admitted(self, over: Sort) -> Admitted:
        """The sizes that the design's resilience rules admit for a sort."""
        rules = [d.resilience for d in self.system.design if d.over == over]
        return Admitted(tuple(r for r in rules if r is not None))

    def order_axioms(self) -> Iterator[Premise]:
        """Total order, for each ordered sort that has been compared."""
        for name, before in self._ordered.items():
            a, b, c = (z3.Const(x, self._sorts[name]) for x in "abc")
            yield Premise(
                "order",
                f"{name} is totally ordered",
                z3.And(
                    z3.ForAll([a], z3.Not(before(a, a))),
                    z3.ForAll([a, b, c], z3.Implies(z3.And(before(a, b), before(b, c)), before(a, c))),
                    z3.ForAll([a, b], z3.Or(before(a, b), a == b, before(b, a))),
                ),
            )

    def quorum_facts(self) -> Iterator[tuple[Fact, Term]]:
        """What could be used about the thresholds met so far, each with its formula; proved or not, strongest first.

        A fact that a proved one implies is left out: fewer sets to stay outside of, or one quorum in place of two.
        """
        for over, fact, term in self._facts():
            yield _of(over, fact), term

    def _facts(self) -> Iterator[tuple[Sort, Fact, Term]]:
        met = list(self.quorums.values())
        for a, b in combinations_with_replacement(met, 2):
            if a.over == b.over:
                yield from ((a.over, fact, term) for fact, term in self._shared_members(a, b))
        for a in met:
            yield from ((a.over, fact, term) for fact, term in self._availability(a))

    def _shared_members(self, a: Quorums, b: Quorums) -> Iterator[tuple[Fact, Term]]:
        admitted = self.admitted(a.over)
        pairs, single = _Proved(), _Proved()
        for outside in self._limited(a.over):
            if not pairs.implies(outside):
                fact = pairs.add(outside, shared_member(a.threshold, b.threshold, admitted, self._bounds(outside)))
                yield fact, self._shared([a, b], outside)
            if a is b and not pairs.implies(outside) and not single.implies(outside):
                fact = single.add(outside, member(a.threshold, admitted, self._bounds(outside)))
                yield fact, self._shared([a], outside)

    def _availability(self, a: Quorums) -> Iterator[tuple[Fact, Term]]:
        proved = _Proved()
        for outside in self._limited(a.over):
            if outside and not proved.implies(outside):
                fact = proved.add(outside, available(a.threshold, self.admitted(a.over), self._bounds(outside)))
                yield fact, self._available(a, outside)

    def _limited(self, over: Sort) -> list[tuple[Variable, ...]]:
        """Combinations of the sort's bounded rigid sets, the largest first, the empty one last."""
        sets = [v for v in self.system.variables if v.rigid and v.at_most is not None and v.domain == (over,)]
        return [c for k in range(len(sets), -1, -1) for c in combinations(sets, k)]

    def _bounds(self, sets: tuple[Variable, ...]) -> tuple[Limited, ...]:
        names = [d.name for d in self.system.design]
        return tuple(Limited(v.name, Formula.parse(v.at_most, names)) for v in sets if v.at_most is not None)

    def _shared(self, quorums: list[Quorums], outside: tuple[Variable, ...]) -> Term:
        sets = [z3.Const(name, q.sort) for name, q in zip("AB", quorums, strict=False)]
        r = z3.Const("r", self.sort(quorums[0].over))
        inside = [q.member(each, r) for q, each in zip(quorums, sets, strict=True)]
        return z3.ForAll(sets, z3.Exists([r], conjunction(*inside, *(z3.Not(self.read(v, (r,))) for v in outside))))

    def _available(self, a: Quorums, outside: tuple[Variable, ...]) -> Term:
        quorum, r = z3.Const("A", a.sort), z3.Const("r", self.sort(a.over))
        free = conjunction(*(z3.Not(self.read(v, (r,))) for v in outside))
        return z3.Exists([quorum], z3.ForAll([r], z3.Implies(a.member(quorum, r), free)))


class _Proved:
    """Combinations of sets for which a fact is proved; it then holds for every part of them."""

    def __init__(self) -> None:
        self._names: list[set[str]] = []

    def implies(self, outside: tuple[Variable, ...]) -> bool:
        return any({v.name for v in outside} <= names for names in self._names)

    def add(self, outside: tuple[Variable, ...], fact: Fact) -> Fact:
        if fact.holds:
            self._names.append({v.name for v in outside})
        return fact


def _of(over: Sort, fact: Fact) -> Fact:
    """The fact, saying of which sort it is."""
    return replace(fact, sentence=f"among {over.name}, {fact.sentence}")
