"""The honest moves of the world `key_records`: meters, owners, devices and the root follow the protocol."""

from __future__ import annotations

from dataclasses import replace

from reference.crypto import signing
from reference.edge_keys import enrolment, meter, registry
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.key_messages import Message, Place
from reference.edge_keys.key_records_events import (
    Activate,
    Apply,
    Enrol,
    LoseKeys,
    Prune,
    RaiseAlarm,
    RecordEmptyKey,
    RecordRecall,
    RecordRevocation,
    RecordUpdate,
    RecordVeto,
    SignRecall,
    SignRevocation,
    SignUpdate,
    SignVeto,
)
from reference.edge_keys.key_records_world import KeyWorld, Outcome, chain_step, record, refuse, send
from reference.edge_keys.meter import Meter
from reference.edge_keys.records import Checkpoint
from reference.ledger.effects import Effects, Refused, Sent, refused


def apply(world: KeyWorld, event: Apply) -> Outcome:
    """The meter applies, and the root or its device signs for it, as the rule `join` asks."""
    if event.place.version != 0:
        return refuse(world, "place", "a first record has the number 0", "ZK-R28")
    if world.drawn(world.key(event.key).public):
        return refuse(world, "randomness", "this key was drawn before", "ZK-R28")
    asking = meter.Apply(event.place.epoch, world.randomness_of(event.key))
    after, effects = _meter_step(world, event.meter, asking)
    if refused(effects) or world.rules.join == "open":
        return (world, effects) if refused(effects) else send(after, effects)
    [asked] = (each.data for each in effects if isinstance(each, Sent))
    if world.rules.join == "device-authenticates":
        answer = world.device(event.meter).vouch(asked)
        return (world, (answer,)) if isinstance(answer, Refused) else send(after, (answer,))
    root, certified = enrolment.certify(world.root, enrolment.Certify(asked, world.registry))
    return (world, certified) if refused(certified) else send(replace(after, root=root), certified)


def enrol(world: KeyWorld, event: Enrol) -> Outcome:
    name, public = world.meters[event.meter].name, world.key(event.key).public
    wanted = (name, event.place.epoch, public)
    asks = next((each for each in world.applications if (each.meter, each.epoch, each.public) == wanted), None)
    if asks is None:
        return refuse(world, "join", "no such application is on the wire", "ZK-R28")
    return record(world, event.meter, asks, event.place)


def sign_update(world: KeyWorld, event: SignUpdate) -> Outcome:
    chain, name = world.registry, world.meters[event.meter].name
    place = chain.next_place(name, event.place.epoch)
    if isinstance(place, Refused):
        return world, (place,)
    if place != event.place:
        return refuse(world, "place", f"the next record is version {place.version}", "ZK-R32")
    public = world.key(event.key).public
    asking = meter.SignUpdate(
        world.key(event.signer).public,
        place,
        chain.tail(name, place.epoch),
        chain.valid(name, place.epoch),
        world.randomness_of(event.key),
        public if world.drawn(public) else None,
    )
    after, effects = _meter_step(world, event.meter, asking)
    if refused(effects):
        return world, effects
    # A message that is not chained may be on the wire already, from when the same keys followed each other before.
    new = tuple(each for each in effects if isinstance(each, Sent) and each not in world.wire)
    return replace(after, wire=world.wire + new), effects


def record_update(world: KeyWorld, event: RecordUpdate) -> Outcome:
    name, old, new = world.meters[event.meter].name, world.key(event.signer).public, world.key(event.key).public
    for asks in world.updates:
        here = asks.link is None or Place(*asks.link[:2]) == event.place
        if (asks.meter, asks.signer, asks.public) == (name, old, new) and here:
            return record(world, event.meter, asks, event.place)
    rule = "record_link" if world.rules.record_link == "chained" else "network"
    return refuse(world, rule, "no such update of the meter is on the wire", "ZK-R32", "ZK-C8")


def activate(world: KeyWorld, event: Activate) -> Outcome:
    """Delta_r blocks follow, before which the owner of a guarded meter has vetoed what its meter did not ask for."""
    name, owner = world.meters[event.meter].name, world.owners[event.meter]
    if (name, event.place) in world.registry.pending and owner.recovery is not None:
        _, saw = meter.owner_step(owner, _seen(world, event.meter, event.place))
        if refused(saw) is None:
            return refuse(world, "recovery_key", "its owner vetoes this before the delay is over", "ZK-A10", "ZK-C5")
    later, _ = registry.step(world.registry, registry.Follow(registry.DELAY))
    after, effects = chain_step(replace(world, registry=later), registry.Activate(name, event.place))
    return (world, effects) if refused(effects) else (after, effects)


def sign_veto(world: KeyWorld, event: SignVeto) -> Outcome:
    if (world.meters[event.meter].name, event.place) not in world.registry.pending:
        return refuse(world, "activation", "no such record is pending", "ZK-C5")
    return _owner_sends(world, event.meter, _seen(world, event.meter, event.place))


