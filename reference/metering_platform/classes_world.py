"""The machine `Classes` with real bytes: members and their administrators, who stores records, and who reads a replica.

The platform has records of class I and II, of which II is the strictest; files, of class III, have schemas of their
own. What members approve they have signed before anybody proposes it, and hand in when it is proposed: so a change is
made, or is not, in one step of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from meterproof.errors import InputError
from reference.ledger.effects import Effects, Refused
from reference.metering_platform import deploy as platform
from reference.metering_platform import documents, governing, issuing, signatures, stage
from reference.metering_platform.deploy import Founded
from reference.metering_platform.documents import Json
from reference.metering_platform.records import SCHEMAS, SecurityClass
from reference.metering_platform.rules import Rules
from reference.metering_platform.state import Role
from reference.metering_platform.tables import Table

CLASSES: tuple[SecurityClass, ...] = ("I", "II")
"""The model's classes, from the one that is open to all."""
LISTED: Mapping[SecurityClass, tuple[str, ...]] = {
    "I": ("identification-certificate", "equipment-traceability", "type-test-certificate"),
    "II": ("meter-reading", "market-settlement"),
}
"""Schemas that have a class from the start."""
BY_COMPANY = frozenset(LISTED["II"])
"""Those that grid companies store; all others institutions do."""


