"""The bridge between the model `ActionCounter` and chains whose blocks really have counters.

Chain c is the c-th chain, Operation o the o-th operation, Height h a block of a chain, and Count k the number k. The
way back evaluates records and verifies votes and links anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.sovereign_chain import counters_world as world_of
from reference.sovereign_chain.block import broken_link
from reference.sovereign_chain.counters import CountingChain, unheard
from reference.sovereign_chain.counters_world import CountersWorld, Event
from reference.sovereign_chain.rules import Rules

Args = Mapping[str, int]


class CountersBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are c, o, h, j and k."""

    world: CountersWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh chains. `rigid` has the model's tables: `place` and `valid`.

        Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Chain", "Operation", "Height", "Count")}
        operations = self._sizes["Operation"]
        self.world = world_of.deploy(
            rules,
            seed,
            chains=self._sizes["Chain"],
            place=rigid.get("place", [0] * operations),
            valid=[bool(each) for each in rigid.get("valid", [1] * operations)],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        operations, chains = range(self._sizes["Operation"]), list(enumerate(world.chains))
        counted = {c: _counted(world, each) for c, each in chains}
        blocks = [(c, h, block) for c, each in chains if _is_whole(each) for h, block in enumerate(each.blocks)]
        true: dict[str, list[Index]] = {
            "on": [(o,) for o in operations if world.identity(o) in world.home(o).recorded],
            "number": [(c, o, k + 1) for c, each in counted.items() for k, o in enumerate(each)],
            "total": [(c, len(each)) for c, each in counted.items()],
            "closed": [(c, h) for c, h, _ in blocks],
            "carries": [(c, h, block.counter) for c, h, block in blocks],
            "upto": [(c, h, o) for c, h in world.upto for o in operations if _is_up_to(world, c, h, o)],
            "read": _read(world),
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


def _counted(world: CountersWorld, party: CountingChain) -> list[int]:
    """The operations that the nodes have counted, in their order, so far as there is reason to."""
    numbers = {(world.home(o).chain_id, world.identity(o)): o for o in range(len(world.signed))}
    return [
        numbers[each.chain_id, each.operation]
        for each in party.counted
        if (party.register.fault(each.record) if each.chain_id == party.chain_id else unheard(party.sets, each)) is None
    ]


def _is_whole(party: CountingChain) -> bool:
    return broken_link(party.chain_id, party.blocks, party.register.rules.hashed) is None


def _is_up_to(world: CountersWorld, c: int, h: int, o: int) -> bool:
    """Whether the violation was to be counted by the counter of this block."""
    counts = world.rules.counter_scope == "all-chains" or world.place[o] == c
    return counts and world.identity(o) in world.upto[c, h]


def _read(world: CountersWorld) -> list[Index]:
    """What the reader has seen in blocks that have the hash of the chain's."""
    found, hashed = list[Index](), world.rules.hashed
    for (name, height, counter), block in world.reader.seen.items():
        c = next(c for c, each in enumerate(world.chains) if each.chain_id == name)
        own = world.chains[c].blocks[height]
        if block.counter == counter and block.name(name, hashed) == own.name(name, hashed):
            found.append((c, height, counter))
    return found


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "count": lambda a: Event("count", a["c"], a["o"], before=a["j"], counter=a["k"]),
    "learn": lambda a: Event("learn", a["c"], a["o"], before=a["j"], counter=a["k"]),
    "close": lambda a: Event("close", a["c"], height=a["h"], counter=a["k"]),
    "misstate": lambda a: Event("misstate", a["c"], height=a["h"], counter=a["k"]),
    "look_up": lambda a: Event("look_up", a["c"], height=a["h"], counter=a["k"]),
    "alter": lambda a: Event("alter", a["c"], height=a["h"], counter=a["k"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "on": ("Operation",),
    "number": ("Chain", "Operation", "Count"),
    "total": ("Chain", "Count"),
    "closed": ("Chain", "Height"),
    "carries": ("Chain", "Height", "Count"),
    "upto": ("Chain", "Height", "Operation"),
    "read": ("Chain", "Height", "Count"),
}
