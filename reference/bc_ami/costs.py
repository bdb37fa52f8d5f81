"""What bc-ami costs with real bytes: each kind of message field by field, what a meter stores, operations to time.

One meter's reports go through the pipeline, and every message is taken apart as it was sent. The fields of a message
make up all of its bytes: what no field has is the encoding's (lengths, chain id, kind of message).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import cbor2

from meterproof.real.costs import Costs, Decision, Message, Operation, Part, Work
from reference.bc_ami import service
from reference.bc_ami.audit import AUDIT_RESPONSE, AuditResponse
from reference.bc_ami.database import BUNDLE
from reference.bc_ami.faults import FaultPlan
from reference.bc_ami.ledger_store import LedgerStore
from reference.bc_ami.messages import (
    ENVELOPE,
    RECEIPT,
    REQUEST,
    RESPONSE,
    SUBMISSION,
    TRANSACTION,
    Transaction,
    Usage,
    hashed_identity,
)
from reference.bc_ami.pipeline import Pipeline, seconds
from reference.bc_ami.published_costs import MESSAGES, PRINTED
from reference.bc_ami.rules import Rules
from reference.bc_ami.world import CHAIN, World, deploy
from reference.crypto import sealing, signing
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.chain import (
    ANNOUNCEMENT,
    CERTIFICATE,
    COMMIT,
    PROPOSAL,
    VOTE,
    Certificate,
    FinalBlock,
    Proposal,
    Vote,
)
from reference.ledger.effects import Effects, Sent
from reference.ledger.view_change import PRE_PREPARE, PrePrepare

METER, START, KWH = "MAC000002", datetime(2013, 1, 1), Decimal("0.375")

_PHASES: Mapping[str, str] = {
    REQUEST: "registration",
    RESPONSE: "registration",
    SUBMISSION: "registration",
    TRANSACTION: "report",
    ENVELOPE: "report",
    PROPOSAL: "block",
    PRE_PREPARE: "block",
    VOTE: "block",
    AUDIT_RESPONSE: "block",
    COMMIT: "block",
    CERTIFICATE: "block",
    ANNOUNCEMENT: "block",
    BUNDLE: "release",
    RECEIPT: "release",
}
_FIELDS: Mapping[str, tuple[str, ...]] = {
    REQUEST: ("hashed identity", "credential"),
    RESPONSE: ("hashed identity", "public key", "private key"),
    SUBMISSION: ("hashed identity", "epoch", "public key", "credential", "proof of possession"),
    ENVELOPE: ("transaction", "endorsements"),
    PROPOSAL: ("block", "signature"),
    PRE_PREPARE: ("view", "block", "reports", "signature"),
    VOTE: ("voter", "height", "view", "digest", "result", "signature"),
    COMMIT: ("voter", "height", "view", "digest", "result", "signature"),
    AUDIT_RESPONSE: ("vote", "comparison"),
    ANNOUNCEMENT: ("digest", "signature"),
    BUNDLE: ("header", "evidence", "transactions with proofs", "database's signature"),
    RECEIPT: ("hashed identity", "time", "signature"),
}
_SIZES = (4, 7, 10, 13)
"""Replicas of which the messages of a decision are counted: those that stand 1, 2, 3 and 4 faulty ones."""
_COUNTED = frozenset({"signature", "time"})
"""Fields of a transaction that the paper's formula has, besides keys that no transaction carries."""


@dataclass(frozen=True)
class Reading:
    """One half hour's energy of the meter."""

    meter: str
    at: datetime
    kwh: Decimal


class _Tapped(Pipeline):
    """A pipeline that keeps one message of each kind and counts them."""

    samples: dict[str, bytes]
    sent: Counter[str]

    def _count(self, effects: Effects) -> None:
        for effect in effects:
            if isinstance(effect, Sent):
                self.__dict__.setdefault("samples", {})[effect.kind] = effect.data
                self.__dict__.setdefault("sent", Counter())[effect.kind] += 1
        super()._count(effects)


