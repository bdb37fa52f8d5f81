"""What an action says while it is traced: `require(...)`, and the rule values that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from meterproof.errors import ModelError
from meterproof.lang.declare import ids
from meterproof.lang.expr import FALSE, boolean
from meterproof.lang.location import at_model_line, model_line, unknown_name
from meterproof.lang.quantify import in_binder
from meterproof.lang.rules import RuleSchema, RuleValues
from meterproof.lang.system import Guard


class Absent(Exception):
    """The rule values leave this action out; the message is the reason."""


@dataclass
class Guards:
    """What an action has said so far: its guards, the rules that it has read, and the updates that are for it to hand
    back, each with its file and line."""

    guards: list[Guard] = field(default_factory=list)
    rules: set[str] = field(default_factory=set)
    updates: list[tuple[object, str, int]] = field(default_factory=list)

    def check(self, returned: object) -> None:
        """A ModelError where an update stands beside another one, or is not what is handed back, and would be lost."""
        lost = [each for each in self.updates if each[0] is not returned]
        for _, file, line in self.updates[1:] or lost:
            raise ModelError(
                "s.set(...) is called a second time", file=file, line=line,
                allowed="one s.set(...) with all changes, returned",
            )  # fmt: skip


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


def note_update(updated: object, extended: Sequence[object] = ()) -> None:
    """The action being traced, if any, has called `s.set`, which takes up the updates of actions that it extends."""
    context = _current.get()
    if context is not None:
        taken = {id(each) for each in extended}
        context.updates = [each for each in context.updates if id(each[0]) not in taken]
        context.updates.append((updated, *model_line()))


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

    def values(self, schema: RuleSchema) -> dict[str, object]:
        """The values of another schema's rules, as far as they are declared here too."""
        return {name: value for name, value in self._values.items() if name in schema}

    def __getattr__(self, name: str) -> Any:
        known = [n for n, _ in self._values.items()]
        if name not in known:
            raise unknown_name("rule", name, known)
        context = _current.get()
        if context is not None:
            context.rules.add(name)
        return self._values.schema[name].seen(getattr(self._values, name))
