"""The world of the machine `Grid` with real bytes: chains, meters, nodes, residents, and a slot at a time.

Parties, messages and checks are those of a day on the grid (`day`). Here each does one thing at a time, in any order
that the model has: chains hear of each other when they hear, and residents ask a node of their choice for one reading.
Replicas are correct and vote at once: what becomes of it if some are not is the concern of `Consensus`. So a block has
a quorum's votes as soon as its slot is over. A service chain that hears of newer keys within a slot closes the block
that it was at; what the model has as one block of a slot is then two of them.

Each record has a kWh of its own, by which it is known, and is data of its own to the law, so that the model's editions
can say of each what they like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from meterproof.contracts import Contract
from reference.bc_ami.messages import Envelope, Transaction, Usage
from reference.crypto.randomness import Randomness
from reference.crypto.sealing import SealingPair, open_
from reference.crypto.signing import KeyPair
from reference.edge_keys.enrolment import EdgeDevice, Root
from reference.grid import laws
from reference.grid.chains import App, Followed
from reference.grid.key_chain import KeyChain
from reference.grid.law_chain import LawChain
from reference.grid.plan import DayPlan
from reference.grid.platform import Platform, Row, Taken
from reference.grid.service_chain import ServiceChain
from reference.grid.state import SERVICES, Deployed, Meter
from reference.ledger.chain import COMMIT, GENESIS, Block, Certificate, Committee, FinalBlock, Header, Vote
from reference.ledger.effects import Effects, Refused
from reference.metering_platform.state import PlatformState

A = TypeVar("A", bound=App)


@dataclass(frozen=True)
class Line(Generic[A]):
    """The key chain or the contract chain: `apps` has its state before each block and now that all `blocks` are
    complete; `draft` is the state with `leaves`, the entries of the block of the present slot."""

    committee: Committee
    apps: tuple[A, ...]
    draft: A
    blocks: tuple[FinalBlock, ...] = ()
    leaves: tuple[bytes, ...] = ()

    @property
    def digest(self) -> bytes:
        """That of the last complete block."""
        return self.blocks[-1].block.header.digest(self.committee.chain) if self.blocks else GENESIS

    @property
    def newest(self) -> Followed[A]:
        """What a reader has that has all complete blocks."""
        return Followed(self.apps[-1], len(self.blocks), self.digest)

    def entered(self, leaf: bytes, draft: A) -> Line[A]:
        """With an entry more, and the state that it brings about."""
        return replace(self, draft=draft, leaves=(*self.leaves, leaf))

    def closed(self, pairs: tuple[KeyPair, ...]) -> Line[A]:
        """The block of the slot is complete."""
        block = Block.build(len(self.blocks), 0, self.digest, self.leaves, self.apps[-1].root)
        final = FinalBlock(block, certificate(self.committee, pairs, block.header))
        after = self.apps[-1].after(block)
        return Line(self.committee, (*self.apps, after), after, (*self.blocks, final))


@dataclass(frozen=True)
class Sealed:
    """A complete block of a service chain, its slot, and the chain's state before it, with the keys it goes by."""

    slot: int
    final: FinalBlock
    app: ServiceChain


@dataclass(frozen=True)
class Counter:
    """A service chain. `keys` is its checkpoint of the key chain; `opened` its state before the block that it is at,
    and `draft` with the block's `leaves`."""

    committee: Committee
    keys: Followed[KeyChain]
    opened: ServiceChain
    draft: ServiceChain
    leaves: tuple[bytes, ...] = ()
    sealed: tuple[Sealed, ...] = ()

    @property
    def name(self) -> str:
        return self.opened.name

    def closed(self, slot: int, pairs: tuple[KeyPair, ...]) -> Counter:
        """The block is complete; replicas have audited it."""
        last = self.sealed[-1].final.block.header.digest(self.committee.chain) if self.sealed else GENESIS
        block = Block.build(len(self.sealed), 0, last, self.leaves, self.opened.root)
        assert (why := self.opened.audit(block)) is None, why
        final = FinalBlock(block, certificate(self.committee, pairs, block.header))
        sealed = (*self.sealed, Sealed(slot, final, self.opened))
        return replace(self, opened=self.draft, leaves=(), sealed=sealed)

    def reopened(self, keys: Followed[KeyChain], slot: int, delta: int, oldest: int, latest: int) -> Counter:
        """At its next block, which goes by what these keys say; reports are fresh from time `oldest` to `latest`."""
        app = replace(self.draft, keys=keys, delta=delta).opened(slot, oldest, latest)
        return replace(self, opened=app, draft=app)


@dataclass(frozen=True)
class Answering:
    """A node of the platform: `platform` has it alone, with the rows that it has taken; `received` is all that was in
    blocks handed to it, which it has verified, with the chains."""

    platform: Platform
    received: tuple[tuple[str, Taken], ...] = ()

    @property
    def law(self) -> Followed[LawChain]:
        return self.platform.nodes[0].law


