"""The platform's chain: a block for each accepted change, with the certificate of its members' nodes (ZD-R1, C18).

The paper describes no consensus. By its silence one node's word makes a block; otherwise a quorum of votes does.
Here the platform's nodes are honest and vote at once; faulty ones, and changes of view, `reference.ledger` plays.
"""

from __future__ import annotations

from dataclasses import replace

from reference.ledger import chain
from reference.ledger.chain import Block, Certificate, FinalBlock, Vote
from reference.ledger.effects import Refused
from reference.metering_platform.documents import Json, NotCanonical, digest, read, statement
from reference.metering_platform.routing import Reply
from reference.metering_platform.state import PlatformState

TRANSACTION = "transaction"


def leaf(transaction: Json) -> bytes:
    """The bytes of a transaction in a block. Raises NotCanonical for values that have none."""
    return statement(TRANSACTION, transaction)


def transaction(data: bytes) -> Json:
    """The transaction in a leaf. Raises NotCanonical for bytes that are none."""
    tag, null, text = data.partition(b"\x00")
    value = read(text)
    if tag + null + text != leaf(value):
        raise NotCanonical("a leaf has one spelling")
    return value


def append(state: PlatformState, transaction: Json) -> PlatformState:
    """The state with one block more, which has this transaction and the votes that make it final."""
    block = next_block(state, transaction)
    committee = state.committee
    kind = chain.COMMIT if committee.rounds == "two" else chain.VOTE
    votes = tuple(
        Vote.make(committee.chain, index, block.header, True, pair, kind=kind)
        for index, pair in enumerate(state.secrets.nodes[: committee.needed])
    )
    final = FinalBlock(block, Certificate(votes).encode(committee.chain))
    root = digest("state", [state.root.hex(), block.header.digest(committee.chain).hex()])
    return replace(state, blocks=(*state.blocks, final), root=root)


def next_block(state: PlatformState, transaction: Json) -> Block:
    """The candidate for the next height."""
    previous = tip(state)
    return Block.build(state.height, 0, previous, (leaf(transaction),), state.root)


def tip(state: PlatformState) -> bytes:
    """The digest of the last block's header, by which anybody checks all blocks before."""
    if not state.blocks:
        return chain.GENESIS
    return state.blocks[-1].block.header.digest(state.committee.chain)


def settle(before: PlatformState, reply: Reply, url: str) -> PlatformState:
    """The state after a change: what the route made of it, a block with its transaction, its events, a line of log."""
    assert reply.state is not None
    after = append(reply.state, reply.transaction)
    return replace(after, events=(*before.events, *reply.events), log=(*before.log, url))


def fault(state: PlatformState, tip_digest: bytes | None = None) -> Refused | None:
    """Why the stored blocks are no chain of final blocks that ends in this tip (by default: in any); None if they are.

    Whoever knows the tip finds a byte that was changed in any block (ZD-P15).
    """
    previous = chain.GENESIS
    for height, final in enumerate(state.blocks):
        header = final.block.header
        if header.height != height or header.previous != previous:
            return Refused("hash links", f"block {height} does not name its predecessor", ("ZD-P15",))
        rebuilt = Block.build(height, header.view, previous, final.block.leaves, header.state)
        if rebuilt.header != header:
            return Refused("hash links", f"block {height} has other transactions than its header says", ("ZD-P15",))
        if (refusal := state.committee.finalises(header, final.evidence)) is not None:
            return Refused(refusal.rule, f"block {height}: {refusal.reason}", refusal.cites)
        previous = header.digest(state.committee.chain)
    if tip_digest is not None and previous != tip_digest:
        return Refused("hash links", "the last block is another one", ("ZD-P15",))
    return None
