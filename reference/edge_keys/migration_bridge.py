"""The bridge between the model `Migration` and devices with real bundles, seals and receipts.

Device d is the d-th device, meter m the m-th meter, move j the j-th move. The way back reads the chain's entries, what
was sent, and the devices' stores, of which each bundle must be the meter's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, make_event, relation, size
from reference.crypto import signing
from reference.edge_keys import migration_world as world_of
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.bundles import Bundle, Move, Stored
from reference.edge_keys.migration_world import MigrationWorld
from reference.edge_keys.rules import Rules

Args = Mapping[str, int]
Table = Mapping[Index, int]
NONE, OPEN, COMMITTED, ABORTED = range(4)
"""What the chain has of a migration, in the order of the model's phases."""


class MigrationBridge:
    """Plays a model's trace on devices, and says what their bytes amount to. Arguments of actions are j and d."""

    world: MigrationWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh devices.

        `rigid` has the model's tables `home`, a device for each meter, and `meter`, `source`, `target` for each move;
        by default all goes from device 0 to the last. Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Meter", "Device", "Move")}
        devices, moves = self._sizes["Device"], self._sizes["Move"]
        home = rigid.get("home", [0] * self._sizes["Meter"])
        meter, source = rigid.get("meter", [0] * moves), rigid.get("source", [0] * moves)
        target = rigid.get("target", [devices - 1] * moves)
        self.world = world_of.deploy(rules, devices, home, list(zip(meter, source, target, strict=True)), seed)

    @staticmethod
    def of(world: MigrationWorld) -> MigrationBridge:
        """The way back for a world that somebody else plays."""
        bridge = MigrationBridge()
        bridge.world = world
        sizes = {"Meter": world.meters, "Device": world.devices, "Move": world.moves}
        bridge._sizes = {sort: len(each) for sort, each in sizes.items()}
        return bridge

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action or argument that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Table]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world, log = self.world, self.world.log
        numbered = list(enumerate(world.moves))
        meters = list(enumerate(world.meters))
        true: dict[str, list[Index]] = {
            "owner": [(m, log.owner(meter)) for m, meter in meters],
            "earlier": [(i.number, j.number) for i, j in self._in_order()],
            "keeps": [
                (device.index, m)
                for device in world.devices
                for m, meter in meters
                if meter in device.kept and Bundle.decode(CHAIN, device.kept[meter]).meter == meter
            ],
            "in_hand": [(j,) for j, move in numbered if move in world.devices[move.source].in_hand],
            "sent": [(j,) for j, move in numbered if world.last_sent(move) is not None],
            "under_way": [(j,) for j, move in numbered if move in world.under_way],
            "arrived": [(j,) for j, move in numbered if move in world.devices[move.target].arrived],
            "stored": [(j,) for j, move in numbered if self._is_stored(move)],
            "ended": [(device.index, move.number) for device in world.devices for move in device.ended],
            "read": [(world.meters.index(Bundle.decode(CHAIN, each).meter),) for each in world.read],
        }
        tables: dict[str, Table] = {
            name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(cells)) for name, cells in true.items()
        }
        return {**tables, "phase": {(j,): self._phase(move) for j, move in numbered}}

    def _phase(self, move: Move) -> int:
        """As published a move is over when the target has the bundle: no entry of the chain says so."""
        match self.world.log.state(move):
            case None:
                return NONE
            case "committed":
                return COMMITTED
            case "aborted":
                return ABORTED
            case "begun":
                return COMMITTED if self._is_stored(move) else OPEN
            case "locked":
                return OPEN

    def _is_stored(self, move: Move) -> bool:
        """Whether the target's valid receipt is on the wire."""
        receipt = self.world.receipt(move)
        if receipt is None:
            return False
        stored = Stored.decode(CHAIN, receipt)
        return signing.verify(self.world.devices[move.target].pair.public, stored.signed_part(CHAIN), stored.signature)

    def _in_order(self) -> list[tuple[Move, Move]]:
        """Pairs of moves of a meter that the chain opened one after the other, where it has an order of them."""
        if self.world.rules.migration != "two-phase":
            return []
        orders = [self.world.log.moves_of(meter) for meter in self.world.meters]
        return [(i, j) for order in orders for number, j in enumerate(order) for i in order[:number]]


def _about(act: world_of.Act) -> Callable[[Args], world_of.Event]:
    return lambda args: world_of.Of(act, args["j"])


MAKERS: Mapping[str, Callable[[Args], world_of.Event]] = {
    "begin": _about("begin"),
    "take_out": _about("take_out"),
    "send": _about("send"),
    "receive": _about("receive"),
    "install": _about("install"),
    "erase_old": _about("erase_old"),
    "store": _about("store"),
    "commit": _about("commit"),
    "abort": _about("abort"),
    "clean_up": lambda args: world_of.CleanUp(args["j"], args["d"]),
    "crash": lambda args: world_of.Crash(args["d"]),
    "lose": _about("lose"),
    "repeat": _about("repeat"),
    "overhear": _about("overhear"),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "owner": ("Meter", "Device"),
    "earlier": ("Move", "Move"),
    "keeps": ("Device", "Meter"),
    "in_hand": ("Move",),
    "sent": ("Move",),
    "under_way": ("Move",),
    "arrived": ("Move",),
    "stored": ("Move",),
    "ended": ("Device", "Move"),
    "read": ("Meter",),
}