@dataclass(frozen=True)
class ClassesWorld:
    """`consents` are what members have signed, by member, schema and class. `records` has the record of each that is
    stored, and `learnt` is history: what the adversary has read on the chain, by record."""

    platform: Founded
    faulty: frozenset[int]
    schemas: tuple[str, ...]
    lawful: frozenset[tuple[int, int]]
    types: tuple[int, ...]
    consents: Mapping[tuple[int, int, int], bytes]
    records: Mapping[int, str]
    learnt: Mapping[int, bytes]


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a member, a schema, a class and a record."""

    action: str
    schema: int = 0
    security: int = 0
    member: int = 0
    record: int = 0


Outcome = tuple[ClassesWorld, Effects]


def deploy(
    rules: Rules,
    seed: int,
    members: int,
    *,
    faulty: Collection[int],
    listed: Sequence[int | None],
    lawful: Collection[tuple[int, int]],
    types: Sequence[int],
) -> ClassesWorld:
    """Members, the first of whom has whoever stores records; a schema for each of `listed`, with its class if it has
    one; a record to be stored for each of `types`, which has the number of its schema.

    Raises InputError for more listed schemas than there are, and for schemas that do not exist.
    """
    names, left = list[str](), {each: list(LISTED[each]) for each in CLASSES}
    for number, security in enumerate(listed):
        if security is not None and not left[CLASSES[security]]:
            raise InputError(f"too many schemas are of class {CLASSES[security]}", allowed="two or three")
        names.append(f"schema-{number}" if security is None else left[CLASSES[security]].pop(0))
    if not {*types} <= set(range(len(names))):
        raise InputError("a record's schema does not exist", allowed=f"0 to {len(names) - 1}")
    users: list[tuple[str, Role, str]] = [("tester", "institution", "member-0"), ("reader", "grid", "member-0")]
    founded = platform.deploy(rules, seed, [(f"member-{r}", "grid") for r in range(members)], users)
    return ClassesWorld(founded, frozenset(faulty), tuple(names), frozenset(lawful), tuple(types), {}, {}, {})


def step(world: ClassesWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.schema < len(world.schemas) or not 0 <= event.security < len(CLASSES):
        return _refuse(world, "schema", "there is no such schema or class")
    if not 0 <= event.member < len(world.platform.members) or not 0 <= event.record < len(world.types):
        return _refuse(world, "party", "there is no such member or record")
    if event.action in _OF_RECORDS and world.types[event.record] != event.schema:
        return _refuse(world, "schema", "the record is of another schema", "ZD-C15")
    return _STEPS[event.action](world, event)


def class_of(world: ClassesWorld, schema: int) -> int:
    """The class that the platform has for the schema."""
    return CLASSES.index(world.platform.state.class_of(world.schemas[schema]))


def consent(world: ClassesWorld, schema: int, security: int) -> Json:
    """What a member signs who approves a class."""
    return {"schema": world.schemas[schema], "class": CLASSES[security]}


def _approve(world: ClassesWorld, event: Event) -> Outcome:
    if event.member in world.faulty or (event.schema, event.security) not in world.lawful:
        return _refuse(world, "corruption", "a correct member approves what the law allows, no other", "ZD-C14")
    return _sign(world, event)


def _approve_anything(world: ClassesWorld, event: Event) -> Outcome:
    if event.member not in world.faulty:
        return _refuse(world, "corruption", "the member is correct", "ZD-C18")
    return _sign(world, event)


def _sign(world: ClassesWorld, event: Event) -> Outcome:
    about = event.member, event.schema, event.security
    if world.platform.state.rules.class_change != "governed":
        return _refuse(world, "class_change", "nobody asks for approvals", "ZD-C14")
    if about in world.consents:
        return _refuse(world, "approval", "the member has signed this already")
    pair = world.platform.wallets[admin(event.member)].signing
    said = signatures.sign(pair, "consent", consent(world, event.schema, event.security))
    return replace(world, consents={**world.consents, about: said}), ()


def _lower(world: ClassesWorld, event: Event) -> Outcome:
    """By governance, with the approvals of those who have signed; at will, by an administrator who obeys the law."""
    if not event.security < class_of(world, event.schema):
        return _refuse(world, "class", "the schema is as open already", "ZD-C14")
    if world.platform.state.rules.class_change == "governed":
        return _governed(world, event)
    if (event.schema, event.security) not in world.lawful:
        return _refuse(world, "corruption", "the administrator is honest", "ZD-C14")
    return _reclassify(world, event)


def _governed(world: ClassesWorld, event: Event) -> Outcome:
    founded, change = world.platform, consent(world, event.schema, event.security)
    body: Json = {"kind": "set-class", "change": change, "epoch": founded.state.governance_epoch}
    founded, said = stage.ask(founded, admin(0), "POST", "/proposals", body)
    for member, schema, security in sorted(world.consents):
        if isinstance(said, Refused) or said["status"] == "done":
            break
        if (schema, security) == (event.schema, event.security):
            founded, said = _hand_in(founded, member, said["proposal"])
    if isinstance(said, Refused):
        return world, (said,)
    if said["status"] != "done":
        return _refuse(world, "quorum", "the proposal waits for approvals", "ZD-C14", "ZD-C17")
    return replace(world, platform=founded), ()


def _hand_in(founded: Founded, member: int, proposal: str) -> tuple[Founded, Any]:
    approved = governing.approval(founded.state.proposals[proposal])
    signature = signatures.sign(founded.wallets[admin(member)].signing, "approval", approved)
    path = f"/proposals/{proposal}/approvals"
    return stage.ask(founded, admin(member), "POST", path, {"signature": signature.hex()})


def _lower_at_will(world: ClassesWorld, event: Event) -> Outcome:
    if not event.security < class_of(world, event.schema):
        return _refuse(world, "class", "the schema is as open already", "ZD-C14")
    return _reclassify(world, event)


def _tighten(world: ClassesWorld, event: Event) -> Outcome:
    if not class_of(world, event.schema) < event.security:
        return _refuse(world, "class", "the schema is as strict already", "ZD-C14")
    return _reclassify(world, event)


def _reclassify(world: ClassesWorld, event: Event) -> Outcome:
    path, body = f"/schemas/{world.schemas[event.schema]}/class", {"class": CLASSES[event.security]}
    after, said = stage.ask(world.platform, admin(0), "POST", path, body)
    return (world, (said,)) if isinstance(said, Refused) else (replace(world, platform=after), ())


def _store(world: ClassesWorld, event: Event) -> Outcome:
    return _stored(world, event, {})


def _store_as_class_one(world: ClassesWorld, event: Event) -> Outcome:
    if world.schemas[event.schema] in SCHEMAS:
        return _refuse(world, "schema", "the schema is listed with a class", "ZD-C15")
    if world.platform.state.rules.class_change == "governed" and class_of(world, event.schema) == 0:
        return _refuse(world, "class_change", "it is of class I: who stores it has no choice", "ZD-C14")
    return _stored(world, event, {"class": "I"})


def _stored(world: ClassesWorld, event: Event, asked: Mapping[str, Json]) -> Outcome:
    if event.record in world.records:
        return _refuse(world, "record", "it is stored already")
    schema, founded = world.schemas[event.schema], world.platform
    table = Table(schema, f"record {event.record}", stage.AT, (), ())
    body = issuing.record_body(founded.state.rules, founded.members["member-0"], f"thing-{event.record}", table)
    after, said = stage.ask(founded, storer(schema), "POST", "/records", {**body, **asked})
    if isinstance(said, Refused):
        return world, (said,)
    return replace(world, platform=after, records={**world.records, event.record: said["record"]}), ()


def _declassify(world: ClassesWorld, event: Event) -> Outcome:
    name = world.records.get(event.record)
    if name is None:
        return _refuse(world, "record", "it is not stored")
    path = f"/records/{name}/disclosure"
    after, said = stage.ask(world.platform, storer(world.schemas[event.schema]), "POST", path)
    return (world, (said,)) if isinstance(said, Refused) else (replace(world, platform=after), ())


def _read(world: ClassesWorld, event: Event) -> Outcome:
    """The adversary has a replica, and the private key for open data where those are encrypted."""
    found = disclosed(world).get(event.record)
    if found is None or event.record in world.learnt:
        return _refuse(world, "record", "there is nothing new to be read", "ZD-R4")
    return replace(world, learnt={**world.learnt, event.record: found}), ()


def disclosed(world: ClassesWorld) -> dict[int, bytes]:
    """The records that are on the chain as open ones, as whoever reads them there reads them."""
    number, found = {name: d for d, name in world.records.items()}, dict[int, bytes]()
    for _, each in stage.transactions(world.platform.state):
        shown = each.get("store") or each.get("disclosed")
        if shown is not None and shown["record"]["class"] == "I":
            data = stage.opened_by_all(world.platform.state, shown)
            if data is not None:
                found[number[shown["record"]["record"]]] = data
    return found


def record_number(data: bytes) -> int:
    """Which record the document is of."""
    read: Any = documents.read(data)
    return int(read["Property"]["description"].removeprefix("record "))


def admin(member: int) -> str:
    """The administrator of this member."""
    return f"admin-member-{member}"


def storer(schema: str) -> str:
    """The user who stores records of this schema."""
    return "reader" if schema in BY_COMPANY else "tester"


def _refuse(world: ClassesWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_OF_RECORDS = frozenset({"store", "store_as_class_one", "declassify"})
_STEPS: Mapping[str, Callable[[ClassesWorld, Event], Outcome]] = {
    "approve": _approve,
    "approve_anything": _approve_anything,
    "lower": _lower,
    "lower_at_will": _lower_at_will,
    "tighten": _tighten,
    "store": _store,
    "store_as_class_one": _store_as_class_one,
    "declassify": _declassify,
    "read": _read,
}
