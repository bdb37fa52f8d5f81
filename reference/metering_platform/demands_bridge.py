"""The bridge between the model `Demands` and a platform, a network and a supplier's system. Notice n is the n-th."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.metering_platform import demands_world as world_of
from reference.metering_platform.demands_world import DemandsWorld, Event, acknowledgement, order_of, read
from reference.metering_platform.rules import Rules

Args = Mapping[str, int]


class DemandsBridge:
    """Plays a model's trace, and says what the bytes amount to. The argument of actions is n."""

    world: DemandsWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a platform and a supplier's system. Raises InputError for a bad scope."""
        self._notices = size(scope, "Notice")
        self.world = world_of.deploy(rules, seed, notices=self._notices)

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world, system = self.world, self.world.system
        orders = [order_of(n) for n in range(self._notices)]
        sequences = {each.order: each.sequence for each in world.state.demands}
        under_way = [read(each, system.company)["order"] for each in world.under_way.values()]
        true: dict[str, list[str]] = {
            "issued": list(sequences),
            "under_way": under_way,
            "arrived": [name for name in system.memory if system.notice(name)["order"] == name],
            "planned": list(system.plan),
            "twice": [order for order in orders if system.plan.count(order) > 1],
            "answered": [name for name, sequence in sequences.items() if acknowledgement(sequence) in world.answers],
            "confirmed": [order for order in orders if world_of.is_confirmed(world.state, order)],
        }
        of_notice: dict[str, Relation] = {
            name: relation([self._notices], {(orders.index(order),) for order in found}) for name, found in true.items()
        }
        settled: Relation = {Index(()): world.settled}
        return {**of_notice, "settled": settled}


def _of_notice(action: str, args: Args) -> Event:
    return Event(action, args["n"])


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    **{
        name: partial(_of_notice, name)
        for name in (
            "issue", "receive", "plan", "answer_again", "confirm", "send_again", "lose", "repeat", "lose_answer",
        )
    },
    "crash": lambda a: Event("crash"),
    "settle": lambda a: Event("settle"),
}  # fmt: skip
