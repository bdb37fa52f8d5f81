"""The machine `Attachment` with real bytes: one temporary block, and the complete ones that can be made of it (WA-C2).

The complete blocks differ in the timestamp that is attached, and some have a script that the contract in force does not
make of the data. The world is that of `assembly_world`; all blocks are of one origin.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from meterproof.errors import InputError
from reference.ledger import chain
from reference.ledger.chain import ANNOUNCEMENT
from reference.ledger.effects import Refused, Sent, refused
from reference.sovereign_chain import assembly
from reference.sovereign_chain.assembly_world import (
    ACCEPTED,
    CHAIN,
    PLACE,
    SERVICE,
    AssemblyWorld,
    Outcome,
    Sign,
    accept,
    certificate,
    circulate_at_will,
    completed,
    correct,
    new,
    nodes_of,
    outside,
    refuse,
    sign,
)
from reference.sovereign_chain.block import DataRecord
from reference.sovereign_chain.rules import Rules


@dataclass(frozen=True)
class Circulate:
    """The correct origin circulates the temporary block (WA-R8)."""


@dataclass(frozen=True)
class _OfBlock:
    block: int


class Propose(_OfBlock):
    """The correct origin circulates the complete block (WA-C2)."""


class ProposeUnderOrders(_OfBlock):
    """CENTER: the correct origin circulates a complete block with the script that the centre gave it (WA-C12)."""


class ProposeAtWill(_OfBlock):
    """ORIG: the dishonest origin circulates the block."""


class Complete(_OfBlock):
    """The correct origin hears of enough votes and shows all the complete block (WA-R9, WA-R10)."""


class CompleteUnderOrders(_OfBlock):
    """CENTER: the same, with the script that a dishonest centre gave it (WA-C12)."""


class CompleteAtWill(_OfBlock):
    """ORIG: the dishonest origin shows the block as accepted, with script and timestamp as it likes (WA-C2)."""


@dataclass(frozen=True)
class Accept:
    """A correct node validates what it sees of the block and signs that it accepts it (WA-R9)."""

    node: int
    block: int


@dataclass(frozen=True)
class Store:
    """A correct node stores the complete block (WA-R10)."""

    node: int
    block: int


Event = (
    Circulate
    | Propose
    | ProposeUnderOrders
    | ProposeAtWill
    | Accept
    | Sign
    | Complete
    | CompleteUnderOrders
    | CompleteAtWill
    | Store
)


def deploy(
    rules: Rules,
    nodes: int,
    bound: int,
    seed: int,
    *,
    origin: int,
    lawful: Sequence[bool],
    faulty: Collection[int] = (),
) -> AssemblyWorld:
    """Nodes of which `faulty` are corrupted, and one complete block for each entry of `lawful`.

    Raises InputError for a node that does not exist, and for too few nodes.
    """
    if not {origin, *faulty} <= set(range(nodes)):
        raise InputError("the origin or a faulty node does not exist", allowed=f"0 to {nodes - 1}")
    record = DataRecord(SERVICE, (b"data",))
    blocks = tuple(
        completed(origin, record, None if law else b"another script", ACCEPTED + number)
        for number, law in enumerate(lawful)
    )
    return AssemblyWorld(rules, nodes_of(rules, nodes, bound, seed), frozenset(faulty), blocks)


def lawful(world: AssemblyWorld, block: int) -> bool:
    """Whether the block's script is the one that the contract in force makes of its data."""
    record = world.blocks[block].record
    return record.script == world.nodes[0].edition.script(CHAIN, record)


