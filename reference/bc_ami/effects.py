"""What a step of a party brings about, besides the party's new state."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Refused:
    """A party did not accept an event, and nothing changed.

    `rule` is the rule that refuses it (a field of Rules, or a party's standing check), `cites` its sources.
    """

    rule: str
    reason: str
    cites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sent:
    """A message leaves a party. `kind` is the message's domain kind; the data is its canonical encoding."""

    kind: str
    data: bytes


@dataclass(frozen=True)
class Registered:
    """The contract has put a key into the registry for a meter."""

    hid: bytes
    public: bytes


@dataclass(frozen=True)
class Learned:
    """The adversary now has the private key of this public key."""

    public: bytes


@dataclass(frozen=True)
class Decided:
    """A replica holds this block to be final."""

    replica: int
    height: int
    digest: bytes


@dataclass(frozen=True)
class Recorded:
    """The MDMS has accepted a reading as its `position`-th record (from 0)."""

    position: int
    hid: bytes
    kwh: Decimal
    time: int


@dataclass(frozen=True)
class Skipped:
    """The MDMS has passed over one report of a block whose other reports it has taken."""

    reason: str


Effect = Refused | Sent | Registered | Learned | Decided | Recorded | Skipped
Effects = tuple[Effect, ...]


def refused(effects: Effects) -> Refused | None:
    """The refusal among these effects, if there is one."""
    return next((effect for effect in effects if isinstance(effect, Refused)), None)
