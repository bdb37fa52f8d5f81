"""Everything that the platform knows, as one frozen value; the chain in it is that of the other protocols' ledger.

What is on the chain is what every node has: records' envelopes, accounts without personal data, intervals of ownership,
grants, proposals. `OffChain` is what only the platform and its custodians hold. `Secrets` leave the platform by no
route; who holds the state holds them, too: the platform's encryption and token services are trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.chain import Committee, FinalBlock
from reference.metering_platform.documents import Json
from reference.metering_platform.records import SCHEMAS, Record, SecurityClass
from reference.metering_platform.rules import Rules

Role = Literal["resident", "market", "supplier", "institution", "grid", "registrar", "regulator", "admin"]
MemberKind = Literal["grid", "institution", "supplier", "regulator"]
Service = Literal["sessions", "overview", "records", "certificates", "residents", "suppliers", "governance"]
SERVICES: tuple[Service, ...] = (
    "sessions",
    "overview",
    "records",
    "certificates",
    "residents",
    "suppliers",
    "governance",
)
ROLES: tuple[Role, ...] = (
    "resident",
    "market",
    "supplier",
    "institution",
    "grid",
    "registrar",
    "regulator",
    "admin",
)


@dataclass(frozen=True)
class Secrets:
    """The platform's own keys. `service` is the one HMAC secret of all services under the rule "shared-hmac"."""

    randomness: Randomness
    nodes: tuple[KeyPair, ...]
    service: bytes
    open_data: Randomness
    """Where the key comes from to which open data are "encrypted by public keys" (class_one: "encrypted")."""
    signature_server: KeyPair


@dataclass(frozen=True)
class Member:
    """A member of the consortium. Its key signs what it issues; `node` is the index of its node on the chain."""

    member: str
    kind: MemberKind
    signing: bytes
    node: int | None = None
    valid: bool = True


@dataclass(frozen=True)
class Verifier:
    """How a password is recognised: scrypt of it under a salt. The user makes it; the platform sees the password."""

    salt: bytes
    derived: bytes


@dataclass(frozen=True)
class Account:
    """A user. `epoch` is the ACL epoch in which the user's rights changed last; `personal` is data or commitment."""

    user: str
    role: Role
    member: str
    verifier: Verifier
    signing: bytes
    sealing: bytes
    epoch: int
    personal: Json = None
    valid: bool = True


@dataclass(frozen=True)
class Interval:
    """Whose a meter is from `since` until `until` (seconds, the end excluded; None: still)."""

    owner: str
    since: int
    until: int | None = None

    def covers(self, time: int) -> bool:
        return self.since <= time and (self.until is None or time < self.until)


@dataclass(frozen=True)
class Meter:
    """A meter and who has owned it, in order of time."""

    meter: str
    kind: str
    intervals: tuple[Interval, ...] = ()

    @property
    def owner(self) -> str | None:
        """The present owner."""
        return next((each.owner for each in reversed(self.intervals) if each.until is None), None)

    def owner_at(self, time: int) -> str | None:
        return next((each.owner for each in self.intervals if each.covers(time)), None)


@dataclass(frozen=True)
class Grant:
    """Leave to read one record or all of a meter, from one height of the chain until another (None: until revoked).

    `giver` is the user who gave it: as the meter's owner, or for the member that issues its records.
    """

    grant: str
    user: str
    resource: str
    giver: str
    by_owner: bool
    since: int
    until: int | None = None


@dataclass(frozen=True)
class Proposal:
    """A change of configuration that waits for approvals. `epoch` is the governance epoch that it is made in."""

    proposal: str
    kind: str
    change: Json
    proposer: str
    epoch: int
    approvals: tuple[str, ...] = ()
    """The members that approved, the proposer's among them."""
    status: Literal["open", "done", "void"] = "open"


@dataclass(frozen=True)
class Demand:
    """Equipment that a grid company asks of a supplier. `sequence` counts a supplier's demands from 1."""

    demand: str
    supplier: str
    sequence: int
    order: str
    sub_ledger: str = ""
    """Where it was entered (sub_ledgers: "mapped")."""


