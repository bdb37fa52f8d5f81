"""The bridge between the model `Naming` and names that are drawn with a key, tickets, and chains' records.

Chain c is the c-th chain, Person p the p-th with an ID, Name n the bytes that the n-th number has come to stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.sovereign_chain import naming_world as world_of
from reference.sovereign_chain.naming_world import Event, NamingWorld, chain_name
from reference.sovereign_chain.rules import Rules

Args = Mapping[str, int]


class NamingBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are c, d, p and n."""

    world: NamingWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy chains, persons and the registrar; the model has no tables. Raises InputError for a bad scope."""
        self._sizes = {sort: size(scope, sort) for sort in ("Chain", "Person", "Name")}
        chains, persons, numbers = self._sizes.values()
        self.world = world_of.deploy(rules, seed, chains=chains, persons=persons, numbers=numbers)

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        chains, persons = range(self._sizes["Chain"]), range(self._sizes["Person"])
        numbers = {name: n for n, name in world.numbered.items()}
        places = [(c, p, chain_name(c), world.name_of(p, c)) for c, p in product(chains, persons)]
        told = [(p, *ends) for p in persons for ends in _joined(world, p)]
        true: dict[str, list[Index]] = {
            "named": [
                (c, p, numbers[name])
                for (c, p), name in world.held.items()
                if name == world.name_of(p, c) and world.directories[c].admits(name)
            ],
            "shown": [(c, numbers[name]) for c in chains for name in world.directories[c].shown],
            "met": [(c, p) for c, p, chain, name in places if world.observer.met.get((chain, name)) == p],
            "placed": [(c, p) for c, p, chain, name in places if world.observer.known.get((chain, name)) == p],
            "joined": [(p, *each) for p, c, d in told for each in ((c, d), (d, c))],
            "warranted": [(p,) for p, _, _ in told],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


def _joined(world: NamingWorld, person: int) -> list[tuple[int, int]]:
    """The chains on which the person's names were joined, for a warrant that the court has signed."""
    chains = {chain_name(number): number for number in range(len(world.directories))}
    found = []
    for link in world.observer.links:
        c, d = chains[link.chain_id], chains[link.other]
        right = (link.name, link.there) == (world.name_of(person, c), world.name_of(person, d))
        if right and link.is_warranted(world.court.public):
            found.append((c, d))
    return found


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "enter": lambda a: Event("enter", a["c"], a["p"], a["n"]),
    "record": lambda a: Event("record", a["c"], a["p"], a["n"]),
    "meet": lambda a: Event("meet", a["c"], a["p"], a["n"]),
    "unmask": lambda a: Event("unmask", a["c"], a["p"], other=a["d"]),
    "recognise": lambda a: Event("recognise", a["c"], a["p"], a["n"], a["d"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "named": ("Chain", "Person", "Name"),
    "shown": ("Chain", "Name"),
    "met": ("Chain", "Person"),
    "placed": ("Chain", "Person"),
    "joined": ("Person", "Chain", "Chain"),
    "warranted": ("Person",),
}
