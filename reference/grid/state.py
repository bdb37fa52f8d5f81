"""The state of a day between two slots: all parties, what is under way, and the books of those who watch.

What follows from the plan alone is `Deployed`, and no part of what is kept when a day is interrupted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reference.bc_ami.messages import Recipient
from reference.crypto.randomness import Randomness
from reference.crypto.sealing import SealingPair
from reference.crypto.signing import KeyPair
from reference.edge_keys import meter as edge_meter
from reference.edge_keys.bundle_keeper import Keeper
from reference.edge_keys.bundles import Move
from reference.edge_keys.enrolment import Root
from reference.grid.books import Books
from reference.grid.chains import Replicated
from reference.grid.devices import Point
from reference.grid.key_chain import KeyChain
from reference.grid.law_chain import LawChain
from reference.grid.market import Market, Others
from reference.grid.parts import Parts
from reference.grid.platform import Platform
from reference.grid.script import Act
from reference.grid.service_chain import ServiceChain
from reference.metering_platform.deploy import Wallet
from reference.sovereign_chain.names import Registrar
from reference.sovereign_chain.receipts import Validators

BILLING, TRADING, KEYS, LAW, MARKET = "billing", "trading", "keys", "contracts", "market"
SERVICES = (BILLING, TRADING)
"""The service chains for meters' reports; in which one a meter's are is part of its contract."""
CHAINS = (LAW, KEYS, *SERVICES, MARKET)
"""In the order in which a slot's blocks are made."""


@dataclass(frozen=True)
class Meter:
    """A meter, and whoever answers for it. `outbox` are the slots whose readings are not delivered yet.

    `party` is the meter of edge-keys, which has the private keys; `owner` has its recovery key.
    """

    name: str
    service: str
    party: edge_meter.Meter
    owner: edge_meter.Owner
    present: bool = True
    epoch: int = 0
    applies: bool = True
    """It has to apply for the first key of its epoch."""
    outbox: tuple[int, ...] = ()

    @property
    def hid(self) -> bytes:
        return self.party.name


@dataclass(frozen=True)
class Pending:
    """A report that a service chain has not included. `sender` is the meter, or the adversary under its name.

    `slot` is that of its reading; `own` says that the meter itself has sent it.
    """

    leaf: bytes
    sender: str
    slot: int
    own: bool
    what: str = "report"


@dataclass(frozen=True)
class Moving:
    """A move under way: 0 asked for, 1 begun, 2 the bundle is on its way, 3 it is stored, 4 it is to be aborted."""

    move: Move
    meter: str
    phase: int = 0
    transfer: bytes = b""
    receipt: bytes = b""
    why: str = "asked"


@dataclass(frozen=True)
class Stolen:
    """A private key that a thief has copied, and by what number reports name it."""

    pair: KeyPair
    number: int


@dataclass(frozen=True)
class Asked:
    """An entry that the key chain is asked to make, and for which meter and why."""

    leaf: bytes
    meter: str
    what: str


@dataclass(frozen=True)
class Deployed:
    """Everything that the plan settles beforehand: keys, places, names."""

    parts: Parts
    randomness: Randomness
    replicas: tuple[KeyPair, ...]
    devices: tuple[KeyPair, ...]
    points: tuple[Point, ...]
    homes: Mapping[str, int]
    """The device that each meter which is there from the beginning was placed with."""
    root: KeyPair
    registrar: KeyPair
    legislator: KeyPair
    names: Registrar
    recipients: Mapping[str, Recipient]
    opening: SealingPair
    database: KeyPair
    wallets: Mapping[str, Wallet]
    validators: Mapping[str, Validators]
    meters: Mapping[bytes, str]
    """Names by HID."""
    trades: Mapping[int, bool]
    """Whether each trade is secure, as the dispatch centre will find."""


@dataclass(frozen=True)
class DayState:
    """A day at the beginning of a slot."""

    deployed: Deployed = field(repr=False)
    slot: int
    keys: Replicated[KeyChain]
    law: Replicated[LawChain]
    services: Mapping[str, Replicated[ServiceChain]]
    market: Replicated[Market]
    others: Others
    platform: Platform
    root: Root
    meters: Mapping[str, Meter]
    keepers: tuple[Keeper, ...]
    routes: Mapping[int, tuple[str, ...]]
    books: Books
    pending: Mapping[str, tuple[Pending, ...]] = field(default_factory=dict)
    asked: tuple[Asked, ...] = ()
    legal: tuple[Act, ...] = ()
    """What the contract chain is asked to enter; its leaf is made for the slot that it comes into."""
    moving: tuple[Moving, ...] = ()
    moves: int = 0
    stolen: Mapping[str, Stolen] = field(default_factory=dict)
    last_sent: Mapping[str, bytes] = field(default_factory=dict)
    """Each meter's last transaction, as it was on the wire."""
    tokens: Mapping[str, str] = field(default_factory=dict)
    """Residents' tokens, where they do not end."""
    trading: tuple[int, ...] = ()
    """The trades that have been asked for and are not over."""
    drawn: int = 0
    """Proofs and operations that residents have made."""
