"""What meters, thieves, the key chain and the service chains do in the world of the machine `Grid` (GR-R2, GR-R6)."""

from __future__ import annotations

from dataclasses import replace

from reference.bc_ami.messages import Transaction, Usage
from reference.crypto import signing
from reference.crypto.signing import KeyPair
from reference.edge_keys import meter as edge_meter
from reference.edge_keys.enrolment import Certify, certify
from reference.edge_keys.key_messages import Application, Message, Place, Revocation
from reference.edge_keys.registry import decode_message
from reference.grid import chains
from reference.grid.grid_state import Counter, GridWorld, Outcome, Wired, enveloped, kwh_of, refuse
from reference.grid.key_chain import Entry, number
from reference.grid.state import SERVICES
from reference.ledger.effects import Effects, Refused, Sent, refused

# ---- keys


def make(world: GridWorld, meter: int, key: int) -> Outcome:
    """A meter draws a key pair."""
    pair = world.pair(key)
    if _is_drawn(world, pair):
        return refuse(world, "randomness", "this key was drawn before")
    party = world.meters[meter].party
    drawn = replace(party, keys=(*party.keys, pair), made=(*party.made, pair.public))
    return _with_party(world, meter, drawn), ()


def install(world: GridWorld, meter: int, key: int) -> Outcome:
    """The meter applies for the next epoch with a key that it made; the present one's, if any, its owner recalls."""
    pair, party = world.pair(key), world.meters[meter].party
    if pair.public not in party.made or _is_valid(world, meter, pair.public):
        return refuse(world, "record", "the meter did not make this key, or it is in force", "ZK-R28")
    world, effects = _recalled(world, meter)
    if refused(effects) is not None:
        return world, effects
    event = edge_meter.Apply(_next_epoch(world, meter), world.deployed.randomness.child("pair", key))
    party, sent = edge_meter.step(world.meters[meter].party, event)
    return _applied(_with_party(world, meter, party), meter, pair, _data(sent))


def revoke(world: GridWorld, meter: int, key: int) -> Outcome:
    """The meter's owner revokes its key in force."""
    if not _is_valid(world, meter, world.pair(key).public):
        return refuse(world, "record", "this key is not in force", "ZK-R34")
    return _recalled(world, meter)


def generate_key(world: GridWorld, key: int) -> Outcome:
    """A key pair of the adversary's own."""
    pair = world.pair(key)
    if _is_drawn(world, pair):
        return refuse(world, "randomness", "this key was drawn before")
    return replace(world, known=(*world.known, pair)), ()


def copy_key(world: GridWorld, meter: int, key: int) -> Outcome:
    """KEY: read the private key in force from the meter's memory."""
    pair = world.meters[meter].party.key(world.pair(key).public)
    if pair is None or not _is_valid(world, meter, pair.public) or pair in world.known:
        return refuse(world, "environment", "the key is not in force there, or is known already", "ZK-C5")
    return replace(world, known=(*world.known, pair)), ()


def take_over(world: GridWorld, meter: int, copied: int, key: int) -> Outcome:
    """KEY: with a copy of the key in force end its epoch, and with one of the meter's credential apply for the next.

    An update that the copy signs would be in force only once `registry.DELAY` slots are over, unless it is vetoed.
    """
    own, party = world.secret(world.pair(key).public), world.meters[meter].party
    if own is None or _is_valid(world, meter, own.public):
        return refuse(world, "knowledge", "the adversary does not have this key, or it is in force", "ZK-C5")
    chain, copy = world.keys.draft, world.secret(world.pair(copied).public)
    if copy is None or not _is_valid(world, meter, copy.public):
        return refuse(world, "knowledge", "the adversary does not have the key in force", "ZK-C5")
    epoch = chain.registry.current[party.name].epoch
    ending = Revocation(party.name, epoch, copy.public).signed(chain.chain_id, chain.registry.rules, copy)
    world, effects = _recorded(world, meter, ending, chain.registry.last_place(party.name, epoch))
    if refused(effects) is not None:
        return world, effects
    draft = Application(party.name, _next_epoch(world, meter), own.public, party.recovery)
    asked = replace(draft, credential=signing.sign(party.credential, draft.asked_part(chain.chain_id)))
    return _applied(world, meter, own, asked.proven(chain.chain_id, own).encode(chain.chain_id))


