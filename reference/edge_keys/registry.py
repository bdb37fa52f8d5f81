"""What the devices' agreed chain says of meters' keys, and what it takes to add to it (Zhai et al., section 2.2.1).

One value stands for all correct devices: they have one chain (ZK-R26; `acceptance` is about how far they do), and audit
what is put forward by the same rules. The device of a meter puts its records forward, each with the message that asks
for it; a record that the others find in order is appended, as a block of its own.

Whose key a record bears is known from what its device shows of it. Where the body is a signature over something that
nobody else sees, that is any key that the device cares to sign for, and more than one (ZK-C27).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reference.crypto import signing
from reference.crypto.encoding import Malformed
from reference.edge_keys.block import Entry
from reference.edge_keys.key_messages import (
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
from reference.edge_keys.records import Checkpoint, Commitment, Record, commitment
from reference.edge_keys.rules import Rules
from reference.ledger.chain import GENESIS
from reference.ledger.effects import Effect, Effects, Refused

DELAY = 6
"""Delta_r: blocks that must follow a pending record before it is in force (ZK-C5)."""


@dataclass(frozen=True)
class Recorded(Effect):
    """A record is on the chain."""

    record: Record


@dataclass(frozen=True)
class InForce(Effect):
    """The record at this place is the one in force."""

    meter: bytes
    place: Place


@dataclass(frozen=True)
class Forgotten(Effect):
    """The records of the epoch are dropped."""

    meter: bytes
    epoch: int


@dataclass(frozen=True)
class Registry:
    """The state of the chain. `recovery` has the recovery key of each meter, noted by the enrolment root."""

    rules: Rules
    chain: str
    devices: tuple[bytes, ...]
    quorum: int
    root: bytes
    recovery: Mapping[bytes, bytes]
    records: tuple[Record, ...] = ()
    shown: Mapping[tuple[bytes, Place], tuple[bytes, ...]] = field(default_factory=dict)
    """The keys that are shown for each record that bears one, the one first with which it was recorded."""
    current: Mapping[bytes, Place] = field(default_factory=dict)
    """Each meter's record in force."""
    pending: Mapping[tuple[bytes, Place], int] = field(default_factory=dict)
    """The records that wait, with the height of each."""
    tombstones: frozenset[tuple[bytes, int]] = frozenset()
    """The revoked epochs of which the records are dropped."""
    checkpoint: bytes = b""
    height: int = 0

    def of_epoch(self, meter: bytes, epoch: int) -> tuple[Record, ...]:
        """The records of an epoch, in order."""
        return tuple(each for each in self.records if each.meter == meter and each.place.epoch == epoch)

    def keys(self, meter: bytes, place: Place) -> tuple[bytes, ...]:
        """The keys that the record at this place bears; none if it is of the empty key, or if there is none."""
        return tuple(key for key in self.shown.get((meter, place), ()) if key != EMPTY_KEY)

    def valid(self, meter: bytes, epoch: int) -> tuple[bytes, ...]:
        """The keys of this epoch that count as the meter's: those of the record in force (ZK-R30)."""
        place = self.current.get(meter)
        return self.keys(meter, place) if place is not None and place.epoch == epoch else ()

    def is_revoked(self, meter: bytes, epoch: int) -> bool:
        """Whether the chain, or its checkpoint, says that the epoch's keys are revoked."""
        if (meter, epoch) in self.tombstones:
            return True
        records = self.of_epoch(meter, epoch)
        emptied = (self.shown.get((meter, each.place), (None,))[0] == EMPTY_KEY for each in records)
        return any(each.status == "revoked" for each in records) or any(emptied)

    def next_place(self, meter: bytes, epoch: int) -> Place | Refused:
        """Where the epoch's next update stands."""
        if (place := self.current.get(meter)) is None or place.epoch != epoch:
            return Refused("record", "no record of the epoch is in force", ("ZK-R32",))
        if any(of == meter and waiting.epoch == epoch for of, waiting in self.pending):
            return Refused("activation", "an update of the epoch is pending", ("ZK-C5",))
        taken = [each.place.version for each in self.of_epoch(meter, epoch) if each.status == "key"]
        return Place(epoch, max(taken) + 1)

    def tail(self, meter: bytes, epoch: int) -> bytes:
        """The hash of the epoch's last record."""
        records = self.of_epoch(meter, epoch)
        return records[-1].digest(self.chain) if records else GENESIS

    def signs(self, meter: bytes, epoch: int, key: bytes) -> bool:
        """Whether this counts as "the old key" of the meter, under the rule `update_signer` (ZK-R32, ZK-C8).

        If the record in force is of the empty key, that is the old key (ZK-R34).
        """
        if (place := self.current.get(meter)) is None or place.epoch != epoch:
            return False
        if key == EMPTY_KEY:
            return not self.keys(meter, place)
        if self.rules.update_signer != "any-earlier-key":
            return key in self.valid(meter, epoch)
        return any(key in self.keys(meter, each.place) for each in self.of_epoch(meter, epoch))


