"""How few nodes part the others: of one chain, and of one among several that have nodes of their own (WA-C1, WA-C14).

Two blocks compete for one place. The correct nodes are divided between them as evenly as they go, which takes no more
than a network that is slow; faulty nodes accept both. If every correct node accepts once, two quorums of q among n
nodes share 2q-n of them at least, which is the least number of faulty ones (dossier 0.4, 0.5).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import Certificate, Committee, Header, Vote
from reference.ledger.effects import Effects, refused
from reference.sovereign_chain import assembly_world as world_of
from reference.sovereign_chain.assembly_world import AssemblyWorld, Event
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.shards import CHECKPOINTS

BLOCKS = (0, 1)


@dataclass(frozen=True)
class Tried:
    """What came of an attempt: all moves with their effects, refused or not, and the world at the end."""

    faulty: int
    moves: tuple[tuple[Event, Effects], ...]
    world: AssemblyWorld

    @property
    def holders(self) -> tuple[frozenset[int], ...]:
        """The correct nodes that have stored each block."""
        forms = [self.world.voted(block) for block in BLOCKS]
        return tuple(frozenset(node.index for node in self.world.nodes if form in node.blocks) for form in forms)

    @property
    def forked(self) -> bool:
        """Whether two correct nodes have stored different blocks in one place."""
        return all(self.holders)


def divide(rules: Rules, nodes: int, bound: int, faulty: int, seed: int) -> Tried:
    """So many faulty nodes do what they can to have both blocks stored; the correct ones follow the rules.

    A faulty node is the origin of both blocks if there is one, otherwise two correct ones are, of one block each.
    """
    origins = (0, 0) if faulty else (0, nodes - 1)
    world = world_of.deploy(rules, nodes, bound, seed, origins=origins, faulty=range(faulty))
    middle = (faulty + nodes) // 2
    sides = (range(faulty, middle), range(middle, nodes))
    moves = []
    for event in _moves(rules, origins, faulty, sides):
        world, effects = world_of.step(world, event)
        moves.append((event, effects))
    return Tried(faulty, tuple(moves), world)


def _moves(rules: Rules, origins: tuple[int, int], faulty: int, sides: tuple[range, range]) -> Iterator[Event]:
    for block, origin in zip(BLOCKS, origins, strict=True):
        yield world_of.ProposeAtWill(origin, block) if faulty else world_of.Propose(origin, block)
    for block, origin in zip(BLOCKS, origins, strict=True):
        asked = sides[block] if rules.vote_once else (*sides[0], *sides[1])
        yield from (world_of.Accept(node, block) for node in asked if faulty or node != origin)
        yield from (world_of.Sign(node, block) for node in range(faulty))
        if rules.acceptance_evidence == "origins-word":
            yield world_of.Lie(origin, block) if faulty else world_of.Announce(origin, block)
    for block in BLOCKS:
        yield world_of.Store(sides[block][0], block)


def least_faulty(rules: Rules, nodes: int, bound: int, seed: int) -> int | None:
    """The least number of faulty nodes that part two correct ones; None if as many as leave two do not."""
    tries = (divide(rules, nodes, bound, faulty, seed) for faulty in range(nodes - 1))
    return next((each.faulty for each in tries if each.forked), None)


def threshold(rules: Rules, nodes: int, bound: int) -> int | None:
    """What `least_faulty` must be, by counting.

    None is needed where blocks are accepted twice; one where an origin is believed; otherwise max(0, 2q-n), of which
    there are too few if that would leave fewer than two correct nodes.
    """
    quorum = rules.needed_votes(nodes, bound)
    overlap = max(0, 2 * quorum - nodes)
    if not rules.vote_once and quorum <= nodes:
        return 0
    if rules.acceptance_evidence == "origins-word":
        return min(overlap, 1)
    return overlap if overlap <= nodes - 2 else None


@dataclass(frozen=True)
class Everybody:
    """The nodes of all chains together: one committee, which signs checkpoints of each chain's blocks."""

    committee: Committee
    pairs: tuple[KeyPair, ...]

    @staticmethod
    def of(rules: Rules, own: tuple[KeyPair, ...], nodes: int, seed: int) -> Everybody:
        """All nodes, of which these are the first; the design allows for as many faulty ones as a third leaves."""
        stream = Randomness.from_seed(seed)
        others = (KeyPair.generate(stream.child("another chain's node", i)) for i in range(len(own), nodes))
        pairs = (*own, *others)
        needed = rules.needed_votes(nodes, (nodes - 1) // 3)
        members = tuple(pair.public for pair in pairs)
        return Everybody(Committee(CHECKPOINTS, members, 0, needed, "positive-votes", "certificate"), pairs)

    def vote(self, node: int, ballot: Header) -> Vote:
        """A node's signature of a checkpoint: this is the block of that chain at its height."""
        return Vote.make(CHECKPOINTS, node, ballot, True, self.pairs[node])


def checkpoints(everybody: Everybody, ballots: tuple[Header, Header], faulty: int) -> tuple[bytes, bytes]:
    """The most that the adversary gets: faulty nodes sign both ballots, correct ones one each, in equal parts."""
    correct = range(faulty, len(everybody.pairs))
    first, second = (
        Certificate(chain.by_voter(everybody.vote(node, ballot) for node in (*range(faulty), *asked)))
        for ballot, asked in zip(ballots, (correct[::2], correct[1::2]), strict=True)
    )
    return first.encode(CHECKPOINTS), second.encode(CHECKPOINTS)


def first_refusal(tried: Tried) -> str | None:
    """The rule that stopped the attempt first."""
    refusals = (refused(effects) for _, effects in tried.moves)
    return next((each.rule for each in refusals if each is not None), None)
