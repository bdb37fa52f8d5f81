"""The bridge between the model `Confidential` and a platform that seals readings, with all who try to open them.

User u is a resident, Series q the readings of the q-th meter, Epoch e the e-th list of who may read, 0 the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.metering_platform import confidential_reading as reading
from reference.metering_platform import confidential_state as state_of
from reference.metering_platform import confidential_world as world_of
from reference.metering_platform import documents
from reference.metering_platform.confidential_state import ConfidentialWorld
from reference.metering_platform.confidential_world import Event
from reference.metering_platform.rules import Rules

Args = Mapping[str, int]


class ConfidentialBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are u, q, d and e."""

    world: ConfidentialWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a platform. `rigid` has the model's tables `theirs` and `original`. Raises InputError: bad scope."""
        self._sizes = {sort: size(scope, sort) for sort in ("Epoch", "Series", "User")}
        epochs, series, users = self._sizes.values()
        original = rigid.get("original", ())
        self.world = state_of.deploy(
            rules,
            seed,
            users=users,
            series=series,
            epochs=epochs,
            theirs=[u for u, is_theirs in enumerate(rigid.get("theirs", ())) if is_theirs],
            original=[divmod(place, users) for place, may_read in enumerate(original) if may_read],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment: all keys tried anew."""
        world = self.world
        epochs, series, users = map(range, self._sizes.values())
        listed = state_of.lists(world)
        true: dict[str, list[Index]] = {
            "begun": [(e,) for e in range(len(listed))],
            "listed": [(e, q, u) for e, entries in enumerate(listed) for q, u in entries],
            "given": [
                (e, q, u) for e in epochs for q in series for u in users if reading.has_been_given(world, u, e, q)
            ],
            "handed": [at for at, given in world.given.items() if given.past],
            "copied": [
                (u,) for u in world.copied if world.handed_out[u] == world.founded.wallets[state_of.user_of(u)].sealing
            ],
            "known": [(e, q) for e in epochs for q in series if reading.is_known(world, e, q)],
            "sealed": [*world.sealed],
            "held": [datum for datum in world.sealed if state_of.is_held(world, datum)],
            "learnt": [
                datum
                for datum in world.sealed
                if documents.canonical(state_of.document_of(datum).to_json()) in world.learnt
            ],
        }
        three = dict.fromkeys(("listed", "given", "handed"), ("Epoch", "Series", "User"))
        of_data = dict.fromkeys(("sealed", "held", "learnt"), ("Epoch", "Epoch", "Series"))
        domains = {**three, **of_data, "begun": ("Epoch",), "copied": ("User",), "known": ("Epoch", "Series")}
        return {name: relation([self._sizes[sort] for sort in domains[name]], set(true[name])) for name in true}


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "permit": lambda a: Event("permit", a["u"], a["q"], a["d"], a["e"]),
    "withdraw": lambda a: Event("withdraw", a["u"], a["q"], a["d"], a["e"]),
    "give": lambda a: Event("give", a["u"], a["q"], a["e"]),
    "give_past": lambda a: Event("give_past", a["u"], a["q"], a["d"], a["e"]),
    "seal": lambda a: Event("seal", 0, a["q"], a["e"], a["d"]),
    "enter": lambda a: Event("enter", 0, a["q"], a["e"], a["d"]),
    "answer": lambda a: Event("answer", a["u"], a["q"], a["e"], a["d"]),
    "read_replica": lambda a: Event("read_replica", 0, a["q"], a["e"], a["d"]),
    "tap": lambda a: Event("tap", 0, a["q"], a["e"], a["d"]),
    "keep_private_key": lambda a: Event("keep_private_key", a["u"]),
    "keep_service_key": lambda a: Event("keep_service_key"),
}
