"""The machine `Violations` with real bytes: validators of the contract database, users, editions, and the wire.

There is one user, and an operation of his for each number; the editions of a contract that is made for the occasion
deny those that they are told to. What is sent reaches a validator when it acts on it. The database is one chain: its
blocks have a record each, and the counter of violations.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from meterproof.contracts import Contract, Request, parse
from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import ANNOUNCEMENT, VOTE, Certificate, Committee, Header, Vote, announcement
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.sovereign_chain import violations
from reference.sovereign_chain.assembly import committee_of
from reference.sovereign_chain.block import Block, DataRecord
from reference.sovereign_chain.operations import OPERATION, Editions, Operation
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.violations import (
    APPEAL,
    OBSERVED,
    REPORT,
    Register,
    Statement,
    Validator,
    ViolationRecord,
    acquittal,
    blame,
)

CHAIN, SERVICE = "contract-database", 5
USER = b"user one".ljust(32, b"\0")


@dataclass(frozen=True)
class ViolationsWorld:
    """`faulty` validators are the adversary's. `editions` are all that there will be; the first `active` of them have
    come into force. `asked` has the user's operations, unsigned and with no edition yet."""

    rules: Rules
    validators: tuple[Validator, ...]
    faulty: frozenset[int]
    unjust: frozenset[int]
    editions: tuple[Contract, ...]
    user: KeyPair
    asked: tuple[Operation, ...]
    wire: tuple[Sent, ...] = ()
    blocks: tuple[Block, ...] = ()
    overturned: frozenset[bytes] = frozenset()
    active: int = 1

    @property
    def register(self) -> Register:
        """What all validators know."""
        editions = Editions(self.editions[: self.active])
        return Register(CHAIN, self.rules, {USER: self.user.public}, editions)

    @property
    def committee(self) -> Committee:
        return self.validators[0].committee

    def identity(self, number: int) -> bytes:
        """By what the operation is named, 32 bytes."""
        return self.asked[number].identity(CHAIN)

    def signed(self, number: int) -> bytes:
        """The signed operation, if it is on the wire; nothing otherwise."""
        wanted = self.identity(number)
        sent = (each.data for each in self.wire if each.kind == OPERATION)
        return next((data for data in sent if Operation.decode(CHAIN, data).identity(CHAIN) == wanted), b"")

    def statements(self, kind: str, number: int) -> tuple[bytes, ...]:
        """What is on the wire of this kind about the operation."""
        wanted = self.identity(number)
        sent = (each.data for each in self.wire if each.kind == kind)
        return tuple(data for data in sent if Statement.decode(CHAIN, kind, data).operation == wanted)

    def votes(self, ballot: Header) -> tuple[Vote, ...]:
        """The votes on the wire for this, which nobody has verified yet."""
        digest = ballot.digest(CHAIN)
        decoded = (Vote.decode(CHAIN, each.data) for each in self.wire if each.kind == VOTE)
        return tuple(vote for vote in decoded if vote.digest == digest)

    @property
    def records(self) -> tuple[ViolationRecord, ...]:
        """What the database has."""
        return tuple(ViolationRecord.decode(CHAIN, entry) for block in self.blocks for entry in block.record.entries)

    def is_recorded(self, number: int) -> bool:
        return any(record.operation == self.identity(number) for record in self.records)


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a validator, an operation and an edition."""

    action: str
    validator: int = 0
    operation: int = 0
    edition: int = 0


Outcome = tuple[ViolationsWorld, Effects]


def deploy(
    rules: Rules,
    validators: int,
    bound: int,
    seed: int,
    *,
    first: Sequence[int],
    breaks: Sequence[Sequence[bool]],
    unjust: Collection[int] = (),
    faulty: Collection[int] = (),
) -> ViolationsWorld:
    """Validators, one operation for each entry of `first`, which has its first receiver, and the editions.

    `breaks` says for each operation which editions deny it. Raises InputError for a validator that does not exist, and
    for too few of them.
    """
    if not {*first, *faulty} <= set(range(validators)):
        raise InputError("a first receiver or a faulty validator does not exist", allowed=f"0 to {validators - 1}")
    root = Randomness.from_seed(seed)
    pairs = tuple(KeyPair.generate(root.child("validator", i)) for i in range(validators))
    committee = replace(committee_of(rules, CHAIN, pairs, bound), finality="certificate")
    asked = tuple(
        Operation(USER, number, Request("user", "data", "read", f"data-{number}", "here", 60 * number), 0)
        for number in range(len(first))
    )
    editions = tuple(
        edition(number, [denied[number] for denied in breaks]) for number in range(max(map(len, breaks), default=1))
    )
    user = KeyPair.generate(root.child("user"))
    register = Register(CHAIN, rules, {USER: user.public}, Editions(editions[:1]))
    received = [
        frozenset(each.identity(CHAIN) for each, receiver in zip(asked, first, strict=True) if receiver == i)
        for i in range(validators)
    ]
    each = tuple(Validator(i, pair, committee, register, first=received[i]) for i, pair in enumerate(pairs))
    return ViolationsWorld(rules, each, frozenset(faulty), frozenset(unjust), editions, user, asked)


def edition(number: int, denied: Sequence[bool]) -> Contract:
    """A contract of this number which denies or allows to read the data of each operation, in its own rule."""
    words = "\n".join(f'data-{each} = "what operation {each} asks for"' for each in range(len(denied)))
    rules = "\n".join(
        f'[[rule]]\nid = "rule-{each}"\nlaw = "LAW s. {each}"\ndata = "data-{each}"\n'
        f'decision = "{"deny" if is_denied else "allow"}"'
        for each, is_denied in enumerate(denied)
    )
    text = f"""
