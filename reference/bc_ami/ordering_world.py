"""The machine `ordering` with real bytes: replicas at one height and in one view, some of them faulty, and the wire.

The candidate blocks are given beforehand. Each holds one endorsed report; an invalid one holds a report that no peer
has endorsed, which an honest audit finds.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

from meterproof.errors import InputError
from reference.bc_ami import contract, ordering
from reference.bc_ami.contract import Contract
from reference.bc_ami.messages import Endorsement, Envelope, Usage
from reference.bc_ami.ordering import Replica
from reference.bc_ami.rules import Rules
from reference.bc_ami.world import CHAIN
from reference.bc_ami.world import deploy as deploy_metering
from reference.crypto import signing
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import ANNOUNCEMENT, PROPOSAL, VOTE, Block, Certificate, Proposal, Vote, committee_of
from reference.ledger.effects import Effects, Refused, Sent, refused


@dataclass(frozen=True)
class OrderingWorld:
    """`faulty` replicas are the adversary's: it has their keys. `blocks` are the candidates, by number."""

    rules: Rules
    replicas: tuple[Replica, ...]
    faulty: frozenset[int]
    contract: Contract
    blocks: tuple[Block, ...]
    wire: tuple[Sent, ...] = ()

    @property
    def leader(self) -> int:
        return self.replicas[0].committee.leader

    def digest(self, block: int) -> bytes:
        """The digest under which votes name this block."""
        return self.blocks[block].header.digest(CHAIN)

    def votes(self, block: int) -> tuple[Vote, ...]:
        """The votes on the wire for this block, which nobody has verified yet."""
        decoded = (Vote.decode(CHAIN, each.data) for each in self.wire if each.kind == VOTE)
        return tuple(vote for vote in decoded if vote.digest == self.digest(block))


@dataclass(frozen=True)
class _OfBlock:
    block: int


@dataclass(frozen=True)
class _OfReplica:
    replica: int
    block: int


class Propose(_OfBlock):
    """A correct leader broadcasts a candidate (IS-R15)."""


class Equivocate(_OfReplica):
    """BYZ: a faulty leader sends a candidate to one replica (IS-C17)."""


class Respond(_OfReplica):
    """A correct replica audits a candidate that it has received, and signs its answer (IS-R15)."""


class Sign(_OfReplica):
    """BYZ: a faulty replica signs a positive answer for any block."""


class Announce(_OfBlock):
    """A correct leader holds enough answers and says that the block is final (IS-R15)."""


class Lie(_OfBlock):
    """BYZ: a faulty leader says that the block is final (IS-C18)."""


class Decide(_OfReplica):
    """A correct replica is shown what there is to show that a block is final, and checks it."""


Event = Propose | Equivocate | Respond | Sign | Announce | Lie | Decide
Outcome = tuple[OrderingWorld, Effects]


def deploy(
    rules: Rules,
    replicas: int,
    faults_bound: int,
    seed: int,
    *,
    faulty: Collection[int] = (),
    leader: int = 0,
    valid: Collection[bool] = (True, True),
) -> OrderingWorld:
    """Replicas of which `faulty` are corrupted, and one candidate block for each entry of `valid`.

    Raises InputError for a leader or faulty replica that does not exist, and for too few replicas (IS-C19).
    """
    if not {leader, *faulty} <= set(range(replicas)):
        raise InputError("the leader or a faulty replica does not exist", allowed=f"0 to {replicas - 1}")
    root = Randomness.from_seed(seed)
    pairs = [KeyPair.generate(root.child("replica", i)) for i in range(replicas)]
    members = committee_of(rules, CHAIN, pairs, faults_bound, leader)
    agreed, blocks = candidates(rules, replicas, faults_bound, seed, tuple(valid))
    each = tuple(Replica(i, pair, rules, members) for i, pair in enumerate(pairs))
    return OrderingWorld(rules, each, frozenset(faulty), agreed, blocks)


def candidates(
    rules: Rules, replicas: int, faults_bound: int, seed: int, valid: tuple[bool, ...]
) -> tuple[Contract, tuple[Block, ...]]:
    """A contract and candidates for its first height, each with one report that the contract accepts or doesn't."""
    world = deploy_metering(rules, ["SM1"], replicas, faults_bound, seed)
    meter, state, pair = world.meters["SM1"], world.contract, world.key(0)
    registry, blocks = contract.registry(state).root, []
    for number, accepted in enumerate(valid):
        randomness = world.randomness.child("candidate", number)
        usage = Usage(Decimal(number + 1), number)
        data = world.recipient.report(meter.hid, pair, usage, randomness).encode(CHAIN)
        message = Endorsement.signed_part(CHAIN, data)
        given = [
            Endorsement(i, signing.sign(peer, message) if accepted else bytes(signing.SIGNATURE_BYTES))
            for i, peer in enumerate(world.peers)
        ]
        leaf = Envelope(data, tuple(given)).encode(CHAIN)
        blocks.append(Block.build(0, 0, chain.GENESIS, (leaf,), registry))
    return state, tuple(blocks)


