"""The bridge between the model `Mining` and a mining chain with real permissions, requests and extracts.

Extract x is the x-th query, which covers the records of some persons; Institution i the i-th third party; and Purpose
p the p-th purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.sovereign_chain import mining_world as world_of
from reference.sovereign_chain.mining import Extract, MiningChain, Release, Request, enter, hash_of
from reference.sovereign_chain.mining_world import CHAIN, Event, MiningWorld, named
from reference.sovereign_chain.rules import Rules

Args = Mapping[str, int]


class MiningBridge:
    """Plays a model's trace on the mining chain, and says what its bytes amount to. Arguments are x, i and p."""

    world: MiningWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a fresh chain with records. `rigid` has the model's table `covers`, by default all persons.

        Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Extract", "Institution", "Purpose", "Person")}
        extracts, persons = self._sizes["Extract"], self._sizes["Person"]
        covers = rigid.get("covers", [1] * (extracts * persons))
        self.world = world_of.deploy(
            rules,
            seed,
            persons=persons,
            institutions=self._sizes["Institution"],
            purposes=self._sizes["Purpose"],
            covers=[[u for u in range(persons) if covers[x * persons + u]] for x in range(extracts)],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world, chain = self.world, _checked(self.world.chain)
        got = [each for i in range(len(world.institutions)) for each in _received(world, chain, i)]
        logged = {each.extract for each in chain.entries if isinstance(each, Release)}
        true: dict[str, list[Index]] = {
            "granted": [
                (i, p)
                for i, each in enumerate(world.institutions)
                for p in range(world.purposes)
                if chain.grants(each.name, named(p))
            ],
            "released": [each.index for each in got],
            "logged": [each.index for each in got if hash_of(each.data) in logged],
            "strayed": [each.index for each in got if not each.granted],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


def _checked(chain: MiningChain) -> MiningChain:
    """The chain made anew of its entries, each of which its validators have checked again."""
    fresh = replace(chain, blocks=())
    for block in chain.blocks:
        fresh, effects = enter(fresh, block.leaves[0])
        assert not effects
    assert fresh.blocks == chain.blocks
    return fresh


@dataclass(frozen=True)
class _Got:
    """An extract that an institution has: which, for what, in what bytes, and whether a grant was in force then."""

    index: Index
    data: bytes
    granted: bool


def _received(world: MiningWorld, chain: MiningChain, institution: int) -> Iterator[_Got]:
    each = world.institutions[institution]
    for height, data in each.received:
        extract = Extract.decode(CHAIN, data)
        request = Request.decode(CHAIN, extract.request)
        purpose = next(p for p in range(world.purposes) if named(p) == request.purpose)
        true = sum(chain.records[record].energy for record in request.records)
        asked = extract.request == world.request(request.number, institution, purpose)
        if asked and extract.energy == true and extract.signed_by(CHAIN, chain.keys.service):
            then = replace(chain, blocks=chain.blocks[:height])
            yield _Got((request.number, institution, purpose), data, then.grants(each.name, request.purpose))


def _of_pair(action: str) -> Callable[[Args], Event]:
    return lambda a: Event(action, institution=a["i"], purpose=a["p"])


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "grant": _of_pair("grant"),
    "withdraw": _of_pair("withdraw"),
    "release": lambda a: Event("release", a["x"], a["i"], a["p"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "granted": ("Institution", "Purpose"),
    "released": ("Extract", "Institution", "Purpose"),
    "logged": ("Extract", "Institution", "Purpose"),
    "strayed": ("Extract", "Institution", "Purpose"),
}
