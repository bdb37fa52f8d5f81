"""The machine `Consensus` on bc-ami's candidates: replicas across views of one height of its ledger."""

from __future__ import annotations

from reference.bc_ami.ordering_world import candidates
from reference.bc_ami.world import CHAIN
from reference.ledger import consensus_bridge


class ConsensusBridge(consensus_bridge.ConsensusBridge):
    """See `reference.ledger.consensus_bridge`; each candidate has one endorsed report, or one that no peer endorsed."""

    def __init__(self) -> None:
        super().__init__(CHAIN, candidates)
