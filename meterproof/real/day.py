"""What a study's reference offers to `meterproof run` where it plays a day: many parties, slot by slot, under monitors.

A *slot* is one half hour of readings. The reference module of the spec has

- `read_rules(values)`, as for a bridge,
- `plays`: an object or module with the functions of `Plays`.

What happens is told as `Happened`: a kind, whom it befell, and particulars. KINDS are those that pictures and reports
know; others are counted and listed all the same. Nothing here knows how any of it is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import ModuleType
from typing import Any, Literal, Protocol, cast

Value = str | int
Verdict = Literal["held", "violated"]

KINDS: Mapping[str, str] = {
    "placed": "device placed",
    "routed": "route planned",
    "enrolled": "meter enrolled",
    "joined": "meter joined",
    "left": "meter left",
    "reported": "reports sent",
    "included": "reports included",
    "refused": "refused",
    "key-update-asked": "key update asked for",
    "key-update-in-force": "new key in force",
    "key-stolen": "key stolen",
    "key-revoked": "key revoked",
    "move-begun": "move begun",
    "migrated": "moved to another device",
    "move-aborted": "move aborted",
    "moved-in": "moved in",
    "moved-out": "moved out",
    "trade-proposed": "trade proposed",
    "trade-checked": "trade checked",
    "trade-settled": "trade settled",
    "trade-rejected": "trade rejected",
    "rule-registered": "edition registered",
    "rule-in-force": "edition in force",
    "denied": "denied",
    "denial-ended": "denial ended",
    "replica-crashed": "replica crashed",
    "replica-lied": "replica lied",
    "replica-cut": "replica cut off",
    "replica-back": "replica back",
    "view-change": "view changed",
    "device-died": "device died",
    "device-cut": "device cut off",
    "device-back": "device back",
    "device-replaced": "device's meters taken over",
    "reader-behind": "reader behind",
    "reader-back": "reader back",
    "block-forged": "block forged",
    "shown": "readings shown",
    "shown-refused": "readings withheld",
    "monitor": "monitor's verdict",
}
"""The kinds that pictures and reports know, in their order and in words; others are listed by their own name."""


def told(happened: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Kinds with their words and numbers, in the order of reports."""
    kinds = [*(k for k in KINDS if k in happened), *sorted(happened.keys() - KINDS)]
    return [(kind, KINDS.get(kind, kind), happened[kind]) for kind in kinds]


class Happened(Protocol):
    """One thing that happened in a slot; `detail` is text and whole numbers by name."""

    @property
    def slot(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def detail(self) -> Mapping[str, Value]: ...


@dataclass(frozen=True)
class Asked:
    """What a day is to be made of.

    `meters` have their names and where they stand (x and y in km), `readings` what each counted in each slot, in kWh;
    slot 0 is the half hour up to `start`, a time without a zone. `faults` is the specification on the command line.
    """

    meters: Sequence[tuple[str, float, float]]
    readings: Sequence[tuple[str, int, Decimal]]
    slots: int
    start: datetime
    seed: int
    replicas: int
    faults: str | None


class Summary(Protocol):
    """What is said of a day at its end. Energies are in kWh."""

    @property
    def totals(self) -> Mapping[str, Mapping[str, Decimal]]:
        """By meter and by where they were counted: `file`, `ledger`, `platform` and what is accounted for otherwise."""

    @property
    def agrees(self) -> Mapping[str, bool]:
        """By meter, whether the totals agree."""

    @property
    def monitors(self) -> Mapping[str, Verdict]: ...
    @property
    def why(self) -> Mapping[str, str]:
        """Of each monitor that is violated, by what."""

    @property
    def chains(self) -> Mapping[str, str]:
        """A digest of all blocks and certificates, by chain."""


class Plays(Protocol):
    """Plays a day. Every function is pure: the same arguments give the same, and there is no clock."""

    Stopped: type[Exception]
    """What `advance` raises when the day can't go on: too many replicas fail."""

    def plan(self, rules: Any, asked: Asked) -> Any:
        """The day's plan. Raises InputError for what does not go together, and for faults that can't be read."""

    def about(self, plan: Any) -> Mapping[str, Any]:
        """What a reader should know of the plan, as JSON: the names of `replicas` and `devices`; `faults`, each with
        kind, subject, first slot and the slot that it ends before (None: for good); `monitors`, each with what it
        watches; and more numbers by name."""

    def begin(self, plan: Any) -> Any: ...
    def advance(self, plan: Any, state: Any) -> tuple[Any, tuple[Happened, ...]]:
        """One slot on: the state after it, and what happened in it."""

    def finished(self, plan: Any, state: Any) -> bool: ...
    def summary(self, plan: Any, state: Any) -> Summary: ...
    def freeze(self, state: Any) -> bytes:
        """The state as bytes; equal states give equal ones."""

    def thaw(self, plan: Any, data: bytes) -> Any: ...


def plays_a_day(reference: ModuleType) -> bool:
    """Whether a reference plays days."""
    return hasattr(reference, "plays")


def player_of(reference: ModuleType) -> Plays:
    """What plays the days of a reference that does."""
    return cast(Plays, reference.plays)
