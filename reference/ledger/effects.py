"""What a step of a party brings about, besides the party's new state; protocols add effects of their own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Effect:
    """What came of a step."""


@dataclass(frozen=True)
class Refused(Effect):
    """A party did not accept an event, and nothing changed.

    `rule` is the rule that refuses it (a field of Rules, or a party's standing check), `cites` its sources.
    """

    rule: str
    reason: str
    cites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sent(Effect):
    """A message leaves a party. `kind` is the message's domain kind; the data is its canonical encoding."""

    kind: str
    data: bytes


@dataclass(frozen=True)
class Decided(Effect):
    """A replica holds this block to be final."""

    replica: int
    height: int
    digest: bytes


Effects = tuple[Effect, ...]


def refused(effects: Effects) -> Refused | None:
    """The refusal among these effects, if there is one."""
    return next((effect for effect in effects if isinstance(effect, Refused)), None)
