"""The machine `Acceptance` with real bytes: edge devices at one place of the chain, some of them faulty, and the wire.

The candidate blocks are given beforehand; each is about one key of the same meter and version, of one device. What is
broadcast reaches a device when it acts on it. A candidate's puzzle has one solution here, its first nonce from 0 on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.edge_keys import acceptance
from reference.edge_keys.acceptance import Device
from reference.edge_keys.block import Block, Entry, KeyInformation
from reference.edge_keys.broadcasts import BLOCK_PROPOSAL, SOLUTION, Proposal, Solution
from reference.edge_keys.puzzle import PUZZLES, solve
from reference.edge_keys.rules import Rules
from reference.ledger import chain
from reference.ledger.chain import ANNOUNCEMENT, VOTE, Certificate, Committee, Vote, committee_of
from reference.ledger.effects import Effects, Refused, Sent, refused

CHAIN = "edge-keys"
METER = b"meter one".ljust(32, b"\0")
PLACE = 0
"""The height that the candidates are for."""


@dataclass(frozen=True)
class AcceptanceWorld:
    """`faulty` devices are the adversary's: it has their keys.

    `proposed` are the candidates as their devices put them forward, `blocks` the same as they are accepted: with their
    puzzles solved, where there are puzzles.
    """

    rules: Rules
    devices: tuple[Device, ...]
    faulty: frozenset[int]
    proposers: tuple[int, ...]
    proposed: tuple[Block, ...]
    blocks: tuple[Block, ...]
    wire: tuple[Sent, ...] = ()

    def ballot(self, block: int) -> chain.Header:
        """What confirmations of the block are given for."""
        return self.blocks[block].ballot(CHAIN, PLACE, self.rules.previous_hash)

    def committee(self, block: int) -> Committee:
        """The devices, of which the one that this block is of is to be believed."""
        return replace(self.devices[0].committee, leader=self.proposers[block])

    def votes(self, block: int) -> tuple[Vote, ...]:
        """The confirmations on the wire of this block, which nobody has verified yet."""
        digest = self.ballot(block).digest(CHAIN)
        decoded = (Vote.decode(CHAIN, each.data) for each in self.wire if each.kind == VOTE)
        return tuple(vote for vote in decoded if vote.digest == digest)

    def proposal(self, block: int) -> Sent | None:
        """The proposal of this block, if it is on the wire."""
        wanted = self.proposed[block].encode(CHAIN)
        sent = (each for each in self.wire if each.kind == BLOCK_PROPOSAL)
        return next((each for each in sent if Proposal.decode(CHAIN, each.data).block == wanted), None)

    def solution(self, block: int) -> Sent | None:
        """The solution of this block's puzzle, if it is on the wire."""
        solution = Sent(SOLUTION, Solution(PLACE, self.blocks[block].encode(CHAIN)).encode(CHAIN))
        return solution if solution in self.wire else None


@dataclass(frozen=True)
class _OfBlock:
    block: int


@dataclass(frozen=True)
class _OfDevice:
    device: int
    block: int


class Propose(_OfDevice):
    """The correct device that the request reached broadcasts its block (ZK-R28)."""


class ProposeAtWill(_OfDevice):
    """BYZ: a faulty device broadcasts a block of its own."""


class Solve(_OfDevice):
    """A correct device finds the block's nonce and broadcasts it (ZK-R29)."""


class Outcompute(_OfBlock):
    """HASH: whoever has the computing power finds the block's nonce (ZK-C4)."""


class Confirm(_OfDevice):
    """A correct device hears of the block and signs its confirmation (ZK-R20, ZK-R21)."""


class Sign(_OfDevice):
    """BYZ: a faulty device signs a confirmation of any block (ZK-C2)."""


class Announce(_OfDevice):
    """The block's correct device has enough confirmations and says so (ZK-R20, ZK-R21)."""


class Lie(_OfDevice):
    """BYZ: the block's faulty device says that it has (ZK-C1)."""


class Decide(_OfDevice):
    """A correct device is shown what there is to show for the block, and checks it."""


Event = Propose | ProposeAtWill | Solve | Outcompute | Confirm | Sign | Announce | Lie | Decide
Outcome = tuple[AcceptanceWorld, Effects]


