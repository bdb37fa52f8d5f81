"""An edge device and its chain: what it proposes, solves, confirms, believes and appends (ZK-R20, R21, R26 to R29).

The device that a meter's request reaches signs the key information and broadcasts a block over its signature; devices
compete for the block's puzzle, and the solver broadcasts the solution. Then, by the rules, the block is accepted on
enough confirmations, which are shown or told by the block's device, or by its solution alone. Nobody but the block's
device can verify the signature in its body, since the key information stays there (ZK-R24, ZK-C27): a confirmation
says that the block is well-formed and stands in its place, and no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reference.crypto.encoding import Malformed
from reference.crypto.signing import KeyPair
from reference.edge_keys.block import Block, Entry, broken_link
from reference.edge_keys.broadcasts import BLOCK_PROPOSAL, SOLUTION, Proposal, Solution
from reference.edge_keys.puzzle import NONCES, PUZZLES, Puzzle, solve
from reference.edge_keys.rules import Rules
from reference.ledger import chain
from reference.ledger.chain import ANNOUNCEMENT, VOTE, Certificate, Committee, Vote
from reference.ledger.effects import Decided, Effect, Effects, Refused, Sent, refused


@dataclass(frozen=True)
class Device:
    """One device's memory: its chain, and by height and body the candidates that it has heard of, open and solved."""

    index: int
    pair: KeyPair
    rules: Rules
    committee: Committee
    blocks: tuple[Block, ...] = ()
    candidates: Mapping[tuple[int, bytes], Block] = field(default_factory=dict)
    solved: Mapping[tuple[int, bytes], Block] = field(default_factory=dict)
    proposed: tuple[int, ...] = ()
    """The heights for which it has put a block forward."""
    voted: Mapping[int, tuple[bytes, ...]] = field(default_factory=dict)
    """Its confirmations by height: the digests of the ballots."""

    @property
    def chain_id(self) -> str:
        return self.committee.chain

    @property
    def puzzle(self) -> Puzzle:
        return PUZZLES[self.rules.puzzle]

    def before(self, height: int) -> bytes | None:
        """What a block at this height must give as its previous hash; None if the chain is not there yet."""
        if height == 0:
            return chain.GENESIS
        if not 0 < height <= len(self.blocks):
            return None
        return self.blocks[height - 1].header.name(self.chain_id, self.rules.previous_hash)

    def ballot(self, height: int, block: Block) -> chain.Header:
        """What is voted on for the block at this height."""
        return block.ballot(self.chain_id, height, self.rules.previous_hash)


@dataclass(frozen=True)
class Propose:
    """A request has reached the device, which puts this block forward for a place on its chain."""

    height: int
    block: Block


@dataclass(frozen=True)
class Receive:
    """A proposal arrives."""

    proposal: bytes


@dataclass(frozen=True)
class Solve:
    """Compete for the candidate of this height and Merkle root, with nonces from `start` on.

    Who solves it takes it for its own: it appends the block, or confirms it, at once.
    """

    height: int
    root: bytes
    start: int
    limit: int = NONCES


@dataclass(frozen=True)
class Learn:
    """A solution arrives."""

    solution: bytes


@dataclass(frozen=True)
class Confirm:
    """Sign a confirmation of the candidate of this height and Merkle root."""

    height: int
    root: bytes


@dataclass(frozen=True)
class Announce:
    """These confirmations of its own block have come in: are they enough?"""

    height: int
    block: Block
    votes: tuple[bytes, ...]


@dataclass(frozen=True)
class Decide:
    """A block comes, with what there is to show that it is accepted: nothing, where its solution is enough."""

    height: int
    block: Block
    evidence: bytes = b""


@dataclass(frozen=True)
class Adopt:
    """A branch that leaves the device's chain at its first block's height is shown."""

    height: int
    branch: tuple[Block, ...]


@dataclass(frozen=True)
class Reorganised(Effect):
    """A device has given up so many blocks of its chain, from this height on."""

    replica: int
    height: int
    dropped: int


Event = Propose | Receive | Solve | Learn | Confirm | Announce | Decide | Adopt
Outcome = tuple[Device, Effects]


def step(device: Device, event: Event) -> Outcome:
    """The device's answer to an event; a refused event leaves it unchanged."""
    try:
        match event:
            case Propose():
                return _propose(device, event.height, event.block)
            case Receive():
                return _receive(device, event.proposal)
            case Solve():
                return _solve(device, event)
            case Learn():
                return _learn(device, event.solution)
            case Confirm():
                return _confirm(device, event)
            case Announce():
                return _announce(device, event)
            case Decide():
                return _decide(device, event)
            case Adopt():
                return _adopt(device, event)
    except Malformed as malformed:
        return _refuse(device, "encoding", str(malformed), "ZK-R23")


