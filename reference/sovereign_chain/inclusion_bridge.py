"""The bridge between the model `Inclusion` and nodes that receive a meter's records and store blocks of them.

Replica r is the r-th node, Record m the meter's record of that count, and Height h the h-th place of the chain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.ledger.effects import Refused
from reference.sovereign_chain import inclusion_world as world_of
from reference.sovereign_chain.assembly import voted_form
from reference.sovereign_chain.assembly_world import CHAIN
from reference.sovereign_chain.block import Block, broken_link
from reference.sovereign_chain.inclusion_world import ACTIONS, Event, InclusionWorld
from reference.sovereign_chain.rules import Rules

Args = Mapping[str, int]


class InclusionBridge:
    """Plays a model's trace on nodes, and says what their bytes amount to. Arguments of actions are r, m and h."""

    world: InclusionWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh nodes and records. `rigid` has the model's table `dishonest`.

        Raises InputError for a bad scope, and for nodes that are too few to accept anything.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Replica", "Record", "Height")}
        n, records, _ = self._sizes.values()
        dishonest = [r for r, is_so in enumerate(rigid.get("dishonest", [0] * n)) if is_so]
        self.world = world_of.deploy(rules, n, (n - 1) // 3, seed, records=records, dishonest=dishonest)

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world, records = self.world, range(self._sizes["Record"])
        nodes = range(self._sizes["Replica"])
        stored = _stored(world)
        true: dict[str, list[Index]] = {
            "has": [(r, m) for r in nodes for m in records if _has(world, r, m)],
            "first": [(r, m) for m in records for r in _first(world, m)],
            "tried": [(block.origin, m) for _, block, m in stored if block.origin not in world.dishonest],
            "stored": [(h, m) for h, _, m in stored],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


def _has(world: InclusionWorld, node: int, record: int) -> bool:
    """Whether the node has the record, as the meter has signed it."""
    here = world.nodes[node]
    data = here.received.get(world.id(record))
    return data is not None and not isinstance(here.service.received(data), Refused)


def _first(world: InclusionWorld, record: int) -> list[int]:
    """Who says, under its signature, that it was the record's first receiver."""
    said = [world.nodes[0].service.noticed(data) for data in world.notices(record)]
    return [notice.node for notice in said if not isinstance(notice, Refused)]


def _stored(world: InclusionWorld) -> list[tuple[int, Block, int]]:
    """Places, blocks and the records in them, where all nodes have one chain of blocks that enough have voted for."""
    here, rules = world.nodes[0], world.rules
    if any(node.member.blocks != world.blocks for node in world.nodes):
        raise AssertionError("two nodes have different chains")
    if (broken := broken_link(CHAIN, world.blocks, rules.hashed)) is not None:
        raise AssertionError(f"a node's chain is none: {broken.reason}")
    found = []
    for height, block in enumerate(world.blocks):
        ballot = voted_form(rules, CHAIN, block).ballot(CHAIN, height)
        if (refusal := here.member.committee.counts(ballot, world.votes(ballot))) is not None:
            raise AssertionError(f"a block is stored on votes that are no quorum: {refusal.reason}")
        found += [(height, block, sequence) for _, sequence in here.service.ids([block])]
    return found


def _maker(action: str) -> Callable[[Args], Event]:
    if action.startswith("include"):
        return lambda a: Event(action, a["r"], a["m"], a["h"])
    return lambda a: Event(action, a["r"], a["m"])


_MAKERS: Mapping[str, Callable[[Args], Event]] = {action: _maker(action) for action in ACTIONS}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "has": ("Replica", "Record"),
    "first": ("Replica", "Record"),
    "tried": ("Replica", "Record"),
    "stored": ("Height", "Record"),
}
