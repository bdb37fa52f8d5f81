"""The bridge between the model `Acceptance` and edge devices that really sign and hash: one place of the chain.

Replica r is the r-th device, block b the b-th candidate. The way back verifies the signatures and hashes on the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.crypto import signing
from reference.edge_keys import acceptance_world as world_of
from reference.edge_keys.acceptance_world import CHAIN, AcceptanceWorld
from reference.edge_keys.broadcasts import Proposal
from reference.edge_keys.puzzle import PUZZLES
from reference.edge_keys.rules import Rules
from reference.ledger.chain import ANNOUNCEMENT

Args = Mapping[str, int]


class AcceptanceBridge:
    """Plays a model's trace on devices, and says what their bytes amount to. Arguments of actions are r and b."""

    world: AcceptanceWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh devices and candidates.

        `rigid` has the model's tables: `faulty` (0 or 1 for each device), `proposer` (a device for each block).
        `scope` may give the bound `f`, by default floor((n-1)/3). Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Replica", "Block")}
        n, blocks = self._sizes["Replica"], self._sizes["Block"]
        self.world = world_of.deploy(
            rules,
            n,
            scope.get("f", (n - 1) // 3),
            seed,
            proposers=rigid.get("proposer", [block % n for block in range(blocks)]),
            faulty=[device for device, is_faulty in enumerate(rigid.get("faulty", [0] * n)) if is_faulty],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        devices, blocks = range(self._sizes["Replica"]), range(self._sizes["Block"])
        words = [message.data for message in world.wire if message.kind == ANNOUNCEMENT]
        true: dict[str, list[Index]] = {
            "proposed": [(block,) for block in blocks if _proposed(world, block)],
            "solved": [(block,) for block in blocks if _solved(world, block)],
            "vote": [
                (vote.voter, block)
                for block in blocks
                for vote in world.votes(block)
                if signing.verify(_key(world, vote.voter), vote.signed_part(CHAIN), vote.signature)
            ],
            "announced": [
                (block,)
                for block in blocks
                for word in words
                if world.committee(block).announced(world.ballot(block), word) is None
            ],
            "decided": [(r, b) for r in devices for b in blocks if world.blocks[b] in world.devices[r].blocks],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


def _proposed(world: AcceptanceWorld, block: int) -> bool:
    sent = world.proposal(block)
    return sent is not None and Proposal.decode(CHAIN, sent.data).signed_by(CHAIN, _key(world, world.proposers[block]))


def _solved(world: AcceptanceWorld, block: int) -> bool:
    solves = world.blocks[block].header.solves(CHAIN, PUZZLES[world.rules.puzzle])
    return world.solution(block) is not None and solves


def _key(world: AcceptanceWorld, device: int) -> bytes:
    return world.devices[device].pair.public


_MAKERS: Mapping[str, Callable[[Args], world_of.Event]] = {
    "propose": lambda a: world_of.Propose(a["r"], a["b"]),
    "propose_at_will": lambda a: world_of.ProposeAtWill(a["r"], a["b"]),
    "solve": lambda a: world_of.Solve(a["r"], a["b"]),
    "outcompute": lambda a: world_of.Outcompute(a["b"]),
    "confirm": lambda a: world_of.Confirm(a["r"], a["b"]),
    "sign": lambda a: world_of.Sign(a["r"], a["b"]),
    "announce": lambda a: world_of.Announce(a["r"], a["b"]),
    "lie": lambda a: world_of.Lie(a["r"], a["b"]),
    "decide": lambda a: world_of.Decide(a["r"], a["b"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "proposed": ("Block",),
    "solved": ("Block",),
    "vote": ("Replica", "Block"),
    "announced": ("Block",),
    "decided": ("Replica", "Block"),
}
