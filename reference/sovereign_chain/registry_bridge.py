"""The bridge between the model `Contracts` and nodes that read real editions off a chain of real blocks.

Replica r is the r-th node, Edition v the v-th edition, Operation o the user's o-th operation, and Height h that of the
chain's h-th block.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.crypto import signing
from reference.ledger.chain import Block
from reference.sovereign_chain import registry_world as world_of
from reference.sovereign_chain.judging import Node
from reference.sovereign_chain.registry import Delivery, Judgement, Registry, meaning
from reference.sovereign_chain.registry_world import CHAIN, Event, RegistryWorld
from reference.sovereign_chain.rules import Rules

Args = Mapping[str, int]


class RegistryBridge:
    """Plays a model's trace on the nodes, and says what their bytes amount to. Arguments are r, v, o and h."""

    world: RegistryWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh nodes, editions and operations.

        `rigid` has the model's tables: `faulty`, `original`, `lawful` and `activation`. `scope` may give the bound `f`,
        by default floor((n-1)/3). Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Replica", "Edition", "Operation", "Height")}
        n, editions = self._sizes["Replica"], self._sizes["Edition"]
        self.world = world_of.deploy(
            rules,
            n,
            scope.get("f", (n - 1) // 3),
            seed,
            original=[bool(each) for each in rigid.get("original", [1] + [0] * (editions - 1))],
            lawful=[v for v, is_lawful in enumerate(rigid.get("lawful", [1] * editions)) if is_lawful],
            activation=rigid.get("activation", [self._sizes["Height"] - 1] * editions),
            operations=self._sizes["Operation"],
            faulty=[r for r, is_faulty in enumerate(rigid.get("faulty", [0] * n)) if is_faulty],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        chain = _checked(world.registry)
        meanings = [meaning(each) for each in world.sources]
        registered = [(entry.source, h) for h, each in enumerate(chain) if (entry := world.registry.registration(each))]
        true: dict[str, list[Index]] = {
            "sent": [(r, v) for r, each in enumerate(world.nodes) for v in _has(world, each)],
            "approved": [(r, v) for v in range(len(meanings)) for r in _voted(world, v)],
            "filled": [(h,) for h in range(len(chain))],
            "registered": [(world.sources.index(source), h) for source, h in registered],
            "included": [(o, h) for h in range(len(chain)) for o in _operations(world, h)],
            "read": [
                (r, h)
                for r, node in enumerate(world.nodes)
                for h, each in enumerate(node.registry.blocks)
                if each == chain[h]
            ],
            "judged": [
                (said.node, o, meanings.index(said.edition))
                for said in _judgements(world)
                for o in range(len(world.asked))
                if world.identity(o) == said.operation
            ],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


def _checked(registry: Registry) -> tuple[Block, ...]:
    """The chain's blocks, each found valid anew."""
    for height, block in enumerate(registry.blocks):
        assert Registry(registry.genesis, registry.blocks[:height]).fault(block) is None
    return registry.blocks


def _has(world: RegistryWorld, node: Node) -> list[int]:
    sent = [Delivery.decode(CHAIN, each) for each in node.delivered]
    sources = {each.source for each in sent if each.signed_by(CHAIN, world.genesis.center)}
    return [v for v, each in enumerate(world.sources) if each in sources | set(world.genesis.originals)]


def _voted(world: RegistryWorld, edition: int) -> list[int]:
    members = world.genesis.committee.members
    return [
        vote.voter
        for vote in world.votes(edition)
        if signing.verify(members[vote.voter], vote.signed_part(CHAIN), vote.signature)
    ]


def _operations(world: RegistryWorld, height: int) -> list[int]:
    found = world.registry.operation(height)
    return [o for o in range(len(world.asked)) if found is not None and found.identity(CHAIN) == world.identity(o)]


def _judgements(world: RegistryWorld) -> list[Judgement]:
    said = [Judgement.decode(CHAIN, each.data) for each in world.wire if each.kind == Judgement.KIND]
    return [each for each in said if each.signed_by(CHAIN, world.genesis.committee.members[each.node])]


def _of_edition(action: str) -> Callable[[Args], Event]:
    return lambda a: Event(action, a["r"], a["v"])


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    **{action: _of_edition(action) for action in ("send", "send_at_will", "approve", "sign")},
    "register": lambda a: Event("register", edition=a["v"], height=a["h"]),
    "include": lambda a: Event("include", operation=a["o"], height=a["h"]),
    "catch_up": lambda a: Event("catch_up", a["r"], height=a["h"]),
    "judge": lambda a: Event("judge", a["r"], a["v"], a["o"], a["h"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "sent": ("Replica", "Edition"),
    "approved": ("Replica", "Edition"),
    "filled": ("Height",),
    "registered": ("Edition", "Height"),
    "included": ("Operation", "Height"),
    "read": ("Replica", "Height"),
    "judged": ("Replica", "Operation", "Edition"),
}
