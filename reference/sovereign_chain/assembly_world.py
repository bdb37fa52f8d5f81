"""The machine `Assembly` with real bytes: nodes at one place of one chain, some of them faulty, and the wire.

The competing blocks are given beforehand; each is of one origin, about data of its own, with the script that the
contract in force makes of them. What is circulated reaches a node when it acts on it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import ANNOUNCEMENT, VOTE, Certificate, Committee, Vote, committee_of
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.sovereign_chain import assembly
from reference.sovereign_chain.assembly import CIRCULATED, Circulated, Node, voted_form
from reference.sovereign_chain.block import Block, DataRecord
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.scripts import Edition

CHAIN, SERVICE = "power-trading", 1
EDITION = Edition(1, b"the contract in force".ljust(32, b"\0"))
"""Which contract it is does not matter here."""
PLACE, MADE, ACCEPTED = 0, 1_000, 1_060
"""The height that the blocks are for, and the times at which they are made and completed, in seconds."""


@dataclass(frozen=True)
class AssemblyWorld:
    """`faulty` nodes are the adversary's: it has their keys. `blocks` are the complete ones."""

    rules: Rules
    nodes: tuple[Node, ...]
    faulty: frozenset[int]
    blocks: tuple[Block, ...]
    wire: tuple[Sent, ...] = ()

    def voted(self, block: int) -> Block:
        """What nodes see of the block when they vote."""
        return voted_form(self.rules, CHAIN, self.blocks[block])

    def ballot(self, block: int) -> chain.Header:
        """What votes for the block are given for."""
        return self.voted(block).ballot(CHAIN, PLACE)

    def committee(self, block: int) -> Committee:
        """The nodes, of which the one that this block is of is to be believed."""
        return replace(self.nodes[0].committee, leader=self.blocks[block].origin)

    def votes(self, block: int) -> tuple[Vote, ...]:
        """The votes on the wire for this block, which nobody has verified yet."""
        digest = self.ballot(block).digest(CHAIN)
        decoded = (Vote.decode(CHAIN, each.data) for each in self.wire if each.kind == VOTE)
        return tuple(vote for vote in decoded if vote.digest == digest)

    def circulated(self, form: Block) -> Sent | None:
        """The message by which this very block was circulated, if it is on the wire."""
        wanted = form.encode(CHAIN)
        sent = (each for each in self.wire if each.kind == CIRCULATED)
        return next((each for each in sent if Circulated.decode(CHAIN, each.data).block == wanted), None)


@dataclass(frozen=True)
class _Of:
    node: int
    block: int


class Propose(_Of):
    """The correct node that the data reached first circulates its block, and accepts it (WA-R7, WA-R8)."""


class ProposeAtWill(_Of):
    """BYZ: a faulty node circulates a block of its own."""


class Accept(_Of):
    """A correct node hears of the block and signs that it accepts it (WA-R9)."""


class Sign(_Of):
    """BYZ: a faulty node signs that it accepts any block (WA-C1)."""


class Announce(_Of):
    """The block's correct origin has enough votes and says so (WA-R9)."""


class Lie(_Of):
    """BYZ: the block's faulty origin says that it has (WA-C1)."""


class Store(_Of):
    """A correct node is shown what there is to show for the block, and checks it (WA-R10)."""


Event = Propose | ProposeAtWill | Accept | Sign | Announce | Lie | Store
Outcome = tuple[AssemblyWorld, Effects]


def deploy(
    rules: Rules, nodes: int, bound: int, seed: int, *, origins: Sequence[int], faulty: Collection[int] = ()
) -> AssemblyWorld:
    """Nodes of which `faulty` are corrupted, and one block for each entry of `origins`, of that node.

    Raises InputError for a node that does not exist, and for too few nodes (WA-C1).
    """
    if not {*origins, *faulty} <= set(range(nodes)):
        raise InputError("a block's origin or a faulty node does not exist", allowed=f"0 to {nodes - 1}")
    records = [DataRecord(SERVICE, (b"data of block %d" % number,)) for number in range(len(origins))]
    blocks = tuple(completed(origin, record) for origin, record in zip(origins, records, strict=True))
    return AssemblyWorld(rules, nodes_of(rules, nodes, bound, seed), frozenset(faulty), blocks)


def nodes_of(rules: Rules, nodes: int, bound: int, seed: int) -> tuple[Node, ...]:
    """The nodes of a chain, each with its keys. Raises InputError for too few of them."""
    root = Randomness.from_seed(seed)
    pairs = tuple(KeyPair.generate(root.child("node", i)) for i in range(nodes))
    committee = committee_of(rules, CHAIN, pairs, bound)
    return tuple(Node(i, pair, rules, committee, EDITION) for i, pair in enumerate(pairs))


def completed(origin: int, record: DataRecord, script: bytes | None = None, time: int = ACCEPTED) -> Block:
    """A complete block, by default with the script that the contract in force makes of its data."""
    block = Block.build(CHAIN, PLACE, chain.GENESIS, MADE, origin, record)
    return block.completed(CHAIN, EDITION.script(CHAIN, record) if script is None else script, time)