def device_of(chain_id: str, block: Block) -> int:
    """The device whose signature the body has. Raises Malformed unless the body is one signature (ZK-R24, ZK-R29)."""
    if len(block.body) != 1:
        raise Malformed("a block is about one key")
    return Entry.decode(chain_id, block.body[0]).device


def _propose(device: Device, height: int, block: Block) -> Outcome:
    if device_of(device.chain_id, block) != device.index:
        return _refuse(device, "proposal", "another device's request", "ZK-R28")
    if height in device.proposed:
        return _refuse(device, "proposal", "a block of this height was put forward already", "ZK-R28")
    if (refusal := _misplaced(device, height, block)) is not None:
        return device, (refusal,)
    proposal = Proposal.make(device.chain_id, height, device.index, block, device.pair)
    after = replace(_heard(device, height, block), proposed=(*device.proposed, height))
    return after, (Sent(BLOCK_PROPOSAL, proposal.encode(device.chain_id)),)


def _receive(device: Device, data: bytes) -> Outcome:
    proposal = Proposal.decode(device.chain_id, data)
    block = Block.decode(device.chain_id, proposal.block)
    if not 0 <= proposal.device < len(device.committee.members):
        return _refuse(device, "proposal", f"device {proposal.device} is not a member", "ZK-R9")
    if device_of(device.chain_id, block) != proposal.device:
        return _refuse(device, "proposal", "the block is of another device", "ZK-R28")
    if not proposal.signed_by(device.chain_id, device.committee.members[proposal.device]):
        return _refuse(device, "proposal", f"device {proposal.device} has not signed it", "ZK-R28")
    if (refusal := _misplaced(device, proposal.height, block)) is not None:
        return device, (refusal,)
    return _heard(device, proposal.height, block), ()


def _heard(device: Device, height: int, block: Block) -> Device:
    return replace(device, candidates={**device.candidates, (height, block.header.root): block})


def _solve(device: Device, event: Solve) -> Outcome:
    place = (event.height, event.root)
    if device.rules.puzzle == "none" and device.rules.acceptance == "votes":
        return _refuse(device, "puzzle", "nobody competes for blocks", "ZK-R29", "ZK-C4")
    if place not in device.candidates:
        return _refuse(device, "proposal", "the candidate has not been sent here", "ZK-R28")
    if place in device.solved:
        return _refuse(device, "competition", "the block is solved already", "ZK-R29")
    if device.rules.acceptance == "first-solver" and len(device.blocks) > event.height:
        return _refuse(device, "competition", "the place is taken: on to the next key", "ZK-R29")
    block = device.candidates[place]
    found = solve(block.header.template(device.chain_id), event.start, device.puzzle, event.limit)
    if found is None:
        return _refuse(device, "puzzle", f"{event.limit} hashes without a solution", "ZK-R29")
    block = block.with_nonce(found.nonce)
    after = replace(device, solved={**device.solved, place: block})
    solution = Sent(SOLUTION, Solution(event.height, block.encode(device.chain_id)).encode(device.chain_id))
    if device.rules.acceptance == "first-solver":
        after, effects = _decide(after, Decide(event.height, block))
    else:
        after, effects = _confirm(after, Confirm(event.height, event.root))
    return (device, effects) if refused(effects) is not None else (after, (solution, *effects))


def _learn(device: Device, data: bytes) -> Outcome:
    solution = Solution.decode(device.chain_id, data)
    block = Block.decode(device.chain_id, solution.block)
    place = (solution.height, block.header.root)
    if (candidate := device.candidates.get(place)) is None:
        return _refuse(device, "proposal", "a solution of what has not been proposed here", "ZK-R28")
    if candidate.with_nonce(block.header.nonce) != block:
        return _refuse(device, "proposal", "more than the nonce is changed", "ZK-R29")
    if not block.header.solves(device.chain_id, device.puzzle):
        return _refuse(device, "puzzle", f"the header does not solve {device.puzzle.name}", "ZK-R29", "ZK-C32")
    return replace(device, solved={place: block, **device.solved}), ()


