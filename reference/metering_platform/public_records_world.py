"""The machine `PublicRecords` with real bytes: institutions that publish open records, a service that stores records of
its own under their names, and readers of a replica.

Each record is about a thing of its own, so that none supersedes another. The compromised service writes to the chain
without asking the platform's checks, and signs with a key that it has made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused
from reference.metering_platform import deploy as platform
from reference.metering_platform import documents, issuing, ledger, stage, storing
from reference.metering_platform.deploy import Founded
from reference.metering_platform.records import Content, Record
from reference.metering_platform.rules import Rules
from reference.metering_platform.state import Role
from reference.metering_platform.tables import Table

SCHEMA = "equipment-traceability"


@dataclass(frozen=True)
class PublicWorld:
    """`keyed` readers have the private key to open records that are encrypted. `signed` is what institutions have
    posted, by institution; `taken` is history: reader and block of the record that was taken."""

    platform: Founded
    service: KeyPair
    keyed: frozenset[int]
    readers: int
    tables: int
    signed: tuple[tuple[int, Mapping[str, Any]], ...] = ()
    taken: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of an institution, a table and a reader."""

    action: str
    issuer: int
    table: int
    reader: int = 0


Outcome = tuple[PublicWorld, Effects]


def deploy(rules: Rules, seed: int, *, readers: int, issuers: int, tables: int, keyed: Collection[int]) -> PublicWorld:
    """Institutions with a program each, and so many readers and tables."""
    users: list[tuple[str, Role, str]] = [(_user(i), "institution", member(i)) for i in range(issuers)]
    founded = platform.deploy(rules, seed, [(member(i), "institution") for i in range(issuers)], users)
    service = KeyPair.generate(Randomness.from_seed(seed).child("compromised service"))
    return PublicWorld(founded, service, frozenset(keyed), readers, tables)


def member(number: int) -> str:
    """The name of the institution of this number."""
    return f"institution-{number}"


def table_number(document: bytes) -> int:
    """Which of the model's tables a document is."""
    read: Any = documents.read(document)
    return int(read["Property"]["description"].removeprefix("table "))


def step(world: PublicWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    known = member(event.issuer) in world.platform.members and 0 <= event.table < world.tables
    if not known or not 0 <= event.reader < world.readers:
        return _refuse(world, "party", "there is no such institution, table or reader")
    return _STEPS[event.action](world, event)


def _publish(world: PublicWorld, event: Event) -> Outcome:
    if has_signed(world, event.issuer, event.table):
        return _refuse(world, "publication", "the institution has published the table already")
    body = _body(world, event, world.platform.members[member(event.issuer)])
    after, said = stage.ask(world.platform, _user(event.issuer), "POST", "/records", body)
    if isinstance(said, Refused):
        return world, (said,)
    return replace(world, platform=after, signed=(*world.signed, (event.issuer, body))), ()


def _store_as(world: PublicWorld, event: Event) -> Outcome:
    if has_signed(world, event.issuer, event.table) or (event.issuer, event.table) in stored(world):
        return _refuse(world, "publication", "the chain has the table already")
    body, state = _body(world, event, world.service), world.platform.state
    said = Record(
        f"r{state.height}", "I", SCHEMA, body["subject"], member(event.issuer), stage.AT, stage.AT, None, None,
        Content(), state.acl_epoch, state.height, None, bytes.fromhex(body["signature"]),
    )  # fmt: skip
    record = storing.filled(state, said, body["document"].encode())
    after = ledger.append(storing.stored(state, record), {"store": storing.on_chain(record)})
    return replace(world, platform=replace(world.platform, state=after)), ()


def _take(world: PublicWorld, event: Event) -> Outcome:
    state, found = world.platform.state, False
    for height, each in stage.transactions(state):
        shown = each["store"]
        if shown["record"]["issuer"] != member(event.issuer):
            continue
        found = True
        data = _read(world, shown, event.reader)
        if data is None or table_number(data) != event.table or (event.reader, height) in world.taken:
            continue
        public = state.members[member(event.issuer)].signing
        if state.rules.class_one == "signed" and not issuing.is_issuers(state.rules, shown, data, public):
            continue
        if any(p == event.reader and taking(world, h) == (event.issuer, event.table) for p, h in world.taken):
            return _refuse(world, "reader", "the reader has taken the table already")
        return replace(world, taken=world.taken | {(event.reader, height)}), ()
    why = "nothing that the reader can read and check is this table" if found else "there is nothing to read"
    return _refuse(world, "class_one", why, "ZD-R4", "ZD-C1")


def _read(world: PublicWorld, shown: dict[str, Any], reader: int) -> bytes | None:
    if reader in world.keyed:
        return stage.opened_by_all(world.platform.state, shown)
    return None if shown["document"] is None else str(shown["document"]).encode()


def has_signed(world: PublicWorld, issuer: int, table: int) -> bool:
    """Whether there is a record of this table that verifies under the institution's key."""
    public, rules = world.platform.members[member(issuer)].public, world.platform.state.rules
    return any(
        i == issuer
        and table_number(body["document"].encode()) == table
        and issuing.is_issuers(rules, {"record": body}, body["document"].encode(), public)
        for i, body in world.signed
    )


def stored(world: PublicWorld) -> dict[tuple[int, int], int]:
    """The institutions and tables that the chain has records of, with the last block."""
    return {taking(world, height): height for height, _ in stage.transactions(world.platform.state)}


def taking(world: PublicWorld, height: int) -> tuple[int, int]:
    """Whose record, by its envelope, and of which table there is in the block."""
    shown = dict(stage.transactions(world.platform.state))[height]["store"]
    data = stage.opened_by_all(world.platform.state, shown)
    assert data is not None, "open records can be opened"
    return int(shown["record"]["issuer"].removeprefix("institution-")), table_number(data)


def _body(world: PublicWorld, event: Event, pair: KeyPair) -> dict[str, Any]:
    state = world.platform.state
    table = Table(SCHEMA, f"table {event.table}", stage.AT, (), ())
    return dict(issuing.record_body(state.rules, pair, f"equipment-{state.height}", table))


def _user(number: int) -> str:
    return f"clerk-{number}"


def _refuse(world: PublicWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[PublicWorld, Event], Outcome]] = {
    "publish": _publish,
    "store_as": _store_as,
    "take": _take,
}
