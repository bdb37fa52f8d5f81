"""The bridges between the models `Assembly` and `Attachment` and nodes that really sign and hash: one place of a chain.

Replica r is the r-th node, block b the b-th complete block. The way back verifies the signatures and hashes on the
wire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from reference.bridge import Applied, Relation, make_event, relation, size
from reference.crypto import signing
from reference.ledger.chain import ANNOUNCEMENT, Header
from reference.sovereign_chain import assembly_world as blocks_of
from reference.sovereign_chain import attachment_world as completions_of
from reference.sovereign_chain.assembly import Circulated
from reference.sovereign_chain.assembly_world import CHAIN, PLACE, AssemblyWorld
from reference.sovereign_chain.block import Block
from reference.sovereign_chain.rules import Rules

Args = Mapping[str, int]


class _OnePlace:
    """What both bridges share: nodes, blocks, and the wire."""

    world: AssemblyWorld

    def _deployed(self, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]]) -> tuple[int, int, list[int]]:
        """The nodes, the design's bound on faulty ones, and those that are faulty."""
        self._sizes = {sort: size(scope, sort) for sort in ("Replica", "Block")}
        n = self._sizes["Replica"]
        faulty = [node for node, is_faulty in enumerate(rigid.get("faulty", [0] * n)) if is_faulty]
        return n, scope.get("f", (n - 1) // 3), faulty

    def _votes(self) -> Iterator[tuple[int, int]]:
        world = self.world
        for block in range(self._sizes["Block"]):
            for vote in world.votes(block):
                if signing.verify(_key(world, vote.voter), vote.signed_part(CHAIN), vote.signature):
                    yield vote.voter, block

    def _stored(self, forms: Sequence[Block]) -> Iterator[tuple[int, int]]:
        for node in self.world.nodes:
            yield from ((node.index, block) for block, form in enumerate(forms) if form in node.blocks)

    def _tables(self, true: Mapping[str, Sequence[tuple[int, ...]]]) -> dict[str, Relation]:
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


class AssemblyBridge(_OnePlace):
    """Plays a trace of `Assembly`, and says what the bytes amount to. Arguments of actions are r and b."""

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh nodes and blocks.

        `rigid` has the model's tables: `faulty` (0 or 1 for each node), `origin` (a node for each block). `scope` may
        give the bound `f`, by default floor((n-1)/3). Raises InputError for a bad scope.
        """
        n, bound, faulty = self._deployed(scope, rigid)
        origins = rigid.get("origin", [block % n for block in range(self._sizes["Block"])])
        self.world = blocks_of.deploy(rules, n, bound, seed, origins=origins, faulty=faulty)

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = blocks_of.step(self.world, make_event(_OF_ASSEMBLY, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world, blocks = self.world, range(self._sizes["Block"])
        words = [message.data for message in world.wire if message.kind == ANNOUNCEMENT]
        announced = [
            (block,)
            for block in blocks
            if any(world.committee(block).announced(world.ballot(block), word) is None for word in words)
        ]
        forms = [world.voted(block) for block in blocks]
        return self._tables(
            {
                "proposed": [(block,) for block in blocks if _circulated(world, forms[block])],
                "vote": list(self._votes()),
                "announced": announced,
                "decided": list(self._stored(forms)),
            }
        )


class AttachmentBridge(_OnePlace):
    """Plays a trace of `Attachment`. Arguments of actions are r and b."""

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh nodes and the complete blocks that can be made of one temporary block.

        `rigid` has the model's tables: `faulty` (0 or 1 for each node), `origin` (a node), `lawful` (0 or 1 for each
        block). `scope` may give the bound `f`, by default floor((n-1)/3). Raises InputError for a bad scope.
        """
        n, bound, faulty = self._deployed(scope, rigid)
        [origin] = rigid.get("origin", [0])
        lawful = [bool(each) for each in rigid.get("lawful", [1] * self._sizes["Block"])]
        self.world = completions_of.deploy(rules, n, bound, seed, origin=origin, lawful=lawful, faulty=faulty)

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = completions_of.step(self.world, make_event(_OF_ATTACHMENT, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world, blocks = self.world, range(self._sizes["Block"])
        words = [message.data for message in world.wire if message.kind == ANNOUNCEMENT]
        proposed = [
            (block,)
            for block in blocks
            if _circulated(world, world.voted(block)) or _circulated(world, world.blocks[block])
        ]
        completed = [
            (block,)
            for block in blocks
            if any(world.committee(block).announced(_complete(world, block), word) is None for word in words)
        ]
        return self._tables(
            {
                "proposed": proposed,
                "vote": list(self._votes()),
                "completed": completed,
                "decided": list(self._stored(world.blocks)),
            }
        )


def _complete(world: AssemblyWorld, block: int) -> Header:
    return world.blocks[block].ballot(CHAIN, PLACE)


def _circulated(world: AssemblyWorld, form: Block) -> bool:
    sent = world.circulated(form)
    return sent is not None and Circulated.decode(CHAIN, sent.data).signed_by(CHAIN, _key(world, form.origin))


def _key(world: AssemblyWorld, node: int) -> bytes:
    return world.nodes[node].pair.public


_OF_ASSEMBLY: Mapping[str, Callable[[Args], blocks_of.Event]] = {
    "propose": lambda a: blocks_of.Propose(a["r"], a["b"]),
    "propose_at_will": lambda a: blocks_of.ProposeAtWill(a["r"], a["b"]),
    "accept": lambda a: blocks_of.Accept(a["r"], a["b"]),
    "sign": lambda a: blocks_of.Sign(a["r"], a["b"]),
    "announce": lambda a: blocks_of.Announce(a["r"], a["b"]),
    "lie": lambda a: blocks_of.Lie(a["r"], a["b"]),
    "store": lambda a: blocks_of.Store(a["r"], a["b"]),
}
_OF_ATTACHMENT: Mapping[str, Callable[[Args], completions_of.Event]] = {
    "circulate": lambda a: completions_of.Circulate(),
    "propose": lambda a: completions_of.Propose(a["b"]),
    "propose_under_orders": lambda a: completions_of.ProposeUnderOrders(a["b"]),
    "propose_at_will": lambda a: completions_of.ProposeAtWill(a["b"]),
    "accept": lambda a: completions_of.Accept(a["r"], a["b"]),
    "sign": lambda a: blocks_of.Sign(a["r"], a["b"]),
    "complete": lambda a: completions_of.Complete(a["b"]),
    "complete_under_orders": lambda a: completions_of.CompleteUnderOrders(a["b"]),
    "complete_at_will": lambda a: completions_of.CompleteAtWill(a["b"]),
    "store": lambda a: completions_of.Store(a["r"], a["b"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "proposed": ("Block",),
    "vote": ("Replica", "Block"),
    "announced": ("Block",),
    "completed": ("Block",),
    "decided": ("Replica", "Block"),
}
