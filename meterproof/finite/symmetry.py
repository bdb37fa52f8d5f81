"""Which individuals of an instance may be exchanged without changing what can happen or what holds.

A model cannot name an individual of an unordered sort, so exchanging two of them maps runs to runs, if it leaves the
rigids as they are. That argument is not trusted: `check_equivariant` exchanges them in every grounded guard, update
and property, and compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from meterproof.errors import InputError, ModelError
from meterproof.finite.ground import FALSE, Cell, Grounder
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, Step
from meterproof.finite.moves import Move, writes
from meterproof.finite.worlds import renamed
from meterproof.lang.system import Action, Property
from meterproof.lang.types import Sort, Type

ALL = "all"
"""In place of sorts' names: every unordered sort of the system."""
Exchange = Mapping[Sort, tuple[int, ...]]
"""For some sorts the image of each individual."""


@dataclass(frozen=True)
class Class:
    """Individuals of one sort that may be permuted in any way."""

    sort: Sort
    members: tuple[int, ...]

    def swaps(self) -> list[tuple[int, int]]:
        """Exchanges of neighbours; they generate all permutations of the class."""
        return list(zip(self.members, self.members[1:], strict=False))


def interchangeable(instance: Instance, names: Iterable[str] = (ALL,)) -> tuple[Class, ...]:
    """The classes of the named sorts with two or more members, which the instance's rigids don't tell apart.

    Raises InputError for an unknown sort and for an ordered one, whose individuals are told apart by their place.
    """
    sorts = {s.name: s for s in instance.system.sorts}
    wanted = list(dict.fromkeys(names))
    if ALL in wanted:
        wanted = [n for n, s in sorts.items() if not s.ordered]
    for name in wanted:
        allowed = ", ".join([ALL, *(n for n, s in sorts.items() if not s.ordered)])
        if name not in sorts:
            raise InputError(f"--symmetry: {instance.system.name} has no sort {name!r}", allowed=allowed)
        if sorts[name].ordered:
            raise InputError(
                f"--symmetry: individuals of {name} are not interchangeable: the sort is ordered", allowed=allowed
            )
    return tuple(c for name in wanted for c in _classes(instance, sorts[name]))


def _classes(instance: Instance, sort: Sort) -> list[Class]:
    """Being exchangeable is an equivalence: swapping a with b, b with c and a with b again swaps a with c."""
    classes: list[list[int]] = []
    for individual in instance.values(sort):
        for members in classes:
            if _fixes_rigids(instance, swap(instance, sort, members[0], individual)):
                members.append(individual)
                break
        else:
            classes.append([individual])
    return [Class(sort, tuple(members)) for members in classes if len(members) > 1]


def swap(instance: Instance, sort: Sort, a: int, b: int) -> Exchange:
    """The exchange of two individuals."""
    to = list(instance.values(sort))
    to[a], to[b] = b, a
    return {sort: tuple(to)}


def _fixes_rigids(instance: Instance, exchange: Exchange) -> bool:
    rigids = (v for v in instance.system.variables if v.rigid)
    sizes = instance.scope.as_dict()
    return all(renamed(v, instance.rigids[v.name], exchange, sizes) == instance.rigids[v.name] for v in rigids)


def image(exchange: Exchange, type_: Type, value: int) -> int:
    """A value after the exchange."""
    return exchange[type_][value] if isinstance(type_, Sort) and type_ in exchange else value


def check_equivariant(
    grounder: Grounder, classes: Iterable[Class], actions: Sequence[Action], properties: Iterable[Property]
) -> None:
    """Exchange neighbours of every class in all that was grounded, and compare with what stands there.

    Raises ModelError when an action, a property or the initial state changes: then the reduction would be unsound.
    """
    properties = tuple(properties)
    for each in classes:
        for a, b in each.swaps():
            _Exchanged(grounder, swap(grounder.instance, each.sort, a, b), each.sort).check(actions, properties)


class _Exchanged:
    """The formulas of one grounding with two individuals exchanged."""

    def __init__(self, grounder: Grounder, exchange: Exchange, sort: Sort) -> None:
        self.grounder, self.exchange, self.sort = grounder, exchange, sort
        self._memo: dict[int, int] = {}

    def check(self, actions: Sequence[Action], properties: Iterable[Property]) -> None:
        instance = self.grounder.instance
        initial = Interpreter(instance).initial()
        for v, table in zip(instance.state_variables, initial, strict=True):
            if renamed(v, table, self.exchange, instance.scope.as_dict()) != table:
                raise self._refused(f"the initial value of {v.name}", None, None)
        for p in properties:
            formula = self.grounder.formula(p.formula)
            if self.of(formula) != formula:
                raise self._refused(f"property {p.id}", p.file, p.line)
        for action in actions:
            if any(self._differs(action, params) for params in instance.choices(action)):
                raise self._refused(action.name, action.file, action.line)

    def _differs(self, action: Action, params: tuple[int, ...]) -> bool:
        moved = tuple(image(self.exchange, p.type, v) for p, v in zip(action.params, params, strict=True))
        guard, written = self._effect(action, params)
        expected, wanted = self._effect(action, moved)
        exchanged = {
            (self.cell(cell), image(self.exchange, self._type(cell), value)): self.of(when)
            for (cell, value), when in written.items()
        }
        return self.of(guard) != expected or (guard != FALSE and exchanged != wanted)

    def _effect(self, action: Action, params: tuple[int, ...]) -> tuple[int, dict[tuple[Cell, int], int]]:
        """Guard of a move, and for each cell and value the condition under which the move writes it."""
        f = self.grounder.formulas
        env = {p.uid: v for p, v in zip(action.params, params, strict=True)}
        guard = f.and_([self.grounder.formula(g.condition, env) for g in action.guards])
        written: dict[tuple[Cell, int], int] = {}
        for write in writes(self.grounder, Move(action, Step(action.name, params), guard)):
            for value, case in write.cases.items():
                key = (write.cell, value)
                written[key] = f.or_([written.get(key, FALSE), f.and_((write.when, case))])
        return guard, {k: w for k, w in written.items() if w != FALSE}

    def of(self, formula: int) -> int:
        """The formula after the exchange."""
        if formula not in self._memo:
            self._memo[formula] = self._build(formula)
        return self._memo[formula]

    def _build(self, formula: int) -> int:
        f = self.grounder.formulas
        node = f.nodes[formula]
        if node[0] == "is":
            return f.is_(self.cell(node[1]), image(self.exchange, self._type(node[1]), node[2]))
        if node[0] == "not":
            return f.not_(self.of(node[1]))
        if node[0] == "and":
            return f.and_([self.of(part) for part in node[1]])
        if node[0] == "atleast":
            return f.atleast(node[1], [self.of(part) for part in node[2]])
        return formula

    def cell(self, cell: Cell) -> Cell:
        """The cell that the exchange moves a cell to."""
        after, at = divmod(cell, len(self.grounder.cells))
        name, index = self.grounder.cells[at]
        domain = self.grounder.instance.system.variable(name).domain
        moved = tuple(image(self.exchange, s, i) for s, i in zip(domain, index, strict=True))
        return self.grounder.cell(name, moved, bool(after))

    def _type(self, cell: Cell) -> Type:
        name, _ = self.grounder.cells[cell % len(self.grounder.cells)]
        return self.grounder.instance.system.variable(name).to

    def _refused(self, what: str, file: str | None, line: int | None) -> ModelError:
        return ModelError(
            f"individuals of {self.sort.name} are not interchangeable: exchanging two of them changes {what}",
            file=file, line=line, allowed="no --symmetry for this sort",
        )  # fmt: skip