def _is_drawn(world: GridWorld, pair: KeyPair) -> bool:
    return pair in world.known or any(pair.public in each.party.made for each in world.meters)


def _is_valid(world: GridWorld, meter: int, public: bytes) -> bool:
    return world.keys.draft.key_of(world.meters[meter].hid) == public


def _next_epoch(world: GridWorld, meter: int) -> int:
    records = world.keys.draft.registry.records
    return 1 + max((each.place.epoch for each in records if each.meter == world.meters[meter].hid), default=-1)


def _with_party(world: GridWorld, meter: int, party: edge_meter.Meter) -> GridWorld:
    changed = replace(world.meters[meter], party=party)
    return replace(world, meters=(*world.meters[:meter], changed, *world.meters[meter + 1 :]))


def _data(effects: Effects) -> bytes:
    assert (why := refused(effects)) is None, why
    return next(each.data for each in effects if isinstance(each, Sent))


def _recalled(world: GridWorld, meter: int) -> Outcome:
    """The owner ends the present epoch with the recovery key, if the meter has a key in force."""
    each, registry = world.meters[meter], world.keys.draft.registry
    if (place := registry.current.get(each.hid)) is None:
        return world, ()
    alarm = edge_meter.RaiseAlarm(place.epoch, registry.valid(each.hid, place.epoch))
    owner, _ = edge_meter.owner_step(each.owner, alarm)
    owner, sent = edge_meter.owner_step(owner, edge_meter.SignRecall(place.epoch))
    changed = replace(each, owner=owner)
    world = replace(world, meters=(*world.meters[:meter], changed, *world.meters[meter + 1 :]))
    message = decode_message(registry.chain, _data(sent))
    return _recorded(world, meter, message, registry.last_place(each.hid, place.epoch))


def _applied(world: GridWorld, meter: int, pair: KeyPair, data: bytes) -> Outcome:
    """The enrolment root certifies the application, and the key chain enters it; who has the key signs anew under the
    number that it has now, as a report names its key by this number."""
    root, effects = certify(world.root, Certify(data, world.keys.draft.registry))
    if refused(effects) is not None:
        return world, effects
    message = decode_message(world.keys.draft.chain_id, _data(effects))
    assert isinstance(message, Application)
    world, effects = _recorded(replace(world, root=root), meter, message, Place(message.epoch, 0))
    of_meter = (r for r, about in enumerate(world.records) if about.meter == meter)
    again = [r for r in of_meter if _on_wire(world, r, pair.public)]
    new = tuple(_report(world, r, pair, number(Place(message.epoch, 0))) for r in again)
    return replace(world, wire=(*world.wire, *new)), effects


def _recorded(world: GridWorld, meter: int, message: Message, place: Place) -> Outcome:
    """The meter's device puts a record for the message forward, and the key chain enters it in the present block."""
    chain = world.keys.draft
    _, record = world.device(meter).put_forward(chain.registry, message, place)
    leaf = Entry("record", record.encode(chain.chain_id), message.encode(chain.chain_id)).encode(chain.chain_id)
    draft, effects = chain.entered(leaf)
    if refused(effects) is not None:
        return world, effects
    return replace(world, keys=world.keys.entered(leaf, draft)), effects


# ---- reports


def emit(world: GridWorld, record: int, meter: int, key: int, slot: int) -> Outcome:
    """The meter makes its record of this slot."""
    about, pair = world.records[record], world.meters[meter].party.key(world.pair(key).public)
    if (about.meter, about.time, slot) != (meter, world.slot, world.slot):
        return refuse(world, "slot", "the record is of another meter or slot", "IS-R11")
    if pair is None:
        return refuse(world, "own key", "the meter does not have this private key", "IS-R12")
    if any(world.records[world.record_of(each)].time == slot for each in world.made[meter]):
        return refuse(world, "slot", "the meter has made its record of this slot", "IS-R11")
    reports = _reports(world, record, pair)
    made = tuple((*each, reports[0]) if m == meter else each for m, each in enumerate(world.made))
    return replace(world, wire=(*world.wire, *reports), made=made), tuple(Sent("report", x.data) for x in reports)


