"""The machine `Consensus` on a service's chain: the shared ledger's replicas vote on its index blocks, across views.

A candidate's one leaf is an index block with a meter's record in it; where it is to be invalid, the record is one that
nobody has signed. What a replica audits is what a node of `inclusion` looks at before it votes.
"""

from __future__ import annotations

from dataclasses import dataclass

from reference.crypto import encoding
from reference.crypto.encoding import Domain, Malformed
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain, consensus_bridge
from reference.ledger.effects import Refused
from reference.sovereign_chain.assembly_world import CHAIN, SERVICE, completed
from reference.sovereign_chain.block import Block, DataRecord
from reference.sovereign_chain.inclusion import Service
from reference.sovereign_chain.inclusion_world import CONTENT, METER
from reference.sovereign_chain.records import entry_of, metered
from reference.sovereign_chain.rules import Rules


@dataclass(frozen=True)
class ServiceState:
    """A service's chain as a replica has it before the next block."""

    service: Service
    blocks: tuple[Block, ...] = ()

    @property
    def tip(self) -> bytes:
        """The hash of the last block, 32 bytes."""
        name = self.service.chain_id, self.service.rules.hashed
        return self.blocks[-1].name(*name) if self.blocks else chain.GENESIS

    @property
    def root(self) -> bytes:
        """The digest of the state, 32 bytes: which service it is, and the last block."""
        return encoding.digest(Domain(self.service.chain_id, "service-state"), [self.service.number, self.tip])

    def audit(self, block: chain.Block) -> Refused | None:
        """Why a correct replica finds the block invalid; None if it does not."""
        if block.header.state != self.root:
            return Refused("state", "the block follows another one", ("WA-R21",))
        if len(block.leaves) != 1:
            return Refused("state", "a block of the ledger has one index block", ("WA-R20",))
        try:
            index = Block.decode(self.service.chain_id, block.leaves[0])
            if index.header.previous != self.tip:
                return Refused("place", "the index block follows another one", ("WA-R20", "WA-R21"))
            return index.fault(self.service.chain_id, self.service.rules.hashed) or self.service.fault(
                index, self.blocks
            )
        except Malformed as malformed:
            return Refused("encoding", str(malformed), ("WA-R20",))


def candidates(
    rules: Rules, nodes: int, bound: int, seed: int, valid: tuple[bool, ...]
) -> tuple[ServiceState, tuple[chain.Block, ...]]:
    """The state of an empty chain, and index blocks for its first place, each of which an audit finds valid or not.

    Raises InputError for too few nodes.
    """
    rules.check_deployment(nodes, bound)
    stream = Randomness.from_seed(seed).child("candidates")
    meter, stranger, origin = (KeyPair.generate(stream.child(name)) for name in ("meter", "stranger", "origin"))
    state = ServiceState(Service(CHAIN, rules, SERVICE, {METER: meter.public}, (origin.public,)))
    blocks = []
    for number, is_valid in enumerate(valid):
        signer, writer = (meter, origin) if is_valid else (stranger, stranger)
        held = metered(CHAIN, rules, METER, number, SERVICE, CONTENT, signer, stream)
        index = completed(0, DataRecord(SERVICE, (entry_of(CHAIN, rules, held, 0, writer),)))
        blocks.append(chain.Block.build(0, 0, chain.GENESIS, (index.encode(CHAIN),), state.root))
    return state, tuple(blocks)


class ConsensusBridge(consensus_bridge.ConsensusBridge):
    """See `reference.ledger.consensus_bridge`."""

    def __init__(self) -> None:
        super().__init__(CHAIN, candidates)
