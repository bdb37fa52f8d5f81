"""A service on a machine of its own: it answers from a copy of the chain, and how old that may be (ZD-R22, ZD-C10).

Where permissions are the token's, a service looks nothing up, and needs no copy. Where they stand on the chain, it
answers by the last block that it has, and nobody if that is older than Delta: rights may have ended since.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference.ledger.effects import Refused
from reference.metering_platform import ledger
from reference.metering_platform.handle import handle, refusal
from reference.metering_platform.routing import Denied, Request, Response
from reference.metering_platform.state import PlatformState

CITES = ("ZD-R22", "ZD-C10")


@dataclass(frozen=True)
class Replica:
    """`state` is what the service makes of the blocks that it has, and `made` when the last of them was, in seconds."""

    state: PlatformState | None = None
    made: int = 0

    def fetched(self, state: PlatformState, made: int) -> Replica | Refused:
        """The service with a longer chain: of final blocks, and the one that it has, continued."""
        if state.rules.permissions == "in-token":
            return Refused("permissions", "services go by the token, and have no copy of the chain", CITES)
        own = () if self.state is None else self.state.blocks
        if self.state is not None and (state.blocks[: len(own)] != own or not made > self.made):
            return Refused("hash links", "this does not continue the blocks that the service has", ("ZD-P15",))
        return ledger.fault(state) or replace(self, state=state, made=made)

    def answer(self, request: Request, data: PlatformState, delta: int) -> Response:
        """What the service answers to a request that changes nothing; `data` is what a service without a copy reads.

        Nothing is kept of it: that a proof counts once is for `handle` to see, where the platform has one state.
        """
        if data.rules.permissions == "in-token":
            return handle(data, request)[1]
        if self.state is None or request.at - self.made > delta:
            return refusal(Denied(401, "permissions", "the service has no block that is not older than Delta", CITES))
        return handle(self.state, request)[1]
