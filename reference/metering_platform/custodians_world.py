"""The machine `Custodians` with real bytes: members' disks, what they sign of them, and who asks for a file.

The files' digests are on the chain before anybody keeps a file. The platform takes its members at their word; here the
word is a signed receipt, and a faulty member signs what is not so. That enough have signed is found out off the
platform, by whoever is to rely on the file; that it can be had, by asking the platform for it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from reference.ledger.effects import Effects, Refused
from reference.metering_platform import custody, images, issuing, stage
from reference.metering_platform import deploy as platform
from reference.metering_platform.deploy import Founded
from reference.metering_platform.records import Record
from reference.metering_platform.routes.certificates import SCHEMA
from reference.metering_platform.rules import Rules
from reference.metering_platform.state import MemberKind, OffChain, Role
from reference.metering_platform.tables import Table

ISSUER, READER = "tester", "ann"
MEDIA = "application/pdf"


@dataclass(frozen=True)
class CustodiansWorld:
    """`bound` is how many custodians the design takes to be faulty. `records` has the record of each file, `receipts`
    are by file and member. `told`, `asked` and `got` are history: of the last, the bytes that were handed out."""

    platform: Founded
    bound: int
    faulty: frozenset[int]
    records: tuple[str, ...]
    receipts: Mapping[tuple[int, str], bytes]
    got: Mapping[int, bytes]
    told: frozenset[int] = frozenset()
    asked: frozenset[int] = frozenset()

    def record(self, file: int) -> Record:
        return self.platform.state.records[self.records[file]]


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a file and a custodian."""

    action: str
    file: int
    custodian: int = 0


Outcome = tuple[CustodiansWorld, Effects]


def deploy(
    rules: Rules, seed: int, *, custodians: int, bound: int, faulty: Collection[int], files: int
) -> CustodiansWorld:
    """Members whose disks are empty, and the digests of so many files on the chain.

    Raises InputError for too few members.
    """
    rules.check_deployment(custodians, bound)
    users: list[tuple[str, Role, str]] = [(ISSUER, "institution", custodian(0)), (READER, "resident", "")]
    founders: list[tuple[str, MemberKind]] = [(custodian(k), "institution") for k in range(custodians)]
    founded = platform.deploy(rules, seed, founders, users)
    names = list[str]()
    for number in range(files):
        table = Table(SCHEMA, f"file {number}", stage.AT, (), ())
        pair = founded.members[custodian(0)]
        body = issuing.certificate_body(rules, pair, f"institution-{number}", MEDIA, file_of(number), table)
        founded, said = stage.ask(founded, ISSUER, "POST", "/certificates", body)
        names.append(said["certificate"])
    empty = replace(founded.state, off_chain=OffChain())
    return CustodiansWorld(replace(founded, state=empty), bound, frozenset(faulty), tuple(names), {}, {})


def custodian(number: int) -> str:
    """The name of the member of this number."""
    return f"custodian-{number}"


def file_of(number: int) -> bytes:
    """The bytes of a file."""
    return f"%PDF scanned certificate {number}".encode()


def step(world: CustodiansWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if custodian(event.custodian) not in world.platform.members or not 0 <= event.file < len(world.records):
        return _refuse(world, "party", "there is no such custodian or file")
    if event.action in _OF_FAULTY and event.custodian not in world.faulty:
        return _refuse(world, "corruption", "the custodian is correct", "ZD-C6")
    return _STEPS[event.action](world, event)


def keeps(world: CustodiansWorld, number: int, file: int) -> bool:
    """Whether the custodian's disk has the file whose digest is on the chain."""
    alone = _only(world, number, file)
    return custody.fetched(alone.state, world.record(file)) is not None


def is_the_file(world: CustodiansWorld, file: int, data: bytes) -> bool:
    """Whether the bytes have the digest on the chain."""
    held = world.record(file).content
    return images.file_digest(world.platform.state.rules.class_three, held.media_type, data) == held.digest


def _keep(world: CustodiansWorld, event: Event) -> Outcome:
    signed, effects = _say(world, event)
    return (world, effects) if effects else (_on_disk(signed, event, file_of(event.file)), ())


def _say(world: CustodiansWorld, event: Event) -> Outcome:
    name = custodian(event.custodian)
    if (event.file, name) in world.receipts:
        return _refuse(world, "receipt", "the custodian has said so already")
    signed = custody.receipt(world.platform.members[name], world.record(event.file))
    return replace(world, receipts={**world.receipts, (event.file, name): signed}), ()


def _delete(world: CustodiansWorld, event: Event) -> Outcome:
    if not keeps(world, event.custodian, event.file):
        return _refuse(world, "disk", "the custodian does not have it")
    return _on_disk(world, event, None), ()


def _on_disk(world: CustodiansWorld, event: Event, data: bytes | None) -> CustodiansWorld:
    record, name = world.records[event.file], custodian(event.custodian)
    after = custody.changed_by_custodian(world.platform.state, record, name, data)
    return replace(world, platform=replace(world.platform, state=after))


def _rely(world: CustodiansWorld, event: Event) -> Outcome:
    if event.file in world.told:
        return _refuse(world, "told", "it is relied on already")
    state = world.platform.state
    receipts = {name: signed for (x, name), signed in world.receipts.items() if x == event.file}
    signed = custody.vouched_for(state, world.record(event.file), receipts)
    needed = state.rules.needed_custodians(len(state.members), world.bound)
    if len(signed) < needed:
        return _refuse(world, "custodians", f"{len(signed)} of {needed} custodians keep it", "ZD-C6")
    return replace(world, told=world.told | {event.file}), ()


def _ask(world: CustodiansWorld, event: Event) -> Outcome:
    if event.file in world.asked:
        return _refuse(world, "asked", "it is asked for already")
    return replace(world, asked=world.asked | {event.file}), ()


def _hand_out(world: CustodiansWorld, event: Event) -> Outcome:
    """The platform gets an answer of this custodian only, and the reader holds it against the digest."""
    if event.custodian in world.faulty or event.file not in world.asked or event.file in world.got:
        return _refuse(world, "custodian", "the custodian is faulty, or nobody waits for the file")
    path = f"/certificates/{world.records[event.file]}"
    _, said = stage.ask(_only(world, event.custodian, event.file), READER, "GET", path)
    if isinstance(said, Refused):
        return world, (said,)
    data = base64.b64decode(said["image"]["file"])
    if not is_the_file(world, event.file, data):
        return _refuse(world, "class_three", "the file has another digest", "ZD-R17")
    return replace(world, got={**world.got, event.file: data}), ()


def _only(world: CustodiansWorld, number: int, file: int) -> Founded:
    """The platform as it is while no other custodian answers."""
    state, record = world.platform.state, world.records[file]
    for name in set(state.off_chain.files.get(record, {})) - {custodian(number)}:
        state = custody.changed_by_custodian(state, record, name, None)
    return replace(world.platform, state=state)


def _refuse(world: CustodiansWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_OF_FAULTY = frozenset({"say", "delete"})
_STEPS: Mapping[str, Callable[[CustodiansWorld, Event], Outcome]] = {
    "keep": _keep,
    "say": _say,
    "delete": _delete,
    "rely": _rely,
    "ask": _ask,
    "hand_out": _hand_out,
}
