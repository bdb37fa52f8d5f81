"""A service chain as one party, which carries operations out, or refuses them to users who are denied (WA-R12, WA-C13).

As published it looks denials up for requests for data alone (WA-C26), and knows those that were found on it, or also
those whose broadcast report has come. Hardened, it looks them up for writes too, and in a checkpoint of the contract
chain that is not older than Delta; a chain that has none carries out nothing. Of several such checkpoints any will do:
the nodes of a chain need not all have the latest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reference.crypto.encoding import Malformed
from reference.ledger.effects import Effect, Effects, Refused
from reference.sovereign_chain.contract_chain import Slot
from reference.sovereign_chain.denials import Checkpoint, Decision, Denial, Entries
from reference.sovereign_chain.operations import Judgement, judge
from reference.sovereign_chain.receipts import ValidatorSet
from reference.sovereign_chain.violations import Register

READS = frozenset({"read", "export"})
"""The actions that are requests for data; all others are writes."""


@dataclass(frozen=True)
class ServiceChain:
    """`register` is the contract chain's, with what everybody knows of users and contracts; `delta` is in microseconds.

    `reports` has the denials that were found here or broadcast and `decisions` those on appeals, by operation;
    `checkpoints` are by height.
    """

    name: str
    register: Register
    database: ValidatorSet
    delta: int
    reports: Mapping[bytes, bytes] = field(default_factory=dict)
    decisions: Mapping[bytes, bytes] = field(default_factory=dict)
    checkpoints: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def chain_id(self) -> str:
        """That of the contract chain, in whose domain all of these messages are."""
        return self.register.chain_id

    def views(self, now: Slot) -> tuple[Entries, ...]:
        """What it may act on in this slot: each says which denials there are."""
        if self.register.rules.denial_reach != "checkpoint":
            return (Entries.of(self.chain_id, (*self.reports.values(), *self.decisions.values())),)
        held = [Checkpoint.decode(self.chain_id, self.checkpoints[height]) for height in sorted(self.checkpoints)]
        return tuple(Entries.of(self.chain_id, each.entries) for each in held if now.time - each.time <= self.delta)


@dataclass(frozen=True)
class Find:
    """The violation was found on this chain, and is reported."""

    denial: bytes


@dataclass(frozen=True)
class Hear:
    """A broadcast report comes of what was found on another chain."""

    denial: bytes


@dataclass(frozen=True)
class HearDecision:
    """A decision on an appeal comes."""

    decision: bytes


@dataclass(frozen=True)
class Fetch:
    """A checkpoint of the contract chain comes."""

    checkpoint: bytes


@dataclass(frozen=True)
class CarryOut:
    """A signed operation is asked for."""

    operation: bytes
    now: Slot


@dataclass(frozen=True)
class TurnAway:
    """A signed operation is asked for, and to be refused for the denial that is for the operation `cause`."""

    operation: bytes
    cause: bytes
    now: Slot


@dataclass(frozen=True)
class CarriedOut(Effect):
    """A chain has carried out the operation of this identity."""

    chain: str
    operation: bytes


@dataclass(frozen=True)
class TurnedAway(Effect):
    """A chain has refused the first operation, its user being denied for the second."""

    chain: str
    operation: bytes
    cause: bytes


Event = Find | Hear | HearDecision | Fetch | CarryOut | TurnAway
Outcome = tuple[ServiceChain, Effects]


def step(party: ServiceChain, event: Event) -> Outcome:
    """The chain's answer to an event; a refused event leaves it unchanged."""
    try:
        match event:
            case Find():
                return _find(party, event.denial)
            case Hear():
                return _hear(party, event.denial)
            case HearDecision():
                return _hear_decision(party, event.decision)
            case Fetch():
                return _fetch(party, event.checkpoint)
            case CarryOut():
                return _carry_out(party, event)
            case TurnAway():
                return _turn_away(party, event)
    except Malformed as malformed:
        return _refuse(party, "encoding", str(malformed), "WA-R12")


def _find(party: ServiceChain, data: bytes) -> Outcome:
    denial = Denial.decode(party.chain_id, data)
    if denial.place != party.name:
        return _refuse(party, "report", "this was not found here", "WA-R12")
    return _reported(party, denial, data)


