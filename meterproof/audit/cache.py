"""Answers of engines, remembered on disk by what was asked: the systems, the plan, the seed, and the workbench.

What is decided is so whatever time it took. What ran out of its time is kept with the seconds that it had: it answers
whoever gives no more than these (what it says was found, and it says what ended the search), never who gives more.

Entries are JSON. A trace is kept as its moves and is re-run on the system when it is read, so that an entry can't show
what the model does not take.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from math import inf
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
DECIDED = inf
"""The seconds of an answer that no more time would change."""


def key(systems: Sequence[System], asked_by: object, budget: Budget) -> str:
    """What was asked, as one word: the same for the same meaning, on every machine.

    `asked_by` is a plan, plans, or a scope. Seconds are no part of the question; all else of the budget is.
    """
    asked = (*map(digest, systems), repr(asked_by), repr(replace(budget, seconds=0.0)), fingerprint())
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
    """A folder of answers, or None to remember them in this process only."""

    folder: Path | None
    known: dict[str, tuple[float, Any]] = field(default_factory=dict, repr=False)

    def find(self, name: str, seconds: float, read: Callable[[Any], T]) -> T | None:
        """The answer kept under this key, as `read` makes it of its JSON.

        None where there is none that can be read, or only one that was not decided in less time than `seconds`.
        """
        if name in self.known or self.folder is None:
            had, found = self.known.get(name, (0.0, None))
            return found if found is not None and had >= seconds else None
        try:
            entry = json.loads((self.folder / f"{name}.json").read_text("utf-8"))
            had = DECIDED if entry["seconds"] is None else float(entry["seconds"])
            return read(entry["found"]) if had >= seconds else None
        except (OSError, ValueError, KeyError, TypeError, Mismatch):
            return None  # never written, half written, or by hand: it is asked again

    def keep(self, name: str, found: object, whole: Any, seconds: float) -> None:
        """Remember an answer that had so many seconds (or is DECIDED), on disk as `whole`, its JSON.

        Where the folder can't be written it is remembered in this process only.
        """
        self.known[name] = seconds, found
        if self.folder is None:
            return
        partial = self.folder / f"{name}.{os.getpid()}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            entry = {"seconds": None if seconds == DECIDED else seconds, "found": whole}
            partial.write_text(json.dumps(entry), "utf-8")
            partial.replace(self.folder / f"{name}.json")
        except OSError:
            return


def told(found: Evidence) -> dict[str, Any]:
    """Evidence as JSON, without the counterexample to induction that it may have."""
    return {
        **{name: getattr(found, name) for name in _PLAIN},
        "core": None if found.core is None else asdict(found.core),
        "trace": None if found.trace is None else moves(found.trace),
        "witness": None if found.witness is None else moves(found.witness),
    }


def restored(whole: dict[str, Any], system: System, claim: Property) -> Evidence:
    """The evidence that `told` wrote of a claim. Raises Mismatch where the system does not take its traces."""
    plain: dict[str, Any] = {name: tuple(whole[name]) if name in _TUPLES else whole[name] for name in _PLAIN}
    core = whole["core"]
    witness = claim.as_witness() if claim.witness is not None else claim
    return replace(
        Evidence(**plain),
        core=None if core is None else Core(**{name: tuple(value) for name, value in core.items()}),
        trace=None if whole["trace"] is None else retaken(whole["trace"], system, claim),
        witness=None if whole["witness"] is None else retaken(whole["witness"], system, witness),
    )


def moves(trace: Trace) -> dict[str, Any]:
    """A run as JSON: its world, and what is done in it."""
    return {
        "scope": trace.instance.scope.as_dict(),
        "rigid": [[name, list(table)] for name, table in trace.instance.rigid],
        "steps": [[step.action, list(step.params)] for step in trace.steps],
        "loop": trace.loop,
    }


def retaken(whole: dict[str, Any], system: System, claim: Property | None) -> Trace:
    """The run that `moves` wrote, taken again. Raises Mismatch where the system does not, or it shows no such claim."""
    rigid = tuple((name, tuple(table)) for name, table in whole["rigid"])
    steps = [Step(action, tuple(params)) for action, params in whole["steps"]]
    return rerun(Instance(system, Scope(tuple(whole["scope"].items())), rigid), steps, claim, whole["loop"])
