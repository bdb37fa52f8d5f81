"""The machine `Inclusion` with real bytes: a meter's records on their way into a chain, and nodes that propose them.

To accept a block and to store it is one step, as in the model: the origin circulates it, all nodes look at it and vote,
the origin tells or shows what came of it, and all nodes store it. A dishonest node is one that proposes what it likes,
or nothing; its votes are honest, since what others can do is for `Assembly` and `Consensus` to play.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import ANNOUNCEMENT, CERTIFICATE, VOTE, Certificate, Vote
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.sovereign_chain import assembly, inclusion
from reference.sovereign_chain.assembly import CIRCULATED, Circulated
from reference.sovereign_chain.assembly_world import CHAIN, SERVICE, nodes_of
from reference.sovereign_chain.block import Block
from reference.sovereign_chain.inclusion import NOTICE, Node, Notice, RecordId, Service
from reference.sovereign_chain.records import Value, entry_of, metered
from reference.sovereign_chain.rules import Rules

METER = b"meter one".ljust(32, b"\0")
CONTENT: Mapping[str, Value] = {"user": "Ada", "terms": "as agreed", "energy": 4_200, "price": 31, "time": 1_000}
INTERVAL = 60
"""Seconds between blocks."""


@dataclass(frozen=True)
class InclusionWorld:
    """`dishonest` nodes are the adversary's; `records` are what the meter sends, as it sends it."""

    rules: Rules
    nodes: tuple[Node, ...]
    dishonest: frozenset[int]
    records: tuple[bytes, ...]
    wire: tuple[Sent, ...] = ()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The chain, which all nodes have."""
        return self.nodes[0].member.blocks

    def id(self, record: int) -> RecordId:
        """By what this record is told from others."""
        return METER, record

    def notices(self, record: int) -> tuple[bytes, ...]:
        """What is on the wire of nodes that take themselves to be the record's first receivers."""
        sent = [each.data for each in self.wire if each.kind == NOTICE]
        return tuple(data for data in sent if Notice.decode(CHAIN, data).sequence == record)

    def votes(self, ballot: chain.Header) -> tuple[Vote, ...]:
        """The votes on the wire for a block, which nobody has verified yet."""
        digest = ballot.digest(CHAIN)
        decoded = (Vote.decode(CHAIN, each.data) for each in self.wire if each.kind == VOTE)
        return chain.by_voter(vote for vote in decoded if vote.digest == digest)


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a node, a record and a place."""

    action: str
    node: int
    record: int
    height: int = 0


Outcome = tuple[InclusionWorld, Effects]


def deploy(
    rules: Rules, nodes: int, bound: int, seed: int, *, records: int = 1, dishonest: Collection[int] = ()
) -> InclusionWorld:
    """Nodes of which `dishonest` propose at will, and so many records of one meter.

    Raises InputError for a node that does not exist, and for nodes that are too few to accept anything.
    """
    members = nodes_of(rules, nodes, bound, seed)
    committee = members[0].committee
    if not set(dishonest) <= set(range(nodes)):
        raise InputError("a dishonest node does not exist", allowed=f"0 to {nodes - 1}")
    if committee.needed > nodes:
        raise InputError(f"{nodes} nodes accept no block", allowed=f"{committee.needed} nodes or more")
    stream = Randomness.from_seed(seed)
    meter = KeyPair.generate(stream.child("meter"))
    service = Service(CHAIN, rules, SERVICE, {METER: meter.public}, committee.members)
    sent = [
        metered(CHAIN, rules, METER, number, SERVICE, CONTENT, meter, stream).without(()).encode(CHAIN)
        for number in range(records)
    ]
    return InclusionWorld(rules, tuple(Node(member, service) for member in members), frozenset(dishonest), tuple(sent))


def step(world: InclusionWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.node < len(world.nodes):
        return _refuse(world, "node", f"there is no node {event.node}")
    if not 0 <= event.record < len(world.records):
        return _refuse(world, "record", f"there is no record {event.record}")
    after, effects = _STEPS[event.action](world, event)
    return (world if refused(effects) else after), effects


def _receive(world: InclusionWorld, event: Event) -> Outcome:
    """The network is prompt: the node hears whatever there is to hear before it gets the record."""
    if world.notices(event.record):
        return _refuse(world, "notice", "another node was the first receiver", "WA-R7")
    return _deliver(world, event)


def _receive_unaware(world: InclusionWorld, event: Event) -> Outcome:
    """NET: notices that are on the wire do not reach the node."""
    if not world.notices(event.record):
        return _refuse(world, "notice", "there is nothing to hear of another node", "WA-C5")
    return _deliver(world, event)


def _receive_later(world: InclusionWorld, event: Event) -> Outcome:
    notices = world.notices(event.record)
    if not notices:
        return _refuse(world, "notice", "no other node was first", "WA-R5")
    for notice in notices:
        world, _ = _act(world, event.node, inclusion.Hear(notice))
    return _deliver(world, event)


def _deliver(world: InclusionWorld, event: Event) -> Outcome:
    return _act(world, event.node, inclusion.Receive(world.records[event.record]))


def _include(world: InclusionWorld, event: Event) -> Outcome:
    if event.node in world.dishonest:
        return _refuse(world, "corruption", "a dishonest node does not follow the protocol")
    proposal = inclusion.Propose(world.id(event.record), event.height, (event.height + 1) * INTERVAL)
    after, effects = _act(world, event.node, proposal)
    return (world, effects) if refused(effects) else _accepted(after, event)


def _include_at_will(world: InclusionWorld, event: Event) -> Outcome:
    """BYZ as an origin: whatever it has, it puts forward, be it the second time."""
    node = world.nodes[event.node]
    if event.node not in world.dishonest:
        return _refuse(world, "corruption", "the node is honest", "WA-C5")
    sent = node.received.get(world.id(event.record))
    if sent is None:
        return _refuse(world, "record", "the node does not have this record", "WA-R4")
    held = node.service.received(sent)
    if isinstance(held, Refused):
        return world, (held,)
    return put_forward(world, event, entry_of(CHAIN, world.rules, held, event.node, node.member.pair))


def put_forward(world: InclusionWorld, event: Event, entry: bytes) -> Outcome:
    """A dishonest node circulates a block of this entry, and the others do with it what they do with any."""
    node = world.nodes[event.node]
    block = node.block(event.height, entry, (event.height + 1) * INTERVAL)
    shown = assembly.voted_form(world.rules, CHAIN, block)
    message = Sent(CIRCULATED, Circulated.make(CHAIN, event.height, shown, node.member.pair).encode(CHAIN))
    after, effects = _accepted(replace(world, wire=(*world.wire, message)), event)
    return (world if refused(effects) else after), effects


def _accepted(world: InclusionWorld, event: Event) -> Outcome:
    """The block that was circulated last goes its way; the first refusal is what came of it."""
    numbers, height = range(len(world.nodes)), event.height
    message = world.wire[-1].data
    shown = Block.decode(CHAIN, Circulated.decode(CHAIN, message).block)
    ballot = shown.ballot(CHAIN, height)
    for each in numbers:
        for deed in (assembly.Receive(message), inclusion.Judge(height, ballot.digest(CHAIN))):
            world, effects = _act(world, each, deed)
            if refused(effects):
                return world, effects
    votes = world.votes(ballot)
    block = world.nodes[event.node].block(height, shown.record.entries[0], shown.header.timestamp)
    world, told = _act(world, event.node, _announcement(world.rules, height, block, votes))
    if refused(told):
        return world, told
    stored: Effects = ()
    for each in numbers:
        world, effects = _act(world, each, _store(world.rules, height, block, told, votes))
        if refused(effects):
            return world, effects
        stored += effects
    return world, (*told, *stored)


def _announcement(rules: Rules, height: int, block: Block, votes: Sequence[Vote]) -> assembly.Event:
    make = assembly.Complete if rules.attached == "after-acceptance" else assembly.Announce
    return make(height, block, tuple(vote.encode(CHAIN) for vote in votes))


def _store(rules: Rules, height: int, block: Block, told: Effects, votes: tuple[Vote, ...]) -> assembly.Event:
    """What the origin told is shown to all, and the votes where they are asked for."""
    word = next(each.data for each in told if isinstance(each, Sent) and each.kind in (ANNOUNCEMENT, CERTIFICATE))
    if rules.attached == "after-acceptance":
        return assembly.StoreCompleted(height, block, word, Certificate(votes).encode(CHAIN))
    return assembly.Store(height, block, word)


def _act(world: InclusionWorld, number: int, event: inclusion.Event) -> Outcome:
    """A node's step, with what it sends on the wire."""
    after, effects = inclusion.step(world.nodes[number], event)
    nodes = (*world.nodes[:number], after, *world.nodes[number + 1 :])
    sent = tuple(effect for effect in effects if isinstance(effect, Sent))
    return replace(world, nodes=nodes, wire=world.wire + sent), effects


def _refuse(world: InclusionWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[InclusionWorld, Event], Outcome]] = {
    "receive": _receive,
    "receive_unaware": _receive_unaware,
    "receive_later": _receive_later,
    "include": _include,
    "include_at_will": _include_at_will,
}
ACTIONS = tuple(_STEPS)