def step(world: OrderingWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.block < len(world.blocks):
        return _refuse(world, "candidate", f"there is no block {event.block}")
    if isinstance(event, _OfReplica) and not 0 <= event.replica < len(world.replicas):
        return _refuse(world, "replica", f"there is no replica {event.replica}")
    match event:
        case Propose():
            return _propose(world, event)
        case Equivocate():
            return _equivocate(world, event)
        case Respond():
            return _correct(world, event.replica, ordering.Respond(world.digest(event.block), world.contract))
        case Sign():
            return _sign(world, event)
        case Announce():
            return _announce(world, event)
        case Lie():
            return _lie(world, event)
        case Decide():
            return _decide(world, event)


def _propose(world: OrderingWorld, event: Propose) -> Outcome:
    block = world.blocks[event.block]
    after, effects = _correct(world, world.leader, ordering.Propose(block, world.contract))
    for effect in effects:
        if isinstance(effect, Sent):
            for replica in range(len(after.replicas)):
                after, _ = _take(after, replica, ordering.Receive(effect.data))
    return after, effects


def _equivocate(world: OrderingWorld, event: Equivocate) -> Outcome:
    if world.leader not in world.faulty:
        return _refuse(world, "corruption", "the leader is correct", "IS-C17")
    if world.digest(event.block) in world.replicas[event.replica].candidates:
        return _refuse(world, "network", "the replica has this candidate already", "IS-C17")
    pair = world.replicas[world.leader].pair
    sent = Sent(PROPOSAL, Proposal.make(CHAIN, world.blocks[event.block], pair).encode(CHAIN))
    after, effects = _take(world, event.replica, ordering.Receive(sent.data))
    return (world, effects) if refused(effects) else (_on_wire(after, sent), (sent,))


def _sign(world: OrderingWorld, event: Sign) -> Outcome:
    if event.replica not in world.faulty:
        return _refuse(world, "corruption", "the replica is correct", "IS-C17")
    header = world.blocks[event.block].header
    vote = Vote.make(CHAIN, event.replica, header, True, world.replicas[event.replica].pair)
    return _new(world, Sent(VOTE, vote.encode(CHAIN)))


def _announce(world: OrderingWorld, event: Announce) -> Outcome:
    if world.rules.finality != "leaders-word":
        return _refuse(world, "finality", "nobody's word makes a block final", "IS-C18")
    votes = tuple(vote.encode(CHAIN) for vote in world.votes(event.block))
    header = world.blocks[event.block].header
    after, effects = _correct(world, world.leader, ordering.Announce(header, votes))
    if not refused(effects) and after.wire == world.wire:
        return _refuse(world, "network", "this is announced already", "IS-R15")
    return after, effects


def _lie(world: OrderingWorld, event: Lie) -> Outcome:
    if world.rules.finality != "leaders-word":
        return _refuse(world, "finality", "nobody's word makes a block final", "IS-C18")
    if world.leader not in world.faulty:
        return _refuse(world, "corruption", "the leader is correct", "IS-C18")
    pair = world.replicas[world.leader].pair
    return _new(world, Sent(ANNOUNCEMENT, chain.announcement(CHAIN, world.blocks[event.block].header, pair)))


def _decide(world: OrderingWorld, event: Decide) -> Outcome:
    """Anyone may have put the evidence together; the replica checks it and refuses what is not enough."""
    header = world.blocks[event.block].header
    if world.rules.finality == "certificate":
        shown = [Certificate(chain.by_voter(world.votes(event.block))).encode(CHAIN)]
    else:
        shown = [each.data for each in world.wire if each.kind == ANNOUNCEMENT]
    outcome = _refuse(world, "finality", "the leader has announced nothing", "IS-R15")
    for evidence in shown:
        outcome = _correct(world, event.replica, ordering.Decide(header, evidence))
        if not refused(outcome[1]):
            break
    return outcome


def _correct(world: OrderingWorld, replica: int, event: ordering.Event) -> Outcome:
    """A correct replica's step, with what it sends on the wire."""
    if replica in world.faulty:
        return _refuse(world, "corruption", "a faulty replica does not follow the protocol")
    return _take(world, replica, event)


def _take(world: OrderingWorld, replica: int, event: ordering.Event) -> Outcome:
    after, effects = ordering.step(world.replicas[replica], event)
    replicas = (*world.replicas[:replica], after, *world.replicas[replica + 1 :])
    sent = tuple(effect for effect in effects if isinstance(effect, Sent))
    return _on_wire(replace(world, replicas=replicas), *sent), effects


def _new(world: OrderingWorld, message: Sent) -> Outcome:
    if message in world.wire:
        return _refuse(world, "network", "this message is on the wire already")
    return _on_wire(world, message), (message,)


def _on_wire(world: OrderingWorld, *messages: Sent) -> OrderingWorld:
    return replace(world, wire=world.wire + tuple(each for each in messages if each not in world.wire))


def _refuse(world: OrderingWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)
