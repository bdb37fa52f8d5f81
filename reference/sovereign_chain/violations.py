"""Validators of the contract database: reports of violations, votes for their records, and appeals (WA-R12, WA-C8, C9).

A record names its user and his operation. As published a report is enough for it; hardened it holds the operation with
the user's signature, the contract's rule and the hash of the edition, and every validator evaluates it anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reference.crypto import encoding, merkle, signing
from reference.crypto.encoding import HASH, SIGNATURE, Domain, Malformed
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import Committee, Header, Vote
from reference.ledger.effects import Effects, Refused, Sent
from reference.sovereign_chain.operations import Editions, judge
from reference.sovereign_chain.rules import Rules

REPORT, OBSERVED, APPEAL, RECORD = "violation-report", "observed-violation", "appeal", "violation-record"


@dataclass(frozen=True)
class Statement:
    """Words about an operation, signed by whom they are of: a node's report or observation, or a user's appeal."""

    kind: str
    who: int
    operation: bytes
    signature: bytes

    @staticmethod
    def make(chain_id: str, kind: str, who: int, operation: bytes, pair: KeyPair) -> Statement:
        return Statement(kind, who, operation, signing.sign(pair, _said(chain_id, kind, who, operation)))

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, self.kind), [self.who, self.operation, self.signature])

    @staticmethod
    def decode(chain_id: str, kind: str, data: bytes) -> Statement:
        return Statement(kind, *encoding.decode_fields(Domain(chain_id, kind), data, int, HASH, SIGNATURE))

    def signed_by(self, chain_id: str, public: bytes) -> bool:
        return signing.verify(public, _said(chain_id, self.kind, self.who, self.operation), self.signature)


def _said(chain_id: str, kind: str, who: int, operation: bytes) -> bytes:
    return encoding.encode(Domain(chain_id, "signed-" + kind), [who, operation])


@dataclass(frozen=True)
class ViolationRecord:
    """What a block of the contract database has of a violation. Where reports are enough, the rest is empty."""

    operation: bytes
    """The operation's identity, 32 bytes."""
    evidence: bytes = b""
    """The signed operation."""
    rule: str = ""
    """The contract's rule that denies it, if one does."""
    edition: bytes = b""
    """The hash of the edition's meaning, 32 bytes."""

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, RECORD), [self.operation, self.evidence, self.rule, self.edition])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> ViolationRecord:
        return ViolationRecord(*encoding.decode_fields(Domain(chain_id, RECORD), data, HASH, bytes, str, HASH))


@dataclass(frozen=True)
class Register:
    """What all validators know: the users' public keys by name, and the editions that have come into force."""

    chain_id: str
    rules: Rules
    users: Mapping[bytes, bytes]
    editions: Editions

    def record_of(self, operation: bytes, evidence: bytes) -> ViolationRecord | Refused:
        """The record that the rules ask for of this operation, with the evidence; or why there can be none."""
        if self.rules.violation_evidence == "report-only":
            return ViolationRecord(operation)
        if not evidence:
            return Refused("violation_evidence", "nothing shows what the user has signed", ("WA-C8",))
        judgement = judge(self.chain_id, self.rules.judged_by, self.editions, self.users, evidence)
        if isinstance(judgement, Refused):
            return Refused("violation_evidence", judgement.reason, judgement.cites)
        if judgement.operation.identity(self.chain_id) != operation:
            return Refused("violation_evidence", "the evidence is of another operation", ("WA-C8",))
        if judgement.decision.outcome != "deny":
            return Refused("violation_evidence", "the contract does not deny the operation", ("WA-C8",))
        return ViolationRecord(operation, evidence, judgement.decision.rule or "", judgement.digest)

    def fault(self, data: bytes) -> Refused | None:
        """Why this is no valid record of a violation; None if it is."""
        try:
            record = ViolationRecord.decode(self.chain_id, data)
        except Malformed as malformed:
            return Refused("encoding", str(malformed), ("WA-C8",))
        right = self.record_of(record.operation, record.evidence)
        if isinstance(right, Refused):
            return right
        if right != record:
            return Refused("violation_evidence", "rule or edition are others than the evidence has", ("WA-C8",))
        return None


@dataclass(frozen=True)
class Validator:
    """One validator's memory: what it has observed, by identity, and what it has voted for."""

    index: int
    pair: KeyPair
    committee: Committee
    register: Register
    seen: frozenset[bytes] = frozenset()
    backed: frozenset[bytes] = frozenset()
    granted: frozenset[bytes] = frozenset()
    first: frozenset[bytes] = frozenset()
    """The operations of which it is the first receiver (WA-R7)."""

    @property
    def chain_id(self) -> str:
        return self.committee.chain


@dataclass(frozen=True)
class Observe:
    """A user's signed operation comes."""

    operation: bytes


