"""What an audit says: which rules changed, what became of each guarantee, and why. Data only.

*Before* is what BASE says, *after* what HEAD says. Exchanging the two exchanges `before` and `after` everywhere, and
turns each change into its dual (`dual`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from meterproof.traces.trace import Trace
from meterproof.verdict import Evidence, Verdict

if TYPE_CHECKING:
    from meterproof.compare.outcome import Behaviours, Transplant
    from meterproof.frontier.outcome import Frontier

Change = Literal["kept", "strengthened", "weakened", "lost", "gained", "unknown"]
"""What became of a guarantee.

`lost`: it held and is violated, or HEAD has nothing left to ask it of. `gained`: the reverse. `weakened`: it still
holds as HEAD states it, but says less, or falls to less, than before. `strengthened`: the reverse. `kept`: the same
was found on both sides. `unknown`: not decided, which is never shown as no change.
"""
CHANGES: tuple[Change, ...] = ("lost", "weakened", "unknown", "gained", "strengthened", "kept")
"""All changes, the most serious first."""

Name = Literal["base", "head"]
"""Which of the two versions."""

Value = bool | int | str
"""A rule's value as a spec file writes it."""

_DUALS: dict[Change, Change] = {
    "kept": "kept", "unknown": "unknown", "strengthened": "weakened", "weakened": "strengthened", "lost": "gained",
    "gained": "lost",
}  # fmt: skip


def dual(change: Change) -> Change:
    """What the change is called when BASE and HEAD are exchanged."""
    return _DUALS[change]


@dataclass(frozen=True)
class RuleChange:
    """A rule with another value; None where a side has no such rule.

    `reading` is None where the change is the same under every reading compared. `file` (relative to the study's root)
    and `line` say where HEAD writes the value, or BASE where HEAD has none.
    """

    rule: str
    before: Value | None
    after: Value | None
    cites: tuple[str, ...]
    target: str = ""
    reading: str | None = None
    doc: str = ""
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.rule}: {said(self.before)} -> {said(self.after)}"


@dataclass(frozen=True)
class ModelChange:
    """Something that a machine's code says otherwise, though the rules may be the same: an action, a guard, a variable.

    `of` names the side whose file (relative to its root) and line are given.
    """

    machine: str
    what: str
    of: Name
    file: str | None = None
    line: int | None = None
    cites: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = "" if self.file is None else f" ({self.file}:{self.line})"
        return self.what + where


@dataclass(frozen=True)
class GuaranteeChange:
    """What became of one guarantee of one target under one reading.

    `before` and `after` are None where a side does not state the guarantee and cannot be asked for it; they are
    `unknown` where its code does not load. `trace` is a run of `trace_of` that shows what is lost or weakened (or, of
    a gained or strengthened guarantee, what HEAD no longer allows), re-run on the model of that side. It violates
    `trace.claim`, or, of a `reachable` property, reaches it.
    `rules` and `model` are what explains the change: see `because`. `transplant` is the run as far as the other side
    takes it. `untouched` says that both sides are one and the
    same system, so that nothing was run unless it was asked for.
    """

    property: str
    reading: str | None
    title: str
    before: Verdict | None
    after: Verdict | None
    change: Change
    why: str
    frontier_before: Frontier | None = None
    frontier_after: Frontier | None = None
    trace: Trace | None = None
    trace_of: Name | None = None
    kind: str = ""
    machine: str = ""
    target: str = ""
    base: str = ""
    head: str = ""
    cites: tuple[str, ...] = ()
    file: str | None = None
    line: int | None = None
    rules: tuple[RuleChange, ...] = ()
    model: tuple[ModelChange, ...] = ()
    because: str = ""
    transplant: Transplant | None = None
    untouched: bool = False
    evidence_before: tuple[Evidence, ...] = ()
    evidence_after: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class BehaviourChange:
    """What one machine newly allows (runs of HEAD that BASE does not have) and newly forbids, at one scope.

    Either is None where it could not be asked; `note` says why.
    """

    target: str
    reading: str | None
    machine: str
    scope: dict[str, int]
    allowed: Behaviours | None
    forbidden: Behaviours | None
    note: str | None = None

    @property
    def differs(self) -> bool:
        """Whether something was found in either direction."""
        return any(b is not None and b.answer == "yes" for b in (self.allowed, self.forbidden))


@dataclass(frozen=True)
class Failure:
    """A target, or one guarantee of it, whose code does not load, and the reason."""

    of: Name
    target: str
    reason: str
    property: str | None = None


@dataclass(frozen=True)
class Audit:
    """Two versions compared. `base` and `head` say which, as they were named; `revisions` their commits, if any.

    `roots` are the folders that their files lay in while they were read: absolute paths in traces begin with them.
    """

    base: str
    head: str
    rules: tuple[RuleChange, ...]
    guarantees: tuple[GuaranteeChange, ...]
    failures: tuple[Failure, ...] = ()
    behaviours: tuple[BehaviourChange, ...] = ()
    profile: str = "quick"
    seed: int = 0
    interrupted: bool = False
    revisions: tuple[str | None, str | None] = (None, None)
    roots: tuple[str, str] = field(default=("", ""), compare=False)
    seconds: float = field(default=0.0, compare=False)

    @property
    def changes(self) -> tuple[GuaranteeChange, ...]:
        """The guarantees that are not kept, the most serious first, each kind in the order of the study."""
        return tuple(sorted((g for g in self.guarantees if g.change != "kept"), key=lambda g: CHANGES.index(g.change)))

    @property
    def empty(self) -> bool:
        """Whether nothing changed: no rule, no guarantee, and both sides load."""
        return not (self.rules or self.changes or self.failures)

    def fails(self, fail_on: Collection[str]) -> bool:
        """Whether a change is among those that somebody wants to hear of; code that does not load is `unknown`."""
        return any(g.change in fail_on for g in self.guarantees) or ("unknown" in fail_on and bool(self.failures))


def said(value: Value | None) -> str:
    """A rule's value as a person writes it."""
    return "(no such rule)" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
