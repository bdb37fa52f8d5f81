"""The machine `BlockTimes` with real bytes: origins that date drafts, and four nodes that look at times and vote.

The model's times are whole hours. Origins' clocks show the hour; those of the nodes differ by a second each way, which
is less than nodes allow for. All nodes here are correct, and a dishonest origin dates its block as it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import Certificate, Vote, committee_of
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.sovereign_chain import block_times
from reference.sovereign_chain.block_times import DRAFT, Draft, Judge, Node, Store, Tick, dated
from reference.sovereign_chain.rules import Rules

CHAIN, NODES, BOUND, HOUR = "power-trading", 4, 1, 3600
SLOW_OR_FAST = (-1, 0, 0, 1)
"""Seconds by which each node's clock differs."""


@dataclass(frozen=True)
class BlockTimesWorld:
    """`origins` have their keys by number: one for each block. It is `hours` o'clock."""

    rules: Rules
    nodes: tuple[Node, ...]
    origins: tuple[KeyPair, ...]
    dishonest: frozenset[int]
    hours: int = 1
    wire: tuple[Sent, ...] = ()
    certificates: tuple[bytes, ...] = ()

    @property
    def now(self) -> int:
        """In seconds."""
        return self.hours * HOUR

    def draft(self, block: int) -> Draft | None:
        """What the block's origin has made, if it has."""
        drafts = [Draft.decode(CHAIN, each.data) for each in self.wire if each.kind == DRAFT]
        return next((draft for draft in drafts if draft.origin == block), None)


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a block, a place and a time."""

    action: str
    block: int = 0
    height: int = 0
    time: int = 0


Outcome = tuple[BlockTimesWorld, Effects]


def time_of(number: int) -> int:
    """The model's time, in seconds."""
    return (number + 1) * HOUR


def deploy(rules: Rules, seed: int, *, blocks: int, dishonest: Collection[int] = ()) -> BlockTimesWorld:
    """Four nodes, and an origin for each block. Raises InputError for an origin that does not exist."""
    if not set(dishonest) <= set(range(blocks)):
        raise InputError("a dishonest origin does not exist", allowed=f"0 to {blocks - 1}")
    root = Randomness.from_seed(seed)
    pairs = tuple(KeyPair.generate(root.child("node", i)) for i in range(NODES))
    origins = tuple(KeyPair.generate(root.child("origin", i)) for i in range(blocks))
    committee = replace(committee_of(rules, CHAIN, pairs, BOUND), finality="certificate")
    keys = tuple(pair.public for pair in origins)
    nodes = tuple(
        Node(i, pair, rules, committee, keys, HOUR + apart)
        for i, (pair, apart) in enumerate(zip(pairs, SLOW_OR_FAST, strict=True))
    )
    return BlockTimesWorld(rules, nodes, origins, frozenset(dishonest))


def step(world: BlockTimesWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.block < len(world.origins):
        return _refuse(world, "block", f"there is no block {event.block}")
    return _STEPS[event.action](world, event)


def _tick(world: BlockTimesWorld, event: Event) -> Outcome:
    if time_of(event.time) != world.now + HOUR:
        return _refuse(world, "clock", "this is not the next hour", "WA-C11")
    nodes = []
    for node in world.nodes:
        after, effects = block_times.step(node, Tick(node.clock + HOUR))
        if refused(effects) is not None:
            return world, effects
        nodes.append(after)
    return replace(world, nodes=tuple(nodes), hours=world.hours + 1), ()


def _make(world: BlockTimesWorld, event: Event) -> Outcome:
    if event.block in world.dishonest:
        return _refuse(world, "corruption", "a dishonest origin does not follow the protocol")
    draft = dated(CHAIN, event.block, _entry(event.block), world.now, world.origins[event.block])
    if draft.time != time_of(event.time):
        return _refuse(world, "clock", "the origin's clock shows another time", "WA-R20")
    return _made(world, draft)


def _make_at_will(world: BlockTimesWorld, event: Event) -> Outcome:
    """A dishonest origin dates its block as it likes."""
    if event.block not in world.dishonest:
        return _refuse(world, "corruption", "the origin is honest", "WA-C11")
    draft = Draft(event.block, _entry(event.block), time_of(event.time))
    return _made(world, draft.signed(CHAIN, world.origins[event.block]))


def _entry(block: int) -> bytes:
    return b"data of block %d" % block


def _made(world: BlockTimesWorld, draft: Draft) -> Outcome:
    if world.draft(draft.origin) is not None:
        return _refuse(world, "network", "the block is made already", "WA-R8")
    sent = Sent(DRAFT, draft.encode(CHAIN))
    return replace(world, wire=(*world.wire, sent)), (sent,)


def _lock(world: BlockTimesWorld, event: Event) -> Outcome:
    """The block is stored with the present as its lock time, so far as nodes let that be another than its own."""
    if time_of(event.time) != world.now:
        return _refuse(world, "clock", "this is not the present", "WA-R20")
    return _given(world, event, one_time=False)


def _append(world: BlockTimesWorld, event: Event) -> Outcome:
    """The block is stored with its own time as its lock time, so far as nodes do not ask for the present."""
    draft = world.draft(event.block)
    if draft is None or draft.time != time_of(event.time):
        return _refuse(world, "draft", "the origin has not given the block this time", "WA-R20")
    return _given(world, event, one_time=True)


def _given(world: BlockTimesWorld, event: Event, one_time: bool) -> Outcome:
    """Where a block's own time is the present, to lock it and to append it are one: what it is called is the rule's."""
    draft, lock = world.draft(event.block), time_of(event.time)
    meant = (world.rules.block_time == "one-increasing") == one_time
    if draft is not None and draft.time == lock == world.now and not meant:
        return _refuse(world, "block_time", "the rules have another name for this", "WA-C11")
    return stored(world, event.block, event.height, lock)


def stored(world: BlockTimesWorld, block: int, height: int, lock: int) -> Outcome:
    """The block is put to the vote with this lock time, for the next place, and all nodes store it."""
    draft = world.draft(block)
    if draft is None:
        return _refuse(world, "draft", "the block is not made", "WA-R8")
    if height != len(world.nodes[0].blocks):
        return _refuse(world, "place", "this is not the next place", "WA-R20")
    made, votes = world.nodes[0].block(draft, lock), []
    for node in world.nodes:
        _, effects = block_times.step(node, Judge(made))
        if refused(effects) is not None:
            return world, effects
        votes += [Vote.decode(CHAIN, each.data) for each in effects if isinstance(each, Sent)]
    certificate = Certificate(chain.by_voter(votes)).encode(CHAIN)
    after = []
    for node in world.nodes:
        grown, effects = block_times.step(node, Store(made, certificate))
        if refused(effects) is not None:
            return world, effects
        after.append(grown)
    return replace(world, nodes=tuple(after), certificates=(*world.certificates, certificate)), ()


def _refuse(world: BlockTimesWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[BlockTimesWorld, Event], Outcome]] = {
    "tick": _tick,
    "make": _make,
    "make_at_will": _make_at_will,
    "lock": _lock,
    "append": _append,
}
ACTIONS = tuple(_STEPS)
