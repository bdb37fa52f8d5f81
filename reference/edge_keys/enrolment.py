"""Who lets a meter join, and the device that puts its records forward (Zhai et al., sections 1 and 2.2.1).

The enrolment root knows the identity credentials of the meters that the utility has installed; so does each device, of
its own meters, where devices are said to authenticate meters (ZK-R5). What others see is a signature: of the root, or
of a device that may not have looked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reference.crypto import signing
from reference.crypto.encoding import Malformed
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.edge_keys.key_messages import (
    APPLICATION,
    EMPTY_KEY,
    Application,
    Message,
    Place,
    Recall,
    Revocation,
    Showing,
    Update,
    Veto,
)
from reference.edge_keys.key_state import Registry
from reference.edge_keys.records import Commitment, KeptInformation, Record, Status
from reference.edge_keys.rules import Rules
from reference.ledger.effects import Effects, Refused, Sent


@dataclass(frozen=True)
class Root:
    """The enrolment root: `meters` are the credentials of installed meters, `latest` the epochs that it has certified.

    It is honest (ZK-A11).
    """

    chain: str
    pair: KeyPair = field(repr=False)
    meters: Mapping[bytes, bytes]
    latest: Mapping[bytes, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Certify:
    """A meter applies; the root looks at the chain, as far as it goes."""

    application: bytes
    registry: Registry


def certify(root: Root, event: Certify) -> tuple[Root, Effects]:
    """The root's certificate for an application, in the place of the meter's own credential, or a refusal."""
    try:
        asks = Application.decode(root.chain, event.application)
    except Malformed as malformed:
        return root, (Refused("encoding", str(malformed), ("ZK-C29",)),)
    known = root.meters.get(asks.meter, b"")
    if not signing.verify(known, asks.asked_part(root.chain), asks.credential):
        return root, (Refused("join", "this is no application of an installed meter", ("ZK-C29",)),)
    if asks.epoch <= root.latest.get(asks.meter, -1):
        return root, (Refused("join", "the root has certified a key for this epoch or a later one", ("ZK-C7",)),)
    if asks.epoch != 0 and not event.registry.is_revoked(asks.meter, asks.epoch - 1):
        return root, (Refused("join", "the epoch before is not revoked", ("ZK-C7",)),)
    signed = replace(asks, credential=signing.sign(root.pair, asks.certified_part(root.chain)))
    after = replace(root, latest={**root.latest, asks.meter: asks.epoch})
    return after, (Sent(APPLICATION, signed.encode(root.chain)),)


@dataclass(frozen=True)
class EdgeDevice:
    """A device with the key information of its meters. `meters` are their credentials; `kept` is what stays with it."""

    index: int
    rules: Rules
    chain: str
    pair: KeyPair = field(repr=False)
    randomness: Randomness = field(repr=False)
    meters: Mapping[bytes, bytes] = field(default_factory=dict)
    kept: Mapping[tuple[bytes, Place], KeptInformation] = field(default_factory=dict)

    def vouch(self, application: bytes) -> Sent | Refused:
        """The application with the device's word for it, if the meter has shown who it is."""
        try:
            asks = Application.decode(self.chain, application)
        except Malformed as malformed:
            return Refused("encoding", str(malformed), ("ZK-R5",))
        known = self.meters.get(asks.meter, b"")
        if not signing.verify(known, asks.asked_part(self.chain), asks.credential):
            return Refused("join", "this is no application of a meter of this device", ("ZK-R5",))
        return Sent(APPLICATION, self.voucher(asks).encode(self.chain))

    def voucher(self, asks: Application) -> Application:
        """The application with the device's word, whoever it is from: what a corrupted device gives (ZK-C29)."""
        return replace(asks, credential=signing.sign(self.pair, asks.vouched_part(self.chain)))

    def put_forward(
        self, registry: Registry, message: Message, place: Place, *, emptied: bool = False
    ) -> tuple[EdgeDevice, Record]:
        """The record for which the message asks, at this place, and the device that remembers what it has signed.

        `emptied` says that a revocation is to be a record of the empty key.
        """
        previous = registry.tail(message.meter, place.epoch)
        public, asked = _bears(message, emptied)
        if public is None:
            status: Status = "vetoed" if isinstance(message, Veto) else "revoked"
            return self, Record(message.meter, place, status, previous, self.index)
        if self.rules.body == "key-commitment":
            body = Commitment.make(self.chain, message.meter, place, public, asked, self.pair)
            return self, Record(message.meter, place, "key", previous, self.index, body)
        information = self.information(message.meter, place, public)
        body = information.entry(self.chain, self.index, self.pair)
        after = replace(self, kept={**self.kept, (message.meter, place): information})
        return after, Record(message.meter, place, "key", previous, self.index, body)

    def information(self, meter: bytes, place: Place, public: bytes) -> KeptInformation:
        """What the device signs in a body, and keeps, for this key."""
        return KeptInformation(meter, place, public, self.randomness.child("kept", meter, *place, public).take(32))

    def show(self, meter: bytes, place: Place, public: bytes) -> Showing:
        """The device's signed word that this key is behind the record: true or not, it is for the others to tell."""
        return Showing(meter, place, public).signed(self.chain, self.pair)


def _bears(message: Message, emptied: bool) -> tuple[bytes | None, tuple[bytes, ...]]:
    """The key that a record for this message bears, with the signatures that asked for it; None if it bears none."""
    match message:
        case Application():
            return message.public, (message.possession,)
        case Update():
            return message.public, (message.by_old, message.by_new)
        case Revocation() if emptied:
            return EMPTY_KEY, (message.signature,)
        case Revocation() | Recall() | Veto() | Showing():
            return None, ()