class About(NamedTuple):
    """What a record says: of which meter and slot it is, and for which service; all by their numbers."""

    meter: int
    time: int
    service: int


class Wired(NamedTuple):
    """A report on the wire, in the domain of its signature."""

    domain: str
    data: bytes


@dataclass(frozen=True)
class GridWorld:
    """`oldest` is by slot, `permits` by edition and record. `known` are the adversary's private keys; `made` has what
    each meter itself has signed first. `due` are meters that change hands at the end of the slot, and who is to have
    them; `tokens` is by user and meter, with times; `shown` is what users were shown in this slot."""

    plan: DayPlan
    deployed: Deployed = field(repr=False)
    oldest: tuple[int, ...]
    records: tuple[About, ...]
    permits: tuple[tuple[bool, ...], ...]
    keys: Line[KeyChain]
    law: Line[LawChain]
    services: tuple[Counter, ...]
    nodes: tuple[Answering, ...]
    meters: tuple[Meter, ...]
    root: Root
    issuer: PlatformState
    slot: int = 0
    known: tuple[KeyPair, ...] = ()
    made: tuple[tuple[Wired, ...], ...] = ()
    wire: tuple[Wired, ...] = ()
    due: tuple[tuple[int, int], ...] = ()
    tokens: Mapping[tuple[int, int], tuple[str, int]] = field(default_factory=dict)
    shown: tuple[tuple[int, Row], ...] = ()
    drawn: int = 0

    @property
    def delta(self) -> int:
        """How many slots a checkpoint may be old in the present slot: it may be another one in each."""
        return self.slot - self.oldest[self.slot]

    def pair(self, key: int) -> KeyPair:
        """The key pair with this number, whoever makes it."""
        return _drawn(self.deployed.randomness.child("pair", key))

    def secret(self, public: bytes) -> KeyPair | None:
        """The adversary's private key with this public part, if it has it."""
        return next((pair for pair in self.known if pair.public == public), None)

    def device(self, meter: int) -> EdgeDevice:
        """The device that puts forward what the meter asks the key chain for."""
        index, known = meter % len(self.deployed.devices), self.deployed
        chain = self.keys.draft.chain_id
        return EdgeDevice(index, known.parts.edge_keys, chain, known.devices[index], known.randomness.child("kept"))

    def present(self, meter: int) -> str | None:
        """Whose the meter is now, by the register."""
        return self.law.draft.tenancies[meter_name(meter)].owner

    def domain(self, service: int) -> str:
        """That of signatures of reports on a service chain."""
        return self.deployed.recipients[SERVICES[service]].chain

    def record_of(self, wired: Wired) -> int:
        """Which record a report is."""
        return _record_in(self.deployed.opening, self.deployed.parts.bc_ami.signature_scope, wired)


Outcome = tuple[GridWorld, Effects]


def refuse(world: GridWorld, rule: str, reason: str, *cites: str) -> Outcome:
    """The world as it is, and why it stays so."""
    return world, (Refused(rule, reason, cites),)


def certificate(committee: Committee, pairs: tuple[KeyPair, ...], header: Header) -> bytes:
    """What makes a block final: the votes of as many replicas as are needed."""
    signing = enumerate(pairs[: committee.needed])
    votes = tuple(Vote.make(committee.chain, i, header, True, pair, kind=COMMIT) for i, pair in signing)
    return Certificate(votes).encode(committee.chain)


def meter_name(number: int) -> str:
    return f"meter-{number}"


def user_name(number: int) -> str:
    return f"user-{number}"


def service_of(record: int) -> str:
    """What the law calls a record, as if it were a service of its own."""
    return f"record-{record}"


def kwh_of(record: int) -> Decimal:
    return Decimal(record + 1)


def record_with(kwh: Decimal) -> int:
    """Which record has this kWh."""
    return int(kwh) - 1


def enveloped(domain: str, report: Wired) -> bytes:
    """The leaf with which somebody hands a report to a service chain of this domain."""
    return Envelope(report.data, ()).encode(domain)


def written(version: int, height: int, edition: int, permits: tuple[bool, ...]) -> bytes:
    """The file of an edition of the model, in force from this height on."""
    act = f"Grid Data Act, draft {edition} (fictional)"
    return laws.written(version, height, {service_of(r): says for r, says in enumerate(permits)}, act)


def draft_of(edition: Contract) -> int:
    """Which edition of the model this is."""
    found = re.search(r"draft (\d+)", edition.laws["GDA"])
    assert found is not None, edition.laws
    return int(found[1])


@lru_cache(maxsize=1 << 10)
def _drawn(randomness: Randomness) -> KeyPair:
    return KeyPair.generate(randomness)


@lru_cache(maxsize=1 << 12)
def _record_in(opening: SealingPair, scope: str, wired: Wired) -> int:
    report = Transaction.decode(wired.domain, wired.data)
    content = open_(opening, report.sealed, report.aad(wired.domain, scope))  # type: ignore[arg-type]
    assert content is not None, "a report on the wire is sealed to the platform"
    return record_with(Usage.decode(wired.domain, content).kwh)