@dataclass(frozen=True)
class Append:
    """A device puts a record forward, with the message that asks for it."""

    record: bytes
    message: bytes


@dataclass(frozen=True)
class Follow:
    """So many blocks about something else follow."""

    blocks: int


@dataclass(frozen=True)
class Activate:
    """Is the delay of this pending record over?"""

    meter: bytes
    place: Place


@dataclass(frozen=True)
class Show:
    """The device of a meter shows a key for the record in force."""

    showing: bytes


@dataclass(frozen=True)
class Prune:
    """Drop the records of a revoked epoch, of which none is valid any more (ZK-R33).

    The `checkpoint` is what is left of the chain, and empty where nothing has to be.
    """

    meter: bytes
    epoch: int
    checkpoint: bytes = b""


Event = Append | Follow | Activate | Show | Prune


def step(registry: Registry, event: Event) -> tuple[Registry, Effects]:
    """The registry after the event, and its effects; a refused event leaves it unchanged."""
    try:
        match event:
            case Append():
                return _append(registry, event)
            case Follow():
                return replace(registry, height=registry.height + max(event.blocks, 0)), ()
            case Activate():
                return _activate(registry, event)
            case Show():
                return _show(registry, Showing.decode(registry.chain, event.showing))
            case Prune():
                return _prune(registry, event)
    except Malformed as malformed:
        return registry, (Refused("encoding", str(malformed), ("ZK-R23",)),)


def decode_message(chain: str, data: bytes) -> Message:
    """A message that may ask for a record. Raises encoding.Malformed for all else."""
    for kind in (Application, Update, Revocation, Recall, Veto):
        try:
            return kind.decode(chain, data)
        except Malformed:
            continue
    raise Malformed("not a message that asks for a record")


def _append(registry: Registry, event: Append) -> tuple[Registry, Effects]:
    record = Record.decode(registry.chain, event.record)
    message = decode_message(registry.chain, event.message)
    if message.meter != record.meter:
        return registry, (Refused("place", "the record is of another meter than the message", ("ZK-R28",)),)
    if not 0 <= record.owner < len(registry.devices):
        return registry, (Refused("place", f"there is no device {record.owner}", ("ZK-R28",)),)
    match message:
        case Application():
            refusal = _refuses_application(registry, message, record) or _refuses_body(
                registry, record, message.public, (message.possession,)
            )
            return _or_in_force(registry, record, message.public, refusal)
        case Update():
            refusal = _refuses_update(registry, message, record) or _refuses_body(
                registry, record, message.public, (message.by_old, message.by_new)
            )
            waits = registry.rules.activation == "delayed"
            return (_or_pending if waits else _or_in_force)(registry, record, message.public, refusal)
        case Revocation():
            return _revocation(registry, message, record)
        case Recall():
            return _ended(registry, record, _refuses_recall(registry, message, record))
        case Veto():
            return _veto(registry, message, record)
        case Showing():
            return registry, (Refused("encoding", "a showing asks for no record", ("ZK-R31",)),)


def _or_in_force(
    registry: Registry, record: Record, public: bytes, refusal: Refused | None
) -> tuple[Registry, Effects]:
    if refusal is not None:
        return registry, (refusal,)
    after = replace(_with(registry, record, public), current={**registry.current, record.meter: record.place})
    return after, (Recorded(record), InForce(record.meter, record.place))


def _or_pending(registry: Registry, record: Record, public: bytes, refusal: Refused | None) -> tuple[Registry, Effects]:
    if refusal is not None:
        return registry, (refusal,)
    waiting = {**registry.pending, (record.meter, record.place): registry.height + 1}
    return replace(_with(registry, record, public), pending=waiting), (Recorded(record),)


def _with(registry: Registry, record: Record, public: bytes | None = None) -> Registry:
    """One record more, in a block of its own; if it bears a key, or the empty one, that is shown."""
    shown = registry.shown if public is None else {**registry.shown, (record.meter, record.place): (public,)}
    return replace(registry, records=(*registry.records, record), shown=shown, height=registry.height + 1)


def _refuses_application(registry: Registry, asks: Application, record: Record) -> Refused | None:
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
    return _misplaced(registry, record)


def _epochs_from(registry: Registry, meter: bytes, epoch: int) -> set[int]:
    on_chain = {each.place.epoch for each in registry.records if each.meter == meter}
    return {e for e in on_chain | {e for of, e in registry.tombstones if of == meter} if e >= epoch}


