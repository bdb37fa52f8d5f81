"""The bridge between the model `Ordering` and replicas that really sign: one height, one view.

Replica r is the r-th member of the committee, block b the b-th candidate. The way back verifies the votes on the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bc_ami import ordering_world
from reference.bc_ami.ordering_world import OrderingWorld
from reference.bc_ami.rules import Rules
from reference.bc_ami.world import CHAIN
from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.crypto import signing
from reference.ledger.chain import ANNOUNCEMENT, PROPOSAL

Args = Mapping[str, int]


class OrderingBridge:
    """Plays a model's trace on replicas, and says what their bytes amount to. Arguments of actions are r and b."""

    world: OrderingWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh replicas and candidates.

        `rigid` has the model's tables: `faulty` (0 or 1 for each replica), `leader` (one number), `valid` (0 or 1 for
        each block). `scope` may give the bound `f`, by default floor((n-1)/3). Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Replica", "Block")}
        n, blocks = self._sizes["Replica"], self._sizes["Block"]
        faulty = rigid.get("faulty", [0] * n)
        self.world = ordering_world.deploy(
            rules,
            n,
            scope.get("f", (n - 1) // 3),
            seed,
            faulty=[replica for replica, is_faulty in enumerate(faulty) if is_faulty],
            leader=rigid.get("leader", [0])[0],
            valid=[bool(accepted) for accepted in rigid.get("valid", [1] * blocks)],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = ordering_world.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        committee = world.replicas[0].committee
        replicas, blocks = range(self._sizes["Replica"]), range(self._sizes["Block"])
        proposals = any(message.kind == PROPOSAL for message in world.wire)
        words = [message.data for message in world.wire if message.kind == ANNOUNCEMENT]
        digests = {block: world.digest(block) for block in blocks}
        true: dict[str, list[Index]] = {
            "proposed": [()] if proposals and world.leader not in world.faulty else [],
            "received": [(r, b) for r in replicas for b in blocks if digests[b] in world.replicas[r].candidates],
            "vote": [
                (vote.voter, block)
                for block in blocks
                for vote in world.votes(block)
                if signing.verify(committee.members[vote.voter], vote.signed_part(CHAIN), vote.signature)
            ],
            "announced": [
                (block,)
                for block in blocks
                for word in words
                if committee.announced(world.blocks[block].header, word) is None
            ],
            "decided": [(r, b) for r in replicas for b in blocks if digests[b] in world.replicas[r].decided],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


_MAKERS: Mapping[str, Callable[[Args], ordering_world.Event]] = {
    "propose": lambda a: ordering_world.Propose(a["b"]),
    "equivocate": lambda a: ordering_world.Equivocate(a["r"], a["b"]),
    "respond": lambda a: ordering_world.Respond(a["r"], a["b"]),
    "sign": lambda a: ordering_world.Sign(a["r"], a["b"]),
    "announce": lambda a: ordering_world.Announce(a["b"]),
    "lie": lambda a: ordering_world.Lie(a["b"]),
    "decide": lambda a: ordering_world.Decide(a["r"], a["b"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "proposed": (),
    "received": ("Replica", "Block"),
    "vote": ("Replica", "Block"),
    "announced": ("Block",),
    "decided": ("Replica", "Block"),
}
