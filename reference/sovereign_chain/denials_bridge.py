"""The bridge between the model `Denials` and chains that really sign denials, and look them up.

Operation o is the o-th operation, Id i the i-th user, Clause k the k-th rule of the contract, Chain c the c-th service
chain, and Height h a block of the contract chain and its slot. The way back verifies all signatures anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, make_event, relation, size
from reference.ledger.effects import Refused
from reference.sovereign_chain import denials_world as world_of
from reference.sovereign_chain.denials import Checkpoint, Decision, Denial, entry
from reference.sovereign_chain.denials_world import DATABASE, DenialsWorld, Event
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.service_chain import CarriedOut, ServiceChain, TurnedAway

Args = Mapping[str, int]


class DenialsBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are o, p, c, t and h."""

    world: DenialsWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh chains. `rigid` has the model's tables: `user`, `clause`, `write`, `place`, `term`, `oldest`.

        Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Operation", "Id", "Clause", "Chain", "Height")}
        operations, heights = self._sizes["Operation"], self._sizes["Height"]
        self.world = world_of.deploy(
            rules,
            seed,
            chains=self._sizes["Chain"],
            user=rigid.get("user", [0] * operations),
            clause=rigid.get("clause", [0] * operations),
            write=[bool(each) for each in rigid.get("write", [0] * operations)],
            place=rigid.get("place", [0] * operations),
            term=rigid.get("term", [heights - 1] * operations),
            oldest=rigid.get("oldest", [0] * heights),
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, dict[Index, int]]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        number = {each.identity: o for o, each in enumerate(world.asked)}
        chains = {each.name: c for c, each in enumerate(world.chains)}
        denied, decided = list[Index](), dict[int, int]()
        for height, each in _entries(world):
            match each:
                case Denial():
                    denied.append((number[each.operation], height))
                case Decision():
                    decided[number[each.operation]] = height
        present = [each for slot, each in world.answers if slot == world.now.height]
        true: dict[str, list[Index]] = {
            "reached": [(h,) for h in range(world.now.height + 1)],
            "denied": denied,
            "lifted": [(o,) for o in decided],
            "heard": [(c, number[o]) for c, each in enumerate(world.chains) for o in _heard(world, each)],
            "fetched": [(c, h) for c, each in enumerate(world.chains) for h in _fetched(world, each)],
            "done": [(number[x.operation], chains[x.chain]) for x in present if isinstance(x, CarriedOut)],
            "refused": [
                (number[x.operation], chains[x.chain], number[x.cause]) for x in present if isinstance(x, TurnedAway)
            ],
        }
        tables: dict[str, dict[Index, int]] = {
            name: dict(relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name]))) for name in true
        }
        ends: dict[Index, int] = {(o,): decided.get(o, each.until) for o, each in enumerate(world.asked)}
        return {**tables, "decided": ends}


def _entries(world: DenialsWorld) -> list[tuple[int, Denial | Decision]]:
    """The entries of the contract chain that a quorum has voted for, with their blocks."""
    blocks = [*(block.leaves for block in world.database.blocks), world.database.pending]
    read = [(height, entry(DATABASE, leaf)) for height, leaves in enumerate(blocks) for leaf in leaves]
    return [(height, each) for height, each in read if each.fault(world.validators.of) is None]


def _heard(world: DenialsWorld, chain: ServiceChain) -> list[bytes]:
    """The violations of which reports from elsewhere count on this chain."""
    read = [Denial.decode(DATABASE, data) for data in chain.reports.values()]
    return [each.operation for each in read if each.place != chain.name and each.fault(world.validators.of) is None]


def _fetched(world: DenialsWorld, chain: ServiceChain) -> list[int]:
    """The blocks of which checkpoints count on this chain."""
    opened = [Checkpoint.decode(DATABASE, data).opened(world.validators.of) for data in chain.checkpoints.values()]
    return [each.height for each in opened if not isinstance(each, Refused)]


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "advance": lambda a: Event("advance", slot=a["t"], other=a["h"]),
    "deny": lambda a: Event("deny", a["o"], slot=a["t"]),
    "lift": lambda a: Event("lift", a["o"], slot=a["t"]),
    "hear": lambda a: Event("hear", a["o"], a["c"]),
    "fetch": lambda a: Event("fetch", chain=a["c"], other=a["h"]),
    "carry_out": lambda a: Event("carry_out", a["p"], a["c"], a["t"]),
    "refuse": lambda a: Event("refuse", a["p"], a["c"], a["t"], cause=a["o"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "reached": ("Height",),
    "denied": ("Operation", "Height"),
    "lifted": ("Operation",),
    "heard": ("Chain", "Operation"),
    "fetched": ("Chain", "Height"),
    "done": ("Operation", "Chain"),
    "refused": ("Operation", "Chain", "Operation"),
}