def _confirm(device: Device, event: Confirm) -> Outcome:
    rules, place = device.rules, (event.height, event.root)
    if rules.acceptance != "votes":
        return _refuse(device, "acceptance", "blocks are accepted by their puzzle", "ZK-R29", "ZK-C1")
    block = (device.candidates if rules.puzzle == "none" else device.solved).get(place)
    if block is None and place in device.candidates:
        return _refuse(device, "puzzle", "the block's puzzle is open", "ZK-R29")
    if block is None:
        return _refuse(device, "proposal", "the candidate has not been sent here", "ZK-R28")
    ballot = device.ballot(event.height, block)
    digest, given = ballot.digest(device.chain_id), device.voted.get(event.height, ())
    if digest in given:
        return _refuse(device, "vote", "this block was confirmed already", "ZK-R20", "ZK-R21")
    if rules.vote_once and given:
        return _refuse(device, "vote_once", "another block of this height was confirmed", "ZK-C2")
    vote = Vote.make(device.chain_id, device.index, ballot, True, device.pair)
    after = replace(device, voted={**device.voted, event.height: (*given, digest)})
    return after, (Sent(VOTE, vote.encode(device.chain_id)),)


def _announce(device: Device, event: Announce) -> Outcome:
    """The block's own device makes the evidence: its word, or where confirmations are shown the certificate."""
    rules, chain_id = device.rules, device.chain_id
    if rules.acceptance != "votes":
        return _refuse(device, "acceptance", "blocks are accepted by their puzzle", "ZK-R29", "ZK-C1")
    if device_of(chain_id, event.block) != device.index:
        return _refuse(device, "proposal", "another device's block", "ZK-R28")
    ballot = device.ballot(event.height, event.block)
    votes = chain.by_voter(Vote.decode(chain_id, each) for each in event.votes)
    if (refusal := device.committee.counts(ballot, votes)) is not None:
        return device, (refusal,)
    if rules.confirmation_evidence == "devices-word":
        return device, (Sent(ANNOUNCEMENT, chain.announcement(chain_id, ballot, device.pair)),)
    return device, (Sent(chain.CERTIFICATE, Certificate(votes).encode(chain_id)),)


def _decide(device: Device, event: Decide) -> Outcome:
    block, chain_id = event.block, device.chain_id
    if event.height < len(device.blocks):
        return _refuse(device, "decision", "this place of the chain is taken", "ZK-R29")
    if (refusal := _misplaced(device, event.height, block)) is not None:
        return device, (refusal,)
    if device.rules.acceptance == "first-solver":
        if not block.header.solves(chain_id, device.puzzle):
            return _refuse(device, "puzzle", f"the header does not solve {device.puzzle.name}", "ZK-R29", "ZK-C32")
    else:
        # Under `devices-word` it is the block's own device that is believed, whichever that is.
        believed = replace(device.committee, leader=device_of(chain_id, block))
        if (refusal := _unconfirmed(device, believed, event)) is not None:
            return device, (refusal,)
    digest = device.ballot(event.height, block).digest(chain_id)
    return replace(device, blocks=(*device.blocks, block)), (Decided(device.index, event.height, digest),)


def _unconfirmed(device: Device, committee: Committee, event: Decide) -> Refused | None:
    if not 0 <= committee.leader < len(committee.members):
        return Refused("proposal", f"device {committee.leader} is not a member", ("ZK-R9",))
    refusal = committee.finalises(device.ballot(event.height, event.block), event.evidence)
    if refusal is not None and refusal.rule == "finality":
        return Refused("confirmation_evidence", refusal.reason, ("ZK-R21", "ZK-C1", *refusal.cites))
    return refusal


def _adopt(device: Device, event: Adopt) -> Outcome:
    """Bitcoin's longest chain, where there is a rule at all: the text has none (ZK-C3)."""
    rules, kept = device.rules, device.blocks[: event.height]
    if rules.acceptance != "first-solver":
        return _refuse(
            device, "acceptance", "a puzzle's solution accepts no block, and what is accepted stays", "ZK-C4"
        )
    if rules.fork_choice != "longest-chain":
        return _refuse(device, "fork_choice", "no other branch is ever gone over to", "ZK-C3")
    previous = device.before(event.height)
    if previous is None:
        return _refuse(device, "place", "the branch does not begin on the device's chain", "ZK-R23")
    refusal = broken_link(device.chain_id, event.branch, rules.previous_hash, device.puzzle, previous)
    if refusal is not None:
        return device, (refusal,)
    dropped = len(device.blocks) - len(kept)
    if len(event.branch) <= dropped:
        return _refuse(device, "fork_choice", f"{len(event.branch)} blocks against {dropped}", "ZK-C3")
    after = replace(device, blocks=(*kept, *event.branch))
    return after, (Reorganised(device.index, event.height, dropped),)


def _misplaced(device: Device, height: int, block: Block) -> Refused | None:
    if device.before(height) != block.header.previous:
        return Refused("place", "the block belongs to another height or predecessor", ("ZK-R23",))
    return None


def _refuse(device: Device, rule: str, reason: str, *cites: str) -> Outcome:
    return device, (Refused(rule, reason, cites),)
