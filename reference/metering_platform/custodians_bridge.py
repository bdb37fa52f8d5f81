"""The bridge between the model `Custodians` and members' disks, from which the platform really fetches files.

Custodian k is the k-th member, File x the x-th file whose digest is on the chain. The way back verifies receipts, and
digests the disks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.metering_platform import custodians_world as world_of
from reference.metering_platform import custody
from reference.metering_platform.custodians_world import CustodiansWorld, Event
from reference.metering_platform.rules import Rules

Args = Mapping[str, int]


class CustodiansBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are k and x."""

    world: CustodiansWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a fresh platform. `rigid` has the model's table `faulty`; `scope` may give the bound `f`, by default
        floor((n-1)/3). Raises InputError for a bad scope."""
        self._sizes = {sort: size(scope, sort) for sort in ("Custodian", "File")}
        custodians, files = self._sizes.values()
        self.world = world_of.deploy(
            rules,
            seed,
            custodians=custodians,
            bound=scope.get("f", (custodians - 1) // 3),
            faulty=[k for k, is_faulty in enumerate(rigid.get("faulty", [0] * custodians)) if is_faulty],
            files=files,
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        custodians, files = range(self._sizes["Custodian"]), range(self._sizes["File"])
        vouched = {x: custody.vouched_for(world.platform.state, world.record(x), self._receipts(x)) for x in files}
        true: dict[str, list[Index]] = {
            "said": [(k, x) for k in custodians for x in files if world_of.custodian(k) in vouched[x]],
            "keeps": [(k, x) for k in custodians for x in files if world_of.keeps(world, k, x)],
            "told": [(x,) for x in world.told],
            "asked": [(x,) for x in world.asked],
            "got": [(x,) for x, data in world.got.items() if world_of.is_the_file(world, x, data)],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}

    def _receipts(self, file: int) -> dict[str, bytes]:
        return {name: signed for (x, name), signed in self.world.receipts.items() if x == file}


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "keep": lambda a: Event("keep", a["x"], a["k"]),
    "say": lambda a: Event("say", a["x"], a["k"]),
    "delete": lambda a: Event("delete", a["x"], a["k"]),
    "rely": lambda a: Event("rely", a["x"]),
    "ask": lambda a: Event("ask", a["x"]),
    "hand_out": lambda a: Event("hand_out", a["x"], a["k"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "said": ("Custodian", "File"),
    "keeps": ("Custodian", "File"),
    "told": ("File",),
    "asked": ("File",),
    "got": ("File",),
}
