"""The moves of the world `metering`, one class an action of the model, with concrete arguments.

`meter` is a meter's id, `key` the label of a signing key (a number from 0), `kwh` energy in kWh, times are integers
(seconds or sequence numbers), `epoch` numbers a meter's keys, `height` blocks and `record` the
MDMS's records, all from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class RequestRegistration:
    """A meter asks for a key (IS-R5)."""

    meter: str


@dataclass(frozen=True)
class _MeterKey:
    meter: str
    key: int


@dataclass(frozen=True)
class _Registration(_MeterKey):
    epoch: int = 0


class RegisterByContract(_Registration):
    """The contract answers a meter's request with key `key` (IS-R6)."""


class SubmitRegistration(_Registration):
    """A meter draws key `key` and submits its public half."""


class RegisterSubmitted(_Registration):
    """A submission that is on the wire reaches the contract, for the first time or again."""


class Impersonate(_Registration):
    """NET: the adversary sends an overheard HID to the contract, to get key `key` for it (IS-C1)."""


class ImpersonateFromLedger(_Registration):
    """LEDGER: the same with a HID that is read on the chain, where it was stored beforehand (IS-R3, IS-R17)."""


class DcReadsKey(_MeterKey):
    """EDGE: the relay takes the private key out of the answer to a meter (IS-C3)."""


class PeerReadsKey(_MeterKey):
    """PEER: a curious peer keeps the private key that it saw when it executed Algorithm 1 (IS-C4)."""


@dataclass(frozen=True)
class GenerateKey:
    """NET: the adversary draws key `key` for itself."""

    key: int


@dataclass(frozen=True)
class _Signed:
    key: int
    meter: str
    kwh: Decimal
    time: int
    epoch: int = 0


class ReportReading(_Signed):
    """A meter reports usage under its key (IS-R11, R12)."""


class Forge(_Signed):
    """NET: the adversary reports in a meter's name with a key that it has."""


class Endorse(_Signed):
    """A transaction on the wire is executed and endorsed by the peers (IS-R13, R14)."""


@dataclass(frozen=True)
class Redate:
    """NET: the report of `time` is sent again with `new_time` under the old signature (IS-C7)."""

    key: int
    meter: str
    kwh: Decimal
    time: int
    new_time: int
    epoch: int = 0


@dataclass(frozen=True)
class _Placed:
    height: int
    meter: str
    kwh: Decimal
    time: int


@dataclass(frozen=True)
class _Ordered(_Placed):
    earliest: int | None = None
    latest: int | None = None

    @property
    def window(self) -> tuple[int, int]:
        """The first and last time that are fresh when the block is made: by default only the report's own."""
        earliest = self.time if self.earliest is None else self.earliest
        return earliest, self.time if self.latest is None else self.latest


class Order(_Ordered):
    """An endorsed report that is not on the ledger yet becomes a block (IS-R15)."""


class Replay(_Ordered):
    """NET: a report that is on the ledger is submitted to ordering again, with its old endorsements (IS-C7)."""


@dataclass(frozen=True)
class Release:
    """The block of `height`, which holds this report, is transferred to the MDMS (IS-R18)."""

    record: int
    height: int
    meter: str
    kwh: Decimal
    time: int


@dataclass(frozen=True)
class Acknowledge:
    """The MDMS signs a receipt for a record, and it reaches the meter, which has reported this (IS-C33)."""

    record: int
    meter: str
    kwh: Decimal
    time: int


@dataclass(frozen=True)
class ForgeReceipt:
    """NET: the adversary writes a receipt, and it reaches the meter, which has reported this (IS-C33)."""

    meter: str
    kwh: Decimal
    time: int


@dataclass(frozen=True)
class Inject:
    """NET: the adversary sends the MDMS a bundle of its own making (IS-C10)."""

    record: int
    meter: str
    kwh: Decimal
    time: int


class Substitute(Inject):
    """TRANSFER: whoever performs the transfer hands over a bundle of its own making in the database's name (IS-C10)."""


NAMING = (RegisterByContract, Impersonate, ImpersonateFromLedger, ReportReading, Forge, Endorse, Redate)
"""The moves whose messages name an epoch only where the rule `epochs` makes it matter; a meter counts its own
registrations in any case."""

Event = (
    RequestRegistration
    | RegisterByContract
    | SubmitRegistration
    | RegisterSubmitted
    | Impersonate
    | ImpersonateFromLedger
    | GenerateKey
    | DcReadsKey
    | PeerReadsKey
    | ReportReading
    | Forge
    | Redate
    | Endorse
    | Order
    | Replay
    | Release
    | Acknowledge
    | ForgeReceipt
    | Inject
    | Substitute
)
