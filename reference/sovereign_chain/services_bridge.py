"""The bridge between the model `Services` and service chains that take real records.

Record r is the r-th meter's record, and Chain c the chain of the c-th service. What a record fits is told from the
fields that it shows, so that there are at most as many chains as services.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.sovereign_chain import services_world as world_of
from reference.sovereign_chain.records import ShownRecord, opened_fault
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.services import POWER_DATA, Indexed
from reference.sovereign_chain.services_world import ACTIONS, Event, ServicesWorld

Args = Mapping[str, int]


class ServicesBridge:
    """Plays a model's trace on the chains, and says what their bytes amount to. Arguments of actions are r and c."""

    world: ServicesWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh chains and records. `rigid` has the model's tables `label` and `fits`.

        Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Record", "Chain")}
        records, chains = self._sizes.values()
        fits = rigid.get("fits", [1] * (records * chains))
        self.world = world_of.deploy(
            rules,
            seed,
            chains=chains,
            labels=rigid.get("label", [0] * records),
            fits=[[bool(fits[r * chains + c]) for c in range(chains)] for r in range(records)],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        said = [Indexed.decode(POWER_DATA, data) for data in world.wire]
        true: dict[str, list[Index]] = {
            "tagged": [
                (world.records.index(each.record), each.service)
                for each in said
                if each.signed_by(POWER_DATA, world.keys[each.by].public)
            ],
            "stored": [
                (world.records.index(record), c)
                for c, party in enumerate(world.chains)
                for record in party.records
                if opened_fault(POWER_DATA, ShownRecord.decode(POWER_DATA, record), party.meters) is None
            ],
        }
        sizes = [self._sizes["Record"], self._sizes["Chain"]]
        return {name: relation(sizes, set(indices)) for name, indices in true.items()}


def _maker(action: str) -> Callable[[Args], Event]:
    return lambda a: Event(action, a["r"], a["c"])


_MAKERS: Mapping[str, Callable[[Args], Event]] = {action: _maker(action) for action in ACTIONS}
