"""The bridge between the model `Shards` and nodes of several chains that sign votes and checkpoints.

Replica r is the r-th node of all, Block b the b-th of the blocks that compete, and a chain has as many nodes as the
scope counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.crypto import signing
from reference.ledger.chain import Vote
from reference.sovereign_chain import shards_world as world_of
from reference.sovereign_chain.assembly_world import CHAIN
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.shards import CHECKPOINTS
from reference.sovereign_chain.shards_world import ACTIONS, Event, ShardsWorld

Args = Mapping[str, int]


class ShardsBridge:
    """Plays a model's trace on nodes, and says what their bytes amount to. Arguments of actions are r, b and x."""

    world: ShardsWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh nodes and blocks. `rigid` has the model's table `faulty`; `scope` may give the bound `f`, by
        default floor((n-1)/3). Raises InputError for a bad scope."""
        self._sizes = {sort: size(scope, sort) for sort in ("Replica", "Count", "Block")}
        n, seats, blocks = self._sizes.values()
        faulty = [r for r, is_faulty in enumerate(rigid.get("faulty", [0] * n)) if is_faulty]
        bound = scope.get("f", (n - 1) // 3)
        self.world = world_of.deploy(rules, n, bound, seed, seats=seats, blocks=blocks, faulty=faulty)

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        if any(node.own != world.own for node in world.nodes):
            raise AssertionError("two nodes know of different nodes of the chain")
        relied = [(node.index, node.relied) for node in world.nodes if node.relied is not None]
        of_chain = {ballot.digest(CHAIN): b for b, ballot in enumerate(world.ballots)}
        of_checkpoints = {ballot.digest(CHECKPOINTS): b for b, ballot in enumerate(world.ballots)}
        true: dict[str, list[Index]] = {
            "filled": [(x,) for x in range(len(world.seated))],
            "seated": [(r,) for r in world.seated],
            "vote": [(r, of_chain[vote.digest]) for r, vote in world.votes if _genuine(world, CHAIN, r, vote)],
            "checkpoint": [
                (r, of_checkpoints[vote.digest])
                for r, vote in world.checkpoints
                if _genuine(world, CHECKPOINTS, r, vote)
            ],
            "decided": [(r, of_chain[digest]) for r, digest in relied],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


def _genuine(world: ShardsWorld, chain_id: str, node: int, vote: Vote) -> bool:
    return signing.verify(world.everybody.members[node], vote.signed_part(chain_id), vote.signature)


def _maker(action: str) -> Callable[[Args], Event]:
    if action == "assign":
        return lambda a: Event(action, a["r"], count=a["x"])
    return lambda a: Event(action, a["r"], a["b"])


_MAKERS: Mapping[str, Callable[[Args], Event]] = {action: _maker(action) for action in ACTIONS}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "filled": ("Count",),
    "seated": ("Replica",),
    "vote": ("Replica", "Block"),
    "checkpoint": ("Replica", "Block"),
    "decided": ("Replica", "Block"),
}
