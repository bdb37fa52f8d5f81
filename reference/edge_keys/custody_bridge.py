"""The bridge between the model `Custody` and devices that keep, seal and hand out real bundles.

Meter m is the m-th meter, device d the d-th device. The way back opens every store and every message; what the
adversary has is what it has read, and of its own meters no more than of others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.crypto import signing
from reference.edge_keys import custody_world as world_of
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.bundle_queries import FETCHED, QUERY, BundleQuery, FetchedKey
from reference.edge_keys.bundles import Bundle
from reference.edge_keys.custody_world import CustodyWorld
from reference.edge_keys.rules import Rules

Args = Mapping[str, int]


class CustodyBridge:
    """Plays a model's trace on devices, and says what their bytes amount to. Arguments are m, a, d and e."""

    world: CustodyWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh meters and devices.

        `rigid` has the model's tables, 0 or 1 each: `faulty` and `corrupted` for each device, `own` for each meter.
        `scope` may give the bound `f`, by default floor((n-1)/3). Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Meter", "Device")}
        n = self._sizes["Device"]
        chosen = {name: [i for i, holds in enumerate(rigid.get(name, ())) if holds] for name in _TABLES}
        bound = scope.get("f", (n - 1) // 3)
        self.world = world_of.deploy(rules, self._sizes["Meter"], n, bound, seed, **chosen)

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action or argument that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        names = {meter.name: m for m, meter in enumerate(world.meters)}
        kept = [
            (d, names[name], Bundle.decode(CHAIN, data))
            for d, device in enumerate(world.devices)
            for name, data in device.kept.items()
        ]
        queries = [BundleQuery.decode(CHAIN, data) for data in world.sent(QUERY)]
        passed = [FetchedKey.decode(CHAIN, data) for data in world.sent(FETCHED)]
        out = {names[each.meter] for each in passed} | {
            m for _, m, bundle in kept if self._is_private(m, bundle.secret)
        }
        true: dict[str, list[Index]] = {
            "member": [(names[name], d) for name, d in world.clusters.items()],
            "been": [(names[name], d) for name, d in world.been],
            "keeps": [(d, m) for d, m, bundle in kept if bundle.meter == world.meters[m].name],
            "told": [(m,) for m, meter in enumerate(world.meters) if meter.told],
            "down": [(d,) for d, device in enumerate(world.devices) if device.down],
            "asked": [
                (names[each.meter], each.via)
                for each in queries
                if each.requester == each.meter and each.asked_by(CHAIN, world.known)
            ],
            "passed": [
                (names[each.meter], each.via) for each in passed if self._is_private(names[each.meter], each.secret)
            ],
            "left": [(m,) for m in out],
            "opened": [(names[Bundle.decode(CHAIN, each).meter],) for each in world.opened],
            "learnt": [(m,) for m in world.learnt],
        }
        return {
            name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(cells)) for name, cells in true.items()
        }

    def _is_private(self, meter: int, secret: bytes) -> bool:
        """Whether these bytes are the private key of this meter."""
        pair = signing.pair_from_secret(secret)
        return pair is not None and pair.public == self.world.meters[meter].pair.public


def _of(act: world_of.Act) -> Callable[[Args], world_of.Event]:
    return lambda args: world_of.Of(act, args["m"], args["d"])


_TABLES = ("faulty", "corrupted", "own")
_MAKERS: Mapping[str, Callable[[Args], world_of.Event]] = {
    "join": _of("join"),
    "recluster": lambda a: world_of.Recluster(a["m"], a["d"], a["e"]),
    "replicate": _of("replicate"),
    "acknowledge": lambda a: world_of.Acknowledge(a["m"]),
    "crash": lambda a: world_of.Crash(a["d"]),
    "ask": _of("ask"),
    "fetch": _of("fetch"),
    "read_store": _of("read_store"),
    "read_answer": _of("read_answer"),
    "ask_unasked": _of("ask_unasked"),
    "ask_by_own_meter": lambda a: world_of.AskByOwnMeter(a["m"], a["a"], a["d"]),
    "read_fetched": _of("read_fetched"),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "member": ("Meter", "Device"),
    "been": ("Meter", "Device"),
    "keeps": ("Device", "Meter"),
    "told": ("Meter",),
    "down": ("Device",),
    "asked": ("Meter", "Device"),
    "passed": ("Meter", "Device"),
    "left": ("Meter",),
    "opened": ("Meter",),
    "learnt": ("Meter",),
}
