"""The key chain: records of meters' keys, and which device owns which meter, a block a slot for both (ZK-R26, ZK-C33).

The registry and the log of moves are edge-keys'. There each record is a block of its own; here a block has all entries
of a slot, so that the delay of an update counts slots.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from reference.bc_ami.messages import RegisteredKey
from reference.crypto import encoding
from reference.crypto.encoding import Domain, Malformed
from reference.edge_keys import move_log, registry
from reference.edge_keys.bundles import Bundle, Move, Stored
from reference.edge_keys.key_messages import Place
from reference.edge_keys.key_state import Registry
from reference.edge_keys.move_log import MoveLog
from reference.edge_keys.records import Record
from reference.edge_keys.registry import InForce
from reference.grid.rules import BundleMove
from reference.ledger.chain import Block
from reference.ledger.effects import Effects, Refused, refused

ENTRY = "key-entry"
VERSIONS = 1 << 16
"""More than the updates of an epoch."""
Kind = Literal["record", "begin", "commit", "abort"]


@dataclass(frozen=True)
class Entry:
    """A leaf: a key record with the message that asks for it, a move that begins or is aborted, or a move's receipt."""

    kind: Kind
    record: bytes = b""
    message: bytes = b""
    move: Move | None = None

    def encode(self, chain_id: str) -> bytes:
        move: encoding.Value = [] if self.move is None else list(self.move)
        return encoding.encode(Domain(chain_id, ENTRY), [self.kind, self.record, self.message, move])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Entry:
        kind, record, message, move = encoding.decode_fields(Domain(chain_id, ENTRY), data, str, bytes, bytes, list)
        if kind not in ("record", "begin", "commit", "abort"):
            raise Malformed(f"no entry is of the kind {kind!r}")
        return Entry(kind, record, message, Move.of(move) if move else None)


@dataclass(frozen=True)
class KeyChain:
    """The chain's state before its next block. `root` is a digest of all its blocks, from which the rest follows.

    `ever` are all keys that were in force at the end of a block, by meter.
    """

    bundle_move: BundleMove
    registry: Registry
    log: MoveLog
    height: int = 0
    root: bytes = bytes(32)
    ever: tuple[tuple[bytes, RegisteredKey], ...] = ()

    @property
    def chain_id(self) -> str:
        return self.registry.chain

    @property
    def valid(self) -> tuple[tuple[bytes, RegisteredKey], ...]:
        """The keys in force, by meter."""
        at = self.registry.current
        return tuple(
            (meter, RegisteredKey(number(place), public))
            for meter, place in sorted(at.items())
            for public in self.registry.keys(meter, place)
        )

    def key_of(self, meter: bytes) -> bytes | None:
        """The meter's key in force."""
        place = self.registry.current.get(meter)
        keys = () if place is None else self.registry.keys(meter, place)
        return keys[0] if keys else None

    def audit(self, block: Block) -> Refused | None:
        """Why this is not a valid next block; None if it is."""
        if block.header.state != self.root:
            return Refused("state", "the block builds on other blocks", ("ZK-R23",))
        state = self
        for leaf in block.leaves:
            state, effects = state.entered(leaf)
            if (refusal := refused(effects)) is not None:
                return refusal
        return None

    def after(self, block: Block) -> KeyChain:
        """The state once this block is complete."""
        return self.completed(block)[0]

    def completed(self, block: Block) -> tuple[KeyChain, Effects]:
        """The state once this block is complete, and what it brings about: updates that come into force among it."""
        state = self
        effects: Effects = ()
        for leaf in block.leaves:
            state, some = state.entered(leaf)
            effects += some
        keys = replace(state.registry, height=self.height + 1)
        for meter, place in tuple(keys.pending):
            keys, some = registry.step(keys, registry.Activate(meter, place))
            effects += tuple(each for each in some if isinstance(each, InForce))
        root = encoding.digest(Domain(self.chain_id, "key-state"), [self.root, block.header.digest(self.chain_id)])
        after = replace(state, registry=keys, height=self.height + 1, root=root)
        new = tuple(each for each in after.valid if each not in self.ever)
        return replace(after, ever=(*self.ever, *new)), effects

    def entered(self, leaf: bytes) -> tuple[KeyChain, Effects]:
        """The state with this entry in the present block; a refused one leaves it unchanged."""
        try:
            entry = Entry.decode(self.chain_id, leaf)
            return self._record(entry) if entry.kind == "record" else self._moved(entry)
        except Malformed as malformed:
            return self, (Refused("encoding", str(malformed), ("ZK-R23",)),)

    def _record(self, entry: Entry) -> tuple[KeyChain, Effects]:
        here = replace(self.registry, height=self.height)
        after, effects = registry.step(here, registry.Append(entry.record, entry.message))
        if refused(effects) is not None:
            return self, effects
        record = Record.decode(self.chain_id, entry.record)
        known = record.meter in self.log.home
        home = self.log.home if known else {**self.log.home, record.meter: record.owner}
        return replace(self, registry=after, log=replace(self.log, home=home)), effects

    def _moved(self, entry: Entry) -> tuple[KeyChain, Effects]:
        if entry.kind == "commit":
            stored = Stored.decode(self.chain_id, entry.message)
            if (refusal := bundle_move_check(self.bundle_move, self, stored)) is not None:
                return self, (refusal,)
            event: move_log.Event = move_log.Commit(entry.message)
        elif entry.move is None:
            raise Malformed("an entry about a move names it")
        elif entry.kind == "begin":
            event = move_log.Begin(entry.move, frozenset())
        else:
            event = move_log.Abort(entry.move)
        after, effects = move_log.step(self.log, event)
        return (self if refused(effects) else replace(self, log=after)), effects

    def spoil(self, leaves: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """The leaves with one more that is none."""
        return (*leaves, b"no entry")


def bundle_move_check(rule: BundleMove, chain: KeyChain, stored: Stored) -> Refused | None:
    """Why a move does not end on this receipt: by `versioned`, it is for another bundle than today's (GR-R7)."""
    if rule == "as-exported":
        return None
    key = chain.key_of(stored.move.meter)
    expected = None if key is None else Bundle(stored.move.meter, key).digest(chain.chain_id)
    if stored.bundle != expected:
        return Refused("bundle_move", "what is stored is not the bundle of the key in force", ("GR-R7", "ZK-C33"))
    return None


def number(place: Place) -> int:
    """By what a report names the key at this place."""
    return place.epoch * VERSIONS + place.version
