"""What an adversary makes from what it has: keys that it knows, messages that it has overheard, all that is public.

No function here takes an honest party's secret, except from where the named capability finds it: a relay's answers
(EDGE) or a peer's execution of Algorithm 1 (PEER).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference.bc_ami import messages
from reference.bc_ami.database import Bundle, Item
from reference.bc_ami.messages import (
    Envelope,
    Receipt,
    Recipient,
    RegistrationRequest,
    RegistrationResponse,
    RegistrationSubmission,
    Transaction,
    Usage,
)
from reference.crypto import signing
from reference.crypto.encoding import Malformed
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.chain import Certificate, Header
from reference.ledger.effects import Refused, Sent


@dataclass(frozen=True)
class Adversary:
    """The private keys that it has, and the reports that it has sent itself. All messages on the wire are its knowledge
    as well (NET)."""

    keys: tuple[KeyPair, ...] = ()
    sent: tuple[bytes, ...] = ()

    def key(self, public: bytes) -> KeyPair | None:
        """The pair of this public key, if it has the private half."""
        return next((pair for pair in self.keys if pair.public == public), None)

    def learn(self, pair: KeyPair) -> Adversary:
        """With one more key."""
        return self if pair in self.keys else replace(self, keys=(*self.keys, pair))

    def send(self, message: bytes) -> Adversary:
        """Having put a message of its own on the wire."""
        return replace(self, sent=(*self.sent, message))

    def overhears(self, chain: str, wire: tuple[Sent, ...], hid: bytes) -> bool:
        """Whether a message on the open wire, not its own, carries this HID: it is sent in clear (IS-C1).

        A registration request is not among them: it runs over the private channel of IS-R8.
        """
        return any(_named(chain, message) == hid for message in wire if message.data not in self.sent)


def registration(chain: str, hid: bytes, own: KeyPair | None, epoch: int = 0) -> bytes:
    """Ask for a key in the name of a HID that it knows, or submit an own key under it: no credential but the HID."""
    if own is None:
        return RegistrationRequest(hid).encode(chain)
    return RegistrationSubmission(hid, epoch, own.public).proven(chain, own).encode(chain)


def key_in_answer(chain: str, answer: bytes) -> KeyPair | None:
    """The private key that a registration answer shows to whoever reads it; None if it is encrypted (IS-C3)."""
    try:
        response = RegistrationResponse.decode(chain, answer)
    except Malformed:
        return None  # an answer that says nothing to its reader
    pair = signing.pair_from_secret(response.secret)
    return pair if pair is not None and pair.public == response.public else None


def forged(
    recipient: Recipient, hid: bytes, pair: KeyPair, usage: Usage, randomness: Randomness, epoch: int = 0
) -> bytes:
    """A report in the name of `hid` and of its `epoch`, signed with a key that the adversary has."""
    return recipient.report(hid, pair, usage, randomness, epoch).encode(recipient.chain)


def redated(recipient: Recipient, data: bytes, public: bytes, time: int) -> bytes | Refused:
    """An overheard report with another time under its old signature, unless the signature covers the time (IS-C7)."""
    changed = replace(Transaction.decode(recipient.chain, data), time=time)
    if not changed.verifies(recipient.chain, recipient.scope, public):
        return Refused("signature_scope", "the old signature does not verify under the new time", ("IS-C7",))
    return changed.encode(recipient.chain)


def forged_receipt(chain: str, hid: bytes, time: int) -> bytes:
    """A receipt that the MDMS has not signed (IS-C33)."""
    return Receipt(hid, time).encode(chain)


def injected(
    recipient: Recipient,
    hid: bytes,
    usage: Usage,
    header: Header,
    randomness: Randomness,
    signer: KeyPair | None = None,
) -> bytes:
    """A release bundle of its own making: usage sealed to the MDMS under a registered HID, unsigned (IS-C10).

    `signer` is the database's key pair where the database itself is dishonest.
    """
    nobody = KeyPair.generate(randomness.child("nobody"))
    transaction = recipient.report(hid, nobody, usage, randomness)
    unsigned = replace(transaction, signature=bytes(signing.SIGNATURE_BYTES)).encode(recipient.chain)
    leaf = Envelope(unsigned, ()).encode(recipient.chain)
    item = Item(leaf, (), nobody.public, 0, 1, ())
    chain, no_votes = recipient.chain, Certificate(()).encode(recipient.chain)
    bundle = Bundle(header.encode(chain), no_votes, (item,), bytes(signing.SIGNATURE_BYTES))
    return (bundle if signer is None else bundle.signed(chain, signer)).encode(chain)


def _named(chain: str, message: Sent) -> bytes | None:
    match message.kind:
        case messages.SUBMISSION:
            return RegistrationSubmission.decode(chain, message.data).hid
        case messages.TRANSACTION:
            return Transaction.decode(chain, message.data).hid
    return None
