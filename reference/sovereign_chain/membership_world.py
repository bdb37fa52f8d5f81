"""The machine `Membership` with real bytes: nodes that confirm, their sets, a centre, and whoever follows the chain.

Sets are known by their numbers, which are their epochs, and blocks by the number in their body. There are as many
followers as it takes: whenever one has taken a block there is another still, who has not heard of it yet.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from meterproof.errors import InputError
from reference.crypto import signing
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import Block, Certificate, Vote
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.sovereign_chain import membership
from reference.sovereign_chain.membership import (
    HANDOVER,
    PERMIT,
    Confirmer,
    Follower,
    Handover,
    NamedSet,
    Permit,
    Voted,
    block_of,
    committee_of,
)
from reference.sovereign_chain.receipts import ValidatorSet
from reference.sovereign_chain.rules import Rules

CHAIN = "power-trading"


@dataclass(frozen=True)
class MembershipWorld:
    """`brings` has for each block the number of the set that it names; `permits` is what the centre has said.

    Two ghosts are kept as they come: `unready` are sets that came into force though too few of them had confirmed the
    block below, and `changes`, in order, from which height on which set is the latest.
    """

    rules: Rules
    bound: int
    sets: tuple[ValidatorSet, ...]
    nodes: tuple[Confirmer, ...]
    corrupted: frozenset[int]
    brings: tuple[int, ...]
    centre: KeyPair
    followers: tuple[Follower, ...]
    wire: tuple[Voted, ...] = ()
    permits: tuple[bytes, ...] = ()
    unready: frozenset[int] = frozenset()
    changes: tuple[tuple[int, int], ...] = ((0, 0),)

    @property
    def height(self) -> int:
        """The first one of which nobody has a block."""
        return max(each.height for each in self.followers)

    def block(self, height: int, number: int) -> Block:
        """The candidate of this number for the height."""
        return block_of(CHAIN, height, b"block %d" % number, self.sets[self.brings[number]])

    def votes(self, domain: str, block: Block, public: bytes) -> Iterator[Vote]:
        """The votes on the wire that whoever has this key has signed, verified anew."""
        digest = block.header.digest(domain)
        for each in self.wire:
            if each.domain == domain:
                vote = Vote.decode(domain, each.vote)
                if vote.digest == digest and signing.verify(public, vote.signed_part(domain), vote.signature):
                    yield vote

    def certificate(self, number: int, block: Block) -> bytes:
        """What there is of votes of the set's members for the block, as anybody may put it together."""
        committee = committee_of(self.rules, self.sets[number])
        found = [next(self.votes(committee.chain, block, public), None) for public in committee.members]
        votes = (replace(vote, voter=seat) for seat, vote in enumerate(found) if vote is not None)
        return Certificate(chain.by_voter(votes)).encode(committee.chain)

    def has_quorum(self, number: int, block: Block) -> bool:
        """Whether enough members of the set have confirmed the block."""
        committee = committee_of(self.rules, self.sets[number])
        return committee.finalises(block.header, self.certificate(number, block)) is None

    def said(self, number: int) -> tuple[tuple[int, bytes], ...]:
        """From which heights on the centre has permitted the set, and its words."""
        named = NamedSet.of(self.sets[number]).encode(CHAIN)
        words = [(Permit.decode(CHAIN, data), data) for data in self.permits]
        return tuple(
            (permit.height, data)
            for permit, data in words
            if permit.named == named and permit.signed_by(CHAIN, self.centre.public)
        )


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, with the numbers of a node, a height, a set and a block."""

    action: str
    node: int = 0
    height: int = 0
    set: int = 0
    block: int = 0


Outcome = tuple[MembershipWorld, Effects]


def deploy(
    rules: Rules,
    nodes: int,
    bound: int,
    seed: int,
    *,
    holders: Sequence[Sequence[int]],
    brings: Sequence[int],
    corrupted: Collection[int] = (),
) -> MembershipWorld:
    """Nodes, and the sets in whose seats they sit; the first set is the one to begin with.

    Raises InputError for sets of several sizes or too small, for a node that sits twice, and for what does not exist.
    """
    members = {node for each in holders for node in each} | {*corrupted}
    if not members <= set(range(nodes)) or not set(brings) <= set(range(len(holders))):
        raise InputError("a node or set does not exist", allowed=f"nodes below {nodes}, sets below {len(holders)}")
    if len({len(each) for each in holders}) != 1 or any(len(set(each)) < len(each) for each in holders):
        raise InputError("sets are of several sizes, or a node sits twice", allowed="as many nodes in each set")
    size, stream = len(holders[0]), Randomness.from_seed(seed)
    rules.check_deployment(size, bound)
    pairs = tuple(KeyPair.generate(stream.child("node", number)) for number in range(nodes))
    sets = tuple(
        ValidatorSet(CHAIN, epoch, tuple(pairs[node].public for node in each), rules.needed_votes(size, bound))
        for epoch, each in enumerate(holders)
    )
    sits = [[(s, each.index(i)) for s, each in zip(sets, holders, strict=True) if i in each] for i in range(nodes)]
    confirmers = tuple(Confirmer(CHAIN, rules, pair, tuple(sits[i])) for i, pair in enumerate(pairs))
    centre = KeyPair.generate(stream.child("centre"))
    follower = Follower(CHAIN, rules, bound, centre.public, sets[:1])
    first = Permit(0, NamedSet.of(sets[0]).encode(CHAIN)).signed(CHAIN, centre).encode(CHAIN)
    permits = (first,) if rules.membership == "at-will" else ()
    return MembershipWorld(
        rules, bound, sets, confirmers, frozenset(corrupted), tuple(brings), centre, (follower,), permits=permits
    )


def step(world: MembershipWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.node < len(world.nodes) or not 0 <= event.set < len(world.sets):
        return _refuse(world, "node", "there is no such node or set")
    if not 0 <= event.block < len(world.brings) or event.height < 0:
        return _refuse(world, "block", "there is no such block")
    return _STEPS[event.action](world, event)


def _confirm(world: MembershipWorld, event: Event) -> Outcome:
    if event.node in world.corrupted:
        return _refuse(world, "corruption", "a corrupted node does not follow the protocol")
    node, data = world.nodes[event.node], world.block(event.height, event.block).encode(CHAIN)
    after, effects = membership.confirm(node, data)
    nodes = (*world.nodes[: event.node], after, *world.nodes[event.node + 1 :])
    return _sent(replace(world, nodes=nodes), effects), effects


def _confirm_at_will(world: MembershipWorld, event: Event) -> Outcome:
    if event.node not in world.corrupted:
        return _refuse(world, "corruption", "the node is correct", "WA-C24")
    votes = membership.votes_of(world.nodes[event.node], world.block(event.height, event.block).encode(CHAIN))
    if set(votes) <= set(world.wire):
        return _refuse(world, "network", "this is on the wire already")
    return _sent(world, votes), votes


def _permit(world: MembershipWorld, event: Event) -> Outcome:
    """A centre that does as it likes speaks for the height that is being decided; somebody there hears it."""
    if event.height != world.height:
        return _refuse(world, "height", f"height {world.height} is being decided", "WA-R14")
    if any(height <= event.height for height, _ in world.said(event.set)):
        return _refuse(world, "network", "this is said already", "WA-R14")
    named = NamedSet.of(world.sets[event.set]).encode(CHAIN)
    word = Permit(event.height, named).signed(CHAIN, world.centre).encode(CHAIN)
    listener = next(each for each in world.followers if each.height == event.height)
    follower, effects = membership.hear(listener, word)
    if refused(effects) is not None:
        return world, effects
    below = [_block_at(each, event.height - 1) for each in world.followers if each.height >= event.height > 0]
    is_ready = event.height == 0 or any(world.has_quorum(event.set, block) for block in below)
    unready = world.unready if is_ready else world.unready | {event.set}
    after = replace(
        _joined(world, follower),
        permits=(*world.permits, word),
        unready=unready,
        changes=(*world.changes, (event.height, event.set)),
    )
    return after, (Sent(PERMIT, word),)


def _finalise(world: MembershipWorld, event: Event) -> Outcome:
    """Somebody who counts over the set is shown the block, with all votes that there are for it."""
    block, new = world.block(event.height, event.block), world.brings[event.block]
    if any(each.height > event.height and _block_at(each, event.height) == block for each in world.followers):
        return _refuse(world, "network", "this is taken already", "WA-R9")
    shown = Handover(
        event.set, block.encode(CHAIN), world.certificate(event.set, block), world.certificate(new, block)
    ).encode(CHAIN)
    answers = [
        membership.take(_told(world, each, event.set), shown)
        for each in world.followers
        if each.height == event.height
    ]  # fmt: skip
    taken = next((follower for follower, effects in answers if refused(effects) is None), None)
    if taken is None:
        refusals = [each for _, effects in answers for each in effects]
        of_the_set = [each for each in refusals if isinstance(each, Refused) and each.rule == "quorum"]
        nobody = Refused("height", "nobody is at this height", ("WA-R9",))
        return world, ((of_the_set or refusals or [nobody])[0],)
    after = _joined(world, taken)
    if world.rules.membership != "at-will":
        is_ready = new == event.set or world.has_quorum(new, block)
        unready = world.unready if is_ready else world.unready | {new}
        after = replace(after, unready=unready, changes=(*world.changes, (event.height + 1, new)))
    return after, (Sent(HANDOVER, shown),)


def _told(world: MembershipWorld, follower: Follower, number: int) -> Follower:
    """The follower, having heard the centre's word for the set, be it old or new, if there is one."""
    if follower.in_force.epoch != number:
        for _, word in world.said(number):
            follower, _ = membership.hear(follower, word)
    return follower


def _block_at(follower: Follower, height: int) -> Block:
    return Block.decode(CHAIN, Handover.decode(CHAIN, follower.taken[height]).block)


def _joined(world: MembershipWorld, follower: Follower) -> MembershipWorld:
    is_new = follower not in world.followers
    return replace(world, followers=(*world.followers, follower)) if is_new else world


def _sent(world: MembershipWorld, effects: Effects) -> MembershipWorld:
    return replace(world, wire=world.wire + tuple(each for each in effects if isinstance(each, Voted)))


def _refuse(world: MembershipWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[MembershipWorld, Event], Outcome]] = {
    "confirm": _confirm,
    "confirm_at_will": _confirm_at_will,
    "permit": _permit,
    "finalise": _finalise,
}
