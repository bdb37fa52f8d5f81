"""What meters and their owners do about keys: apply, update, revoke; and what becomes of it on the key chain."""

from __future__ import annotations

from dataclasses import replace

from reference.edge_keys import meter as edge_meter
from reference.edge_keys.bundles import Bundle
from reference.edge_keys.enrolment import Certify, certify
from reference.edge_keys.key_messages import Message, Place
from reference.edge_keys.move_log import Admitted
from reference.edge_keys.records import Record
from reference.edge_keys.registry import InForce, Recorded, decode_message
from reference.grid.devices import home_for, name_of
from reference.grid.key_chain import Entry, number
from reference.grid.state import Asked, Meter
from reference.grid.turn import Turn
from reference.ledger.effects import Effects, Refused, Sent, refused


def apply_for_keys(turn: Turn) -> None:
    """Meters that are there and have no key of their epoch apply for one."""
    for meter in list(turn.state.meters.values()):
        if meter.present and meter.applies:
            _apply(turn, meter)


def _apply(turn: Turn, meter: Meter) -> None:
    random = turn.state.deployed.randomness.child("key", meter.name, meter.epoch)
    party, effects = edge_meter.step(meter.party, edge_meter.Apply(meter.epoch, random))
    if (data := _sent(turn, meter, "application", effects)) is None:
        return
    root, effects = certify(turn.state.root, Certify(data, turn.key_chain.registry))
    turn.put(root=root)
    turn.put_meter(replace(meter, party=party, applies=False))
    if (data := _sent(turn, meter, "application", effects)) is not None:
        _put_forward(turn, meter, decode_message(turn.key_chain.chain_id, data), Place(meter.epoch, 0), "application")


def update(turn: Turn, meter: Meter) -> None:
    """The meter asks for a new key."""
    registry, hid = turn.key_chain.registry, meter.hid
    key = turn.key_chain.key_of(hid)
    place = registry.next_place(hid, meter.epoch)
    if key is None or isinstance(place, Refused) or any(each.meter == meter.name for each in turn.state.asked):
        why = place if isinstance(place, Refused) else Refused("place", "another entry of the meter waits", ("ZK-R32",))
        turn.refuse(meter.name, "key update", why)
        return
    random = turn.state.deployed.randomness.child("key", meter.name, *place)
    event = edge_meter.SignUpdate(key, place, registry.tail(hid, meter.epoch), registry.valid(hid, meter.epoch), random)
    party, effects = edge_meter.step(meter.party, event)
    if (data := _sent(turn, meter, "key update", effects)) is None:
        return
    turn.put_meter(replace(meter, party=party))
    turn.tell("key-update-asked", meter.name, version=place.version)
    _put_forward(turn, meter, decode_message(turn.key_chain.chain_id, data), place, "update")


def revoke(turn: Turn, meter: Meter, what: str) -> None:
    """The owner revokes the keys of the meter's epoch with the recovery key; `what` says why."""
    registry, hid = turn.key_chain.registry, meter.hid
    owner, effects = edge_meter.owner_step(
        meter.owner, edge_meter.RaiseAlarm(meter.epoch, registry.valid(hid, meter.epoch))
    )
    if refused(effects) is None:
        owner, effects = edge_meter.owner_step(owner, edge_meter.SignRecall(meter.epoch))
    if (data := _sent(turn, meter, "revocation", effects)) is None:
        return
    turn.put_meter(replace(meter, owner=owner))
    place = registry.last_place(hid, meter.epoch)
    _put_forward(turn, meter, decode_message(turn.key_chain.chain_id, data), place, what)


def _put_forward(turn: Turn, meter: Meter, message: Message, place: Place, what: str) -> None:
    """The meter's device makes the record, and asks the key chain for it."""
    chain = turn.key_chain
    owners = turn.owners()
    index = owners.get(meter.name, turn.state.deployed.homes.get(meter.name))
    if index is None or turn.is_down(index):
        free = [each for each in turn.alive if not turn.is_down(each)]
        index = home_for(turn.plan, turn.state.deployed.points, owners, free, meter.name)
    if index is None:
        turn.refuse(meter.name, what, Refused("capacity", "no device has room for the meter", ("ZK-R8", "ZK-C12")))
        return
    _, record = turn.device(index).put_forward(chain.registry, message, place)
    leaf = Entry("record", record.encode(chain.chain_id), message.encode(chain.chain_id)).encode(chain.chain_id)
    turn.put(asked=(*turn.state.asked, Asked(leaf, meter.name, what)))


def _sent(turn: Turn, meter: Meter, what: str, effects: Effects) -> bytes | None:
    if (why := refused(effects)) is not None:
        turn.refuse(meter.name, what, why)
        return None
    return next(each.data for each in effects if isinstance(each, Sent))


def settle(turn: Turn, effects: Effects) -> None:
    """What a complete block of the key chain has brought about."""
    names, owners = turn.state.deployed.meters, turn.owners()
    for effect in effects:
        match effect:
            case InForce(meter=hid, place=place):
                _in_force(turn, turn.state.meters[names[hid]], place, owners[names[hid]])
            case Recorded(record=Record(status="revoked", meter=hid)):
                meter = turn.state.meters[names[hid]]
                turn.tell("key-revoked", meter.name, epoch=meter.epoch)
                if meter.present:
                    turn.put_meter(replace(meter, epoch=meter.epoch + 1, applies=True))
            case Admitted(entry=entry) if entry.kind == "committed":
                turn.tell("migrated", names[entry.move.meter], to=name_of(entry.move.target))


def _in_force(turn: Turn, meter: Meter, place: Place, owner: int) -> None:
    """The owning device writes the key into the bundle that it keeps."""
    if place.version == 0:
        turn.tell("enrolled", meter.name, epoch=place.epoch, device=name_of(owner))
    else:
        turn.tell("key-update-in-force", meter.name, version=place.version)
    key = turn.key_chain.key_of(meter.hid)
    if key is None or turn.is_dead(owner):
        return
    keeper = turn.state.keepers[owner]
    bundle = Bundle(meter.hid, key).encode(keeper.chain)
    changed = replace(keeper, kept={**keeper.kept, meter.hid: bundle})
    turn.put(keepers=tuple(changed if each.index == owner else each for each in turn.state.keepers))


def key_number(turn: Turn, meter: Meter) -> int:
    """By what reports name the meter's key in force."""
    return number(turn.key_chain.registry.current[meter.hid])
