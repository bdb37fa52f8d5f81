"""The machine `Contracts` with real bytes: nodes, the chain's registry, the centre, the legislator, and the wire.

There is one user, and an operation of his for each number; what the editions say of them is different from edition to
edition. Blocks are ordered ideally: each that is valid is final, and nodes get them one after another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from meterproof.contracts import Request
from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import VOTE, Certificate, Vote, committee_of
from reference.ledger.effects import Effects, Refused, Sent
from reference.sovereign_chain import judging
from reference.sovereign_chain.judging import Node
from reference.sovereign_chain.made_contract import source_of
from reference.sovereign_chain.operations import Operation
from reference.sovereign_chain.registry import (
    Act,
    Delivery,
    Genesis,
    Registration,
    Registry,
    approval,
    meaning,
)
from reference.sovereign_chain.rules import Rules

CHAIN = "contracts"
USER = b"user one".ljust(32, b"\0")


@dataclass(frozen=True)
class RegistryWorld:
    """`sources` are the files of all editions that there will be, `acts` those of the legislator by edition. `faulty`
    nodes are the adversary's. `asked` has the user's signed operations; `registry` is the whole chain."""

    rules: Rules
    nodes: tuple[Node, ...]
    faulty: frozenset[int]
    sources: tuple[bytes, ...]
    acts: Mapping[int, bytes]
    center: KeyPair
    asked: tuple[bytes, ...]
    registry: Registry
    wire: tuple[Sent, ...] = ()

    @property
    def genesis(self) -> Genesis:
        return self.registry.genesis

    def identity(self, number: int) -> bytes:
        """By what the operation is named, 32 bytes."""
        return Operation.decode(CHAIN, self.asked[number]).identity(CHAIN)

    def votes(self, edition: int) -> tuple[Vote, ...]:
        """The votes on the wire for the edition, which nobody has verified yet."""
        wanted = approval(meaning(self.sources[edition])).digest(CHAIN)
        decoded = (Vote.decode(CHAIN, each.data) for each in self.wire if each.kind == VOTE)
        return tuple(vote for vote in decoded if vote.digest == wanted)


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a node, an edition and an operation, and at a height."""

    action: str
    node: int = 0
    edition: int = 0
    operation: int = 0
    height: int = 0


Outcome = tuple[RegistryWorld, Effects]


def deploy(
    rules: Rules,
    nodes: int,
    bound: int,
    seed: int,
    *,
    original: Sequence[bool],
    lawful: Collection[int],
    activation: Sequence[int],
    operations: int,
    faulty: Collection[int] = (),
) -> RegistryWorld:
    """Nodes, the user's operations, and an edition for each entry of `original` and `activation`; later ones deny more.

    Raises InputError if no edition holds from the start, or a faulty node does not exist, and for too few nodes.
    """
    if not any(original) or not set(faulty) <= set(range(nodes)):
        raise InputError("no edition holds from the start, or a faulty node does not exist", allowed="one, of these")
    root = Randomness.from_seed(seed)
    pairs = tuple(KeyPair.generate(root.child("node", i)) for i in range(nodes))
    user, center, legislator = (KeyPair.generate(root.child(each)) for each in ("user", "center", "legislator"))
    sources = tuple(
        source_of(v + 1, 0 if first else activation[v], [o < v for o in range(operations)])
        for v, first in enumerate(original)
    )
    genesis = Genesis(
        rules,
        replace(committee_of(rules, CHAIN, pairs, bound), finality="certificate"),
        {USER: user.public},
        legislator.public,
        center.public,
        tuple(source for source, first in zip(sources, original, strict=True) if first),
    )
    acts = {v: Act(meaning(sources[v])).signed(CHAIN, legislator).encode(CHAIN) for v in lawful}
    goes_by = list(original).index(True) + 1
    asked = tuple(
        Operation(USER, o, Request("user", "data", "read", f"data-{o}", "here", 60 * o), goes_by)
        .signed(CHAIN, user)
        .encode(CHAIN)
        for o in range(operations)
    )
    each = tuple(Node(i, pair, Registry(genesis)) for i, pair in enumerate(pairs))
    return RegistryWorld(rules, each, frozenset(faulty), sources, acts, center, asked, Registry(genesis))


