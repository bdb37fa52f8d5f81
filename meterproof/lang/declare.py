"""What a protocol declares: state variables, rigids, parameters, actions and properties.

These objects are what the decorators leave behind in a class or module; `tracing` turns them, with a
spec's rule values, into a `System`. Nothing here looks at an engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from meterproof.errors import InputError, ModelError
from meterproof.lang.formula import Formula
from meterproof.lang.location import at_model_line, model_line
from meterproof.lang.types import Sort, Type, type_of

Kind = Literal["invariant", "step", "quiescent", "leads_to", "reachable", "lemma"]
StateFunction = Callable[..., Any]


@dataclass(frozen=True)
class Var:
    """A state variable: a function from `domain` (sorts) to `to`; a relation when `to` is bool."""

    domain: tuple[Sort, ...]
    to: Type
    init: Any
    doc: str
    ghost: bool
    rigid: bool
    at_most: str | None
    file: str
    line: int
    name: str = ""

    def __set_name__(self, owner: type, name: str) -> None:
        object.__setattr__(self, "name", name)


def _sorts(domain: tuple[object, ...]) -> tuple[Sort, ...]:
    for sort in domain:
        if not isinstance(sort, Sort):
            raise at_model_line(
                f"a variable's argument is {sort!r}, which is no sort", "Sorts, as in var(Replica, Block)"
            )
    return tuple(s for s in domain if isinstance(s, Sort))


def var(*domain: Sort, to: object = bool, init: Any = None, doc: str = "", ghost: bool = False) -> Any:
    """A state variable over `domain` with values `to`.

    `init` is a constant, or a function of the indexes that may read rigids; it defaults to False for
    relations and must be given otherwise. A `ghost` is written by actions and read by properties only.
    """
    file, line = model_line()
    return Var(_sorts(domain), type_of(to), init, doc, ghost, False, None, file, line)


def rigid(*domain: Sort, to: object = bool, at_most: str | None = None, doc: str = "") -> Any:
    """A value that the environment fixes before the run: who is faulty, who leads.

    A finite check tries every interpretation (up to renaming of individuals). `at_most="f"` on a set
    says that proofs may assume no more than f members; the actual number in a finite scope is the
    scope entry of the set's own name, so design bound and actual corruptions are separate.
    """
    file, line = model_line()
    declared = type_of(to)
    if at_most is not None and (declared.name != "bool" or len(domain) != 1):
        raise at_model_line("at_most belongs to a set: rigid(Replica, to=bool, at_most=...)")
    return Var(_sorts(domain), declared, None, doc, False, True, at_most, file, line)


@dataclass(frozen=True)
class Parameter:
    """An integer of the design, such as the fault bound f: `default` is a formula in n, the size of `over`.

    `resilience` names the rule whose formula is the least n that the design admits.
    """

    over: Sort
    default: str
    resilience: str | None
    doc: str
    file: str
    line: int
    name: str = ""

    def __set_name__(self, owner: type, name: str) -> None:
        object.__setattr__(self, "name", name)


def parameter(over: Sort, *, default: str, resilience: str | None = None, doc: str = "") -> Any:
    """Declare an integer of the design; see `Parameter`. ModelError when `default` is no formula in n."""
    if not isinstance(over, Sort):
        raise at_model_line(f"a parameter's n is the size of a sort, not {over!r}", "parameter(Replica, default=...)")
    file, line = model_line()
    try:
        Formula.parse(default, ("n",))
    except InputError as error:
        raise ModelError(error.message, file=file, line=line, allowed=error.allowed) from error
    return Parameter(over, default, resilience, doc, file, line)


@dataclass(frozen=True)
class ActionDecl:
    """A pure function of state and parameters. Its docstring is the sentence that traces print.

    An action that extends it calls it: `s.set(Base.store(s, j), kept={j: True})`.
    """

    function: StateFunction
    needs: str | None
    cites: tuple[str, ...]
    name: str
    file: str
    line: int

    def __call__(self, *arguments: Any) -> Any:
        return self.function(*arguments)


@dataclass(frozen=True)
class PropertyDecl:
    """A property as declared, before tracing."""

    kind: Kind
    function: StateFunction
    id: str
    of: type | None
    cites: tuple[str, ...]
    against: frozenset[str]
    witness: StateFunction | None
    lemmas: tuple[PropertyDecl, ...]
    fair: tuple[str, ...]
    title: str
    file: str
    line: int
    extra: StateFunction | None = field(default=None)
    hints: tuple[tuple[str, StateFunction], ...] = ()
    """Of a step property: with an action's name, a function `(s, t, *params)` that says more of its steps."""

    def under(self, protocol: type) -> PropertyDecl:
        """The same property, said of `protocol`."""
        return replace(self, of=protocol)


