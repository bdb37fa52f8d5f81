"""The two network-wide broadcasts of a block: its device's signed proposal, and the solution of its puzzle (ZK-R35)."""

from __future__ import annotations

from dataclasses import dataclass

from reference.crypto import encoding, signing
from reference.crypto.encoding import SIGNATURE, Domain
from reference.crypto.signing import KeyPair
from reference.edge_keys.block import Block

BLOCK_PROPOSAL, SOLUTION = "block-proposal", "solution"


@dataclass(frozen=True)
class Proposal:
    """A device's candidate for a height, signed by it; its puzzle may be open."""

    height: int
    device: int
    block: bytes
    signature: bytes

    @staticmethod
    def make(chain_id: str, height: int, device: int, block: Block, pair: KeyPair) -> Proposal:
        data = block.encode(chain_id)
        return Proposal(height, device, data, signing.sign(pair, _signed_part(chain_id, height, device, data)))

    def encode(self, chain_id: str) -> bytes:
        body: encoding.Value = [self.height, self.device, self.block, self.signature]
        return encoding.encode(Domain(chain_id, BLOCK_PROPOSAL), body)

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Proposal:
        types = (int, int, bytes, SIGNATURE)
        return Proposal(*encoding.decode_fields(Domain(chain_id, BLOCK_PROPOSAL), data, *types))

    def signed_by(self, chain_id: str, public: bytes) -> bool:
        """Whether this is the signature of the device with this public key."""
        signed = _signed_part(chain_id, self.height, self.device, self.block)
        return signing.verify(public, signed, self.signature)


@dataclass(frozen=True)
class Solution:
    """A block with its puzzle solved, at a height. Whoever has found the nonce may send it: nobody signs it."""

    height: int
    block: bytes

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, SOLUTION), [self.height, self.block])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Solution:
        return Solution(*encoding.decode_fields(Domain(chain_id, SOLUTION), data, int, bytes))


def _signed_part(chain_id: str, height: int, device: int, block: bytes) -> bytes:
    return encoding.encode(Domain(chain_id, "signed-" + BLOCK_PROPOSAL), [height, device, block])
