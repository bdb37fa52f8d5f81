"""The chain of key records, step by step: what is appended, is in force, shown, or dropped (Zhai et al., 2.2.1).

The device of a meter puts its records forward, each with the message that asks for it; a record that the others find in
order is appended, as a block of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference.crypto import signing
from reference.crypto.encoding import Malformed
from reference.edge_keys.key_audits import (
    misplaced,
    no_valid_key,
    not_recovery,
    refuses_application,
    refuses_body,
    refuses_recall,
    refuses_update,
)
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
from reference.edge_keys.key_state import Registry
from reference.edge_keys.records import Checkpoint, Commitment, Record, commitment
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
            refusal = refuses_application(registry, message, record) or refuses_body(
                registry, record, message.public, (message.possession,)
            )
            return _or_in_force(registry, record, message.public, refusal)
        case Update():
            refusal = refuses_update(registry, message, record) or refuses_body(
                registry, record, message.public, (message.by_old, message.by_new)
            )
            waits = registry.rules.activation == "delayed"
            return (_or_pending if waits else _or_in_force)(registry, record, message.public, refusal)
        case Revocation():
            return _revocation(registry, message, record)
        case Recall():
            return _ended(registry, record, refuses_recall(registry, message, record))
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
        no_valid_key(registry, asks.meter, epoch)
        or misplaced(registry, record, registry.next_place(asks.meter, epoch))
        or refuses_body(registry, record, EMPTY_KEY, (asks.signature,))
    )
    return _or_in_force(registry, record, EMPTY_KEY, refusal)


def _ended(registry: Registry, record: Record, refusal: Refused | None) -> tuple[Registry, Effects]:
    """The epoch is revoked: nothing of it is in force or pending, and nothing will be."""
    meter, epoch = record.meter, record.place.epoch
    if registry.rules.revocation != "sticky":
        refusal = refusal or Refused("revocation", "what revokes is a record of the empty key", ("ZK-R34",))
    if refusal is None and (record.status != "revoked" or record.body):
        refusal = Refused("revocation", "a revocation is a status and bears no key", ("ZK-C7",))
    refusal = refusal or misplaced(registry, record, registry.last_place(meter, epoch))
    if refusal is not None:
        return registry, (refusal,)
    current = {of: place for of, place in registry.current.items() if (of, place.epoch) != (meter, epoch)}
    pending = {at: height for at, height in registry.pending.items() if (at[0], at[1].epoch) != (meter, epoch)}
    return replace(_with(registry, record), current=current, pending=pending), (Recorded(record),)


def _veto(registry: Registry, asks: Veto, record: Record) -> tuple[Registry, Effects]:
    refusal = not_recovery(registry, asks.meter, asks.signed_part(registry.chain), asks.signature)
    if refusal is None and (asks.meter, asks.place) not in registry.pending:
        refusal = Refused("activation", "no such record is pending", ("ZK-C5",))
    if refusal is None and (record.status != "vetoed" or record.body):
        refusal = Refused("place", "a veto is a status and bears no key", ("ZK-C5",))
    refusal = refusal or misplaced(registry, record, asks.place)
    if refusal is not None:
        return registry, (refusal,)
    pending = {at: height for at, height in registry.pending.items() if at != (asks.meter, asks.place)}
    return replace(_with(registry, record), pending=pending), (Recorded(record),)


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
