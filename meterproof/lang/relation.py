"""State variables with arguments, and the state that an action hands back: `s.voted[r, b]`, `s.set(...)`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from meterproof.lang.expr import Expr, fits, lift, make
from meterproof.lang.location import at_model_line
from meterproof.lang.system import Update, Variable


class Relation:
    """A state variable with arguments, waiting for its indexes: `s.voted[r, b]`. Nothing else can be done with it."""

    def __init__(self, variable: Variable, phase: int) -> None:
        self._variable, self._phase = variable, phase

    def __getitem__(self, index: object) -> Expr:
        return make("read", self._variable.to, indexes(self._variable, index), (self._variable.name, self._phase))

    def __repr__(self) -> str:
        return f"{self._variable.name} without its arguments"

    def _bare(self, other: object = None) -> NoReturn:
        raise at_model_line(f"{self._variable.name} needs its arguments", usage(self._variable))

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _bare
    __and__ = __rand__ = __or__ = __ror__ = __invert__ = __add__ = __radd__ = __sub__ = __rsub__ = _bare


def usage(variable: Variable) -> str:
    """How a model reads the variable."""
    return f"s.{variable.name}[{', '.join(s.name.lower() for s in variable.domain)}]"


def indexes(variable: Variable, index: object) -> tuple[Expr, ...]:
    """The indexes as expressions; ModelError when their number or their sorts are not the variable's."""
    given = index if isinstance(index, tuple) else (index,)
    if len(given) != len(variable.domain):
        raise at_model_line(
            f"{variable.name} takes {len(variable.domain)} argument(s), got {len(given)}", usage(variable)
        )
    for value, sort in zip(given, variable.domain, strict=True):
        if isinstance(value, Expr) and value.type != sort:
            raise at_model_line(f"{variable.name} is indexed by {sort.name}, not by {value.type.name}", usage(variable))
    return tuple(lift(v, s) for v, s in zip(given, variable.domain, strict=True))


def new_value(variable: Variable, value: object) -> Expr:
    """A value that an update gives to the variable; ModelError when it is of another type."""
    if isinstance(value, Expr) and not fits(value.type, variable.to):
        raise at_model_line(f"{variable.name} holds {variable.to.name}, not {value.type.name}: {value!r}")
    return lift(value, variable.to)


@dataclass(frozen=True)
class Updated:
    """The state after an action: what `s.set` returns and an action hands back."""

    updates: tuple[Update, ...]

    def __getattr__(self, name: str) -> Any:
        raise at_model_line(
            f"{name!r} is read from the updated state",
            "reads from s: all updates are simultaneous and see the old state",
        )
