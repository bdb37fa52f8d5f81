"""How few faulty devices part the others: the thresholds of each acceptance rule, tried with real signatures (ZK-C2).

Two blocks compete for one place. The correct devices are divided between them as evenly as they go, which takes no more
than a network that is slow; faulty devices confirm both. If every correct device confirms once, two quorums of q among
n devices share 2q-n of them at least, so that 2q-n is the least number of faulty ones (dossier 0.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reference.edge_keys import acceptance_world as world_of
from reference.edge_keys.acceptance_world import AcceptanceWorld, Event, competed_for
from reference.edge_keys.rules import Rules
from reference.ledger.effects import Effects, refused

BLOCKS = (0, 1)


@dataclass(frozen=True)
class Tried:
    """What came of an attempt: all moves with their effects, refused or not, and the world at the end."""

    faulty: int
    moves: tuple[tuple[Event, Effects], ...]
    world: AcceptanceWorld

    @property
    def holders(self) -> tuple[frozenset[int], ...]:
        """The correct devices that hold each block in their chain."""
        return tuple(
            frozenset(d.index for d in self.world.devices if self.world.blocks[block] in d.blocks) for block in BLOCKS
        )

    @property
    def forked(self) -> bool:
        """Whether two correct devices hold different blocks in one place."""
        return all(self.holders)


def divide(rules: Rules, devices: int, bound: int, faulty: int, seed: int) -> Tried:
    """So many faulty devices do what they can to have both blocks accepted; the correct ones follow the rules.

    A faulty device puts both blocks forward if there is one, otherwise two correct ones do, each one of its own.
    """
    proposers = (0, 0) if faulty else (0, devices - 1)
    world = world_of.deploy(rules, devices, bound, seed, proposers=proposers, faulty=range(faulty))
    correct = range(faulty, devices)
    middle = (faulty + devices) // 2
    sides = tuple(range(faulty, middle)), tuple(range(middle, devices))
    moves = []
    for event in _moves(rules, proposers, faulty, correct, sides):
        world, effects = world_of.step(world, event)
        moves.append((event, effects))
    return Tried(faulty, tuple(moves), world)


def _moves(
    rules: Rules, proposers: tuple[int, int], faulty: int, correct: range, sides: tuple[tuple[int, ...], ...]
) -> Iterator[Event]:
    for block, proposer in zip(BLOCKS, proposers, strict=True):
        yield world_of.ProposeAtWill(proposer, block) if faulty else world_of.Propose(proposer, block)
    solvers = [side[0] for side in sides] if competed_for(rules) else []
    yield from (world_of.Solve(solver, block) for block, solver in enumerate(solvers))
    if rules.acceptance == "votes":
        for block, proposer in zip(BLOCKS, proposers, strict=True):
            asked = sides[block] if rules.vote_once else correct
            yield from (world_of.Confirm(each, block) for each in asked if each not in solvers[block : block + 1])
            yield from (world_of.Sign(each, block) for each in range(faulty))
            if rules.confirmation_evidence == "devices-word":
                yield world_of.Lie(proposer, block) if faulty else world_of.Announce(proposer, block)
    for block in BLOCKS:
        if rules.acceptance == "votes":
            yield world_of.Decide(sides[block][0], block)


def least_faulty(rules: Rules, devices: int, bound: int, seed: int) -> int | None:
    """The least number of faulty devices that part two correct ones; None if as many as leave two do not."""
    tries = (divide(rules, devices, bound, faulty, seed) for faulty in range(devices - 1))
    return next((each.faulty for each in tries if each.forked), None)


def threshold(rules: Rules, devices: int, bound: int) -> int | None:
    """What `least_faulty` must be, by counting.

    None are needed where a puzzle is enough or confirmations are given twice; one where a device is believed; otherwise
    max(0, 2q-n), of which there are too few if that would leave fewer than two correct devices.
    """
    if rules.acceptance == "first-solver":
        return 0
    quorum = rules.needed_votes(devices, bound)
    overlap = max(0, 2 * quorum - devices)
    if not rules.vote_once and quorum <= devices:
        return 0
    if rules.confirmation_evidence == "devices-word":
        return min(overlap, 1)
    return overlap if overlap <= devices - 2 else None


def first_refusal(tried: Tried) -> str | None:
    """The rule that stopped the attempt first."""
    refusals = (refused(effects) for _, effects in tried.moves)
    return next((each.rule for each in refusals if each is not None), None)
