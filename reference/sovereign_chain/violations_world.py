"""The machine `Violations` with real bytes: validators of the contract database, users, editions, and the wire.

The editions of a contract that is made for the occasion deny what they are told to. What is sent reaches a validator
when it acts on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from reference.ledger import chain
from reference.ledger.chain import ANNOUNCEMENT, VOTE, Certificate, Header, Vote, announcement
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.sovereign_chain import violations
from reference.sovereign_chain.block import Block, DataRecord
from reference.sovereign_chain.operations import OPERATION
from reference.sovereign_chain.violations import APPEAL, OBSERVED, REPORT, Statement, ViolationRecord, acquittal, blame
from reference.sovereign_chain.violations_state import CHAIN, USER, ViolationsWorld, deploy

__all__ = ["ACTIONS", "CHAIN", "Event", "ViolationsWorld", "deploy", "step"]

SERVICE = 5


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a validator, an operation and an edition."""

    action: str
    validator: int = 0
    operation: int = 0
    edition: int = 0


Outcome = tuple[ViolationsWorld, Effects]


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
