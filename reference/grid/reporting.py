"""Meters measure, sign and send; their devices relay what their bundles verify (IS-R11, IS-R12, ZK-R22)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from reference.bc_ami.messages import Envelope, Usage
from reference.crypto.encoding import Malformed
from reference.crypto.signing import KeyPair
from reference.edge_keys.bundles import Bundle
from reference.grid.books import added
from reference.grid.keeping import key_number
from reference.grid.script import Act
from reference.grid.state import SERVICES, Meter, Pending
from reference.grid.turn import Turn
from reference.ledger.effects import Refused

STOLEN_KWH = Decimal("99.9")
"""What a thief makes a meter say."""
LATE = Refused("window", "it could not be delivered in time", ("IS-C7",))


def measure(turn: Turn) -> None:
    """What each meter counted up to this slot goes into its outbox; what nobody was there to count is noted."""
    books = turn.state.books
    for site in turn.plan.meters:
        kwh = turn.plan.kwh.get((site.name, turn.slot))
        if kwh is None:
            continue
        books = replace(books, file=added(books.file, site.name, kwh))
        meter = turn.state.meters[site.name]
        if meter.present:
            turn.put_meter(replace(meter, outbox=(*meter.outbox, turn.slot)))
        else:
            books = replace(books, absent=added(books.absent, site.name, kwh))
    turn.put(books=books)


def send(turn: Turn) -> None:
    """Every meter sends what is in its outbox, if its device relays it."""
    owners, counts = turn.owners(), dict.fromkeys(SERVICES, 0)
    for name in [each.name for each in turn.plan.meters]:
        _drop_old(turn, name)
        meter = turn.state.meters[name]
        if meter.outbox and (pair := _relayed_key(turn, meter, owners.get(name))) is not None:
            counts[meter.service] += len(meter.outbox)
            for slot in meter.outbox:
                _sign_and_send(turn, meter, pair, slot)
            turn.put_meter(replace(turn.state.meters[name], outbox=()))
    for service, count in counts.items():
        turn.tell("reported", service, count=count)


def _drop_old(turn: Turn, name: str) -> None:
    """A report that would be refused for its age is not sent; nor is any of a meter that has gone."""
    meter = turn.state.meters[name]
    oldest = turn.slot - turn.plan.delta if turn.plan.rules.window == "block-time" else 0
    dropped = [slot for slot in meter.outbox if slot < oldest or not meter.present]
    for slot in dropped:
        turn.refuse(name, "report", LATE, turn.plan.kwh[name, slot])
    if dropped:
        turn.put_meter(replace(meter, outbox=tuple(slot for slot in meter.outbox if slot not in dropped)))


def _relayed_key(turn: Turn, meter: Meter, owner: int | None) -> KeyPair | None:
    """The meter's key in force, if its device is there and has the same key in its bundle."""
    public = turn.key_chain.key_of(meter.hid)
    pair = None if public is None else meter.party.key(public)
    if pair is None or owner is None or turn.is_down(owner):
        return None
    return pair if relays(turn, owner, meter.hid, pair.public) else None


def relays(turn: Turn, device: int, hid: bytes, public: bytes) -> bool:
    """Whether the device relays reports that are signed with this key: those that its bundle of the meter verifies."""
    keeper = turn.state.keepers[device]
    try:
        return Bundle.decode(keeper.chain, keeper.kept.get(hid, b"")).public == public
    except Malformed:
        return False


def _sign_and_send(turn: Turn, meter: Meter, pair: KeyPair, slot: int) -> None:
    kwh, known = turn.plan.kwh[meter.name, slot], turn.state.deployed
    recipient = known.recipients[meter.service]
    random = known.randomness.child("report", meter.name, slot, pair.public)
    usage = Usage(kwh, turn.plan.time(slot))
    data = recipient.report(meter.hid, pair, usage, random, key_number(turn, meter)).encode(recipient.chain)
    emitted = turn.state.books.emitted
    told = {**emitted, meter.name: emitted.get(meter.name, frozenset()) | {slot}}
    turn.put(books=replace(turn.state.books, emitted=told), last_sent={**turn.state.last_sent, meter.name: data})
    _pend(turn, meter.service, Pending(_enveloped(recipient.chain, data), meter.name, slot, True))


def use_stolen_key(turn: Turn, act: Act) -> None:
    """A thief sends a report of his own making in the meter's name."""
    meter, stolen = turn.state.meters[act.subject], turn.state.stolen.get(act.subject)
    if stolen is None:
        return
    pair, known = stolen.pair, turn.state.deployed
    recipient = known.recipients[meter.service]
    random = known.randomness.child("forgery", meter.name, turn.slot)
    usage = Usage(STOLEN_KWH, turn.plan.time(turn.slot))
    data = recipient.report(meter.hid, pair, usage, random, stolen.number).encode(recipient.chain)
    what = "report signed with a stolen key"
    sender = f"thief of {meter.name}"
    _pend(turn, meter.service, Pending(_enveloped(recipient.chain, data), sender, turn.slot, False, what))


def replay(turn: Turn, act: Act) -> None:
    """Somebody sends the meter's last report to the other service chain."""
    meter, data = turn.state.meters[act.subject], turn.state.last_sent.get(act.subject)
    if data is None:
        return
    other = next(each for each in SERVICES if each != meter.service)
    leaf = _enveloped(turn.state.deployed.recipients[other].chain, data)
    what = f"report for {meter.service} replayed on {other}"
    _pend(turn, other, Pending(leaf, f"replayer of {meter.name}", turn.slot, False, what))


def _enveloped(domain: str, transaction: bytes) -> bytes:
    return Envelope(transaction, ()).encode(domain)


def _pend(turn: Turn, service: str, report: Pending) -> None:
    turn.put(pending={**turn.state.pending, service: (*turn.state.pending[service], report)})
