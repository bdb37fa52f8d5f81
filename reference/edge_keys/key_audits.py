"""What correct devices look at before they append a record; each check says why it refuses, and by which rule.

Every check is of bytes: signatures, hashes, and the record's place on the chain.
"""

from __future__ import annotations

from reference.crypto import signing
from reference.edge_keys.block import Entry
from reference.edge_keys.key_messages import EMPTY_KEY, Application, Place, Recall, Update
from reference.edge_keys.key_state import Registry
from reference.edge_keys.records import Commitment, Record, commitment
from reference.ledger.effects import Refused


def refuses_application(registry: Registry, asks: Application, record: Record) -> Refused | None:
    """Why a first record is not in order (ZK-R28, ZK-C29)."""
    rules, chain = registry.rules, registry.chain
    if record.place != Place(asks.epoch, 0) or asks.epoch < 0:
        return Refused("place", "a first record has the number 0 of the epoch that is applied for", ("ZK-R28",))
    if rules.join != "enrolled" and asks.epoch != 0:
        return Refused("join", "nobody but the enrolment root opens another epoch", ("ZK-C7",))
    if asks.recovery != (registry.recovery.get(asks.meter, b"") if rules.recovery_key else b""):
        return Refused("recovery_key", "this is not the recovery key that is noted for the meter", ("ZK-C6",))
    match rules.join:
        case "open":
            if asks.credential:
                return Refused("join", "nobody's word is asked for", ("ZK-R28",))
        case "device-authenticates":
            if not signing.verify(registry.devices[record.owner], asks.vouched_part(chain), asks.credential):
                return Refused("join", "the device has not signed that it has authenticated the meter", ("ZK-R5",))
        case "enrolled":
            if not signing.verify(registry.root, asks.certified_part(chain), asks.credential):
                return Refused("join", "the enrolment root has not certified this key", ("ZK-C29",))
    if (fault := signing.key_fault(asks.public)) is not None:
        return Refused("key form", fault, ("ZK-R28",))
    asked_for = rules.join == "enrolled" or rules.body == "key-commitment"
    if asked_for and not signing.verify(asks.public, asks.possession_part(chain), asks.possession):
        return Refused("join", "no proof that the sender has the private key", ("ZK-C29",))
    if asks.possession and not asked_for:
        return Refused("join", "no proof of possession is asked for", ("ZK-R28",))
    if any(_knows(registry, asks.meter, epoch) for epoch in _epochs_from(registry, asks.meter, asks.epoch)):
        return Refused("record", "the meter's epoch, or a later one, is known already", ("ZK-R28", "ZK-C7"))
    return misplaced(registry, record)


def _epochs_from(registry: Registry, meter: bytes, epoch: int) -> set[int]:
    on_chain = {each.place.epoch for each in registry.records if each.meter == meter}
    return {e for e in on_chain | {e for of, e in registry.tombstones if of == meter} if e >= epoch}


def _knows(registry: Registry, meter: bytes, epoch: int) -> bool:
    return bool(registry.of_epoch(meter, epoch)) or registry.is_revoked(meter, epoch)


def refuses_update(registry: Registry, asks: Update, record: Record) -> Refused | None:
    """Why an update is not in order (ZK-R32, ZK-C5, ZK-C8)."""
    rules, epoch = registry.rules, record.place.epoch
    if rules.record_link == "chained":
        if asks.link is None:
            return Refused("record_link", "what is signed does not say where it stands", ("ZK-C8",))
        if Place(*asks.link[:2]) != record.place or asks.link.previous != registry.tail(asks.meter, epoch):
            return Refused("record_link", "what is signed stands at another place", ("ZK-C8",))
    elif asks.link is not None:
        return Refused("record_link", "an update has the new key only", ("ZK-R32",))
    if not registry.signs(asks.meter, epoch, asks.signer):
        return Refused("update_signer", "this key is not accepted as the old key", ("ZK-R32", "ZK-C8"))
    part = asks.signed_part(registry.chain)
    if asks.signer == EMPTY_KEY:
        if rules.revocation != "empty-key-signs":
            return Refused("revocation", "nothing verifies under the empty key", ("ZK-R34", "ZK-C7"))
    elif not signing.verify(asks.signer, part, asks.by_old):
        return Refused("update_signer", "the old key has not signed this", ("ZK-R32",))
    if (fault := signing.key_fault(asks.public)) is not None:
        return Refused("key form", fault, ("ZK-R32",))
    if rules.update_signer == "both-keys":
        if not signing.verify(asks.public, part, asks.by_new):
            return Refused("update_signer", "the new key has not signed this", ("ZK-C5",))
    elif asks.by_new:
        return Refused("update_signer", "the new key's signature is not asked for", ("ZK-R32",))
    if asks.public in registry.valid(asks.meter, epoch):
        return Refused("record", "this key is in force already", ("ZK-R32",))
    return misplaced(registry, record, registry.next_place(asks.meter, epoch))


def refuses_body(registry: Registry, record: Record, public: bytes, asked: tuple[bytes, ...]) -> Refused | None:
    """Why the body is not one over this key, so far as others can tell (ZK-R24, ZK-C27)."""
    chain, device = registry.chain, registry.devices[record.owner]
    if record.status != "key":
        return Refused("place", "a record that bears a key has another status", ("ZK-R23",))
    if registry.rules.body == "signature-only":
        entry = Entry.decode(chain, record.body)
        form = signing.signature_fault(entry.signature)
        return None if form is None else Refused("body", form, ("ZK-R24",))
    body = Commitment.decode(chain, record.body)
    if body.digest != commitment(chain, record.meter, record.place, public) or body.asked != asked:
        return Refused("body", "the block commits to something else", ("ZK-C27",))
    if not body.signed_by(chain, device):
        return Refused("body", "the device has not signed the commitment", ("ZK-C27",))
    return None


def no_valid_key(registry: Registry, meter: bytes, epoch: int) -> Refused | None:
    if registry.valid(meter, epoch):
        return None
    return Refused("record", "the epoch has no valid key", ("ZK-R34",))


def refuses_recall(registry: Registry, asks: Recall, record: Record) -> Refused | None:
    if asks.epoch != record.place.epoch:
        return Refused("place", "the message is about another epoch", ("ZK-C6",))
    if registry.rules.revocation != "sticky":
        return Refused("revocation", "what revokes is a record of the empty key", ("ZK-R34",))
    refusal = not_recovery(registry, asks.meter, asks.signed_part(registry.chain), asks.signature)
    return refusal or no_valid_key(registry, asks.meter, asks.epoch)


def not_recovery(registry: Registry, meter: bytes, part: bytes, signature: bytes) -> Refused | None:
    if not registry.rules.recovery_key:
        return Refused("recovery_key", "a meter has one key only", ("ZK-R34", "ZK-C6"))
    if not signing.verify(registry.recovery.get(meter, b""), part, signature):
        return Refused("recovery_key", "the meter's recovery key has not signed this", ("ZK-C5", "ZK-C6"))
    return None


def misplaced(registry: Registry, record: Record, place: Place | Refused | None = None) -> Refused | None:
    """Why the record does not stand where the next one does, which is at `place`, if it is given."""
    if isinstance(place, Refused):
        return place
    if place is not None and record.place != place:
        return Refused("place", f"the next record is version {place.version} of epoch {place.epoch}", ("ZK-R32",))
    if record.previous != registry.tail(record.meter, record.place.epoch):
        return Refused("place", "the record does not name its predecessor", ("ZK-R23",))
    return None