def deploy(
    rules: Rules,
    devices: int,
    bound: int,
    seed: int,
    *,
    proposers: Sequence[int],
    faulty: Collection[int] = (),
) -> AcceptanceWorld:
    """Devices of which `faulty` are corrupted, and one candidate for each entry of `proposers`, of that device.

    Raises InputError for a device that does not exist, and for too few devices (ZK-C1).
    """
    if not {*proposers, *faulty} <= set(range(devices)):
        raise InputError("a block's device or a faulty one does not exist", allowed=f"0 to {devices - 1}")
    root = Randomness.from_seed(seed)
    pairs = tuple(KeyPair.generate(root.child("device", i)) for i in range(devices))
    committee = committee_of(rules, CHAIN, pairs, bound)
    blocks = tuple(
        candidate(KeyInformation(METER, 1, KeyPair.generate(root.child("key", number)).public), device, pairs[device])
        for number, device in enumerate(proposers)
    )
    each = tuple(Device(i, pair, rules, committee) for i, pair in enumerate(pairs))
    solved = tuple(_solved(rules, block) for block in blocks)
    return AcceptanceWorld(rules, each, frozenset(faulty), tuple(proposers), blocks, solved)


def candidate(information: KeyInformation, device: int, pair: KeyPair) -> Block:
    """A block at the place over the device's signature; its timestamp is the version, as nobody has a clock here."""
    entry = Entry.make(CHAIN, device, information, pair)
    return Block.build(chain.GENESIS, information.version, (entry.encode(CHAIN),))


def _solved(rules: Rules, block: Block) -> Block:
    if not competed_for(rules):
        return block
    found = solve(block.header.template(CHAIN), 0, PUZZLES[rules.puzzle])
    assert found is not None  # 2^64 hashes do not all fail
    return block.with_nonce(found.nonce)


def competed_for(rules: Rules) -> bool:
    """Whether anybody solves puzzles: blocks have one, or the first who says so is believed (ZK-R29)."""
    return rules.puzzle != "none" or rules.acceptance == "first-solver"


