"""The traced system: what every engine takes. Immutable, typed, and free of Python functions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from meterproof.lang.declare import Kind
from meterproof.lang.expr import Expr
from meterproof.lang.formula import Formula
from meterproof.lang.rules import RuleValues
from meterproof.lang.types import EnumType, Sort, Type

WITNESS = " (witness)"
"""What follows a property's id where its witness is meant."""


@dataclass(frozen=True)
class Variable:
    """A function from sorts to values. `init` is its body over `index`; rigids have none."""

    name: str
    domain: tuple[Sort, ...]
    to: Type
    index: tuple[Expr, ...]
    init: Expr | None
    ghost: bool = False
    rigid: bool = False
    at_most: str | None = None
    doc: str = field(default="", compare=False)


@dataclass(frozen=True)
class Design:
    """An integer of the design: its default in n = |over|, and the least n that is admitted (None: any)."""

    name: str
    over: Sort
    default: Formula
    resilience: Formula | None


@dataclass(frozen=True)
class Guard:
    """One `require`, with the ids and rules that it stands for and its line in the model."""

    condition: Expr
    cites: tuple[str, ...]
    rules: tuple[str, ...]
    file: str
    line: int


@dataclass(frozen=True)
class Update:
    """New values of one variable: at some `cells` (indexes, value), or everywhere as `each` over `index`.

    All reads see the old state; what is not named stays. Cells of one update never alias.
    """

    variable: str
    cells: tuple[tuple[tuple[Expr, ...], Expr], ...] = ()
    index: tuple[Expr, ...] = ()
    each: Expr | None = None


@dataclass(frozen=True)
class Action:
    """A guarded simultaneous update. `params` are `param` expressions; `needs` is an adversary's capability."""

    name: str
    params: tuple[Expr, ...]
    guards: tuple[Guard, ...]
    updates: tuple[Update, ...]
    needs: str | None
    sentence: str
    cites: tuple[str, ...]
    rules: tuple[str, ...]
    file: str
    line: int


@dataclass(frozen=True)
class Property:
    """What must hold. `formula` may read the state after the step when `kind` is "step"."""

    id: str
    kind: Kind
    title: str
    formula: Expr
    then: Expr | None
    witness: Expr | None
    lemmas: tuple[Property, ...]
    against: frozenset[str]
    fair: tuple[str, ...]
    cites: tuple[str, ...]
    file: str
    line: int
    when_quiet: bool = False
    """A `reachable` property that must be reached in a state where only the adversary can still move."""
    hints: tuple[tuple[str, Expr], ...] = field(default=(), compare=False)
    """Of a step property: by an action's name, what implies it of that action's steps, over the action's parameters."""

    def as_witness(self) -> Property:
        """The property's witness as a property of its own: reachable under the same adversary.

        The witness of a quiescent property counts only where the property itself is judged: in quiet states.
        """
        assert self.witness is not None
        quiet = self.kind == "quiescent"
        return replace(
            self, id=self.id + WITNESS, kind="reachable", formula=self.witness, witness=None, lemmas=(), then=None,
            when_quiet=quiet,
        )  # fmt: skip


@dataclass(frozen=True)
class System:
    """A protocol at one point of its product line of rules."""

    name: str
    doc: str
    sorts: tuple[Sort, ...]
    enums: tuple[EnumType, ...]
    variables: tuple[Variable, ...]
    design: tuple[Design, ...]
    actions: tuple[Action, ...]
    axioms: tuple[Guard, ...]
    properties: tuple[Property, ...]
    rules: RuleValues
    absent: tuple[tuple[str, str], ...] = ()
    """Actions that the rule values rule out, each with the reason."""

    def __repr__(self) -> str:
        """Short: the whole system would fill pages where a test prints its arguments."""
        return f"<system {self.name}>"

    @cached_property
    def _by_name(self) -> dict[str, Variable]:
        return {v.name: v for v in self.variables}

    def variable(self, name: str) -> Variable:
        """The variable of that name; KeyError when there is none."""
        return self._by_name[name]

    def property(self, id: str) -> Property:
        """The property of that id, or the witness of one where the id ends so; KeyError when there is none."""
        for p in self.properties:
            if p.id == id:
                return p
            if p.id + WITNESS == id and p.witness is not None:
                return p.as_witness()
        raise KeyError(id)

    def enabled_for(self, capabilities: frozenset[str]) -> tuple[Action, ...]:
        """The actions that an adversary with these capabilities leaves or adds."""
        return tuple(a for a in self.actions if a.needs is None or a.needs in capabilities)
