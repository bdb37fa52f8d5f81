"""The machine `Shards` with real bytes: all nodes of the network, one place of one chain, and the votes on the wire.

A vote does not say under its signature which node it is of, so that a faulty node may sign before it has a seat; it
counts, in a certificate, from the seat that the node has.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import VOTE, Certificate, Committee, Header, Vote, committee_of
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.sovereign_chain import shards
from reference.sovereign_chain.assembly_world import CHAIN, PLACE, SERVICE, completed
from reference.sovereign_chain.block import DataRecord
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.shards import CHECKPOINTS, Accept, Countersign, Node, Rely, Seat


@dataclass(frozen=True)
class ShardsWorld:
    """`faulty` nodes are the adversary's. `votes` and `checkpoints` are what was signed, and by which node."""

    rules: Rules
    nodes: tuple[Node, ...]
    faulty: frozenset[int]
    ballots: tuple[Header, ...]
    votes: tuple[tuple[int, Vote], ...] = ()
    checkpoints: tuple[tuple[int, Vote], ...] = ()

    @property
    def own(self) -> Committee:
        """The chain's nodes, by seat."""
        return self.nodes[0].own

    @property
    def everybody(self) -> Committee:
        return self.nodes[0].everybody

    @property
    def seated(self) -> tuple[int, ...]:
        """The numbers of the chain's nodes, by seat."""
        return tuple(self.everybody.members.index(public) for public in self.own.members)

    def evidence(self, block: int) -> bytes:
        """All votes of the chain's nodes for the block, enough or not."""
        digest, seats = self.ballots[block].digest(CHAIN), self.seated
        cast = [replace(vote, voter=seats.index(r)) for r, vote in self.votes if r in seats and vote.digest == digest]
        return Certificate(chain.by_voter(cast)).encode(CHAIN)

    def checkpoint(self, block: int) -> bytes:
        """All nodes' signatures of a checkpoint with the block, enough or not."""
        digest = self.ballots[block].digest(CHECKPOINTS)
        cast = (vote for _, vote in self.checkpoints if vote.digest == digest)
        return Certificate(chain.by_voter(cast)).encode(CHECKPOINTS)


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a node, of a block, and of nodes seated before."""

    action: str
    node: int
    block: int = 0
    count: int = 0


Outcome = tuple[ShardsWorld, Effects]


def deploy(
    rules: Rules, nodes: int, bound: int, seed: int, *, seats: int, blocks: int = 2, faulty: Collection[int] = ()
) -> ShardsWorld:
    """So many nodes in all, of which `seats` are to keep the chain, and competing blocks for its first place.

    What a chain needs of its own is the rule for as many nodes, a third of which less one may be faulty. Raises
    InputError for a node that does not exist, and for too few nodes (WA-C1).
    """
    if not set(faulty) <= set(range(nodes)) or seats < 1:
        raise InputError("a faulty node or a seat does not exist", allowed=f"0 to {nodes - 1}, and a seat or more")
    root = Randomness.from_seed(seed)
    pairs = tuple(KeyPair.generate(root.child("node", i)) for i in range(nodes))
    everybody = replace(committee_of(rules, CHECKPOINTS, pairs, bound), finality="certificate")
    needed = min(nodes, rules.needed_votes(seats, (seats - 1) // 3))
    own = replace(everybody, chain=CHAIN, members=(), needed=needed)
    each = tuple(Node(i, pair, rules, own, seats, everybody) for i, pair in enumerate(pairs))
    made = [completed(0, DataRecord(SERVICE, (b"data of block %d" % number,))) for number in range(blocks)]
    return ShardsWorld(rules, each, frozenset(faulty), tuple(block.ballot(CHAIN, PLACE) for block in made))


def step(world: ShardsWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.node < len(world.nodes):
        return _refuse(world, "node", f"there is no node {event.node}")
    if not 0 <= event.block < len(world.ballots):
        return _refuse(world, "block", f"there is no block {event.block}")
    return _STEPS[event.action](world, event)


def _assign(world: ShardsWorld, event: Event) -> Outcome:
    """All nodes hear of it."""
    if event.count != len(world.seated):
        return _refuse(world, "seat", f"the chain has {len(world.seated)} nodes", "WA-R16")
    public, nodes = world.nodes[event.node].pair.public, list[Node]()
    for node in world.nodes:
        after, effects = shards.step(node, Seat(public))
        if refused(effects) is not None:
            return world, effects
        nodes.append(after)
    return replace(world, nodes=tuple(nodes)), ()


def _accept(world: ShardsWorld, event: Event) -> Outcome:
    after, effects = _correct(world, event, Accept(world.ballots[event.block]))
    return replace(after, votes=after.votes + _signed(event.node, CHAIN, effects)), effects


def _sign(world: ShardsWorld, event: Event) -> Outcome:
    """BYZ: a faulty node signs that it accepts the block, seated or not."""
    made = _at_will(world, event, CHAIN)
    if isinstance(made, Refused) or made in world.votes:
        return _not_new(world, made)
    return replace(world, votes=(*world.votes, made)), (Sent(VOTE, made[1].encode(CHAIN)),)


def _countersign(world: ShardsWorld, event: Event) -> Outcome:
    after, effects = _correct(world, event, Countersign(world.ballots[event.block], world.evidence(event.block)))
    return replace(after, checkpoints=after.checkpoints + _signed(event.node, CHECKPOINTS, effects)), effects


def _sign_checkpoint(world: ShardsWorld, event: Event) -> Outcome:
    """BYZ: a faulty node signs a checkpoint with the block, if there is anybody to take it."""
    if world.rules.shards != "checkpointed":
        return _refuse(world, "shards", "no checkpoints are signed", "WA-C14")
    made = _at_will(world, event, CHECKPOINTS)
    if isinstance(made, Refused) or made in world.checkpoints:
        return _not_new(world, made)
    return replace(world, checkpoints=(*world.checkpoints, made)), (Sent(VOTE, made[1].encode(CHECKPOINTS)),)


def _rely(world: ShardsWorld, event: Event) -> Outcome:
    block = event.block
    return _correct(world, event, Rely(world.ballots[block], world.evidence(block), world.checkpoint(block)))


def _at_will(world: ShardsWorld, event: Event, chain_id: str) -> tuple[int, Vote] | Refused:
    if event.node not in world.faulty:
        return Refused("corruption", "the node is correct", ("WA-C14",))
    pair = world.nodes[event.node].pair
    return event.node, Vote.make(chain_id, event.node, world.ballots[event.block], True, pair)


def _not_new(world: ShardsWorld, made: tuple[int, Vote] | Refused) -> Outcome:
    if isinstance(made, Refused):
        return world, (made,)
    return _refuse(world, "network", "this is signed already")


def _signed(node: int, chain_id: str, effects: Effects) -> tuple[tuple[int, Vote], ...]:
    return tuple((node, Vote.decode(chain_id, each.data)) for each in effects if isinstance(each, Sent))


def _correct(world: ShardsWorld, event: Event, deed: shards.Event) -> Outcome:
    """A correct node's step."""
    if event.node in world.faulty:
        return _refuse(world, "corruption", "a faulty node does not follow the protocol")
    after, effects = shards.step(world.nodes[event.node], deed)
    return replace(world, nodes=(*world.nodes[: event.node], after, *world.nodes[event.node + 1 :])), effects


def _refuse(world: ShardsWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[ShardsWorld, Event], Outcome]] = {
    "assign": _assign,
    "accept": _accept,
    "sign": _sign,
    "countersign": _countersign,
    "sign_checkpoint": _sign_checkpoint,
    "rely": _rely,
}
ACTIONS = tuple(_STEPS)