def _knows(registry: Registry, meter: bytes, epoch: int) -> bool:
    return bool(registry.of_epoch(meter, epoch)) or registry.is_revoked(meter, epoch)


def _refuses_update(registry: Registry, asks: Update, record: Record) -> Refused | None:
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
    return _misplaced(registry, record, registry.next_place(asks.meter, epoch))


def _refuses_body(registry: Registry, record: Record, public: bytes, asked: tuple[bytes, ...]) -> Refused | None:
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


def _revocation(registry: Registry, asks: Revocation, record: Record) -> tuple[Registry, Effects]:
    """A revocation by a key of the meter: the empty key as next record, or the end of the epoch (ZK-R34, ZK-C7)."""
    epoch = record.place.epoch
    if asks.epoch != epoch:
        return registry, (Refused("place", "the message is about another epoch", ("ZK-R34",)),)
    if not registry.signs(asks.meter, epoch, asks.signer) or not asks.verifies(registry.chain, registry.rules):
        why = Refused("update_signer", "no accepted key has signed the revocation", ("ZK-R32", "ZK-R34", "ZK-C6"))
        return registry, (why,)
    if registry.rules.revocation == "sticky" or record.status == "revoked":
        return _ended(registry, record, None)
    refusal = (
        _no_valid_key(registry, asks.meter, epoch)
        or _misplaced(registry, record, registry.next_place(asks.meter, epoch))
        or _refuses_body(registry, record, EMPTY_KEY, (asks.signature,))
    )
    return _or_in_force(registry, record, EMPTY_KEY, refusal)


def _no_valid_key(registry: Registry, meter: bytes, epoch: int) -> Refused | None:
    if registry.valid(meter, epoch):
        return None
    return Refused("record", "the epoch has no valid key", ("ZK-R34",))


def _refuses_recall(registry: Registry, asks: Recall, record: Record) -> Refused | None:
    if asks.epoch != record.place.epoch:
        return Refused("place", "the message is about another epoch", ("ZK-C6",))
    if registry.rules.revocation != "sticky":
        return Refused("revocation", "what revokes is a record of the empty key", ("ZK-R34",))
    refusal = _not_recovery(registry, asks.meter, asks.signed_part(registry.chain), asks.signature)
    return refusal or _no_valid_key(registry, asks.meter, asks.epoch)


def _not_recovery(registry: Registry, meter: bytes, part: bytes, signature: bytes) -> Refused | None:
    if not registry.rules.recovery_key:
        return Refused("recovery_key", "a meter has one key only", ("ZK-R34", "ZK-C6"))
    if not signing.verify(registry.recovery.get(meter, b""), part, signature):
        return Refused("recovery_key", "the meter's recovery key has not signed this", ("ZK-C5", "ZK-C6"))
    return None


def _ended(registry: Registry, record: Record, refusal: Refused | None) -> tuple[Registry, Effects]:
    """The epoch is revoked: nothing of it is in force or pending, and nothing will be."""
    meter, epoch = record.meter, record.place.epoch
    if registry.rules.revocation != "sticky":
        refusal = refusal or Refused("revocation", "what revokes is a record of the empty key", ("ZK-R34",))
    if refusal is None and (record.status != "revoked" or record.body):
        refusal = Refused("revocation", "a revocation is a status and bears no key", ("ZK-C7",))
    refusal = refusal or _misplaced(registry, record, _last_place(registry, meter, epoch))
    if refusal is not None:
        return registry, (refusal,)
    current = {of: place for of, place in registry.current.items() if (of, place.epoch) != (meter, epoch)}
    pending = {at: height for at, height in registry.pending.items() if (at[0], at[1].epoch) != (meter, epoch)}
    return replace(_with(registry, record), current=current, pending=pending), (Recorded(record),)


def _veto(registry: Registry, asks: Veto, record: Record) -> tuple[Registry, Effects]:
    refusal = _not_recovery(registry, asks.meter, asks.signed_part(registry.chain), asks.signature)
    if refusal is None and (asks.meter, asks.place) not in registry.pending:
        refusal = Refused("activation", "no such record is pending", ("ZK-C5",))
    if refusal is None and (record.status != "vetoed" or record.body):
        refusal = Refused("place", "a veto is a status and bears no key", ("ZK-C5",))
    refusal = refusal or _misplaced(registry, record, asks.place)
    if refusal is not None:
        return registry, (refusal,)
    pending = {at: height for at, height in registry.pending.items() if at != (asks.meter, asks.place)}
    return replace(_with(registry, record), pending=pending), (Recorded(record),)


