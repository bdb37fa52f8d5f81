"""The machine `Queries` with real bytes: the records of one meter, devices that lag or are faulty, and questions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.edge_keys import latest
from reference.edge_keys.acceptance_world import CHAIN, METER
from reference.edge_keys.key_messages import Place
from reference.edge_keys.latest import (
    CONFIRMATION,
    ISSUED,
    QUESTION,
    SHOWN,
    Confirmation,
    Follower,
    Issued,
    Question,
    Reader,
    Shown,
)
from reference.edge_keys.records import Record
from reference.edge_keys.rules import Rules
from reference.ledger.chain import GENESIS
from reference.ledger.effects import Effects, Refused, Sent, refused


@dataclass(frozen=True)
class Issue:
    """The next record is issued."""

    version: int


@dataclass(frozen=True)
class _OfDevice:
    device: int
    version: int


class Confirm(_OfDevice):
    """A correct device hears of the record, and confirms it."""


class Sign(_OfDevice):
    """BYZ: a faulty device confirms any record that there is."""


@dataclass(frozen=True)
class Finalise:
    """Enough confirmations are gathered."""

    version: int


@dataclass(frozen=True)
class Ask:
    """Somebody asks which record is in force."""

    question: int


@dataclass(frozen=True)
class _Answering:
    question: int
    device: int
    version: int


class Answer(_Answering):
    """A correct device answers from the tail of its chain."""


class AnswerAnything(_Answering):
    """BYZ: a faulty device answers with any record that there is."""


@dataclass(frozen=True)
class Take:
    """This record is taken for the answer."""

    question: int
    version: int


Event = Issue | Confirm | Sign | Finalise | Ask | Answer | AnswerAnything | Take


@dataclass(frozen=True)
class QueriesWorld:
    """`chain` has all records that the meter may come to, of which those on the wire are issued; `certificates` the
    confirmations with which each became final; `due` the versions that were final when a question was asked."""

    issuer: KeyPair = field(repr=False)
    reader: Reader
    records: tuple[Record, ...]
    devices: tuple[Follower, ...]
    faulty: frozenset[int]
    questions: int
    wire: tuple[Sent, ...] = ()
    certificates: tuple[tuple[int, tuple[Confirmation, ...]], ...] = ()
    due: tuple[tuple[int, frozenset[int]], ...] = ()
    taken: tuple[tuple[int, int], ...] = ()

    def sent(self, kind: str) -> tuple[bytes, ...]:
        """What of a kind is on the wire."""
        return tuple(each.data for each in self.wire if each.kind == kind)

    def issued(self, version: int) -> bytes | None:
        """The record as it was issued, if it was."""
        issued = Issued.make(CHAIN, self.records[version], self.issuer).encode(CHAIN)
        return issued if issued in self.sent(ISSUED) else None

    def confirmations(self, version: int) -> tuple[Confirmation, ...]:
        """The valid confirmations on the wire of this record, one of each device."""
        sent = (Confirmation.decode(CHAIN, data) for data in self.sent(CONFIRMATION))
        record, devices = self.records[version], self.reader.devices
        return tuple(each for each in sent if each.is_of(CHAIN, record, devices))

    def asked(self, number: int) -> bytes | None:
        """The question, if it was asked."""
        question = Question(number, METER).encode(CHAIN)
        return question if question in self.sent(QUESTION) else None


Outcome = tuple[QueriesWorld, Effects]


def deploy(
    rules: Rules, devices: int, bound: int, versions: int, questions: int, seed: int, faulty: Collection[int] = ()
) -> QueriesWorld:
    """Devices that all have the first record, which is final. Raises InputError for too few devices."""
    rules.check_deployment(devices, bound)
    if not set(faulty) <= set(range(devices)):
        raise InputError("a faulty device does not exist", allowed=f"0 to {devices - 1}")
    randomness = Randomness.from_seed(seed)
    issuer = KeyPair.generate(randomness.child("issuer"))
    pairs = [KeyPair.generate(randomness.child("device", i)) for i in range(devices)]
    records, previous = list[Record](), GENESIS
    for version in range(versions):
        public = KeyPair.generate(randomness.child("key", version)).public
        records.append(Record(METER, Place(0, version), "key", previous, 0, public))
        previous = records[-1].digest(CHAIN)
    reader = Reader(rules, CHAIN, tuple(pair.public for pair in pairs), bound, issuer.public)
    followers = tuple(Follower(i, CHAIN, pair, issuer.public) for i, pair in enumerate(pairs))
    world = QueriesWorld(issuer, reader, tuple(records), followers, frozenset(faulty), questions)
    world, _ = _issue(world, 0)
    for device in range(devices):
        world, _ = (_sign if device in faulty else _confirm)(world, device, 0)
    certificate = (0, world.confirmations(0))
    return replace(world, certificates=(certificate,))


def step(world: QueriesWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    version = getattr(event, "version", 0)
    question = getattr(event, "question", 0)
    device = getattr(event, "device", 0)
    if not (0 <= version < len(world.records) and 0 <= question < world.questions and 0 <= device < len(world.devices)):
        return _refuse(world, "identity", "there is no such record, question or device", "ZK-R30")
    match event:
        case Issue():
            return _issue(world, event.version)
        case Confirm():
            return _confirm(world, event.device, event.version)
        case Sign():
            return _sign(world, event.device, event.version)
        case Finalise():
            return _finalise(world, event.version)
        case Ask():
            return _ask(world, event.question)
        case Answer():
            return _answer(world, event)
        case AnswerAnything():
            return _answer_anything(world, event)
        case Take():
            return _take(world, event)


def _issue(world: QueriesWorld, version: int) -> Outcome:
    if version != len(world.sent(ISSUED)):
        return _refuse(world, "record_link", "records are issued in their order", "ZK-R32")
    return _send(world, Sent(ISSUED, Issued.make(CHAIN, world.records[version], world.issuer).encode(CHAIN)))


def _confirm(world: QueriesWorld, device: int, version: int) -> Outcome:
    issued = world.issued(version)
    if device in world.faulty or issued is None:
        return _refuse(world, "network", "no such record was issued, or the device is faulty", "ZK-R21")
    return _step(world, device, latest.hear(world.devices[device], issued))


def _sign(world: QueriesWorld, device: int, version: int) -> Outcome:
    if device not in world.faulty or world.issued(version) is None:
        return _refuse(world, "corruption", "the device is correct, or there is no such record", "ZK-C1")
    made = Confirmation.make(CHAIN, device, world.records[version], world.devices[device].pair)
    return _send(world, Sent(CONFIRMATION, made.encode(CHAIN)))


def _finalise(world: QueriesWorld, version: int) -> Outcome:
    confirmations = world.confirmations(version)
    reader = world.reader
    if any(version == done for done, _ in world.certificates):
        return _refuse(world, "record", "the record is final already", "ZK-R21")
    if len(confirmations) < (needed := reader.rules.needed_votes(len(reader.devices), reader.bound)):
        return _refuse(world, "quorum", f"{len(confirmations)} of {needed} confirmations", "ZK-R21", "ZK-C1")
    return replace(world, certificates=(*world.certificates, (version, confirmations))), ()


def _ask(world: QueriesWorld, number: int) -> Outcome:
    after, effects = _send(world, Sent(QUESTION, Question(number, METER).encode(CHAIN)))
    if refused(effects):
        return world, effects
    final = frozenset(version for version, _ in world.certificates)
    return replace(after, due=(*world.due, (number, final))), effects


def _answer(world: QueriesWorld, event: Answer) -> Outcome:
    question, issued = world.asked(event.question), world.issued(event.version)
    if event.device in world.faulty or question is None:
        return _refuse(world, "network", "the question was not asked, or the device is faulty", "ZK-R30")
    if world.devices[event.device].records[-1] != issued:
        return _refuse(world, "query", "this is not the tail of the device's chain", "ZK-R30")
    return _step(world, event.device, latest.answer(world.devices[event.device], question))


def _answer_anything(world: QueriesWorld, event: AnswerAnything) -> Outcome:
    question, issued = world.asked(event.question), world.issued(event.version)
    if event.device not in world.faulty or question is None or issued is None:
        return _refuse(world, "corruption", "the device is correct, or there is nothing to answer", "ZK-C9")
    shown = Shown(question, event.device, issued).signed(CHAIN, world.devices[event.device].pair)
    return _send(world, Sent(SHOWN, shown.encode(CHAIN)))


def _take(world: QueriesWorld, event: Take) -> Outcome:
    if (event.question, event.version) in world.taken:
        return _refuse(world, "query", "this is taken already", "ZK-R30")
    question = Question(event.question, METER).encode(CHAIN)
    refusal = world.reader.refuses(question, world.sent(SHOWN), event.version)
    if refusal is not None:
        return world, (refusal,)
    return replace(world, taken=(*world.taken, (event.question, event.version))), ()


def _step(world: QueriesWorld, device: int, outcome: tuple[Follower, Effects]) -> Outcome:
    after, effects = outcome
    if refused(effects):
        return world, effects
    devices = (*world.devices[:device], after, *world.devices[device + 1 :])
    sent = tuple(each for each in effects if isinstance(each, Sent))
    return replace(world, devices=devices, wire=world.wire + sent), effects


def _send(world: QueriesWorld, message: Sent) -> Outcome:
    if message in world.wire:
        return _refuse(world, "network", "this message is on the wire already")
    return replace(world, wire=(*world.wire, message)), (message,)


def _refuse(world: QueriesWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)
