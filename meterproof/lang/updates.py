"""What `s.set(name=change)` says: new values of cells, of a row of cells, or of all; or more members of a relation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import EllipsisType
from typing import Any

from meterproof.lang.expr import FALSE, TRUE, Expr, conjoin, disjoin, equal, ite, negate
from meterproof.lang.location import at_model_line
from meterproof.lang.quantify import binding, parameter_names
from meterproof.lang.relation import Relation, indexes, new_value
from meterproof.lang.system import Update, Variable
from meterproof.lang.types import BOOL


@dataclass(frozen=True)
class Adding:
    """The relation holds afterwards where it did, and also where this does."""

    where: Callable[..., Any]


def adding(where: Callable[..., Any]) -> Adding:
    """In an update, members that join a relation: `dead=adding(lambda j, b: j < k)`. All others stay what they are."""
    return Adding(where)


def update(variable: Variable, change: Any) -> Update:
    """The update of a variable; ModelError where the change does not fit it."""
    name = variable.name
    if isinstance(change, Adding):
        if variable.to != BOOL or not variable.domain:
            raise at_model_line(f"{name} is no relation, so nothing can be added to it", f"{name}=a new value")
        index, more = _pointwise(variable, change.where)
        return Update(name, index=index, each=disjoin(_old(variable, index), more))
    if callable(change) and not isinstance(change, Expr):
        index, value = _pointwise(variable, change)
        return Update(name, index=index, each=value)
    if not variable.domain:
        return Update(name, cells=(((), new_value(variable, change)),))
    if not isinstance(change, Mapping):
        raise at_model_line(
            f"{name} takes arguments, so its update names cells", f"{name}={{index: value}} or {name}=lambda ...: value"
        )
    if any(_open(at) for at in change):
        if len(change) != 1:
            raise at_model_line(f"the row of {name} stands beside other cells", "one row, or a lambda for all cells")
        [(at, value)] = change.items()
        return _row(variable, at if isinstance(at, tuple) else (at,), value)
    return Update(name, cells=tuple((indexes(variable, i), new_value(variable, v)) for i, v in change.items()))


def _pointwise(variable: Variable, function: Callable[..., Any]) -> tuple[tuple[Expr, ...], Expr]:
    with binding(variable.domain, parameter_names(function, len(variable.domain), variable.name)) as index:
        return index, new_value(variable, function(*index))


def _old(variable: Variable, index: tuple[Expr, ...]) -> Expr:
    return Relation(variable, 0)[index]


def _open(at: object) -> bool:
    return any(part is ... for part in (at if isinstance(at, tuple) else (at,)))


def _row(variable: Variable, at: tuple[object, ...], given: object) -> Update:
    """Every cell that agrees with `at` where `at` names an individual."""
    names = tuple(f"{sort.name.lower()}{i}" for i, sort in enumerate(variable.domain))
    value = new_value(variable, given)
    with binding(variable.domain, names) as index:
        filled = tuple(i if isinstance(a, EllipsisType) else a for i, a in zip(index, at, strict=False))
        cell = indexes(variable, (*filled, *at[len(index) :]))
        here = conjoin(*(equal(i, a) for i, a in zip(index, cell, strict=True) if i is not a))
        old = _old(variable, index)
        if value is TRUE or value is FALSE:
            each = disjoin(old, here) if value is TRUE else conjoin(old, negate(here))
        else:
            each = ite(here, value, old)
    return Update(variable.name, index=index, each=each)
