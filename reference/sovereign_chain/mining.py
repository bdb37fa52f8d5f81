"""Data mining: permissions, extracts and the log of what third parties get (WA-R15, WA-R22, WA-C21).

An institution asks for a sum over records of the mining chain, for a purpose. As published its wish is enough for the
service that has the data. Hardened, an authority signs a permission for institution and purpose, and withdraws it; the
persons whose records are covered are counted, each once; and the request and the hash of the extract, signed by the
service, are an entry of the chain, whose validators check all of this before anything is handed over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from reference.crypto import encoding
from reference.crypto.encoding import HASH, Malformed
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import Block
from reference.ledger.effects import Effects, Refused, Sent
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.signed import Signed

FLOOR = 2
"""The least number of persons that an extract covers where there is a floor."""


@dataclass(frozen=True)
class Measured(Signed):
    """A desensitised record of the mining chain: the energy in Wh of a person, by its name there, in one interval."""

    KIND = "measured-record"
    person: bytes
    interval: int
    energy: int
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Measured:
        return Measured(*Measured.read(chain_id, data, HASH, int, int))


@dataclass(frozen=True)
class Permission(Signed):
    """The authority's word that the institution is, or is no longer, to get extracts for the purpose.

    `count` is how many words on these two there were before, so that one that was withdrawn does not come again.
    """

    KIND = "mining-permission"
    institution: bytes
    purpose: str
    count: int
    given: bool
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Permission:
        return Permission(*Permission.read(chain_id, data, HASH, str, int, bool))


@dataclass(frozen=True)
class Request(Signed):
    """An institution asks for the sum over these records, by the hashes of their bytes, for a purpose."""

    KIND = "mining-request"
    institution: bytes
    purpose: str
    number: int
    records: tuple[bytes, ...]
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Request:
        institution, purpose, number, records, signature = Request.read(chain_id, data, HASH, str, int, list)
        return Request(institution, purpose, number, encoding.fields(records, *[HASH] * len(records)), signature)


@dataclass(frozen=True)
class Extract(Signed):
    """What an institution gets, signed by the service: the request that it answers, and the sum in Wh."""

    KIND = "mining-extract"
    request: bytes
    energy: int
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Extract:
        return Extract(*Extract.read(chain_id, data, bytes, int))


@dataclass(frozen=True)
class Release(Signed):
    """The log's entry of an extract, signed by the service: its request, and the hash of its bytes. The sum is not in
    it."""

    KIND = "mining-release"
    request: bytes
    extract: bytes
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Release:
        return Release(*Release.read(chain_id, data, bytes, HASH))


Entry = Measured | Permission | Release


@dataclass(frozen=True)
class Keys:
    """The public keys that all know: of persons' meters and institutions by name, of the authority, of the service."""

    persons: Mapping[bytes, bytes]
    institutions: Mapping[bytes, bytes]
    authority: bytes
    service: bytes


@dataclass(frozen=True)
class MiningChain:
    """The chain as its validators have it: blocks of one entry each."""

    chain_id: str
    rules: Rules
    keys: Keys
    blocks: tuple[Block, ...] = ()

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What is in the blocks, in order."""
        return tuple(_entry(self.chain_id, block.leaves[0]) for block in self.blocks)

    @cached_property
    def records(self) -> Mapping[bytes, Measured]:
        """The records by the hash of their bytes."""
        found = (each for each in self.entries if isinstance(each, Measured))
        return {hash_of(each.encode(self.chain_id)): each for each in found}

    def permissions(self, institution: bytes, purpose: str) -> tuple[Permission, ...]:
        """All words of the authority on these two; what the last says is in force."""
        found = (each for each in self.entries if isinstance(each, Permission))
        return tuple(each for each in found if (each.institution, each.purpose) == (institution, purpose))

    def grants(self, institution: bytes, purpose: str) -> bool:
        """Whether a permission is in force."""
        said = self.permissions(institution, purpose)
        return bool(said) and said[-1].given


def hash_of(data: bytes) -> bytes:
    """32 bytes."""
    return hashlib.sha256(data).digest()


def _entry(chain_id: str, data: bytes) -> Entry:
    kinds: tuple[type[Entry], ...] = (Measured, Permission, Release)
    for kind in kinds:
        try:
            return kind.decode(chain_id, data)
        except Malformed:
            continue
    raise Malformed("an entry is a record, a permission or a release")


def enter(mining: MiningChain, data: bytes) -> tuple[MiningChain, Effects]:
    """The chain with this entry in a block of its own, or why its validators refuse it."""
    try:
        refusal = _fault(mining, _entry(mining.chain_id, data))
    except Malformed as malformed:
        refusal = Refused("encoding", str(malformed), ("WA-C21",))
    if refusal is not None:
        return mining, (refusal,)
    previous = mining.blocks[-1].header.digest(mining.chain_id) if mining.blocks else chain.GENESIS
    block = Block.build(len(mining.blocks), 0, previous, (data,), chain.GENESIS)
    return replace(mining, blocks=(*mining.blocks, block)), ()


def _fault(mining: MiningChain, entry: Entry) -> Refused | None:
    if entry in mining.entries:
        return Refused("entry", "the chain has this already", ("WA-C5",))
    match entry:
        case Measured():
            if not _signed(mining, entry, mining.keys.persons.get(entry.person)):
                return Refused("record", "no meter has signed the record", ("WA-R4",))
        case Permission():
            return _permission_fault(mining, entry)
        case Release():
            if not _signed(mining, entry, mining.keys.service):
                return Refused("service", "the service has not signed the release", ("WA-C21",))
            request = Request.decode(mining.chain_id, entry.request)
            return _request_fault(mining, request) or release_fault(mining, request)
    return None


def _permission_fault(mining: MiningChain, word: Permission) -> Refused | None:
    if not _signed(mining, word, mining.keys.authority):
        return Refused("authority", "the authority has not signed this", ("WA-C21",))
    if word.count != len(mining.permissions(word.institution, word.purpose)):
        return Refused("authority", "this is not the authority's next word on the two", ("WA-C21",))
    if word.given == mining.grants(word.institution, word.purpose):
        return Refused("authority", "it is so already", ("WA-C21",))
    return None


def _request_fault(mining: MiningChain, request: Request) -> Refused | None:
    """Why the request can't be answered, whoever may have the answer."""
    if not _signed(mining, request, mining.keys.institutions.get(request.institution)):
        return Refused("institution", "no institution has signed the request", ("WA-R22",))
    if not request.records or not set(request.records) <= mining.records.keys():
        return Refused("record", "the request names no records, or some that the chain does not have", ("WA-R22",))
    if len(set(request.records)) < len(request.records):
        return Refused("record", "the request names a record twice", ("WA-R22",))
    return None


