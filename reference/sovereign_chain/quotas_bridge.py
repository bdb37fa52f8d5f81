"""The bridge between the model `Quotas` and a block that is filled with real signed events.

Person p is the p-th person, and Slot t the t-th slot of the block.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.sovereign_chain import quotas_world as world_of
from reference.sovereign_chain.quotas import Change
from reference.sovereign_chain.quotas_world import CHAIN, Event, QuotasWorld
from reference.sovereign_chain.rules import Rules

Args = Mapping[str, int]


class QuotasBridge:
    """Plays a model's trace on a block, and says what its bytes amount to. Arguments of actions are p and t."""

    world: QuotasWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh persons and an empty block. `rigid` has the model's tables `dishonest` and `share`.

        Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Person", "Slot")}
        persons, slots = self._sizes.values()
        dishonest = rigid.get("dishonest", [0] * persons)
        self.world = world_of.deploy(
            rules,
            seed,
            slots=slots,
            shares=rigid.get("share", range(persons)),
            dishonest=[p for p, is_dishonest in enumerate(dishonest) if is_dishonest],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        taken = [(t, p) for t, data in enumerate(world.block.slots) if data is not None for p in _whose(world, data)]
        true: dict[str, list[Index]] = {
            "waiting": [(p,) for p, data in world.waiting.items() if p in _whose(world, data)],
            "served": [(p,) for _, p in taken],
            "taken": list(taken),
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


def _whose(world: QuotasWorld, data: bytes) -> list[int]:
    """Who has signed the event: one, or nobody."""
    event = Change.decode(CHAIN, data)
    public = world.block.persons[event.person].public
    return [world.names.index(event.person)] if event.signed_by(CHAIN, public) else []


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "change": lambda a: Event("change", a["p"]),
    "include": lambda a: Event("include", a["p"], a["t"]),
    "flood": lambda a: Event("flood", a["p"], a["t"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "waiting": ("Person",),
    "served": ("Person",),
    "taken": ("Slot", "Person"),
}