def costs(rules: Rules, *, replicas: int = 4, bound: int = 1, reports: int = 1, seed: int = 0) -> Costs:
    """The costs of a meter's registration and of so many reports in one block, without faults.

    Raises InputError for replicas that the rules do not admit.
    """
    store = LedgerStore.temporary(CHAIN)
    pipeline = _Tapped(rules, [METER], replicas, bound, seed, block_size=reports, store=store)
    pipeline.submit(Reading(METER, START + timedelta(minutes=30 * slot), KWH) for slot in range(reports))
    summary = pipeline.finish()
    world = deploy(rules, [METER], replicas, bound, seed)
    messages = [_message(kind, count, pipeline.samples[kind]) for kind, count in pipeline.sent.items()]
    messages += _of_blocks(rules, world, store, summary.ordering.messages)
    order = list(_PHASES)
    return Costs(
        reports=reports,
        blocks=summary.blocks,
        replicas=replicas,
        messages=tuple(sorted(messages, key=lambda each: order.index(each.kind))),
        store=_store(rules, world),
        operations=_operations(rules, world),
        decisions=tuple(_decision(rules, n, seed) for n in _SIZES),
        printed=PRINTED,
    )


def _of_blocks(rules: Rules, world: World, store: LedgerStore, tally: Mapping[str, int]) -> list[Message]:
    """The messages among the replicas for the one block, as often as they were sent.

    The service has counted them; here each kind is made once more.
    """
    final, leader = store.block(0), world.replicas[0].pair
    header = final.block.header
    votes = {i: Vote.make(CHAIN, i, header, True, each.pair) for i, each in enumerate(world.replicas) if i}
    own = votes.pop(len(world.replicas) - 1)
    made = {PROPOSAL: Proposal.make(CHAIN, final.block, leader).encode(CHAIN), VOTE: own.encode(CHAIN)}
    if rules.rounds == "two":
        made[PRE_PREPARE] = PrePrepare.make(CHAIN, 0, final.block, (), leader).encode(CHAIN)
        made[COMMIT] = Certificate.decode(CHAIN, final.evidence, COMMIT).votes[-1].encode(CHAIN)
    else:
        made[AUDIT_RESPONSE] = AuditResponse.make(CHAIN, own, votes).encode(CHAIN)
    made[ANNOUNCEMENT if rules.finality == "leaders-word" else CERTIFICATE] = final.evidence
    return [_message(kind, tally[kind], data) for kind, data in made.items() if tally.get(kind)]