def step(world: AssemblyWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    origin = world.blocks[0].origin
    block, node = getattr(event, "block", 0), getattr(event, "node", 0)
    if (refusal := outside(world, node, block)) is not None:
        return world, (refusal,)
    match event:
        case Circulate():
            return _circulate(world, origin)
        case Propose():
            return _propose(world, origin, event.block, ordered=False)
        case ProposeUnderOrders():
            return _propose(world, origin, event.block, ordered=True)
        case ProposeAtWill():
            return _propose_at_will(world, origin, event.block)
        case Accept():
            return accept(world, event.node, event.block, (world.voted(event.block), world.blocks[event.block]))
        case Sign():
            return sign(world, event)
        case Complete():
            return _complete(world, origin, event.block, ordered=False)
        case CompleteUnderOrders():
            return _complete(world, origin, event.block, ordered=True)
        case CompleteAtWill():
            return _complete_at_will(world, origin, event.block)
        case Store():
            return _store(world, event.node, event.block)


def _circulate(world: AssemblyWorld, origin: int) -> Outcome:
    if world.rules.attached != "after-acceptance":
        return refuse(world, "attached", "script and timestamp come first", "WA-C2")
    return correct(world, origin, assembly.Circulate(PLACE, world.voted(0)))


def _propose(world: AssemblyWorld, origin: int, block: int, *, ordered: bool) -> Outcome:
    if world.rules.attached != "before-vote":
        return refuse(world, "attached", "script and timestamp come later", "WA-R10")
    if (refusal := _not_from_the_centre(world, block, ordered)) is not None:
        return world, (refusal,)
    return correct(world, origin, assembly.Circulate(PLACE, world.blocks[block]))


def _propose_at_will(world: AssemblyWorld, origin: int, block: int) -> Outcome:
    if origin not in world.faulty:
        return refuse(world, "corruption", "the origin is honest")
    return circulate_at_will(world, world.blocks[block])


def _complete(world: AssemblyWorld, origin: int, block: int, *, ordered: bool) -> Outcome:
    if (refusal := _not_completed(world.rules)) is not None:
        return world, (refusal,)
    if ordered and world.rules.attached != "after-acceptance":
        return refuse(world, "attached", "what was voted on is complete", "WA-C2")
    if (refusal := _not_from_the_centre(world, block, ordered)) is not None:
        return world, (refusal,)
    if not _heard_of(world, block):
        return refuse(world, "origin", "the block was not circulated", "WA-R8")
    votes = tuple(vote.encode(CHAIN) for vote in world.votes(block))
    return correct(world, origin, assembly.Complete(PLACE, world.blocks[block], votes))


def _complete_at_will(world: AssemblyWorld, origin: int, block: int) -> Outcome:
    if (refusal := _not_completed(world.rules)) is not None:
        return world, (refusal,)
    if origin not in world.faulty:
        return refuse(world, "corruption", "the origin is honest")
    ballot = world.blocks[block].ballot(CHAIN, PLACE)
    return new(world, Sent(ANNOUNCEMENT, chain.announcement(CHAIN, ballot, world.nodes[origin].pair)))


def _store(world: AssemblyWorld, node: int, block: int) -> Outcome:
    rules, complete = world.rules, world.blocks[block]
    if rules.attached == "before-vote" and rules.acceptance_evidence == "votes-shown":
        return correct(world, node, assembly.Store(PLACE, complete, certificate(world, block)))
    outcome = refuse(world, "attached", "the origin has completed no block", "WA-R10")
    for word in (each.data for each in world.wire if each.kind == ANNOUNCEMENT):
        if rules.attached == "before-vote":
            outcome = correct(world, node, assembly.Store(PLACE, complete, word))
        else:
            shown = certificate(world, block)
            outcome = correct(world, node, assembly.StoreCompleted(PLACE, complete, word, shown))
        if refused(outcome[1]) is None:
            break
    return outcome


def _heard_of(world: AssemblyWorld, block: int) -> bool:
    forms = (world.voted(block), world.blocks[block])
    return any(world.circulated(form) is not None for form in forms)


def _not_completed(rules: Rules) -> Refused | None:
    if rules.attached == "before-vote" and rules.acceptance_evidence == "votes-shown":
        return Refused("attached", "the origin has nothing to add", ("WA-C1", "WA-C2"))
    return None


def _not_from_the_centre(world: AssemblyWorld, block: int, ordered: bool) -> Refused | None:
    """An honest centre sends the script of the contract in force; a dishonest one another, where it may."""
    if lawful(world, block) == ordered:
        return Refused("script_source", "this is not the script that came from the centre", ("WA-R10",))
    if ordered and world.rules.script_source != "center-at-will":
        return Refused("script_source", "everybody can work the script out", ("WA-C12",))
    return None
