"""The bridge between the model `PublicRecords` and open records that are really stored, read and verified.

Issuer i is the i-th institution, Content t the t-th table, Person p the p-th reader. The way back reads the blocks, and
verifies the institutions' signatures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.metering_platform import public_records_world as world_of
from reference.metering_platform.public_records_world import Event, PublicWorld
from reference.metering_platform.rules import Rules

Args = Mapping[str, int]


class PublicRecordsBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are p, i and t."""

    world: PublicWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a fresh platform. `rigid` has the model's table `keyed`. Raises InputError for a bad scope."""
        self._sizes = {sort: size(scope, sort) for sort in ("Person", "Issuer", "Content")}
        readers, issuers, tables = self._sizes.values()
        keyed = [p for p, has_key in enumerate(rigid.get("keyed", [0] * readers)) if has_key]
        self.world = world_of.deploy(rules, seed, readers=readers, issuers=issuers, tables=tables, keyed=keyed)

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world, sizes = self.world, self._sizes
        issuers, tables = range(sizes["Issuer"]), range(sizes["Content"])
        true: dict[str, list[Index]] = {
            "signed": [(i, t) for i in issuers for t in tables if world_of.has_signed(world, i, t)],
            "stored": list(world_of.stored(world)),
            "taken": [(p, *world_of.taking(world, height)) for p, height in world.taken],
        }
        return {name: relation([sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "publish": lambda a: Event("publish", a["i"], a["t"]),
    "store_as": lambda a: Event("store_as", a["i"], a["t"]),
    "take": lambda a: Event("take", a["i"], a["t"], a["p"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "signed": ("Issuer", "Content"),
    "stored": ("Issuer", "Content"),
    "taken": ("Person", "Issuer", "Content"),
}