def forge(world: GridWorld, record: int, key: int) -> Outcome:
    """NET: the adversary signs a record with a key that it has."""
    pair = world.secret(world.pair(key).public)
    if pair is None or _on_wire(world, record, pair.public):
        return refuse(world, "knowledge", "the adversary does not have this key, or has signed this", "IS-C1")
    reports = _reports(world, record, pair)
    return replace(world, wire=(*world.wire, *reports)), tuple(Sent("report", each.data) for each in reports)


def _reports(world: GridWorld, record: int, pair: KeyPair) -> tuple[Wired, ...]:
    """A record as it is sent: once under each number that the key has, or has had, as its meter's; 0 before that."""
    hid, registry = world.meters[world.records[record].meter].hid, world.keys.draft.registry
    places = [place for (of, place) in registry.shown if of == hid and pair.public in registry.keys(of, place)]
    return tuple(_report(world, record, pair, number(place)) for place in places or [Place(0, 0)])


def _report(world: GridWorld, record: int, pair: KeyPair, place: int) -> Wired:
    about, known = world.records[record], world.deployed
    usage = Usage(kwh_of(record), world.plan.time(about.time))
    recipient, random = known.recipients[SERVICES[about.service]], known.randomness.child("report", record)
    report = recipient.report(world.meters[about.meter].hid, pair, usage, random, place)
    return Wired(recipient.chain, report.encode(recipient.chain))


def _on_wire(world: GridWorld, record: int, public: bytes) -> bool:
    return bool(_found(world, record, public))


def _found(world: GridWorld, record: int, public: bytes) -> list[Wired]:
    """The reports of a record under a key that are on the wire, the last one first."""
    named = signing.fingerprint(public)
    under = (each for each in reversed(world.wire) if Transaction.decode(each.domain, each.data).key == named)
    return [each for each in under if world.record_of(each) == record]


# ---- service chains


def opened(world: GridWorld, chain: Counter) -> Counter:
    """The chain at its next block. As enrolled, it is told of keys as they come to be in force, and of nothing else."""
    keys = world.keys.newest if chain.opened.key_check == "as-enrolled" else chain.keys
    oldest, latest = world.plan.time(world.oldest[world.slot]), world.plan.time(world.slot)
    return chain.reopened(keys, world.slot, world.delta, oldest, latest)


def fetch_keys(world: GridWorld, chain: int, block: int) -> Outcome:
    """A service chain follows the key chain up to a complete block, and goes by that from its next block on."""
    reader = world.services[chain]
    if not reader.keys.covers < block < world.slot:
        return refuse(world, "place", "the block is not complete, or the chain has it", "WA-C13")
    if reader.leaves:
        reader = reader.closed(world.slot, world.deployed.replicas)
    keys = reader.keys
    for final in world.keys.blocks[keys.height : block + 1]:
        after = chains.follow(keys, world.keys.committee, final)
        if isinstance(after, Refused):
            return world, (after,)
        keys = after
    return with_service(world, chain, opened(world, replace(reader, keys=keys))), ()


def include(world: GridWorld, record: int, meter: int, key: int, chain: int, slot: int) -> Outcome:
    """Somebody hands the chain a report that is on the wire, and it goes into the block that the chain is at."""
    if (slot, meter) != (world.slot, world.records[record].meter):
        return refuse(world, "slot", "this is not the present slot, or the record is of another meter")
    counter, whys = world.services[chain], list[Refused]()
    for each in _found(world, record, world.pair(key).public):
        leaf = enveloped(counter.opened.contract.chain, each)
        if (why := counter.draft.refuses(leaf)) is None:
            taken = replace(counter, draft=counter.draft.with_leaves((leaf,)), leaves=(*counter.leaves, leaf))
            return with_service(world, chain, taken), ()
        whys.append(why)
    return world, (whys[0] if whys else Refused("network", "no such report is on the wire", ("IS-R12",)),)


def with_service(world: GridWorld, place: int, chain: Counter) -> GridWorld:
    return replace(world, services=(*world.services[:place], chain, *world.services[place + 1 :]))