def release_fault(mining: MiningChain, request: Request) -> Refused | None:
    """Why the institution may not have the answer to its request; None if it may."""
    if mining.rules.mining_grant == "none":
        return None
    if not mining.grants(request.institution, request.purpose):
        return Refused("mining_grant", "no grant for recipient and purpose is in force", ("WA-R22", "WA-C21"))
    persons = {mining.records[each].person for each in request.records}
    if len(persons) < FLOOR:
        return Refused("mining_grant", f"{len(persons)} of {FLOOR} persons are covered", ("WA-C21",))
    return None


def _signed(mining: MiningChain, message: Signed, key: bytes | None) -> bool:
    return key is not None and message.signed_by(mining.chain_id, key)


def answer(mining: MiningChain, service: KeyPair, data: bytes) -> tuple[MiningChain, Effects]:
    """The service answers a request: what it sends is the extract, once the chain has the entry that the rules want."""
    chain_id = mining.chain_id
    try:
        request = Request.decode(chain_id, data)
    except Malformed as malformed:
        return mining, (Refused("encoding", str(malformed), ("WA-R22",)),)
    if (refusal := _request_fault(mining, request)) is not None:
        return mining, (refusal,)
    energy = sum(mining.records[each].energy for each in request.records)
    extract = Extract(data, energy).signed(chain_id, service).encode(chain_id)
    after = mining
    if mining.rules.mining_grant == "granted":
        release = Release(data, hash_of(extract)).signed(chain_id, service)
        after, effects = enter(mining, release.encode(chain_id))
        if effects:
            return mining, effects
    return after, (Sent(Extract.KIND, extract),)


@dataclass(frozen=True)
class Institution:
    """A third party: its name and key, and what it has got, with the length of the chain at that time."""

    name: bytes
    pair: KeyPair
    received: tuple[tuple[int, bytes], ...] = field(default=())


def receive(institution: Institution, mining: MiningChain, data: bytes) -> tuple[Institution, Effects]:
    """The institution takes an extract, as evidence of what it was given; where there is a log, it must be there."""
    try:
        extract = Extract.decode(mining.chain_id, data)
        request = Request.decode(mining.chain_id, extract.request)
    except Malformed as malformed:
        return institution, (Refused("encoding", str(malformed), ("WA-R22",)),)
    if not _signed(mining, extract, mining.keys.service) or request.institution != institution.name:
        return institution, (Refused("service", "the service has not sent this to the institution", ("WA-R22",)),)
    if any(each == data for _, each in institution.received):
        return institution, (Refused("service", "the institution has the extract already", ("WA-R22",)),)
    logged = {each.extract for each in mining.entries if isinstance(each, Release)}
    if mining.rules.mining_grant == "granted" and hash_of(data) not in logged:
        return institution, (Refused("mining_grant", "the extract is not in the log", ("WA-C21",)),)
    return replace(institution, received=(*institution.received, (len(mining.blocks), data))), ()