contract = "occasion"
version = {number + 1}
activation_height = {number}
authority = "nobody"
policy = "deny-overrides"
otherwise = "escalate"
legal_time = "+00:00"
[laws]
LAW = "a law"
[vocabulary.who]
user = "the user"
[vocabulary.service]
data = "data"
[vocabulary.action]
read = "to read"
[vocabulary.data]
{words}
[vocabulary.jurisdiction]
here = "here"
[vocabulary.unit]
{rules}
"""
    return parse(text.encode(), Path("made for the occasion"))


def step(world: ViolationsWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.validator < len(world.validators):
        return _refuse(world, "validator", f"there is no validator {event.validator}")
    if not 0 <= event.operation < len(world.asked):
        return _refuse(world, "operation", f"there is no operation {event.operation}")
    if not 0 <= event.edition < len(world.editions):
        return _refuse(world, "edition", f"there is no edition {event.edition}")
    return _STEPS[event.action](world, event)


def _change(world: ViolationsWorld, event: Event) -> Outcome:
    if event.edition != world.active:
        return _refuse(world, "edition", "this is not the next edition", "WA-C12")
    after = replace(world, active=world.active + 1)
    register = after.register
    return replace(after, validators=tuple(replace(each, register=register) for each in world.validators)), ()


def _sign(world: ViolationsWorld, event: Event) -> Outcome:
    if event.edition >= world.active:
        return _refuse(world, "edition", "the edition has not come into force", "WA-C12")
    if world.signed(event.operation):
        return _refuse(world, "operation", "the operation is signed already", "WA-C8")
    asked = replace(world.asked[event.operation], edition=world.editions[event.edition].version)
    return _new(world, Sent(OPERATION, asked.signed(CHAIN, world.user).encode(CHAIN)))


def _observe(world: ViolationsWorld, event: Event) -> Outcome:
    return _correct(world, event.validator, violations.Observe(world.signed(event.operation)))


def _report(world: ViolationsWorld, event: Event) -> Outcome:
    observed = world.statements(OBSERVED, event.operation)
    if not observed:
        return _refuse(world, "violation_evidence", "nobody has observed this", "WA-R12")
    if world.statements(REPORT, event.operation):
        return _refuse(world, "network", "this is reported already", "WA-R12")
    return _correct(world, event.validator, violations.Report(observed[0]))


def _report_anything(world: ViolationsWorld, event: Event) -> Outcome:
    if event.validator not in world.faulty:
        return _refuse(world, "corruption", "the validator is correct", "WA-C8")
    if world.statements(REPORT, event.operation):
        return _refuse(world, "network", "this is reported already", "WA-R12")
    pair = world.validators[event.validator].pair
    report = Statement.make(CHAIN, REPORT, event.validator, world.identity(event.operation), pair)
    return _new(world, Sent(REPORT, report.encode(CHAIN)))


def _back(world: ViolationsWorld, event: Event) -> Outcome:
    reports = world.statements(REPORT, event.operation)
    if not reports:
        return _refuse(world, "report", "nobody has reported this", "WA-R12")
    return _correct(world, event.validator, violations.Back(reports[0], world.signed(event.operation)))


def _vote_anything(ballot: Callable[[bytes], Header], appeal: bool) -> Callable[[ViolationsWorld, Event], Outcome]:
    def vote(world: ViolationsWorld, event: Event) -> Outcome:
        if appeal and world.rules.appeal != "quorum":
            return _refuse(world, "appeal", "a denial is not appealed against", "WA-C9")
        if event.validator not in world.faulty:
            return _refuse(world, "corruption", "the validator is correct", "WA-C8")
        pair = world.validators[event.validator].pair
        given = Vote.make(CHAIN, event.validator, ballot(world.identity(event.operation)), True, pair)
        return _new(world, Sent(VOTE, given.encode(CHAIN)))

    return vote


def _record(world: ViolationsWorld, event: Event) -> Outcome:
    """Anyone may have put the certificate together; the database checks it."""
    ballot = blame(world.identity(event.operation))
    evidence = Certificate(chain.by_voter(world.votes(ballot))).encode(CHAIN)
    if (refusal := world.committee.finalises(ballot, evidence)) is not None:
        return world, (refusal,)
    return _entered(world, event.operation)


def _claim(world: ViolationsWorld, event: Event) -> Outcome:
    """A faulty validator says that the record is accepted, and under `origins-word` that is enough."""
    if world.rules.acceptance_evidence != "origins-word":
        return _refuse(world, "acceptance_evidence", "votes are shown, not told", "WA-C1")
    if event.validator not in world.faulty:
        return _refuse(world, "corruption", "the validator is correct", "WA-C1")
    if not world.statements(REPORT, event.operation):
        return _refuse(world, "report", "nobody has reported this", "WA-R12")
    ballot, pair = blame(world.identity(event.operation)), world.validators[event.validator].pair
    word = announcement(CHAIN, ballot, pair)
    believed = replace(world.committee, leader=event.validator)
    if (refusal := believed.announced(ballot, word)) is not None:
        return world, (refusal,)
    told = Sent(ANNOUNCEMENT, word)
    after = world if told in world.wire else replace(world, wire=(*world.wire, told))
    entered, effects = _entered(after, event.operation)
    return (entered if refused(effects) is None else world), effects


def _entered(world: ViolationsWorld, number: int) -> Outcome:
    """The record goes into a block of the database, with what evidence there is."""
    identity = world.identity(number)
    if world.is_recorded(number):
        return _refuse(world, "record_id", "this violation is recorded already", "WA-C10")
    made = world.register.record_of(identity, world.signed(number))
    record = ViolationRecord(identity) if isinstance(made, Refused) else made
    height = len(world.blocks)
    previous = world.blocks[-1].name(CHAIN, world.rules.hashed) if world.blocks else chain.GENESIS
    data = DataRecord(SERVICE, (record.encode(CHAIN),))
    block = Block.build(CHAIN, height, previous, height, 0, data, height + 1)
    return replace(world, blocks=(*world.blocks, block)), ()


def _lodge(world: ViolationsWorld, event: Event) -> Outcome:
    if not world.is_recorded(event.operation):
        return _refuse(world, "appeal", "there is nothing to appeal against", "WA-C9")
    appeal = Statement.make(CHAIN, APPEAL, 0, world.identity(event.operation), world.user)
    return _new(world, Sent(APPEAL, appeal.encode(CHAIN)))


def _grant(world: ViolationsWorld, event: Event) -> Outcome:
    appeals = world.statements(APPEAL, event.operation)
    if not appeals:
        return _refuse(world, "appeal", "the user does not appeal", "WA-C9")
    unjust = event.operation in world.unjust
    return _correct(world, event.validator, violations.Grant(appeals[0], USER, unjust))


def _overturn(world: ViolationsWorld, event: Event) -> Outcome:
    identity = world.identity(event.operation)
    if world.rules.appeal != "quorum":
        return _refuse(world, "appeal", "a denial is not appealed against", "WA-C9")
    if not world.statements(APPEAL, event.operation):
        return _refuse(world, "appeal", "the user does not appeal", "WA-C9")
    if identity in world.overturned:
        return _refuse(world, "appeal", "the appeal is upheld already", "WA-C9")
    ballot = acquittal(identity)
    evidence = Certificate(chain.by_voter(world.votes(ballot))).encode(CHAIN)
    if (refusal := world.committee.finalises(ballot, evidence)) is not None:
        return world, (refusal,)
    return replace(world, overturned=world.overturned | {identity}), ()


def _correct(world: ViolationsWorld, number: int, event: violations.Event) -> Outcome:
    """A correct validator's step, with what it sends on the wire."""
    if number in world.faulty:
        return _refuse(world, "corruption", "a faulty validator does not follow the protocol")
    after, effects = violations.step(world.validators[number], event)
    validators = (*world.validators[:number], after, *world.validators[number + 1 :])
    sent = tuple(effect for effect in effects if isinstance(effect, Sent) and effect not in world.wire)
    return replace(world, validators=validators, wire=world.wire + sent), effects


def _new(world: ViolationsWorld, message: Sent) -> Outcome:
    if message in world.wire:
        return _refuse(world, "network", "this message is on the wire already")
    return replace(world, wire=(*world.wire, message)), (message,)


def _refuse(world: ViolationsWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[ViolationsWorld, Event], Outcome]] = {
    "change": _change,
    "sign": _sign,
    "observe": _observe,
    "report": _report,
    "report_anything": _report_anything,
    "back": _back,
    "back_anything": _vote_anything(blame, appeal=False),
    "record": _record,
    "claim": _claim,
    "lodge": _lodge,
    "grant": _grant,
    "grant_anything": _vote_anything(acquittal, appeal=True),
    "overturn": _overturn,
}
ACTIONS = tuple(_STEPS)
