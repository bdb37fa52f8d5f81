"""The bridge between the model `BlockTimes` and nodes that compare a block's times with their clocks.

Block b is the draft of the b-th origin, Height h the h-th place, and Time t the t-th hour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.sovereign_chain import block_times_world as world_of
from reference.sovereign_chain.block import Block
from reference.sovereign_chain.block_times import TOLERANCE, Draft, draft_of
from reference.sovereign_chain.block_times_world import ACTIONS, CHAIN, BlockTimesWorld, Event, time_of
from reference.sovereign_chain.rules import Rules

Args = Mapping[str, int]


class BlockTimesBridge:
    """Plays a model's trace on nodes, and says what their bytes amount to. Arguments of actions are b, h and t."""

    world: BlockTimesWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh nodes and origins; `rigid` has the model's table `dishonest`. InputError for a bad scope."""
        self._sizes = {sort: size(scope, sort) for sort in ("Block", "Height", "Time")}
        blocks = self._sizes["Block"]
        dishonest = [b for b, is_so in enumerate(rigid.get("dishonest", [0] * blocks)) if is_so]
        self.world = world_of.deploy(rules, seed, blocks=blocks, dishonest=dishonest)

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world, times = self.world, range(self._sizes["Time"])
        number = {time_of(t): t for t in times}
        drafts = [draft for b in range(self._sizes["Block"]) if (draft := world.draft(b)) and _signed(world, draft)]
        chain = _chain(world)
        true: dict[str, list[Index]] = {
            "come": [(t,) for t in times if all(time_of(t) <= node.clock + TOLERANCE for node in world.nodes)],
            "dated": [(draft.origin, number[draft.time]) for draft in drafts],
            "locked": [(draft_of(CHAIN, block).origin, number[block.lock]) for block in chain],
            "stored": [(draft_of(CHAIN, block).origin, h) for h, block in enumerate(chain)],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


def _signed(world: BlockTimesWorld, draft: Draft) -> bool:
    return draft.signed_by(CHAIN, world.origins[draft.origin].public)


def _chain(world: BlockTimesWorld) -> tuple[Block, ...]:
    """The blocks that all nodes have, each with a certificate for its place."""
    first, committee = world.nodes[0].blocks, world.nodes[0].committee
    if any(node.blocks != first for node in world.nodes):
        raise AssertionError("two nodes have different chains")
    for height, (block, certificate) in enumerate(zip(first, world.certificates, strict=True)):
        if (refusal := committee.finalises(block.ballot(CHAIN, height), certificate)) is not None:
            raise AssertionError(f"a block is stored on votes that are no quorum: {refusal.reason}")
    return first


def _maker(action: str) -> Callable[[Args], Event]:
    if action == "tick":
        return lambda a: Event(action, time=a["t"])
    if action.startswith("make"):
        return lambda a: Event(action, a["b"], time=a["t"])
    return lambda a: Event(action, a["b"], a["h"], a["t"])


_MAKERS: Mapping[str, Callable[[Args], Event]] = {action: _maker(action) for action in ACTIONS}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "come": ("Time",),
    "dated": ("Block", "Time"),
    "locked": ("Block", "Time"),
    "stored": ("Block", "Height"),
}
