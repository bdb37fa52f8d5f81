"""The index block in its six parts, byte by byte, and what of them a block's hash covers (WA-R20, WA-R21, WA-C6).

One: a format with a unique identity, here with the node that made the block, its origin. Two: the block's size. Three:
the header. Four: the action counter. Five: the data record, which has service type and data, the script and the
timestamp attached to them (WA-R10), and the identities and signature summaries of nodes. Six: the lock time. The text
hashes the header; what the Merkle root in it is the root of is not said. Read kindly it is that of service type and
data. It can't be that of the signature summaries as well, as those sign a header which has the root in it (WA-C19);
hardened, a block has the summaries of the block before it.

What nodes vote on is all of the block that they see, whatever the hash covers: see `Block.ballot`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reference.crypto import encoding, merkle
from reference.crypto.encoding import HASH, Domain, Malformed, UpTo
from reference.ledger import chain
from reference.ledger.effects import Refused
from reference.sovereign_chain.rules import Hashed

FORMAT, VERSION = 1, 1
SIZE_BYTES, SUMMARY_BYTES = 4, 8
BLOCK, HEADER, IDENTITY = "index-block", "index-header", "block-identity"


@dataclass(frozen=True)
class Header:
    """Part three. Hashes have 32 bytes. Nonce and target have no rule: the text names them and no puzzle (WA-C7)."""

    version: int
    previous: bytes
    timestamp: int
    root: bytes
    nonce: int = 0
    target: int = 0

    def body(self) -> list[encoding.Value]:
        return [self.version, self.previous, self.timestamp, self.root, self.nonce, self.target]

    @staticmethod
    def of(body: object) -> Header:
        header = Header(*encoding.fields(body, int, HASH, int, HASH, int, int))
        if not len(header.previous) == len(header.root) == len(chain.GENESIS):
            raise Malformed("a hash of a header is too short")
        return header


@dataclass(frozen=True)
class Summary:
    """A node of the chain, and the first bytes of its signature's hash: it can be compared, and not verified."""

    node: int
    digest: bytes

    @staticmethod
    def of(node: int, signature: bytes) -> Summary:
        return Summary(node, hashlib.sha256(signature).digest()[:SUMMARY_BYTES])


@dataclass(frozen=True)
class DataRecord:
    """Part five. `service` is the service-type ID; `script` is empty and `attached` 0 in a temporary block."""

    service: int
    entries: tuple[bytes, ...]
    script: bytes = b""
    attached: int = 0
    nodes: tuple[Summary, ...] = ()

    @property
    def root(self) -> bytes:
        """The Merkle root of service type and data."""
        return merkle.root((self.service.to_bytes(8, "big"), *self.entries))

    def body(self) -> list[encoding.Value]:
        nodes: encoding.Value = [[each.node, each.digest] for each in self.nodes]
        return [self.service, list(self.entries), self.script, self.attached, nodes]

    @staticmethod
    def of(body: object) -> DataRecord:
        service, entries, script, attached, nodes = encoding.fields(body, int, list, bytes, int, list)
        if not 0 <= service < 1 << 64:
            raise Malformed("a service type is a number of 64 bits")
        data = encoding.fields(entries, *[bytes] * len(entries))
        summaries = tuple(Summary(*encoding.fields(each, int, UpTo(SUMMARY_BYTES))) for each in nodes)
        return DataRecord(service, data, script, attached, summaries)