def ids(cites: str | Iterable[str]) -> tuple[str, ...]:
    """`"IS-R5 IS-R6"` or a list, as a tuple of ids."""
    return tuple(cites.split()) if isinstance(cites, str) else tuple(cites)


def where(function: StateFunction) -> tuple[str, int]:
    """File and line of a model's function."""
    code = function.__code__
    return code.co_filename, code.co_firstlineno


def first_line(function: StateFunction) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((function.__doc__ or "").strip().split("\n\n")[0].split())


@dataclass(frozen=True)
class AxiomDecl:
    """What the environment is assumed to respect: a formula over rigids."""

    function: StateFunction
    cites: tuple[str, ...]
    name: str
    file: str
    line: int


def axiom(function: Any = None, /, *, cites: str | Iterable[str] = ()) -> Any:
    """Mark a function `(s)` as an assumption on the rigids: proofs use it, finite checks try what it admits."""

    def mark(f: StateFunction) -> AxiomDecl:
        return AxiomDecl(f, ids(cites), f.__name__, *where(f))

    return mark if function is None else mark(function)


def action(function: Any = None, /, *, needs: str | None = None, cites: str | Iterable[str] = ()) -> Any:
    """Mark a function `(s, param: Sort, ...)` as an action; `needs` is the adversary's capability that it takes."""

    def mark(f: StateFunction) -> ActionDecl:
        return ActionDecl(f, needs, ids(cites), f.__name__, *where(f))

    return mark if function is None else mark(function)


def _property(kind: Kind) -> Any:
    def decorator(
        function: Any = None,
        /,
        *,
        of: type | None = None,
        id: str | None = None,
        cites: str | Iterable[str] = (),
        against: str | Iterable[str] = (),
        witness: StateFunction | None = None,
        lemmas: Iterable[PropertyDecl] = (),
        then: StateFunction | None = None,
        fair: str | Iterable[str] = (),
    ) -> Any:
        def mark(f: StateFunction) -> PropertyDecl:
            return PropertyDecl(
                kind, f, id or f.__name__, of, ids(cites), frozenset(ids(against)), witness, tuple(lemmas), ids(fair),
                first_line(f) or f.__name__.replace("_", " "), *where(f), then,
            )  # fmt: skip

        return mark if function is None else mark(function)

    decorator.__name__ = kind
    return decorator


invariant = _property("invariant")
"""It holds in every reachable state."""
step = _property("step")
"""`(s, t)`: it holds of every step from s to t."""
quiescent = _property("quiescent")
"""It holds whenever only the adversary can still move."""
leads_to = _property("leads_to")
"""Whenever it holds, `then=` holds then or later, if the moves in `fair=` are treated weakly fairly (docs/liveness.md).

`fair="deliver"` speaks of each move of that action by itself, `fair="deliver(r,_)"` of all with the same r together.
"""
reachable = _property("reachable")
"""Some run reaches it: a witness that other properties do not pass vacuously."""
lemma = _property("lemma")
"""An invariant that a proof uses; it claims nothing by itself."""
