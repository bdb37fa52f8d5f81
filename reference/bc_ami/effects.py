"""What steps of bc-ami's parties bring about, besides what any ledger's do."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from reference.ledger.effects import Effect


@dataclass(frozen=True)
class Registered(Effect):
    """The contract has put a key into the registry for a meter."""

    hid: bytes
    public: bytes


@dataclass(frozen=True)
class Learned(Effect):
    """The adversary now has the private key of this public key."""

    public: bytes


@dataclass(frozen=True)
class Recorded(Effect):
    """The MDMS has accepted a reading as its `position`-th record (from 0)."""

    position: int
    hid: bytes
    kwh: Decimal
    time: int


@dataclass(frozen=True)
class Skipped(Effect):
    """The MDMS has passed over one report of a block whose other reports it has taken."""

    reason: str
