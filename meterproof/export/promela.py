"""Promela, for Spin: one file for a property of one instance.

One process whose loop offers every move as a single `d_step`, so a state that Spin stores is a state of the instance:
the process never rests anywhere else, scratch variables are zero wherever it rests, and nothing precedes the initial
state. A further option of the loop is enabled exactly where the property fails, and stops at an assertion there; it
changes nothing. So with all errors reported (`pan -c0`) Spin visits all reachable states and counts one error for each
that fails (of a step property: for each move that does).

Spin by itself leaves out variables that are written and never read, and then finds fewer states; `spin -o2` keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import ClassVar

from meterproof.errors import InputError
from meterproof.export.layout import wrapped
from meterproof.export.names import Names
from meterproof.export.notation import ATOM, COMPARISON, Notation, Text, Writer
from meterproof.export.unfold import Assignment, Cell, Move, Unfolding
from meterproof.finite.instance import Instance
from meterproof.lang.expr import FALSE, Expr, read_of
from meterproof.lang.system import Property
from meterproof.lang.types import BOOL, EnumType, IntRange, Type
from meterproof.lang.wellformed import nodes

PROMELA = """
D_proctype active always assert atomic bit bool break byte c_code c_decl c_expr c_state c_track chan d_step do else
empty enabled eval eventually false fi for full get_priority goto hidden if implies in init inline int len local ltl
mtype nempty never next nfull notrace np_ od of pc_value pid printf printm priority proctype product provided release
return run select set_priority short show skip strong timeout trace true typedef unless unsigned until weak
xr xs U V W X
"""
"""The words of Promela."""
C = """
auto case char const continue default double enum extern float long register signed sizeof static struct switch union
void volatile while final max mix now rand rot this uchar uint ulong ushort
"""
"""Words of C, and macros of the verifier that Spin writes in it."""
RESERVED = frozenset(f"{PROMELA} {C} moves".split())

USE = "spin -o2 -a FILE; gcc -O2 -DSAFETY -DNOREDUCE -DNOFAIR -o pan pan.c; ./pan -c0 -m1000000"
"""How to search the file: every state is kept, and the search goes on after an error."""
BREAKS = ("&& ", "|| ", "-> ", "; ")
"""After these a line may end: after a name or a number Spin would read a semicolon."""


def render(instance: Instance, claim: Property, *, heading: Iterable[str] = ()) -> str:
    """The instance with the moves that the claim's adversary leaves or adds, and the claim as an assertion.

    `heading` are lines of a comment at the top. InputError for `leads_to`: Promela has fairness of processes, not of
    actions.
    """
    if claim.kind == "leads_to":
        raise InputError(
            f"{claim.id} is a leads_to property: Promela's fairness is that of processes, not of actions",
            file=claim.file, line=claim.line, allowed="another property, or --format tla",
        )  # fmt: skip
    return _Module(instance, claim).text(heading)


@dataclass(frozen=True)
class _Cells(Notation):
    """Promela's operators over the names of cells and of the values of enums."""

    names: Names
    marks: ClassVar[Mapping[str, str]] = {
        "not": "!", "and": "&&", "or": "||", "eq": "==", "ne": "!=", "lt": "<", "ge": ">=", "add": "+", "sub": "-",
    }  # fmt: skip

    def constant(self, node: Expr) -> str:
        return self.value(node.type, int(node.data))  # type: ignore[call-overload]

    def value(self, type_: Type, value: int) -> str:
        """A value of a state."""
        if type_ == BOOL:
            return "true" if value else "false"
        return self.names[type_, value] if isinstance(type_, EnumType) else str(value)

    def read(self, variable: str, after: bool, index: Sequence[Expr], parts: Sequence[str]) -> str:
        return self.names[variable, tuple(i.data for i in index)]

    def conditional(self, test: Text, yes: Text, no: Text) -> Text:
        if (yes[0], no[0]) == ("1", "0"):  # a truth value is a number already
            return test
        return f"({test[0]} -> {yes[0]} : {no[0]})", ATOM

    def successor(self, left: str, right: str) -> Text:
        return f"{left} + 1 == {right}", COMPARISON


