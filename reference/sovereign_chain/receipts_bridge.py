"""The bridge between the model `Receipts` and validator sets that really sign.

Chain c is the c-th chain, Roster v the v-th validator set, Entry x the x-th record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.sovereign_chain import receipts_world as world_of
from reference.sovereign_chain.receipts_world import Event, ReceiptsWorld
from reference.sovereign_chain.rules import Rules

Args = Mapping[str, int]


class ReceiptsBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are c to e, h, and v to x."""

    world: ReceiptsWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh chains. `rigid` has the model's tables: `first` (a set for each chain) and `broken`.

        Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Chain", "Roster", "Height", "Entry")}
        chains = self._sizes["Chain"]
        broken = [c for c, is_broken in enumerate(rigid.get("broken", [0] * chains)) if is_broken]
        first = rigid.get("first", range(chains))
        self.world = world_of.deploy(rules, seed, sets=self._sizes["Roster"], first=first, broken=broken)

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        chains, sets, heights, entries = (range(self._sizes[sort]) for sort in ("Chain", "Roster", "Height", "Entry"))
        true: dict[str, list[Index]] = {
            "final": [each for each in product(chains, heights, entries) if world_of.has(world, *each)],
            "serves": [(c, world.been[c][-1]) for c in chains],
            "been": [(c, v) for c in chains for v in world.been[c]],
            "used": [(v,) for v in sets if any(v in each for each in world.been)],
            "change": [(each.chain, each.old, each.new) for each in world.changes if world.certified_change(each)],
            "follows": [(d, c, v) for (d, c), v in world.follows.items()],
            "left": [*world.left],
            "signed": [each for each in product(sets, chains, heights, entries) if world.signed(*each) is not None],
            "stolen": [(v,) for v in world.stolen],
            "taken": [*world.taken],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "finalise": lambda a: Event("finalise", of=a["c"], height=a["h"], record=a["x"]),
    "certify": lambda a: Event("certify", of=a["c"], old=a["v"], height=a["h"], record=a["x"]),
    "renew": lambda a: Event("renew", of=a["c"], old=a["v"], new=a["w"]),
    "follow": lambda a: Event("follow", by=a["d"], of=a["c"], old=a["v"], new=a["w"]),
    "take": lambda a: Event("take", a["d"], a["c"], a["v"], height=a["h"], record=a["x"]),
    "take_record": lambda a: Event("take_record", a["d"], a["c"], height=a["h"], record=a["x"]),
    "take_word": lambda a: Event("take_word", a["d"], a["c"], height=a["h"], record=a["x"]),
    "forge": lambda a: Event("forge", a["d"], a["c"], height=a["h"], record=a["x"]),
    "steal": lambda a: Event("steal", old=a["v"]),
    "sign_with_old_keys": lambda a: Event("sign_with_old_keys", of=a["c"], old=a["v"], height=a["h"], record=a["x"]),
    "sign_falsely": lambda a: Event("sign_falsely", a["e"], a["c"], a["v"], height=a["h"], record=a["x"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "final": ("Chain", "Height", "Entry"),
    "serves": ("Chain", "Roster"),
    "been": ("Chain", "Roster"),
    "used": ("Roster",),
    "change": ("Chain", "Roster", "Roster"),
    "follows": ("Chain", "Chain", "Roster"),
    "left": ("Chain", "Chain", "Roster"),
    "signed": ("Roster", "Chain", "Height", "Entry"),
    "stolen": ("Roster",),
    "taken": ("Chain", "Chain", "Height", "Entry"),
}
