"""The bridge between the model `Supersession` and a platform that is really asked what is in force.

Certificate c is the c-th that there will be, Instrument i the i-th, Height h a block, Time t one of `time_of`. The way
back reads the blocks, as any replica has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.metering_platform import stage
from reference.metering_platform import supersession_world as world_of
from reference.metering_platform.rules import Rules
from reference.metering_platform.supersession_world import Event, SupersessionWorld

Args = Mapping[str, int]


class SupersessionBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are b, c, i, h and t."""

    world: SupersessionWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a fresh platform. `rigid` has the tables `about`, `begins`, `ends`. InputError for a bad scope."""
        self._sizes = {sort: size(scope, sort) for sort in ("Certificate", "Instrument", "Height", "Time")}
        none, last = [0] * self._sizes["Certificate"], [self._sizes["Time"] - 1] * self._sizes["Certificate"]
        self.world = world_of.deploy(
            rules, seed, rigid.get("about", none), rigid.get("begins", none), rigid.get("ends", last)
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        number = {name: c for c, name in self.world.records.items()}
        stored, withdrawn, replaced = list[Index](), list[Index](), list[Index]()
        later = set[Index]()
        for height, each in stage.transactions(self.world.platform.state):
            envelope = (each.get("store") or each["withdrawn"])["record"]
            c, before = number[envelope["record"]], envelope["supersedes"]
            if "withdrawn" in each:
                withdrawn.append((c, height))
                continue
            stored.append((c, height))
            if before is not None:
                b = number[before]
                replaced.append((b, c))
                later |= {(b, c), *((a, c) for a, x in later if x == b)}
        true: dict[str, list[Index]] = {
            "filled": [(h,) for h in range(len(self.world.platform.state.blocks))],
            "stored": stored,
            "withdrawn": withdrawn,
            "replaced": replaced,
            "later": list(later),
            "answered": [(i, h, t, number[name]) for i, h, t, name in self.world.answers],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "store": lambda a: Event("store", a["c"], height=a["h"]),
    "supersede": lambda a: Event("supersede", a["c"], a["b"], height=a["h"]),
    "withdraw": lambda a: Event("withdraw", a["c"], height=a["h"]),
    "answer": lambda a: Event("answer", a["c"], instrument=a["i"], height=a["h"], time=a["t"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "filled": ("Height",),
    "stored": ("Certificate", "Height"),
    "withdrawn": ("Certificate", "Height"),
    "replaced": ("Certificate", "Certificate"),
    "later": ("Certificate", "Certificate"),
    "answered": ("Instrument", "Height", "Time", "Certificate"),
}