def _hear(party: ServiceChain, data: bytes) -> Outcome:
    denial = Denial.decode(party.chain_id, data)
    if party.register.rules.denial_reach != "broadcast":
        return _refuse(party, "denial_reach", "reports are not what the chain goes by", "WA-R12", "WA-C13")
    if denial.place == party.name:
        return _refuse(party, "report", "this was found here", "WA-R12")
    return _reported(party, denial, data)


def _reported(party: ServiceChain, denial: Denial, data: bytes) -> Outcome:
    if denial.operation in party.reports:
        return _refuse(party, "report", "this was reported already", "WA-R12")
    if (refusal := denial.fault(party.database)) is not None:
        return party, (refusal,)
    return replace(party, reports={**party.reports, denial.operation: data}), ()


def _hear_decision(party: ServiceChain, data: bytes) -> Outcome:
    decision = Decision.decode(party.chain_id, data)
    if party.register.rules.appeal != "quorum":
        return _refuse(party, "appeal", "a denial is not appealed against", "WA-C9")
    if (refusal := decision.fault(party.database)) is not None:
        return party, (refusal,)
    return replace(party, decisions={**party.decisions, decision.operation: data}), ()


def _fetch(party: ServiceChain, data: bytes) -> Outcome:
    if party.register.rules.denial_reach != "checkpoint":
        return _refuse(party, "denial_reach", "checkpoints are not what the chain goes by", "WA-C13")
    header = Checkpoint.decode(party.chain_id, data).opened(party.database)
    if isinstance(header, Refused):
        return party, (header,)
    if header.height in party.checkpoints:
        return _refuse(party, "place", "the chain has this checkpoint already", "WA-C13")
    return replace(party, checkpoints={**party.checkpoints, header.height: data}), ()


def _carry_out(party: ServiceChain, event: CarryOut) -> Outcome:
    asked = _asked(party, event.operation)
    if isinstance(asked, Refused):
        return party, (asked,)
    done = CarriedOut(party.name, asked.operation.identity(party.chain_id))
    if not _is_looked_up(party, asked):
        return party, (done,)
    views = party.views(event.now)
    if any(not _against(party, each, asked, event.now) for each in views):
        return party, (done,)
    why = "the user is denied this" if views else "no checkpoint of the contract chain is recent enough"
    if asked.operation.request.action not in READS:
        return _refuse(party, "gate", f"a write is looked up as well: {why}", "WA-R12", "WA-C26")
    return _refuse(party, "denial" if views else "denial_reach", why, "WA-R12", "WA-C13")


def _turn_away(party: ServiceChain, event: TurnAway) -> Outcome:
    asked = _asked(party, event.operation)
    if isinstance(asked, Refused):
        return party, (asked,)
    if not _is_looked_up(party, asked):
        return _refuse(party, "gate", "denials are of access to data alone", "WA-R12", "WA-C26")
    views = party.views(event.now)
    if not views:
        return _refuse(party, "denial_reach", "no checkpoint of the contract chain is recent enough", "WA-C13")
    causes = {each.operation for view in views for each in _against(party, view, asked, event.now)}
    if event.cause not in causes:
        return _refuse(party, "denial", "no denial for this stands against the operation", "WA-R12", "WA-C9")
    return party, (TurnedAway(party.name, asked.operation.identity(party.chain_id), event.cause),)


def _asked(party: ServiceChain, data: bytes) -> Judgement | Refused:
    known = party.register
    return judge(known.chain_id, known.rules.judged_by, known.editions, known.users, data)


def _is_looked_up(party: ServiceChain, asked: Judgement) -> bool:
    return party.register.rules.gate == "access-and-writes" or asked.operation.request.action in READS


def _against(party: ServiceChain, known: Entries, asked: Judgement, now: Slot) -> tuple[Denial, ...]:
    return known.against(party.register.rules.denial, party.chain_id, asked, now.height)


def _refuse(party: ServiceChain, rule: str, reason: str, *cites: str) -> Outcome:
    return party, (Refused(rule, reason, cites),)
