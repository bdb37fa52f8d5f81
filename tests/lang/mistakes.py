"""Mistakes in a model as test cases: each function makes one, and marks the line to be named with `# here`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from meterproof.errors import ModelError
from meterproof.lang import (
    Enum,
    IntRange,
    Protocol,
    Sort,
    System,
    action,
    choice,
    flag,
    rigid,
    trace,
    var,
)

Node = Sort("Node")
Token = Sort("Token")
Tick = Sort("Tick", ordered=True)
Phase = Enum("Phase", "idle", "busy")
Colour = Enum("Colour", "red", "green")


class Base(Protocol):
    """What the mistakes below are made on."""

    strict = flag(doc="A rule.")
    finality = choice("leader", "certificate", doc="Another rule.")

    owner = rigid(Token, to=Node)
    phase = var(Node, to=Phase, init=Phase.idle)
    held = var(Node, Token)
    ready = var(Node)
    done = var()
    level = var(to=IntRange(0, 3), init=0)
    past = var(Node, ghost=True)
    trail = var(Node, to=Node, init=lambda s, n: n, ghost=True)


@dataclass(frozen=True)
class Mistake:
    """A function that makes a mistake, and what the error says about it: what is wrong, and what is allowed."""

    make: Callable[[], object]
    says: str
    instead: str

    def check(self) -> None:
        """The error says so, and names the marked line of the function's own file."""
        with pytest.raises(ModelError) as caught:
            self.make()
        error = caught.value
        assert self.says in error.message
        assert self.instead in (error.allowed or "")
        assert error.file is not None and Path(error.file) == Path(inspect.getsourcefile(self.make) or "")
        assert error.line == marked(self.make)


class Mistakes(list[Any]):
    """Test cases, collected by decorating the functions that make the mistakes."""

    def __call__(self, says: str, instead: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
        """The function makes a mistake; the error says what is wrong and what is allowed."""

        def collect(function: Callable[[], object]) -> Callable[[], object]:
            self.append(pytest.param(Mistake(function, says, instead), id=function.__name__))
            return function

        return collect


def system(base: type[Protocol] = Base, **body: Any) -> System:
    """The base with more declarations, traced."""
    case = type("Case", (base,), body)
    rules = {"strict": True, "finality": "leader"}
    return trace(case, case.rule_schema().read({k: v for k, v in rules.items() if k in case.rule_schema()}))


def move(function: Any) -> System:
    """The base with one more action, traced."""
    return system(move=action(function))


def marked(function: Callable[[], object]) -> int:
    """The number of the line with the mark."""
    lines, first = inspect.getsourcelines(function)
    [at] = [i for i, line in enumerate(lines) if line.rstrip().endswith("# here")]
    return first + at
