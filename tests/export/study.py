"""What the tests export: every machine of the study and the example, and a plain search to compare with."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from meterproof.check.targets import jobs
from meterproof.export import spin
from meterproof.export.subjects import Subject, subjects
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State, violated
from meterproof.lang.system import Action, Property

EXAMPLE = "examples/two_phase_commit.py"


def all_subjects() -> list[Subject]:
    """Every machine under every spec and reading of the study, and the examples."""
    examples = (str(path) for path in sorted(Path("examples").glob("*.py")))
    return subjects([*jobs([]), *(job for path in examples for job in jobs([path]))])


def named(subject: Subject) -> str:
    """How a test calls a subject."""
    return f"{subject.name}-{subject.system.name}"


@dataclass
class Everything:
    """All that the interpreter reaches: states, and steps."""

    states: list[State] = field(default_factory=list)
    steps: list[tuple[State, State]] = field(default_factory=list)

    def failing(self, interpreter: Interpreter, claim: Property) -> int:
        """How many states (of a step property: steps) show that the claim fails, or is reached."""
        if claim.kind == "step":
            return sum(violated(interpreter, claim, after, before) for before, after in self.steps)
        return sum(violated(interpreter, claim, state) for state in self.states)


def reach(instance: Instance, actions: tuple[Action, ...], limit: int = 10**6) -> Everything | None:
    """Breadth-first search on the interpreter; None beyond `limit` states."""
    interpreter = Interpreter(instance)
    found = Everything([interpreter.initial()])
    seen = set(found.states)
    for state in found.states:
        for _, after in interpreter.moves(state, actions):
            found.steps.append((state, after))
            if after not in seen:
                seen.add(after)
                found.states.append(after)
        if len(seen) > limit:
            return None
    return found


def need_spin() -> None:
    """Skip where Spin is not installed, except in CI, where that is a failure."""
    if not spin.available():
        assert not os.environ.get("CI"), "CI compares with Spin: install the packages spin and gcc"
        pytest.skip("Spin is not installed")