def step(world: RegistryWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.node < len(world.nodes):
        return _refuse(world, "node", f"there is no node {event.node}")
    if not 0 <= event.edition < len(world.sources):
        return _refuse(world, "edition", f"there is no edition {event.edition}")
    if not 0 <= event.operation < len(world.asked):
        return _refuse(world, "operation", f"there is no operation {event.operation}")
    return _STEPS[event.action](world, event)


def _send(world: RegistryWorld, event: Event) -> Outcome:
    act = world.acts.get(event.edition, b"")
    effects = judging.sent_by_center(world.genesis, world.center, world.sources[event.edition], act)
    message = next((each for each in effects if isinstance(each, Sent)), None)
    return (world, effects) if message is None else _at_node(world, event.node, judging.Deliver(message.data))


def _send_at_will(world: RegistryWorld, event: Event) -> Outcome:
    delivery = Delivery(world.sources[event.edition]).signed(CHAIN, world.center)
    return _at_node(world, event.node, judging.Deliver(delivery.encode(CHAIN)))


def _approve(world: RegistryWorld, event: Event) -> Outcome:
    act = world.acts.get(event.edition, b"")
    return _correct(world, event.node, judging.Approve(world.sources[event.edition], act))


def _sign(world: RegistryWorld, event: Event) -> Outcome:
    if world.rules.contract_change == "center":
        return _refuse(world, "contract_change", "nobody asks nodes for their votes", "WA-R10", "WA-C12")
    if event.node not in world.faulty:
        return _refuse(world, "corruption", "the node is correct")
    ballot = approval(meaning(world.sources[event.edition]))
    given = Vote.make(CHAIN, event.node, ballot, True, world.nodes[event.node].pair)
    message = Sent(VOTE, given.encode(CHAIN))
    if message in world.wire:
        return _refuse(world, "network", "this message is on the wire already")
    return replace(world, wire=(*world.wire, message)), (message,)


def _register(world: RegistryWorld, event: Event) -> Outcome:
    """Anyone may have put the certificate together; the chain's rules say whether it is one."""
    approvals = Certificate(chain.by_voter(world.votes(event.edition))).encode(CHAIN)
    entry = Registration(world.sources[event.edition], approvals)
    return _appended(world, event.height, entry.encode(CHAIN))


def _include(world: RegistryWorld, event: Event) -> Outcome:
    return _appended(world, event.height, world.asked[event.operation])


def _appended(world: RegistryWorld, height: int, leaf: bytes) -> Outcome:
    block = world.registry.next(leaf)
    if block.header.height != height:
        return _refuse(world, "place", f"the next height is {block.header.height}", "WA-R21")
    if (refusal := world.registry.fault(block)) is not None:
        return world, (refusal,)
    return replace(world, registry=replace(world.registry, blocks=(*world.registry.blocks, block))), ()


def _catch_up(world: RegistryWorld, event: Event) -> Outcome:
    if not 0 <= event.height < len(world.registry.blocks):
        return _refuse(world, "place", "there is no block at this height", "WA-R21")
    return _at_node(world, event.node, judging.Extend(world.registry.blocks[event.height].encode(CHAIN)))


def _judge(world: RegistryWorld, event: Event) -> Outcome:
    operation = world.registry.operation(event.height)
    if operation is None or operation.identity(CHAIN) != world.identity(event.operation):
        return _refuse(world, "operation", "the block at this height does not have the operation", "WA-R12")
    return _correct(world, event.node, judging.Judge(event.height, meaning(world.sources[event.edition])))


def _correct(world: RegistryWorld, number: int, event: judging.Event) -> Outcome:
    if number in world.faulty:
        return _refuse(world, "corruption", "a faulty node does not follow the protocol")
    return _at_node(world, number, event)


def _at_node(world: RegistryWorld, number: int, event: judging.Event) -> Outcome:
    """A node's step, with what it sends on the wire."""
    after, effects = judging.step(world.nodes[number], event)
    sent = tuple(each for each in effects if isinstance(each, Sent) and each not in world.wire)
    nodes = (*world.nodes[:number], after, *world.nodes[number + 1 :])
    return replace(world, nodes=nodes, wire=world.wire + sent), effects


def _refuse(world: RegistryWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[RegistryWorld, Event], Outcome]] = {
    "send": _send,
    "send_at_will": _send_at_will,
    "approve": _approve,
    "sign": _sign,
    "register": _register,
    "include": _include,
    "catch_up": _catch_up,
    "judge": _judge,
}
