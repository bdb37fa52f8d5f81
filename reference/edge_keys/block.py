"""The paper's block, byte by byte, and by what one block names another (ZK-R23, ZK-R24, ZK-C31).

A header has version, previous hash, timestamp, nonce and Merkle root; the body holds device signatures over key
information. The text computes the previous hash "by Merkle tree hash". Taken at its word, a block's name is its Merkle
root: version, timestamp and nonce are then under no later hash, nor is the previous hash itself, so that a chain binds
no block but the last. Under the rule `whole-header` a block's name is the hash of all its header.

Votes are given for a `ballot`, the header of the shared ledger that this block amounts to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reference.crypto import encoding, merkle, signing
from reference.crypto.encoding import HASH, SIGNATURE, Domain, Malformed, UpTo
from reference.crypto.signing import KeyPair
from reference.edge_keys.puzzle import Puzzle, double_sha256
from reference.edge_keys.rules import PreviousHash
from reference.ledger import chain
from reference.ledger.effects import Refused

VERSION = 1
"""The uniform protocol version of all devices (ZK-R10)."""
NONCE_BYTES = 8
_ENCODED_HASH = 2 + 32
HEADER, BLOCK, KEY_INFORMATION, ENTRY = "edge-header", "edge-block", "key-information", "entry"


@dataclass(frozen=True)
class Header:
    """The header of ZK-R23. Hashes have 32 bytes; `nonce` is in 0..2^64-1 and has 8 bytes whatever its value, so that a
    search for it changes the same bytes all the time."""

    version: int
    previous: bytes
    timestamp: int
    nonce: int
    root: bytes

    def encode(self, chain_id: str) -> bytes:
        nonce = self.nonce.to_bytes(NONCE_BYTES, "big")
        return encoding.encode(
            Domain(chain_id, HEADER), [self.version, self.previous, self.timestamp, nonce, self.root]
        )

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Header:
        types = (int, HASH, int, UpTo(NONCE_BYTES), HASH)
        version, previous, timestamp, nonce, root = encoding.decode_fields(Domain(chain_id, HEADER), data, *types)
        if len(nonce) != NONCE_BYTES or not len(previous) == len(root) == len(chain.GENESIS):
            raise Malformed("a nonce or hash of a header is too short")
        return Header(version, previous, timestamp, int.from_bytes(nonce, "big"), root)

    def template(self, chain_id: str) -> tuple[bytes, bytes]:
        """The bytes before the nonce and those after it."""
        data = self.encode(chain_id)
        end = len(data) - _ENCODED_HASH
        return data[: end - NONCE_BYTES], data[end:]

    def name(self, chain_id: str, rule: PreviousHash) -> bytes:
        """What the next block must give as its previous hash, 32 bytes."""
        return self.root if rule == "merkle-root" else double_sha256(self.encode(chain_id))

    def solves(self, chain_id: str, puzzle: Puzzle) -> bool:
        """Whether the header's double hash is below the target (ZK-R29)."""
        return puzzle.holds(double_sha256(self.encode(chain_id)))


@dataclass(frozen=True)
class KeyInformation:
    """What a device signs for its meter: the message that a body of signatures alone does not show (ZK-R24, ZK-C27)."""

    meter: bytes
    version: int
    public: bytes

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, KEY_INFORMATION), [self.meter, self.version, self.public])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> KeyInformation:
        types = (HASH, int, UpTo(signing.PUBLIC_BYTES))
        return KeyInformation(*encoding.decode_fields(Domain(chain_id, KEY_INFORMATION), data, *types))


@dataclass(frozen=True)
class Entry:
    """One transaction of a body: which device signed, and its signature over key information that stays with it."""

    device: int
    signature: bytes

    @staticmethod
    def make(chain_id: str, device: int, information: KeyInformation, pair: KeyPair) -> Entry:
        return Entry(device, signing.sign(pair, information.encode(chain_id)))

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, ENTRY), [self.device, self.signature])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Entry:
        return Entry(*encoding.decode_fields(Domain(chain_id, ENTRY), data, int, SIGNATURE))

    def covers(self, chain_id: str, information: KeyInformation, device: bytes) -> bool:
        """Whether this is the signature of the device with this public key over the information."""
        return signing.verify(device, information.encode(chain_id), self.signature)


@dataclass(frozen=True)
class Block:
    """A header and the encoded transactions of its body."""

    header: Header
    body: tuple[bytes, ...]

    @staticmethod
    def build(previous: bytes, timestamp: int, body: tuple[bytes, ...], nonce: int = 0) -> Block:
        """A block over these transactions; its nonce is yet to be found."""
        return Block(Header(VERSION, previous, timestamp, nonce, merkle.root(body)), body)

    def with_nonce(self, nonce: int) -> Block:
        return replace(self, header=replace(self.header, nonce=nonce))

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, BLOCK), [self.header.encode(chain_id), list(self.body)])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Block:
        """Raises Malformed for a body that is not the one that the header commits to, too."""
        header, body = encoding.decode_fields(Domain(chain_id, BLOCK), data, bytes, list)
        block = Block(Header.decode(chain_id, header), encoding.fields(body, *[bytes] * len(body)))
        if block.header.root != merkle.root(block.body):
            raise Malformed("the body is not that of the header")
        return block

    def ballot(self, chain_id: str, height: int, rule: PreviousHash) -> chain.Header:
        """What devices vote on: this block at this height, so far as its name and place bind it."""
        bound = self.header.name(chain_id, rule) if rule == "whole-header" else chain.GENESIS
        return chain.Header(height, 0, self.header.previous, self.header.root, len(self.body), bound)


def broken_link(
    chain_id: str, blocks: Sequence[Block], rule: PreviousHash, puzzle: Puzzle, previous: bytes = chain.GENESIS
) -> Refused | None:
    """Why these blocks are no chain on top of the block named `previous`; None if they are.

    Each must name its predecessor under the rule, hold the body of its Merkle root, and solve the puzzle.
    """
    for height, block in enumerate(blocks):
        header = block.header
        if header.previous != previous:
            return Refused("previous_hash", f"block {height} does not name its predecessor", ("ZK-R23", "ZK-C31"))
        if header.root != merkle.root(block.body):
            return Refused("merkle root", f"the body of block {height} is not that of its header", ("ZK-R23",))
        if not header.solves(chain_id, puzzle):
            return Refused("puzzle", f"the header of block {height} does not solve {puzzle.name}", ("ZK-R29", "ZK-C32"))
        previous = header.name(chain_id, rule)
    return None
