"""An observer that may use every key: says what the bytes of a message mean, so that runs can be checked.

No party uses it. It answers questions about contents (which reading is in this transaction, whose key verifies it) by
decrypting and verifying the bytes, never from a record of what was meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from reference.bc_ami.messages import Envelope, Recipient, Transaction, Usage
from reference.bc_ami.rules import SignatureScope
from reference.crypto.encoding import Malformed
from reference.crypto.sealing import SealingPair, open_


@dataclass(frozen=True)
class Content:
    """A report as the MDMS would read it: for whom, how much (kWh), for which time (the outer tau)."""

    hid: bytes
    kwh: Decimal
    time: int


@dataclass(frozen=True)
class Observer:
    """Everything that is needed to read any report of one deployment."""

    recipient: Recipient
    pair: SealingPair

    def content(self, transaction: bytes) -> Content | None:
        """What a transaction says; None if it says nothing to the MDMS."""
        return _content(self.recipient.chain, self.recipient.scope, self.pair, transaction)

    def enveloped(self, envelope: bytes) -> Content | None:
        """What an endorsed transaction says."""
        return self.content(inner(self.recipient.chain, envelope))

    def signed_by(self, transaction: bytes, public: bytes) -> bool:
        """Whether the transaction verifies under this public key."""
        return _signed(self.recipient.chain, self.recipient.scope, transaction, public)

    def epoch(self, transaction: bytes) -> int:
        """The epoch that a transaction names; raises encoding.Malformed if it is none."""
        return Transaction.decode(self.recipient.chain, transaction).epoch

    def find(self, transactions: Iterable[bytes], content: Content, public: bytes, epoch: int = 0) -> bytes | None:
        """The first transaction that says `content`, names `epoch` and verifies under `public`."""

        def wanted(transaction: bytes) -> bool:
            said = self.content(transaction) == content and self.epoch(transaction) == epoch
            return said and self.signed_by(transaction, public)

        return next(filter(wanted, transactions), None)

    def endorsed(self, envelopes: Iterable[bytes], content: Content) -> bytes | None:
        """The first envelope whose transaction says `content`."""
        return next((each for each in envelopes if self.enveloped(each) == content), None)


def inner(chain: str, envelope: bytes) -> bytes:
    """The transaction in an envelope; raises encoding.Malformed if it is none."""
    return Envelope.decode(chain, envelope).transaction


@lru_cache(maxsize=1 << 15)
def _content(chain: str, scope: SignatureScope, pair: SealingPair, data: bytes) -> Content | None:
    try:
        transaction = Transaction.decode(chain, data)
        plaintext = open_(pair, transaction.sealed, transaction.aad(chain, scope))
        if plaintext is None:
            return None
        return Content(transaction.hid, Usage.decode(chain, plaintext).kwh, transaction.time)
    except Malformed:
        return None


@lru_cache(maxsize=1 << 15)
def _signed(chain: str, scope: SignatureScope, data: bytes, public: bytes) -> bool:
    try:
        return Transaction.decode(chain, data).verifies(chain, scope, public)
    except Malformed:
        return False