class _Module:
    """One file: names, unfolded moves and what they print as."""

    def __init__(self, instance: Instance, claim: Property) -> None:
        self.instance, self.claim = instance, claim
        unfolding = Unfolding(instance)
        self.initial = list(unfolding.initial())
        self.moves = list(unfolding.moves(instance.system.enabled_for(claim.against)))
        self.failing = [f for f in unfolding.failing(claim, self.moves) if f is not FALSE]
        self.names = Names(RESERVED)
        for enum in instance.system.enums:
            for i, value in enumerate(enum.values):
                self.names.give((enum, i), f"{enum.name}_{value}")
        for (name, index), _ in self.initial:
            domain = instance.system.variable(name).domain
            self.names.give((name, index), "_".join((name, *map(instance.element, domain, index))))
        self.notation = _Cells(self.names)
        self.writer = Writer(self.notation)

    def text(self, heading: Iterable[str]) -> str:
        """The whole file."""
        scratch = max((len(_crossing(m.assignments)) for m in self.moves), default=0)
        for i in range(scratch):
            self.names.give(i, f"new{i}")
        lines = [
            *map(_comment, (USE, *heading, f"{self.claim.id}: {self.claim.title}", *self._rigids())),
            "",
            *(f"#define {self.names[e, i]} {i}" for e in self.instance.system.enums for i in range(len(e.values))),
            *map(self._declaration, self.initial),
            *(f"int {self.names[i]} = 0;" for i in range(scratch)),
            "",
            "active proctype moves() {",
            "end:",
            "  do",
            *(line for m in self.moves for line in self._option(m)),
            *(wrapped(f"  :: d_step {{ {self._expression(f)} -> assert(false) }}", BREAKS, 6) for f in self.failing),
            *(["  :: false -> skip"] if not self.moves and not self.failing else []),
            "  od",
            "}",
        ]
        return "\n".join(lines) + "\n"

    def _rigids(self) -> Iterator[str]:
        """The interpretation of the rigids, in words."""
        for name, table in self.instance.rigid:
            v = self.instance.system.variable(name)
            values = map(self.instance.element, repeat(v.to), table)
            at = (self._arguments(v.domain, index) for index in self.instance.cells(v))
            yield "fixed: " + ", ".join(f"{name}{a} = {value}" for a, value in zip(at, values, strict=True))

    def _arguments(self, types: Sequence[Type], values: Sequence[int]) -> str:
        return f"({', '.join(map(self.instance.element, types, values))})" if types else ""

    def _declaration(self, initial: tuple[Cell, int]) -> str:
        cell, value = initial
        to = self.instance.system.variable(cell[0]).to
        return f"{_declared(to, self.instance.values(to), self.names[cell])} = {self.notation.value(to, value)};"

    def _option(self, move: Move) -> Iterator[str]:
        action = move.action
        yield f"  /* {action.name}{self._arguments([p.type for p in action.params], move.step.params)} */"
        yield wrapped(
            f"  :: d_step {{ {self._expression(move.guard)} -> {'; '.join(self._statements(move))} }}", BREAKS, 6
        )

    def _statements(self, move: Move) -> Iterator[str]:
        """Simultaneous assignments one after another: what others still read the old value of waits in scratch."""
        crossing = _crossing(move.assignments)
        direct = [a for a in move.assignments if a.cell not in crossing]
        for a in move.assignments:
            to = self.instance.system.variable(a.cell[0]).to
            if isinstance(to, IntRange) and not _inside(a.value, to):
                value = self.writer.text(a.value, above=COMPARISON)
                yield f"assert({value} >= {to.low} && {value} <= {to.high})"
        for i, a in enumerate(crossing.values()):
            yield f"{self.names[i]} = {self._expression(a.value)}"
        for a in direct:
            yield f"{self.names[a.cell]} = {self._expression(a.value)}"
        for i, a in enumerate(crossing.values()):
            yield f"{self.names[a.cell]} = {self.names[i]}; {self.names[i]} = 0"
        if not move.assignments:
            yield "skip"

    def _expression(self, node: Expr) -> str:
        return self.writer.text(node)


def _crossing(assignments: Sequence[Assignment]) -> dict[Cell, Assignment]:
    """The assignments whose values read a cell that another one writes."""
    written = {a.cell for a in assignments}
    return {a.cell: a for a in assignments if (_read(a.value) - {a.cell}) & written}


def _read(value: Expr) -> set[Cell]:
    return {(read_of(n)[0], tuple(i.data for i in n.args)) for n in nodes(value) if n.op == "read"}  # type: ignore[misc]


def _inside(value: Expr, range_: IntRange) -> bool:
    return value.op == "const" and isinstance(value.data, int) and range_.low <= value.data <= range_.high


def _declared(type_: Type, values: range, name: str) -> str:
    """A declaration with just enough bits."""
    if type_ == BOOL:
        return f"bool {name}"
    if values[0] < 0:
        return f"int {name}"
    return f"unsigned {name} : {max(values[-1].bit_length(), 1)}"


def _comment(line: str) -> str:
    return f"/* {line.replace('*/', '* /')} */"
