"""The bridge between the model `Relocation` and devices with real bundles, of which the grid's key chain has the keys.

What there is of moves is abstracted by the bridge of `Migration`; the versions here are those of the keys that bundles,
transfers and receipts have in them. Where a bundle no longer is, the model still has the version that was last there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

from reference.bridge import Applied, Index, make_event, relation, size
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.bundles import Bundle, Stored
from reference.edge_keys.migration_bridge import MAKERS as OF_MIGRATION
from reference.edge_keys.migration_bridge import MigrationBridge
from reference.grid import relocation_world as world_of
from reference.grid.relocation_world import RelocationWorld, Repeat, Update, Where
from reference.grid.rules import Rules

Args = Mapping[str, int]
Table = Mapping[Index, int]


class RelocationBridge:
    """Plays a trace of `Relocation`, and says what the bytes amount to. Arguments of actions are j, d, m and v."""

    world: RelocationWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh devices. `rigid` has the tables of `Migration`, and `initial`. Raises InputError for a bad
        scope."""
        self._sizes = {sort: size(scope, sort) for sort in ("Meter", "Device", "Move", "Version")}
        devices, moves = self._sizes["Device"], self._sizes["Move"]
        home = rigid.get("home", [0] * self._sizes["Meter"])
        ends = (
            rigid.get("meter", [0] * moves), rigid.get("source", [0] * moves),
            rigid.get("target", [devices - 1] * moves),
        )  # fmt: skip
        initial = rigid.get("initial", [0])[0]
        self.world = world_of.deploy(rules, devices, home, list(zip(*ends, strict=True)), initial, seed)

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action or argument that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Table]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world, sizes = self.world, self._sizes
        of_moves = MigrationBridge.of(world.moves)
        moves, at = range(sizes["Move"]), product(range(sizes["Device"]), range(sizes["Meter"]))
        sent = {(j, version) for j in moves for version, _ in world.sent(world.moves.moves[j])}
        return {
            **of_moves.abstract(),
            "newest": {(m,): world.newest(m) for m in range(sizes["Meter"])},
            "kept": {(d, m): self._last("kept", d, m) for d, m in at},
            "taken_out": {(j,): self._last("taken out", j) for j in moves},
            "on_wire": relation((sizes["Move"], sizes["Version"]), sent),
            "flying": {(j,): self._last("flying", j) for j in moves},
            "landed": {(j,): self._last("landed", j) for j in moves},
            "confirmed": {(j,): self._confirmed(j) for j in moves},
        }  # fmt: skip

    def _last(self, where: Where, number: int, meter: int = 0) -> int:
        bundle = self.world.last.get((where, number, meter))
        return self.world.initial if bundle is None else self.world.version(bundle)

    def _confirmed(self, number: int) -> int:
        """The version of the bundle that the target's receipt names."""
        world, move = self.world, self.world.moves.moves[number]
        receipt = world.moves.receipt(move)
        if receipt is None:
            return world.initial
        named, registry = Stored.decode(CHAIN, receipt).bundle, world.keys.registry
        return next(
            world.initial + place.version
            for (meter, place), keys in registry.shown.items()
            if meter == move.meter and any(Bundle(meter, key).digest(CHAIN) == named for key in keys)
        )


_MAKERS: Mapping[str, Callable[[Args], world_of.Event]] = {
    **OF_MIGRATION,
    "update": lambda a: Update(a["m"], a["d"], a["v"]),
    "repeat": lambda a: Repeat(a["j"], a["v"]),
}
