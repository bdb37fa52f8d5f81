"""A meter and its owner: who makes keys, asks for records, and gets rid of keys (Zhai et al., section 2.2.1).

The meter has the private keys, and an identity credential that it was made with, by which the enrolment root or its
device knows it; it reads of the chain what it needs. The owner keeps the recovery key, where there is one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from reference.crypto import signing
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.edge_keys.key_messages import (
    APPLICATION,
    EMPTY_KEY,
    RECALL,
    REVOCATION,
    UPDATE,
    VETO,
    Application,
    Link,
    Place,
    Recall,
    Revocation,
    Update,
    Veto,
)
from reference.edge_keys.rules import Rules
from reference.ledger.effects import Effects, Refused, Sent


class Asked(NamedTuple):
    """A meter remembers what it asked for: which key at which place, signed with which old one (empty: an application).

    An update that is not chained does not say where it is meant to stand, so that nobody else can know.
    """

    place: Place
    signer: bytes
    public: bytes


@dataclass(frozen=True)
class Meter:
    """`keys` are the private keys that it has, `made` the public parts of all that it ever made."""

    name: bytes
    rules: Rules
    chain: str
    credential: KeyPair = field(repr=False)
    installed: bool = True
    recovery: bytes = b""
    keys: tuple[KeyPair, ...] = ()
    made: tuple[bytes, ...] = ()
    asked: tuple[Asked, ...] = ()

    def key(self, public: bytes) -> KeyPair | None:
        """Its private key with this public part, if it has it."""
        return next((pair for pair in self.keys if pair.public == public), None)

    def asked_for(self, place: Place) -> set[bytes]:
        """The keys for which it asked at this place."""
        return {each.public for each in self.asked if each.place == place}


@dataclass(frozen=True)
class Apply:
    """Make a key and apply to join with it, in this epoch."""

    epoch: int
    randomness: Randomness


@dataclass(frozen=True)
class SignUpdate:
    """Sign a new key with `signer`, to stand at the place after the record with the hash `previous`.

    The new key is drawn, or it is `again`, one that the meter has had; `valid` are the keys in force.
    """

    signer: bytes
    place: Place
    previous: bytes
    valid: Collection[bytes]
    randomness: Randomness
    again: bytes | None = None


@dataclass(frozen=True)
class SignRevocation:
    """Sign a revocation of the epoch with `signer`."""

    epoch: int
    signer: bytes


@dataclass(frozen=True)
class Lose:
    """All private keys are gone."""


Event = Apply | SignUpdate | SignRevocation | Lose


def step(meter: Meter, event: Event) -> tuple[Meter, Effects]:
    """The meter after the event, and its effects; a refused event leaves it unchanged."""
    match event:
        case Apply():
            return _apply(meter, event)
        case SignUpdate():
            return _sign_update(meter, event)
        case SignRevocation():
            return _sign_revocation(meter, event)
        case Lose():
            if not meter.keys:
                return meter, (Refused("own key", "the meter has no private keys", ("ZK-C6",)),)
            return replace(meter, keys=()), ()


def _apply(meter: Meter, event: Apply) -> tuple[Meter, Effects]:
    rules = meter.rules
    if not meter.installed:
        return meter, (Refused("installed", "there is no such meter", ("ZK-R28",)),)
    if rules.join != "enrolled" and event.epoch != 0:
        return meter, (Refused("join", "nobody but the enrolment root opens another epoch", ("ZK-C7",)),)
    if any(each.signer == EMPTY_KEY and each.place.epoch >= event.epoch for each in meter.asked):
        return meter, (Refused("join", "the meter has applied for this epoch or a later one", ("ZK-R28",)),)
    pair = KeyPair.generate(event.randomness)
    draft = Application(meter.name, event.epoch, pair.public, meter.recovery)
    if rules.join != "open":
        draft = replace(draft, credential=signing.sign(meter.credential, draft.asked_part(meter.chain)))
    if rules.join == "enrolled" or rules.body == "key-commitment":
        draft = draft.proven(meter.chain, pair)
    after = _with(meter, pair, Asked(Place(event.epoch, 0), EMPTY_KEY, pair.public))
    return after, (Sent(APPLICATION, draft.encode(meter.chain)),)


def _sign_update(meter: Meter, event: SignUpdate) -> tuple[Meter, Effects]:
    rules, old = meter.rules, meter.key(event.signer)
    if old is None:
        return meter, (Refused("own key", "the meter does not have this private key", ("ZK-R32",)),)
    if old.public not in event.valid:
        return meter, (Refused("own key", "this key of the meter is not in force", ("ZK-R32",)),)
    if event.again is None:
        new: KeyPair | None = KeyPair.generate(event.randomness)
    elif rules.record_link == "chained":
        return meter, (Refused("record_link", "no key is used a second time", ("ZK-C8",)),)
    else:
        new = meter.key(event.again)
    if new is None or new.public in event.valid:
        return meter, (Refused("own key", "not a key that the meter has and that is not in force", ("ZK-C8",)),)
    asked = Asked(event.place, old.public, new.public)
    if asked in meter.asked:
        return meter, (Refused("network", "the meter has signed this already", ("ZK-R32",)),)
    link = Link(*event.place, event.previous) if rules.record_link == "chained" else None
    draft = Update(meter.name, old.public, new.public, link)
    message = draft.signed(meter.chain, old, new if rules.update_signer == "both-keys" else None)
    return _with(meter, new, asked), (Sent(UPDATE, message.encode(meter.chain)),)


def _with(meter: Meter, pair: KeyPair, asked: Asked) -> Meter:
    known = pair.public in meter.made
    keys = meter.keys if known else (*meter.keys, pair)
    made = meter.made if known else (*meter.made, pair.public)
    return replace(meter, keys=keys, made=made, asked=(*meter.asked, asked))


def _sign_revocation(meter: Meter, event: SignRevocation) -> tuple[Meter, Effects]:
    pair = meter.key(event.signer)
    if pair is None:
        return meter, (Refused("own key", "the meter does not have this private key", ("ZK-C6",)),)
    message = Revocation(meter.name, event.epoch, pair.public).signed(meter.chain, meter.rules, pair)
    return meter, (Sent(REVOCATION, message.encode(meter.chain)),)


@dataclass(frozen=True)
class Owner:
    """Whoever answers for the meter. `recovery` is None if the key is lost, or if nobody watches the chain."""

    meter: bytes
    rules: Rules
    chain: str
    recovery: KeyPair | None = field(default=None, repr=False)
    alarmed: frozenset[int] = frozenset()
    """The epochs of which the keys are to be revoked."""


@dataclass(frozen=True)
class RaiseAlarm:
    """From now on the owner wants this epoch's keys revoked, of which these are valid."""

    epoch: int
    valid: Collection[bytes]