def step(world: AcceptanceWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.block < len(world.blocks):
        return _refuse(world, "candidate", f"there is no block {event.block}")
    if isinstance(event, _OfDevice) and not 0 <= event.device < len(world.devices):
        return _refuse(world, "device", f"there is no device {event.device}")
    match event:
        case Propose():
            return _propose(world, event)
        case ProposeAtWill():
            return _propose_at_will(world, event)
        case Solve():
            return _solve(world, event)
        case Outcompute():
            return _outcompute(world, event.block)
        case Confirm():
            return _confirm(world, event)
        case Sign():
            return _sign(world, event)
        case Announce():
            return _announce(world, event)
        case Lie():
            return _lie(world, event)
        case Decide():
            return _decide(world, event)


def _propose(world: AcceptanceWorld, event: Propose) -> Outcome:
    return _correct(world, event.device, acceptance.Propose(PLACE, world.proposed[event.block]))


def _propose_at_will(world: AcceptanceWorld, event: ProposeAtWill) -> Outcome:
    if (refusal := _not_its_own(world, event)) is not None:
        return world, (refusal,)
    block, pair = world.proposed[event.block], world.devices[event.device].pair
    proposal = Proposal.make(CHAIN, PLACE, event.device, block, pair)
    return _new(world, Sent(BLOCK_PROPOSAL, proposal.encode(CHAIN)))


def _solve(world: AcceptanceWorld, event: Solve) -> Outcome:
    after = _heard(world, event.device, event.block)
    root = world.blocks[event.block].header.root
    return _kept(world, _correct(after, event.device, acceptance.Solve(PLACE, root, 0)))


def _outcompute(world: AcceptanceWorld, block: int) -> Outcome:
    if not competed_for(world.rules):
        return _refuse(world, "puzzle", "nobody competes for blocks", "ZK-C4")
    return _new(world, Sent(SOLUTION, Solution(PLACE, world.blocks[block].encode(CHAIN)).encode(CHAIN)))


def _confirm(world: AcceptanceWorld, event: Confirm) -> Outcome:
    after = _heard(world, event.device, event.block)
    root = world.blocks[event.block].header.root
    return _kept(world, _correct(after, event.device, acceptance.Confirm(PLACE, root)))


def _sign(world: AcceptanceWorld, event: Sign) -> Outcome:
    if world.rules.acceptance != "votes":
        return _refuse(world, "acceptance", "blocks are accepted by their puzzle", "ZK-R29")
    if event.device not in world.faulty:
        return _refuse(world, "corruption", "the device is correct", "ZK-C2")
    pair = world.devices[event.device].pair
    vote = Vote.make(CHAIN, event.device, world.ballot(event.block), True, pair)
    return _new(world, Sent(VOTE, vote.encode(CHAIN)))


def _announce(world: AcceptanceWorld, event: Announce) -> Outcome:
    if (refusal := _not_told(world.rules)) is not None:
        return world, (refusal,)
    votes = tuple(vote.encode(CHAIN) for vote in world.votes(event.block))
    announcing = acceptance.Announce(PLACE, world.blocks[event.block], votes)
    after, effects = _correct(world, event.device, announcing)
    if refused(effects) is None and after.wire == world.wire:
        return _refuse(world, "network", "this is announced already", "ZK-R21")
    return after, effects


def _lie(world: AcceptanceWorld, event: Lie) -> Outcome:
    if (refusal := _not_told(world.rules) or _not_its_own(world, event)) is not None:
        return world, (refusal,)
    word = chain.announcement(CHAIN, world.ballot(event.block), world.devices[event.device].pair)
    return _new(world, Sent(ANNOUNCEMENT, word))


def _not_its_own(world: AcceptanceWorld, event: ProposeAtWill | Lie) -> Refused | None:
    if event.device not in world.faulty:
        return Refused("corruption", "the device is correct", ("ZK-C1",))
    if event.device != world.proposers[event.block]:
        return Refused("proposal", "the block is of another device", ("ZK-R28",))
    return None


def _not_told(rules: Rules) -> Refused | None:
    if rules.acceptance != "votes":
        return Refused("acceptance", "blocks are accepted by their puzzle", ("ZK-R29",))
    if rules.confirmation_evidence != "devices-word":
        return Refused("confirmation_evidence", "confirmations are shown, not told", ("ZK-C1",))
    return None


def _decide(world: AcceptanceWorld, event: Decide) -> Outcome:
    """Anyone may have put the evidence together; the device checks it and refuses what is not enough."""
    block, number = world.blocks[event.block], event.block
    if world.rules.acceptance == "first-solver":
        shown = [b""] if world.solution(number) is not None else []
    elif world.rules.confirmation_evidence == "votes-shown":
        shown = [Certificate(chain.by_voter(world.votes(number))).encode(CHAIN)]
    else:
        shown = [each.data for each in world.wire if each.kind == ANNOUNCEMENT]
    outcome = _refuse(world, "network", "nothing is broadcast that would accept the block", "ZK-R29")
    for evidence in shown:
        outcome = _correct(world, event.device, acceptance.Decide(PLACE, block, evidence))
        if refused(outcome[1]) is None:
            break
    return outcome


def _heard(world: AcceptanceWorld, device: int, block: int) -> AcceptanceWorld:
    """The device has heard what is broadcast of the block, so far as it is correct."""
    proposal, solution = world.proposal(block), world.solution(block)
    if device not in world.faulty and proposal is not None:
        world, _ = _take(world, device, acceptance.Receive(proposal.data))
        if solution is not None:
            world, _ = _take(world, device, acceptance.Learn(solution.data))
    return world


def _kept(before: AcceptanceWorld, outcome: Outcome) -> Outcome:
    """As it was, what was heard included, if the step is refused."""
    return outcome if refused(outcome[1]) is None else (before, outcome[1])


def _correct(world: AcceptanceWorld, device: int, event: acceptance.Event) -> Outcome:
    """A correct device's step, with what it sends on the wire."""
    if device in world.faulty:
        return _refuse(world, "corruption", "a faulty device does not follow the protocol")
    return _take(world, device, event)


def _take(world: AcceptanceWorld, device: int, event: acceptance.Event) -> Outcome:
    after, effects = acceptance.step(world.devices[device], event)
    devices = (*world.devices[:device], after, *world.devices[device + 1 :])
    sent = tuple(effect for effect in effects if isinstance(effect, Sent) and effect not in world.wire)
    return replace(world, devices=devices, wire=world.wire + sent), effects


def _new(world: AcceptanceWorld, message: Sent) -> Outcome:
    if message in world.wire:
        return _refuse(world, "network", "this message is on the wire already")
    return replace(world, wire=(*world.wire, message)), (message,)


def _refuse(world: AcceptanceWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)