@dataclass(frozen=True)
class Report:
    """Another validator, or this one, has observed a violation."""

    observed: bytes


@dataclass(frozen=True)
class Back:
    """A report has come, and what there is of evidence."""

    report: bytes
    evidence: bytes = b""


@dataclass(frozen=True)
class Grant:
    """A user appeals, and the validator has found that the denial would be unjust, or that it is not."""

    appeal: bytes
    user: bytes
    unjust: bool


Event = Observe | Report | Back | Grant
Outcome = tuple[Validator, Effects]


def step(validator: Validator, event: Event) -> Outcome:
    """The validator's answer to an event; a refused event leaves it unchanged."""
    try:
        match event:
            case Observe():
                return _observe(validator, event.operation)
            case Report():
                return _report(validator, event.observed)
            case Back():
                return _back(validator, event)
            case Grant():
                return _grant(validator, event)
    except Malformed as malformed:
        return _refuse(validator, "encoding", str(malformed), "WA-C8")


def blame(operation: bytes) -> Header:
    """What votes for the record of an operation are given for: which operation, for ever and anywhere."""
    return Header(0, 0, chain.GENESIS, merkle.root((b"violation", operation)), 1, operation)


def acquittal(operation: bytes) -> Header:
    """What votes for the appeal against the record of an operation are given for."""
    return Header(0, 0, chain.GENESIS, merkle.root((b"appeal", operation)), 1, operation)


def _observe(validator: Validator, data: bytes) -> Outcome:
    register = validator.register
    found = judge(register.chain_id, register.rules.judged_by, register.editions, register.users, data)
    if isinstance(found, Refused):
        return validator, (found,)
    if found.decision.outcome != "deny":
        return _refuse(validator, "violation_evidence", "the contract does not deny the operation", "WA-R12")
    identity = found.operation.identity(validator.chain_id)
    if identity in validator.seen:
        return _refuse(validator, "observation", "this was observed already", "WA-R12")
    said = Statement.make(validator.chain_id, OBSERVED, validator.index, identity, validator.pair)
    after = replace(validator, seen=validator.seen | {identity})
    return after, (Sent(OBSERVED, said.encode(validator.chain_id)),)


def _report(validator: Validator, data: bytes) -> Outcome:
    observed = Statement.decode(validator.chain_id, OBSERVED, data)
    if (refusal := _not_of_a_member(validator, observed)) is not None:
        return validator, (refusal,)
    operation = observed.operation
    if validator.register.rules.proposer == "first-receiver" and operation not in validator.first:
        return _refuse(validator, "proposer", "another node was the first receiver", "WA-R7", "WA-C5")
    said = Statement.make(validator.chain_id, REPORT, validator.index, operation, validator.pair)
    return validator, (Sent(REPORT, said.encode(validator.chain_id)),)


def _back(validator: Validator, event: Back) -> Outcome:
    report = Statement.decode(validator.chain_id, REPORT, event.report)
    if (refusal := _not_of_a_member(validator, report)) is not None:
        return validator, (refusal,)
    if report.operation in validator.backed:
        return _refuse(validator, "vote", "this record was voted for already", "WA-R9")
    record = validator.register.record_of(report.operation, event.evidence)
    if isinstance(record, Refused):
        return validator, (record,)
    after = replace(validator, backed=validator.backed | {report.operation})
    return after, (_vote(validator, blame(report.operation)),)


def _grant(validator: Validator, event: Grant) -> Outcome:
    appeal = Statement.decode(validator.chain_id, APPEAL, event.appeal)
    key = validator.register.users.get(event.user)
    if validator.register.rules.appeal != "quorum":
        return _refuse(validator, "appeal", "a denial is not appealed against", "WA-C9")
    if key is None or not appeal.signed_by(validator.chain_id, key):
        return _refuse(validator, "appeal", "the user does not appeal", "WA-C9")
    if not event.unjust:
        return _refuse(validator, "appeal", "the denial is just", "WA-C9")
    if appeal.operation in validator.granted:
        return _refuse(validator, "vote", "this appeal was voted for already", "WA-C9")
    after = replace(validator, granted=validator.granted | {appeal.operation})
    return after, (_vote(validator, acquittal(appeal.operation)),)


def _vote(validator: Validator, ballot: Header) -> Sent:
    vote = Vote.make(validator.chain_id, validator.index, ballot, True, validator.pair)
    return Sent(chain.VOTE, vote.encode(validator.chain_id))


def _not_of_a_member(validator: Validator, said: Statement) -> Refused | None:
    members = validator.committee.members
    if not 0 <= said.who < len(members) or not said.signed_by(validator.chain_id, members[said.who]):
        return Refused("report", f"validator {said.who} has not signed this", ("WA-R12",))
    return None


def _refuse(validator: Validator, rule: str, reason: str, *cites: str) -> Outcome:
    return validator, (Refused(rule, reason, cites),)