@dataclass(frozen=True)
class Watch:
    """The owner sees a pending record that bears these keys; its meter asked for those at this place."""

    place: Place
    keys: Collection[bytes]
    asked: Collection[bytes]


@dataclass(frozen=True)
class SignRecall:
    """Revoke the epoch with the recovery key."""

    epoch: int


OwnerEvent = RaiseAlarm | Watch | SignRecall


def owner_step(owner: Owner, event: OwnerEvent) -> tuple[Owner, Effects]:
    """The owner after the event, and its effects; a refused event leaves it unchanged."""
    if isinstance(event, RaiseAlarm):
        if event.epoch in owner.alarmed or not event.valid:
            return owner, (Refused("owner", "there is nothing new to be alarmed about", ("ZK-R34",)),)
        return replace(owner, alarmed=owner.alarmed | {event.epoch}), ()
    if not owner.rules.recovery_key:
        return owner, (Refused("recovery_key", "a meter has one key only", ("ZK-R34", "ZK-C6")),)
    if owner.recovery is None:
        return owner, (Refused("recovery_key", "the owner does not have the recovery key", ("ZK-C6",)),)
    match event:
        case Watch():
            if set(event.keys) <= set(event.asked):
                return owner, (Refused("owner", "the meter asked for this", ("ZK-C5",)),)
            veto = Veto(owner.meter, event.place)
            signed = replace(veto, signature=signing.sign(owner.recovery, veto.signed_part(owner.chain)))
            return owner, (Sent(VETO, signed.encode(owner.chain)),)
        case SignRecall():
            if event.epoch not in owner.alarmed:
                return owner, (Refused("owner", "the owner does not want this revoked", ("ZK-C6",)),)
            recall = Recall(owner.meter, event.epoch)
            signature = signing.sign(owner.recovery, recall.signed_part(owner.chain))
            return owner, (Sent(RECALL, replace(recall, signature=signature).encode(owner.chain)),)
