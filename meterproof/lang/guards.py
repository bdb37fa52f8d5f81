"""What an action says while it is traced: `require(...)`, and the rule values that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from meterproof.lang.declare import ids
from meterproof.lang.expr import FALSE, boolean
from meterproof.lang.location import at_model_line, model_line, unknown_name
from meterproof.lang.quantify import in_binder
from meterproof.lang.rules import RuleValues
from meterproof.lang.system import Guard


class Absent(Exception):
    """The rule values leave this action out; the message is the reason."""


@dataclass
class Guards:
    """What an action has said so far: its guards, the rules that it has read, and whether it has called `s.set`."""

    guards: list[Guard] = field(default_factory=list)
    rules: set[str] = field(default_factory=set)
    updated: bool = False


_current: ContextVar[Guards | None] = ContextVar("guards", default=None)


@contextmanager
def collecting() -> Iterator[Guards]:
    """While an action's function runs, what it requires, reads and updates is collected here."""
    context = Guards()
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def note_update() -> None:
    """The action being traced, if any, has called `s.set`; a second time is a ModelError: only one is returned."""
    context = _current.get()
    if context is not None:
        if context.updated:
            raise at_model_line("s.set(...) is called a second time", "one s.set(...) with all changes, returned")
        context.updated = True


def require(condition: object, cites: str | Iterable[str] = (), *, rule: str | Iterable[str] = ()) -> None:
    """A guard of the action being traced: it can happen only where `condition` holds.

    `cites` are the ids that state the guard, `rule` the rule values that it stands for. A guard that is
    False outright removes the action from this system.
    """
    context = _current.get()
    if context is None:
        raise at_model_line("require(...) stands outside an action", "inside a function marked @action")
    if in_binder():
        raise at_model_line("require(...) stands inside a quantifier or a pointwise update", "require(forall(...))")
    test = boolean(condition, "guard")
    file, line = model_line()
    if test is FALSE:
        raise Absent(f"require at {Path(file).name}:{line} is false under these rules")
    context.rules.update(ids(rule))
    if test.op != "const":
        context.guards.append(Guard(test, ids(cites), ids(rule), file, line))


class RuleView:
    """Rule values as a model sees them; remembers which ones the action being traced has read."""

    def __init__(self, values: RuleValues) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:
        known = [n for n, _ in self._values.items()]
        if name not in known:
            raise unknown_name("rule", name, known)
        context = _current.get()
        if context is not None:
            context.rules.add(name)
        return self._values.schema[name].seen(getattr(self._values, name))