@dataclass(frozen=True)
class Block:
    """All six parts.

    `origin` is the number of the node that made it, `identity` has 32 bytes, `size` is that of the block's encoding in
    bytes, and `lock` its creation time in the chain, in seconds.
    """

    origin: int
    identity: bytes
    header: Header
    record: DataRecord
    counter: int = 0
    lock: int = 0
    size: int = field(default=0)
    format: int = FORMAT

    @staticmethod
    def build(
        chain_id: str, height: int, previous: bytes, timestamp: int, origin: int, record: DataRecord, counter: int = 0
    ) -> Block:
        """A block with the root, the size and the identity that belong to it; its lock time is its timestamp."""
        identity = encoding.digest(Domain(chain_id, IDENTITY), [height, previous, origin, record.root])
        header = Header(VERSION, previous, timestamp, record.root)
        return Block(origin, identity, header, record, counter, timestamp).measured(chain_id)

    def measured(self, chain_id: str) -> Block:
        """With its own size."""
        return replace(self, size=self.length(chain_id))

    def length(self, chain_id: str) -> int:
        """The bytes of the block's encoding, which do not depend on the size that is entered in it."""
        return len(replace(self, size=0).encode(chain_id))

    def temporary(self, chain_id: str) -> Block:
        """What there is of the block before script, timestamp and lock time are attached to it (WA-R8)."""
        return replace(self, record=replace(self.record, script=b"", attached=0), lock=0).measured(chain_id)

    def completed(self, chain_id: str, script: bytes, time: int) -> Block:
        """The block with a script and a timestamp attached to it, created at that time (WA-R10)."""
        return replace(self, record=replace(self.record, script=script, attached=time), lock=time).measured(chain_id)

    def encode(self, chain_id: str) -> bytes:
        """Raises Malformed for a size that has no place in four bytes."""
        return encoding.encode(Domain(chain_id, BLOCK), self._body())

    def _body(self) -> encoding.Value:
        if not 0 <= self.size < 1 << 8 * SIZE_BYTES:
            raise Malformed(f"a block's size is entered in {SIZE_BYTES} bytes")
        size = self.size.to_bytes(SIZE_BYTES, "big")
        header, record = self.header.body(), self.record.body()
        return [self.format, self.origin, self.identity, size, header, self.counter, record, self.lock]

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Block:
        """What stands in the bytes; whether size and root are right is for `fault` to say, under the rule."""
        types = (int, int, HASH, UpTo(SIZE_BYTES), list, int, list, int)
        kind, origin, identity, size, header, counter, record, lock = encoding.decode_fields(
            Domain(chain_id, BLOCK), data, *types
        )
        if len(size) != SIZE_BYTES:
            raise Malformed("a block's size is too short")
        entered = int.from_bytes(size, "big")
        return Block(origin, identity, Header.of(header), DataRecord.of(record), counter, lock, entered, kind)

    def name(self, chain_id: str, rule: Hashed) -> bytes:
        """The block's hash, 32 bytes, by which the next block names it: of the header, or of all parts."""
        if rule == "all-parts":
            return encoding.digest(Domain(chain_id, BLOCK), self._body())
        return encoding.digest(Domain(chain_id, HEADER), self.header.body())

    def fault(self, chain_id: str, rule: Hashed) -> Refused | None:
        """What the block says wrongly of itself, so far as it is looked at; None if nothing."""
        if rule == "header":
            return None
        if self.header.root != self.record.root:
            return Refused("Merkle root", "the data are not those of the header", ("WA-R20",))
        if self.size != self.length(chain_id):
            return Refused("size", f"{self.length(chain_id)} bytes and not {self.size}", ("WA-R20",))
        return None

    def ballot(self, chain_id: str, height: int) -> chain.Header:
        """What nodes vote on: this block, in all its parts, at this height."""
        whole = encoding.digest(Domain(chain_id, BLOCK), self._body())
        return chain.Header(height, 0, self.header.previous, self.header.root, len(self.record.entries), whole)


def broken_link(
    chain_id: str, blocks: Sequence[Block], rule: Hashed, previous: bytes = chain.GENESIS, tip: bytes | None = None
) -> Refused | None:
    """Why these blocks are no chain between the blocks named `previous` and `tip`; None if they are.

    `tip` is the hash of the last block, for whoever knows it.
    """
    for height, block in enumerate(blocks):
        if block.header.previous != previous:
            return Refused("hashed", f"block {height} does not name its predecessor", ("WA-R21", "WA-C6"))
        if (fault := block.fault(chain_id, rule)) is not None:
            return Refused(fault.rule, f"block {height}: {fault.reason}", fault.cites)
        previous = block.name(chain_id, rule)
    if tip is not None and previous != tip:
        return Refused("hashed", "the last block is another one", ("WA-R21", "WA-C6"))
    return None
