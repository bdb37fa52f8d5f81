"""The bridge between the model `Erasure` and a platform that is to forget. User u is a person, Custodian c a disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.metering_platform import documents
from reference.metering_platform import erasure_world as world_of
from reference.metering_platform.erasure_world import ErasureWorld, Event, data_of, user_of
from reference.metering_platform.rules import Rules

Args = Mapping[str, int]


class ErasureBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are c and u."""

    world: ErasureWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a platform and custodians. Raises InputError for a bad scope."""
        self._sizes = {sort: size(scope, sort) for sort in ("Custodian", "User")}
        custodians, users = self._sizes.values()
        self.world = world_of.deploy(rules, seed, persons=users, custodians=custodians)

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        names = {u: user_of(u) for u in range(self._sizes["User"])}
        true: dict[str, list[Index]] = {
            "entered": [(u,) for u, name in names.items() if world_of.on_chain(world.state, name) is not None],
            "kept": [
                (c, u)
                for c, disk in enumerate(world.disks)
                for u, name in names.items()
                if name in disk and world_of.is_true_copy(world.state, name, disk[name])
            ],
            "demanded": [(u,) for u, name in names.items() if world_of.has_demanded(world, name)],
            "learnt": [(u,) for u in names if documents.canonical(data_of(u)) in world.learnt],
        }
        domains = {"kept": ("Custodian", "User")}
        return {
            name: relation([self._sizes[sort] for sort in domains.get(name, ("User",))], set(true[name]))
            for name in true
        }


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "enter": lambda a: Event("enter", a["u"]),
    "keep": lambda a: Event("keep", a["u"], a["c"]),
    "demand": lambda a: Event("demand", a["u"]),
    "delete": lambda a: Event("delete", a["u"], a["c"]),
    "read_replica": lambda a: Event("read_replica", a["u"]),
    "leak": lambda a: Event("leak", custodian=a["c"]),
}
