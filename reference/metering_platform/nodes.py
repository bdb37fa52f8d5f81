"""What a node asks of a block before it votes for it: the application of the shared ledger (ZD-C18).

A node has the state after the block before. It finds out whether the transaction has the form of one, and of a record
whether a member has issued it and, where the rules ask for it, signed it. What a route has decided besides, such as who
may ask, a node has no means to check, as requests are not on the chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reference.ledger import chain
from reference.ledger.chain import Block
from reference.ledger.effects import Refused
from reference.metering_platform import issuing, ledger, schemas, storing
from reference.metering_platform.documents import NotCanonical
from reference.metering_platform.state import PlatformState


@dataclass(frozen=True)
class NodeState:
    """A node's copy of the platform before the next block."""

    platform: PlatformState

    @property
    def root(self) -> bytes:
        """The digest of all transactions so far, 32 bytes."""
        return self.platform.root

    def audit(self, block: Block) -> Refused | None:
        """Why a correct node finds the block invalid; None if it does not."""
        if block.header.state != self.root:
            return Refused("state", "the block follows another one", ("ZD-C18",))
        if len(block.leaves) != 1:
            return Refused("state", "a block has one transaction", ("ZD-R1",))
        try:
            transaction = ledger.transaction(block.leaves[0])
        except NotCanonical as reason:
            return Refused("encoding", str(reason), ("ZD-C21",))
        if not isinstance(transaction, dict):
            return Refused("encoding", "a transaction is an object", ("ZD-C21",))
        return self._fault_of_record(transaction["store"]) if "store" in transaction else None

    def _fault_of_record(self, shown: Any) -> Refused | None:
        if (reason := schemas.fault(storing.VIEW, shown)) is not None:
            return Refused("encoding", reason, ("ZD-R16", "ZD-C21"))
        envelope, state = shown["record"], self.platform
        member = state.members.get(envelope["issuer"])
        if member is None or not member.valid:
            return Refused("issuer_signature", "only members issue records", ("ZD-C5",))
        document = shown["document"]
        if document is None or not storing.needs_signature(state.rules, envelope["class"]):
            return None
        if issuing.is_issuers(state.rules, shown, document.encode(), member.signing):
            return None
        return Refused("issuer_signature", f"the record is not signed by {member.member}", ("ZD-C1", "ZD-C5"))


def candidate(state: PlatformState, shown: Any) -> Block:
    """The first block of a chain, with this record."""
    return Block.build(0, 0, chain.GENESIS, (ledger.leaf({"store": shown}),), state.root)