def record_veto(world: KeyWorld, event: RecordVeto) -> Outcome:
    wanted = (world.meters[event.meter].name, event.place)
    asks = next((each for each in world.vetoes if (each.meter, each.place) == wanted), None)
    return _record_if_sent(world, event.meter, asks, event.place)


def raise_alarm(world: KeyWorld, event: RaiseAlarm) -> Outcome:
    valid = world.registry.valid(world.meters[event.meter].name, event.epoch)
    after, effects = meter.owner_step(world.owners[event.meter], meter.RaiseAlarm(event.epoch, valid))
    owners = (*world.owners[: event.meter], after, *world.owners[event.meter + 1 :])
    return (world, effects) if refused(effects) else (replace(world, owners=owners), effects)


def sign_revocation(world: KeyWorld, event: SignRevocation) -> Outcome:
    if event.epoch not in world.owners[event.meter].alarmed:
        return refuse(world, "owner", "the owner does not want this revoked", "ZK-R34")
    asking = meter.SignRevocation(event.epoch, world.key(event.signer).public)
    after, effects = _meter_step(world, event.meter, asking)
    return _kept(world, send(after, effects)) if refused(effects) is None else (world, effects)


def sign_recall(world: KeyWorld, event: SignRecall) -> Outcome:
    return _owner_sends(world, event.meter, meter.SignRecall(event.epoch))


def record_empty_key(world: KeyWorld, event: RecordEmptyKey) -> Outcome:
    return _record_revocation(world, event.meter, event.place, event.signer, emptied=True)


def record_revocation(world: KeyWorld, event: RecordRevocation) -> Outcome:
    place = _last(world, event.meter, event.epoch)
    return _record_revocation(world, event.meter, place, event.signer, emptied=False)


def record_recall(world: KeyWorld, event: RecordRecall) -> Outcome:
    wanted = (world.meters[event.meter].name, event.epoch)
    asks = next((each for each in world.recalls if (each.meter, each.epoch) == wanted), None)
    return _record_if_sent(world, event.meter, asks, _last(world, event.meter, event.epoch))


def prune(world: KeyWorld, event: Prune) -> Outcome:
    """The devices drop an epoch, and sign what is left if they have to."""
    name, checkpoint = world.meters[event.meter].name, b""
    if world.rules.pruning == "checkpoint":
        left = registry.without(world.registry, name, event.epoch)
        draft = Checkpoint.of(CHAIN, left.records, left.tombstones | {(name, event.epoch)})
        part = draft.signed_part(CHAIN)
        signed = tuple((each.index, signing.sign(each.pair, part)) for each in world.devices[: world.registry.quorum])
        checkpoint = replace(draft, signatures=signed).encode(CHAIN)
    return chain_step(world, registry.Prune(name, event.epoch, checkpoint))


def lose_keys(world: KeyWorld, event: LoseKeys) -> Outcome:
    return _meter_step(world, event.meter, meter.Lose())


def _seen(world: KeyWorld, number: int, place: Place) -> meter.Watch:
    """What the owner sees of a pending record, and what its meter says that it has asked for."""
    of = world.meters[number]
    return meter.Watch(place, world.registry.keys(of.name, place), of.asked_for(place))


def _last(world: KeyWorld, number: int, epoch: int) -> Place:
    return world.registry.last_place(world.meters[number].name, epoch)


def _record_revocation(world: KeyWorld, number: int, place: Place, signer: int, *, emptied: bool) -> Outcome:
    wanted = (world.meters[number].name, place.epoch, world.key(signer).public)
    asks = next((each for each in world.revocations if (each.meter, each.epoch, each.signer) == wanted), None)
    return _record_if_sent(world, number, asks, place, emptied=emptied)


def _record_if_sent(
    world: KeyWorld, number: int, asks: Message | None, place: Place, *, emptied: bool = False
) -> Outcome:
    if asks is None:
        return refuse(world, "network", "no such message is on the wire")
    return record(world, number, asks, place, emptied=emptied)


def _owner_sends(world: KeyWorld, number: int, event: meter.OwnerEvent) -> Outcome:
    _, effects = meter.owner_step(world.owners[number], event)
    return (world, effects) if refused(effects) else _kept(world, send(world, effects))


def _meter_step(world: KeyWorld, number: int, event: meter.Event) -> Outcome:
    """One meter's step; what it sends is not on the wire yet."""
    after: Meter
    effects: Effects
    after, effects = meter.step(world.meters[number], event)
    meters = (*world.meters[:number], after, *world.meters[number + 1 :])
    return (world, effects) if refused(effects) else (replace(world, meters=meters), effects)


def _kept(before: KeyWorld, outcome: Outcome) -> Outcome:
    return outcome if refused(outcome[1]) is None else (before, outcome[1])
