"""Answers of engines, remembered on disk by what was asked: the system, the plan, the budget, and the workbench.

Entries are JSON. A trace is kept as its moves and is re-run on the system when it is read, so that an entry can't show
what the model does not take. `unknown` is not remembered: another time, there may be more time.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import meterproof
from meterproof.check.methods import Budget
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Step
from meterproof.finite.scope import Scope
from meterproof.lang.canonical import digest
from meterproof.lang.system import Property, System
from meterproof.traces.trace import Mismatch, Trace, rerun
from meterproof.verdict import Core, Evidence

_PLAIN = tuple(
    f.name for f in fields(Evidence) if f.name not in ("trace", "witness", "core", "counterexample")
)  # fmt: skip
T = TypeVar("T")
_TUPLES = ("seeds", "symmetry", "axioms")


def key(system: System, asked_by: object, budget: Budget) -> str:
    """What was asked, as one word: the same for the same meaning, on every machine. `asked_by`: a plan or plans."""
    asked = (digest(system), repr(asked_by), repr(budget), fingerprint())
    return hashlib.sha256("\x1f".join(asked).encode()).hexdigest()


@cache
def fingerprint() -> str:
    """The workbench as it is here: a digest of its version and of all its code."""
    root = Path(meterproof.__file__).parent
    whole = hashlib.sha256(meterproof.__version__.encode())
    for file in sorted(root.rglob("*.py")):
        whole.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()


@dataclass(frozen=True)
class Cache:
    """A folder of answers, or None to remember them in this process only, as `unknown` is in any case."""

    folder: Path | None
    known: dict[str, Any] = field(default_factory=dict, repr=False)

    def find(self, name: str, read: Callable[[Any], T]) -> T | None:
        """The answer kept under this key, as `read` makes it of its JSON; None where there is none that it can read."""
        if name in self.known or self.folder is None:
            found: T | None = self.known.get(name)
            return found
        try:
            return read(json.loads((self.folder / f"{name}.json").read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, Mismatch):
            return None  # never written, half written, or by hand: it is asked again

    def keep(self, name: str, found: object, whole: Any) -> None:
        """Remember an answer; on disk as `whole`, its JSON, unless that is None or the folder can't be written."""
        self.known[name] = found
        if self.folder is None or whole is None:
            return
        partial = self.folder / f"{name}.{os.getpid()}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            partial.write_text(json.dumps(whole), "utf-8")
            partial.replace(self.folder / f"{name}.json")
        except OSError:
            return


def told(found: Evidence) -> dict[str, Any]:
    """Evidence as JSON, without the counterexample to induction that it may have."""
    return {
        **{name: getattr(found, name) for name in _PLAIN},
        "core": None if found.core is None else asdict(found.core),
        "trace": None if found.trace is None else _moves(found.trace),
        "witness": None if found.witness is None else _moves(found.witness),
    }


def restored(whole: dict[str, Any], system: System, claim: Property) -> Evidence:
    """The evidence that `told` wrote of a claim. Raises Mismatch where the system does not take its traces."""
    plain: dict[str, Any] = {name: tuple(whole[name]) if name in _TUPLES else whole[name] for name in _PLAIN}
    core = whole["core"]
    witness = claim.as_witness() if claim.witness is not None else claim
    return replace(
        Evidence(**plain),
        core=None if core is None else Core(**{name: tuple(value) for name, value in core.items()}),
        trace=None if whole["trace"] is None else _rerun(whole["trace"], system, claim),
        witness=None if whole["witness"] is None else _rerun(whole["witness"], system, witness),
    )


def _moves(trace: Trace) -> dict[str, Any]:
    return {
        "scope": trace.instance.scope.as_dict(),
        "rigid": [[name, list(table)] for name, table in trace.instance.rigid],
        "steps": [[step.action, list(step.params)] for step in trace.steps],
        "loop": trace.loop,
    }


def _rerun(moves: dict[str, Any], system: System, claim: Property) -> Trace:
    rigid = tuple((name, tuple(table)) for name, table in moves["rigid"])
    steps = [Step(action, tuple(params)) for action, params in moves["steps"]]
    return rerun(Instance(system, Scope(tuple(moves["scope"].items())), rigid), steps, claim, moves["loop"])
