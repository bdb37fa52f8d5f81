"""A meter's bundle, and what devices and chain say when it goes over to another device (Zhai et al., 2.1; ZK-R20).

A *move* has a number and names the meter, the device that has the bundle, and the one that is to have it. The chain's
entries name the move; the bundle itself never touches the chain.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from reference.crypto import encoding, sealing, signing
from reference.crypto.encoding import HASH, SIGNATURE, Domain, Malformed, UpTo
from reference.crypto.randomness import Randomness
from reference.crypto.sealing import SealingPair
from reference.crypto.signing import KeyPair
from reference.edge_keys.rules import KeyCustody, Transfer

BUNDLE, TRANSFER, STORED, ENTRY = "key-bundle", "bundle-transfer", "bundle-stored", "migration-entry"
SCHEME: Literal["x25519-aead"] = "x25519-aead"
"""How bundles are sealed."""
SECRET, SEALED = UpTo(32), UpTo(1024)
Kind = Literal["begun", "locked", "committed", "aborted"]
_KINDS: tuple[Kind, ...] = ("begun", "locked", "committed", "aborted")


class Move(NamedTuple):
    """Which meter's bundle goes from which device to which. `number` tells moves apart."""

    number: int
    meter: bytes
    source: int
    target: int

    @staticmethod
    def of(fields: object) -> Move:
        """Raises encoding.Malformed."""
        return Move(*encoding.fields(fields, int, HASH, int, int))


@dataclass(frozen=True)
class Bundle:
    """What a device keeps of a meter's keys: the public key, and the private one where the rule `key_custody` has it
    at the device (ZK-R24, ZK-C28)."""

    meter: bytes
    public: bytes
    secret: bytes = b""

    @staticmethod
    def make(custody: KeyCustody, meter: bytes, pair: KeyPair) -> Bundle:
        """The bundle of a meter with this pair."""
        return Bundle(meter, pair.public, pair.private.to_bytes(32, "big") if custody == "device" else b"")

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, BUNDLE), [self.meter, self.public, self.secret])

    def digest(self, chain: str) -> bytes:
        """By what a receipt names the bundle, 32 bytes."""
        return hashlib.sha256(self.encode(chain)).digest()

    @staticmethod
    def decode(chain: str, data: bytes) -> Bundle:
        types = (HASH, UpTo(signing.PUBLIC_BYTES), SECRET)
        return Bundle(*encoding.decode_fields(Domain(chain, BUNDLE), data, *types))


@dataclass(frozen=True)
class Transferred:
    """A bundle on its way: in clear, or sealed to the target with the move bound to it; its source signs (ZK-A20)."""

    move: Move
    content: bytes
    signature: bytes = b""

    @staticmethod
    def make(
        chain: str, rule: Transfer, move: Move, bundle: bytes, recipient: bytes, randomness: Randomness
    ) -> Transferred:
        """The message, by the rule `transfer`, unsigned; `recipient` is the target's public sealing key.

        Raises ValueError if that is none.
        """
        if rule == "plain":
            return Transferred(move, bundle)
        return Transferred(move, sealing.seal(SCHEME, recipient, bundle, _bound(chain, move), randomness))

    def signed(self, chain: str, pair: KeyPair) -> Transferred:
        return replace(self, signature=signing.sign(pair, self.signed_part(chain)))

    def signed_part(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "signed-" + TRANSFER), [list(self.move), self.content])

    def opened(self, chain: str, rule: Transfer, pair: SealingPair | None) -> Bundle | None:
        """The bundle, for whoever has the target's sealing `pair`, or for everybody; None for all else."""
        content: bytes | None = self.content
        if rule == "sealed":
            content = None if pair is None else sealing.open_(pair, self.content, _bound(chain, self.move))
        try:
            bundle = Bundle.decode(chain, content) if content is not None else None
        except Malformed:
            return None
        return bundle if bundle is not None and bundle.meter == self.move.meter else None

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, TRANSFER), [list(self.move), self.content, self.signature])

    @staticmethod
    def decode(chain: str, data: bytes) -> Transferred:
        move, content, signature = encoding.decode_fields(Domain(chain, TRANSFER), data, list, SEALED, SIGNATURE)
        return Transferred(Move.of(move), content, signature)


def _bound(chain: str, move: Move) -> bytes:
    return encoding.encode(Domain(chain, "bundle-header"), list(move))


@dataclass(frozen=True)
class Stored:
    """The target has the bundle with this hash in stable storage, and signs that it has (ZK-C33)."""

    move: Move
    bundle: bytes
    signature: bytes = b""

    @staticmethod
    def make(chain: str, move: Move, bundle: bytes, pair: KeyPair) -> Stored:
        draft = Stored(move, hashlib.sha256(bundle).digest())
        return replace(draft, signature=signing.sign(pair, draft.signed_part(chain)))

    def signed_part(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "signed-" + STORED), [list(self.move), self.bundle])

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, STORED), [list(self.move), self.bundle, self.signature])

    @staticmethod
    def decode(chain: str, data: bytes) -> Stored:
        move, bundle, signature = encoding.decode_fields(Domain(chain, STORED), data, list, HASH, SIGNATURE)
        return Stored(Move.of(move), bundle, signature)


@dataclass(frozen=True)
class MoveEntry:
    """What the chain has of a move: begun or locked, then committed or aborted. `receipt` is the target's, if any."""

    kind: Kind
    move: Move
    receipt: bytes = b""

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, ENTRY), [self.kind, list(self.move), self.receipt])

    @staticmethod
    def decode(chain: str, data: bytes) -> MoveEntry:
        kind, move, receipt = encoding.decode_fields(Domain(chain, ENTRY), data, str, list, UpTo(512))
        if kind not in _KINDS:
            raise Malformed(f"no entry is of the kind {kind!r}")
        return MoveEntry(kind, Move.of(move), receipt)