@dataclass(frozen=True)
class SupplierTest:
    """A supplier's internal test. `sampled` is what an independent test of the same product found, if it was made.

    `signature` is the instrument's and `own` the supplier's, in hexadecimal; None where the rules ask for none.
    """

    test: str
    supplier: str
    product: str
    result: str
    instrument: str | None = None
    sampled: str | None = None
    signature: str | None = None
    own: str | None = None
    sub_ledger: str = ""
    """Where it was entered (sub_ledgers: "mapped")."""


@dataclass(frozen=True)
class Event:
    """What happened, for whoever follows the chain: in the block of this height, by whom, about what."""

    height: int
    kind: str
    subject: str
    at: int


@dataclass(frozen=True)
class OffChain:
    """What no block has: files by digest and custodian, and users' personal data with their salts."""

    files: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    """By record and custodian."""
    personal: Mapping[str, tuple[bytes, Json]] = field(default_factory=dict)


@dataclass(frozen=True)
class PlatformState:
    """The platform between two requests."""

    rules: Rules
    committee: Committee
    secrets: Secrets = field(repr=False)
    password_cost: int = 1 << 12
    """scrypt's N. For people's passwords 2^17 is usual; tests take less."""
    members: Mapping[str, Member] = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    meters: Mapping[str, Meter] = field(default_factory=dict)
    instruments: Mapping[str, bytes] = field(default_factory=dict)
    """Public keys of test instruments by name."""
    grants: Mapping[str, Grant] = field(default_factory=dict)
    acl_epoch: int = 0
    """Counts the changes of ownership, of grants and of accounts."""
    governance_epoch: int = 0
    """Counts the changes that were made by governance."""
    proposals: Mapping[str, Proposal] = field(default_factory=dict)
    records: Mapping[str, Record] = field(default_factory=dict)
    """In the order in which they were stored."""
    classes: Mapping[str, SecurityClass] = field(default_factory=lambda: SCHEMAS)
    """The class of each schema; of any other it is II."""
    consents: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The suppliers that each supplier lets see its own data."""
    sub_ledgers: Mapping[str, str] = field(default_factory=dict)
    """The sub-ledger to which each supplier's statements go, by default one of its name (sub_ledgers: "mapped")."""
    sub_ledger_members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The suppliers that have each sub-ledger, by default the one of its name."""
    sub_chains: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)
    """What was entered on each sub-ledger; the chain has salted digests of it."""
    tests: Mapping[str, SupplierTest] = field(default_factory=dict)
    demands: tuple[Demand, ...] = ()
    acknowledged: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """The numbers of the demands that each supplier has acknowledged."""
    off_chain: OffChain = field(default_factory=OffChain, repr=False)
    blocks: tuple[FinalBlock, ...] = ()
    root: bytes = bytes(32)
    """The digest of all transactions so far, folded in their order: what they lead to follows from them."""
    events: tuple[Event, ...] = ()
    log: tuple[str, ...] = ()
    """One line for each accepted change: its method and its URL as received (ZD-R9)."""
    revoked_tokens: Mapping[str, int] = field(default_factory=dict)
    """Tokens that were given back, by their ids, until they end."""
    used_proofs: Mapping[str, int] = field(default_factory=dict)
    """Proofs of possession that answered requests came with, until they are too old for any."""
    token_signature: Literal["RS256", "HS256"] = "RS256"
    """What the issuer signs with where services go by a token's header: its own key, or the secret that they share."""

    def class_of(self, schema: str) -> SecurityClass:
        """The class that a record of this schema has."""
        return self.classes.get(schema, "II")

    def sub_ledger_of(self, supplier: str) -> str:
        """The sub-ledger to which the supplier's statements go; empty where there are none."""
        return self.sub_ledgers.get(supplier, supplier) if self.rules.sub_ledgers == "mapped" else ""

    def has_sub_ledger(self, supplier: str, sub_ledger: str) -> bool:
        """Whether the supplier has the sub-ledger."""
        return supplier in self.sub_ledger_members.get(sub_ledger, frozenset({sub_ledger}))

    @property
    def height(self) -> int:
        """The number of blocks."""
        return len(self.blocks)

    @property
    def bound(self) -> int:
        """The faulty nodes that the design allows for among so many."""
        return (len(self.committee.members) - 1) // 3

    def randomness(self, *purpose: str | int) -> Randomness:
        """Bytes for one purpose at this height: nothing is drawn twice, as every draw stores a block."""
        return self.secrets.randomness.child(self.height, *purpose)