def _last_place(registry: Registry, meter: bytes, epoch: int) -> Place:
    return Place(epoch, max(each.place.version for each in registry.of_epoch(meter, epoch)))


def _misplaced(registry: Registry, record: Record, place: Place | Refused | None = None) -> Refused | None:
    """Why the record does not stand where the next one does, which is at `place`, if it is given."""
    if isinstance(place, Refused):
        return place
    if place is not None and record.place != place:
        return Refused("place", f"the next record is version {place.version} of epoch {place.epoch}", ("ZK-R32",))
    if record.previous != registry.tail(record.meter, record.place.epoch):
        return Refused("place", "the record does not name its predecessor", ("ZK-R23",))
    return None


def _activate(registry: Registry, event: Activate) -> tuple[Registry, Effects]:
    recorded = registry.pending.get((event.meter, event.place))
    if recorded is None:
        return registry, (Refused("activation", "no such record is pending", ("ZK-C5",)),)
    if registry.height < recorded + DELAY:
        return registry, (Refused("activation", "the delay is not over", ("ZK-C5",)),)
    pending = {at: height for at, height in registry.pending.items() if at != (event.meter, event.place)}
    current = {**registry.current, event.meter: event.place}
    return replace(registry, pending=pending, current=current), (InForce(event.meter, event.place),)


def _show(registry: Registry, showing: Showing) -> tuple[Registry, Effects]:
    """What others make of a key that is shown for a record: as published, whatever its device signs for (ZK-C27)."""
    at, chain = (showing.meter, showing.place), registry.chain
    if registry.current.get(showing.meter) != showing.place:
        return registry, (Refused("record", "the record is not the one in force", ("ZK-R30",)),)
    [record] = (
        each for each in registry.records if (each.meter, each.place, each.status) == (*at, "key")
    )  # fmt: skip
    if not signing.verify(registry.devices[record.owner], showing.signed_part(chain), showing.signature):
        return registry, (Refused("body", "the record's device has not signed this", ("ZK-R24",)),)
    if (fault := signing.key_fault(showing.public)) is not None:
        return registry, (Refused("key form", fault, ("ZK-R24",)),)
    if registry.rules.body == "key-commitment":
        body = Commitment.decode(chain, record.body)
        if body.digest != commitment(chain, *at, showing.public):
            return registry, (Refused("body", "the record commits to another key", ("ZK-C27",)),)
    if showing.public in registry.shown[at]:
        return registry, (Refused("record", "this key is shown already", ("ZK-R31",)),)
    return replace(registry, shown={**registry.shown, at: (*registry.shown[at], showing.public)}), ()


def _prune(registry: Registry, event: Prune) -> tuple[Registry, Effects]:
    """Drop an epoch's records; what is revoked stays so, if the rule asks for a checkpoint that says it (ZK-C30)."""
    meter, epoch = event.meter, event.epoch
    if not registry.is_revoked(meter, epoch) or not registry.of_epoch(meter, epoch):
        return registry, (Refused("record", "no records of a revoked epoch are there", ("ZK-R33",)),)
    waits = any((of, place.epoch) == (meter, epoch) for of, place in registry.pending)
    if waits or registry.valid(meter, epoch):
        return registry, (Refused("record", "a record of the epoch is valid, or may be", ("ZK-R33",)),)
    after = without(registry, meter, epoch)
    if registry.rules.pruning == "expired-head":
        if event.checkpoint:
            return registry, (Refused("pruning", "nothing is kept of what is dropped", ("ZK-R33",)),)
        return after, (Forgotten(meter, epoch),)
    checkpoint = Checkpoint.decode(registry.chain, event.checkpoint)
    stones = after.tombstones | {(meter, epoch)}
    expected = Checkpoint.of(registry.chain, after.records, stones)
    if (checkpoint.records, checkpoint.tombstones) != (expected.records, expected.tombstones):
        return registry, (Refused("pruning", "the checkpoint is not what is left of the chain", ("ZK-C30",)),)
    if checkpoint.signers(registry.chain, registry.devices) < registry.quorum:
        return registry, (Refused("pruning", f"fewer than {registry.quorum} devices have signed", ("ZK-C30",)),)
    return replace(after, tombstones=stones, checkpoint=event.checkpoint), (Forgotten(meter, epoch),)


def without(registry: Registry, meter: bytes, epoch: int) -> Registry:
    """What is left of the records once those of an epoch are dropped."""
    return replace(
        registry,
        records=tuple(each for each in registry.records if (each.meter, each.place.epoch) != (meter, epoch)),
        shown={at: keys for at, keys in registry.shown.items() if (at[0], at[1].epoch) != (meter, epoch)},
        current={of: place for of, place in registry.current.items() if (of, place.epoch) != (meter, epoch)},
    )
