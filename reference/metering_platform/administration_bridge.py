"""The bridge between the model `Administration` and a platform whose configuration is changed.

Replica r is the r-th member and its node, Change c the c-th change, Epoch e the e-th configuration, 0 the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.metering_platform import administration_world as world_of
from reference.metering_platform.administration_world import AdministrationWorld, Event, begun_by, is_signed
from reference.metering_platform.rules import Rules

Args = Mapping[str, int]


class AdministrationBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are r, c and e."""

    world: AdministrationWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy members. `rigid` has the model's tables `faulty`, `of_member` and, change by change, `sound`.

        Raises InputError for a bad scope, and for another bound f than floor((n-1)/3) of n members.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Replica", "Change", "Epoch")}
        members, changes, epochs = self._sizes.values()
        sound = rigid.get("sound", [1] * changes * epochs)
        self.world = world_of.deploy(
            rules,
            seed,
            members=members,
            bound=scope.get("f", (members - 1) // 3),
            epochs=epochs,
            sound=[divmod(place, epochs) for place, is_sound in enumerate(sound) if is_sound],
            of_member=[bool(each) for each in rigid.get("of_member", [0] * changes)],
            faulty=[r for r, is_faulty in enumerate(rigid.get("faulty", ())) if is_faulty],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        changes, epochs = range(self._sizes["Change"]), range(self._sizes["Epoch"])
        began = {e: begun_by(world.state, e) for e in epochs}
        said = {c: world_of.said_of(world_of.proposal_of(world, c, 0)) for c in changes}
        true: dict[str, list[Index]] = {
            "begun": [(e,) for e in epochs if e == 0 or began[e] is not None],
            "approved": [(x.member, x.change, x.epoch) for x in world.letters if is_signed(world, x)],
            "enacted": [(c, e) for c in changes for e in epochs if began[e] == said[c]],
            "told": [
                (r, c, e)
                for r, node in enumerate(world.nodes)
                for e, change in node.items()
                for c in changes
                if change == said[c]
            ],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "approve": lambda a: Event("approve", a["c"], a["e"], a["r"]),
    "approve_anything": lambda a: Event("approve_anything", a["c"], a["e"], a["r"]),
    "enact": lambda a: Event("enact", a["c"], a["e"]),
    "enact_at_will": lambda a: Event("enact_at_will", a["c"], a["e"]),
    "hear": lambda a: Event("hear", a["c"], a["e"], a["r"]),
    "tell_at_will": lambda a: Event("tell_at_will", a["c"], a["e"], a["r"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "begun": ("Epoch",),
    "approved": ("Replica", "Change", "Epoch"),
    "enacted": ("Change", "Epoch"),
    "told": ("Replica", "Change", "Epoch"),
}