def _decision(rules: Rules, n: int, seed: int) -> Decision:
    """One empty block of n replicas, all of them correct: how many messages that takes does not hang on its leaves."""
    world = deploy(rules, [METER], n, (n - 1) // 3, seed)
    store = LedgerStore.temporary(CHAIN)
    ordering = service.start(rules, world.replicas, FaultPlan(), world.randomness.child("faults"), store.block)
    final = ordering.order((), world.contract)
    if not isinstance(final, FinalBlock):
        raise AssertionError(f"{n} correct replicas do not decide an empty block: {final.reason}")
    counts = tuple((name, formula.evaluate({"n": n})) for name, formula in MESSAGES.items())
    return Decision(n, dict(ordering.tally.messages), counts, frozenset({ANNOUNCEMENT, CERTIFICATE}))


def _message(kind: str, sent: int, data: bytes) -> Message:
    """A message taken apart. A byte string counts with its contents, any other field with its encoding."""
    _, _, body = cbor2.loads(data)
    if kind == TRANSACTION:
        parts = _of_transaction(data)
    elif kind == CERTIFICATE:
        parts = [Part(f"{len(body)} votes", 8 * sum(map(len, body)))]
    else:
        parts = [Part(name, _bits(value)) for name, value in zip(_FIELDS[kind], body, strict=True)]
    rest = 8 * len(data) - sum(part.bits for part in parts)
    return Message(kind, _PHASES[kind], sent, (*parts, Part("encoding", rest)))


def _of_transaction(data: bytes) -> list[Part]:
    """A transaction's fields by the names of Table 2; the sealed usage is not split up."""
    whole = Transaction.decode(CHAIN, data)
    names = {"hid": "hashed identity", "key": "key fingerprint", "sealed": "encrypted report"}
    return [
        Part(names.get(name, name), _bits(value), names.get(name, name) in _COUNTED)
        for name, value in vars(whole).items()
    ]


def _bits(value: object) -> int:
    return 8 * (len(value) if isinstance(value, bytes) else len(cbor2.dumps(value, canonical=True)))


def _store(rules: Rules, world: World) -> tuple[Part, ...]:
    """What a meter must keep between two reports. The paper counts its keys, the MDMS's key, a signature and a time."""
    pair = world.key(0)
    time = len(cbor2.dumps(seconds(START)))
    kept = [
        Part("signing key, private", 8 * 32, True),
        Part("signing key, public", 8 * len(pair.public), True),
        Part("MDMS's public key", 8 * len(world.recipient.public), True),
        Part("hashed identity", 8 * len(world.meters[METER].hid)),
        Part("time of the last report", 8 * time, True),
    ]
    given = world.meters[METER].credentials
    if rules.credential == "enrolment-signature":
        kept.append(Part("enrolment key, private", 8 * 32))
    if rules.credential == "private-channel":
        kept.append(Part("secret of the private channel", 8 * len(given.channel)))
    return tuple(kept)


def _operations(rules: Rules, world: World) -> tuple[Operation, ...]:
    """Each operation on inputs of its own, drawn before the clock runs: no key is met twice that a cache might hold."""
    root, recipient, hid = world.randomness.child("costs", repr(rules)), world.recipient, world.meters[METER].hid
    pair = KeyPair.generate(root.child("pair"))
    usage = Usage(KWH, seconds(START))
    genuine = recipient.report(hid, pair, usage, root.child("genuine"))
    plaintext, aad = usage.encode(CHAIN), genuine.aad(CHAIN, rules.signature_scope)
    statement = genuine.signed_part(CHAIN, rules.signature_scope)
    data = genuine.encode(CHAIN)

    def drawn(operation: str, number: int) -> Randomness:
        return root.child(operation, number)

    def draw(number: int) -> Work:
        randomness = drawn("draw", number)
        return lambda: KeyPair.generate(randomness)

    def sign(number: int) -> Work:
        message = statement + drawn("sign", number).take(8)
        return lambda: signing.sign(pair, message)

    def verify(number: int) -> Work:
        message = statement + drawn("verify", number).take(8)
        signature = signing.sign(pair, message)
        return lambda: signing.verify(pair.public, message, signature)

    def verify_first(number: int) -> Work:
        other, message = KeyPair.generate(drawn("verify first", number)), statement
        signature = signing.sign(other, message)
        return lambda: signing.verify(other.public, message, signature)

    def seal(number: int) -> Work:
        randomness = drawn("seal", number)
        return lambda: sealing.seal(rules.encryption, recipient.public, plaintext, aad, randomness)

    def open_(number: int) -> Work:
        sealed = sealing.seal(rules.encryption, recipient.public, plaintext, aad, drawn("open", number))
        return lambda: sealing.open_(world.mdms.pair, sealed, aad)

    def digest(number: int) -> Work:
        message = data + drawn("hash", number).take(8)
        return lambda: hashlib.sha256(message).digest()

    def identity(number: int) -> Work:
        return lambda: hashed_identity(CHAIN, f"MAC{number:06}")

    def decode(number: int) -> Work:
        return lambda: Transaction.decode(CHAIN, data)

    def report(number: int) -> Work:
        randomness = drawn("report", number)
        return lambda: recipient.report(hid, pair, usage, randomness).encode(CHAIN)

    return (
        Operation("nothing", "the clock itself", lambda number: lambda: None),
        Operation("hash", f"SHA-256 of a transaction, {len(data)} bytes", digest),
        Operation("HID", "the hashed identity of one id", identity),
        Operation("decode", "a transaction from its bytes, with every check of its form", decode),
        Operation("draw", "a signing key pair", draw),
        Operation("sign", "ECDSA on secp256k1, deterministic, low s", sign),
        Operation("verify", "the same, with a key that was read before", verify),
        Operation("verify, new key", "the same, with a key that is read first: a square root", verify_first),
        Operation("seal", f"{rules.encryption}, {len(plaintext)} bytes of usage", seal),
        Operation("open", "the inverse, with the MDMS's key", open_),
        Operation("report", "all that a meter does for one report: seal, sign, encode", report),
    )
