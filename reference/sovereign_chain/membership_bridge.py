"""The bridge between the model `Membership` and nodes that sign, sets that are named in blocks, and who follows them.

Node i is the i-th node, Council v the set of epoch v, Height h a block's place, Block b the candidate of that number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.ledger.chain import Block
from reference.sovereign_chain import membership_world as world_of
from reference.sovereign_chain.membership import Handover, committee_of
from reference.sovereign_chain.membership_world import CHAIN, Event, MembershipWorld
from reference.sovereign_chain.rules import Rules

Args = Mapping[str, int]


class MembershipBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are i, h, v and b."""

    world: MembershipWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh nodes and sets.

        `rigid` has the model's tables: `corrupted`, `holder` (set by set, a node for each seat) and `brings` (a set for
        each block); `faulty` binds only the model's adversary. `scope` may give the bound `f`, by default
        floor((n-1)/3) of n seats. Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Seat", "Node", "Council", "Height", "Block")}
        seats, nodes, councils, _, blocks = self._sizes.values()
        table = rigid.get("holder", [*range(seats)] * councils)
        self.world = world_of.deploy(
            rules,
            nodes,
            scope.get("f", (seats - 1) // 3),
            seed,
            holders=[tuple(table[v * seats : (v + 1) * seats]) for v in range(councils)],
            brings=tuple(rigid.get("brings", [0] * blocks)),
            corrupted=[i for i, is_corrupted in enumerate(rigid.get("corrupted", [0] * nodes)) if is_corrupted],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        nodes, councils, heights, blocks = (
            range(self._sizes[sort]) for sort in ("Node", "Council", "Height", "Block")
        )  # fmt: skip
        candidates = {(h, b): world.block(h, b) for h in heights for b in blocks}
        true: dict[str, list[Index]] = {
            "counted": [(h, v) for v in councils for h in _counting(world, v, heights)],
            "latest": [(h, [v for start, v in world.changes if start <= h][-1]) for h in heights],
            "unready": [(v,) for v in world.unready],
            "vote": [
                (i, *place) for i, place in product(nodes, candidates) if _has_voted(world, i, candidates[place])
            ],
            "final": [place for place in candidates if _is_final(world, place[0], candidates[place])],
        }  # fmt: skip
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


def _counting(world: MembershipWorld, number: int, heights: Sequence[int]) -> list[int]:
    """Where somebody counts over the set: whom the centre's word reaches, or who has followed the chain to it."""
    if world.rules.membership == "at-will":
        starts = [start for start, _ in world.said(number)]
        return [height for height in heights if any(start <= height for start in starts)]
    return [each.height for each in world.followers if each.in_force == world.sets[number] and each.height in heights]


def _has_voted(world: MembershipWorld, number: int, block: Block) -> bool:
    """Whether the node's votes are there, one for each set that it sits in."""
    node = world.nodes[number]
    domains = {committee_of(world.rules, each).chain for each, _ in node.sits} or {CHAIN}
    return all(any(world.votes(domain, block, node.pair.public)) for domain in domains)


def _is_final(world: MembershipWorld, height: int, block: Block) -> bool:
    """Whether somebody has the block with a certificate of the set that it was counted over."""
    for follower in (each for each in world.followers if each.height > height):
        handover = Handover.decode(CHAIN, follower.taken[height])
        committee = committee_of(world.rules, world.sets[handover.epoch])
        if handover.block == block.encode(CHAIN) and committee.finalises(block.header, handover.old) is None:
            return True
    return False


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "confirm": lambda a: Event("confirm", a["i"], a["h"], block=a["b"]),
    "confirm_at_will": lambda a: Event("confirm_at_will", a["i"], a["h"], block=a["b"]),
    "permit": lambda a: Event("permit", height=a["h"], set=a["v"]),
    "finalise": lambda a: Event("finalise", height=a["h"], set=a["v"], block=a["b"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "counted": ("Height", "Council"),
    "latest": ("Height", "Council"),
    "unready": ("Council",),
    "vote": ("Node", "Height", "Block"),
    "final": ("Height", "Block"),
}