def step(world: AssemblyWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if (refusal := outside(world, event.node, event.block)) is not None:
        return world, (refusal,)
    return _STEPS[type(event)](world, event)


def outside(world: AssemblyWorld, node: int, block: int) -> Refused | None:
    """Why there is no such node or block; None if there is."""
    if not 0 <= block < len(world.blocks):
        return Refused("block", f"there is no block {block}")
    if not 0 <= node < len(world.nodes):
        return Refused("node", f"there is no node {node}")
    return None


def _propose(world: AssemblyWorld, event: _Of) -> Outcome:
    voted, digest = world.voted(event.block), world.ballot(event.block).digest(CHAIN)
    after, sent = correct(world, event.node, assembly.Circulate(PLACE, voted))
    if refused(sent) is not None:
        return world, sent
    after, accepted = correct(after, event.node, assembly.Accept(PLACE, digest))
    return (after, (*sent, *accepted)) if refused(accepted) is None else (world, accepted)


def _propose_at_will(world: AssemblyWorld, event: _Of) -> Outcome:
    if (refusal := _not_its_own(world, event)) is not None:
        return world, (refusal,)
    return circulate_at_will(world, world.voted(event.block))


def circulate_at_will(world: AssemblyWorld, form: Block) -> Outcome:
    """The block's origin, which is faulty, circulates it."""
    pair = world.nodes[form.origin].pair
    return new(world, Sent(CIRCULATED, Circulated.make(CHAIN, PLACE, form, pair).encode(CHAIN)))


def _accept(world: AssemblyWorld, event: _Of) -> Outcome:
    return accept(world, event.node, event.block, (world.voted(event.block),))


def accept(world: AssemblyWorld, node: int, block: int, forms: Sequence[Block]) -> Outcome:
    """A correct node hears of the block in these forms, so far as they are on the wire, and accepts it."""
    after = world
    for message in filter(None, map(world.circulated, forms)):
        after, _ = correct(after, node, assembly.Receive(message.data))
    outcome = correct(after, node, assembly.Accept(PLACE, world.ballot(block).digest(CHAIN)))
    return outcome if refused(outcome[1]) is None else (world, outcome[1])


def sign(world: AssemblyWorld, event: _Of) -> Outcome:
    """A faulty node signs a vote for the block, whatever it has signed before."""
    if event.node not in world.faulty:
        return refuse(world, "corruption", "the node is correct", "WA-C1")
    vote = Vote.make(CHAIN, event.node, world.ballot(event.block), True, world.nodes[event.node].pair)
    return new(world, Sent(VOTE, vote.encode(CHAIN)))


def _announce(world: AssemblyWorld, event: _Of) -> Outcome:
    if (refusal := _not_told(world.rules)) is not None:
        return world, (refusal,)
    votes = tuple(vote.encode(CHAIN) for vote in world.votes(event.block))
    after, effects = correct(world, event.node, assembly.Announce(PLACE, world.blocks[event.block], votes))
    if refused(effects) is None and after.wire == world.wire:
        return refuse(world, "network", "this is announced already", "WA-R9")
    return after, effects


def _lie(world: AssemblyWorld, event: _Of) -> Outcome:
    if (refusal := _not_told(world.rules) or _not_its_own(world, event)) is not None:
        return world, (refusal,)
    word = chain.announcement(CHAIN, world.ballot(event.block), world.nodes[event.node].pair)
    return new(world, Sent(ANNOUNCEMENT, word))


def _not_its_own(world: AssemblyWorld, event: _Of) -> Refused | None:
    if event.node not in world.faulty:
        return Refused("corruption", "the node is correct", ("WA-C1",))
    if event.node != world.blocks[event.block].origin:
        return Refused("origin", "the block is of another node", ("WA-R7",))
    return None


def _not_told(rules: Rules) -> Refused | None:
    if rules.acceptance_evidence != "origins-word":
        return Refused("acceptance_evidence", "votes are shown, not told", ("WA-C1",))
    return None


def _store(world: AssemblyWorld, event: _Of) -> Outcome:
    """Anyone may have put the evidence together; the node checks it and refuses what is not enough."""
    if world.rules.acceptance_evidence == "votes-shown":
        shown = [certificate(world, event.block)]
    else:
        shown = [each.data for each in world.wire if each.kind == ANNOUNCEMENT]
    outcome = refuse(world, "acceptance_evidence", "nobody has announced that the block is accepted", "WA-R9")
    for evidence in shown:
        outcome = correct(world, event.node, assembly.Store(PLACE, world.voted(event.block), evidence))
        if refused(outcome[1]) is None:
            break
    return outcome


def certificate(world: AssemblyWorld, block: int) -> bytes:
    """All votes on the wire for the block, enough or not."""
    return Certificate(chain.by_voter(world.votes(block))).encode(CHAIN)


def correct(world: AssemblyWorld, node: int, event: assembly.Event) -> Outcome:
    """A correct node's step, with what it sends on the wire."""
    if node in world.faulty:
        return refuse(world, "corruption", "a faulty node does not follow the protocol")
    after, effects = assembly.step(world.nodes[node], event)
    nodes = (*world.nodes[:node], after, *world.nodes[node + 1 :])
    sent = tuple(effect for effect in effects if isinstance(effect, Sent) and effect not in world.wire)
    return replace(world, nodes=nodes, wire=world.wire + sent), effects


def new(world: AssemblyWorld, message: Sent) -> Outcome:
    """The adversary's message goes on the wire, unless it is there."""
    if message in world.wire:
        return refuse(world, "network", "this message is on the wire already")
    return replace(world, wire=(*world.wire, message)), (message,)


def refuse(world: AssemblyWorld, rule: str, reason: str, *cites: str) -> Outcome:
    """The world as it was."""
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[type[Event], Callable[[AssemblyWorld, _Of], Outcome]] = {
    Propose: _propose,
    ProposeAtWill: _propose_at_will,
    Accept: _accept,
    Sign: sign,
    Announce: _announce,
    Lie: _lie,
    Store: _store,
}
