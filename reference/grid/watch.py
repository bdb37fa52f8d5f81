"""The monitors of a day: each compares what happens with the books, and takes no party's word for anything.

GR-T1 in its clauses, what is counted (GR-P8, IS-P4, IS-P5), who owns and relays, agreement of replicas, loads, trades,
and that all sums agree. A monitor that has been violated stays so, with its first reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Literal, TypeVar

from reference.bc_ami.database import Bundle
from reference.bc_ami.messages import Envelope, Transaction, Usage
from reference.crypto import signing
from reference.crypto.encoding import Malformed
from reference.crypto.sealing import open_
from reference.grid import laws
from reference.grid.books import EXACT, Books, added
from reference.grid.chains import App, Replicated
from reference.grid.devices import name_of
from reference.grid.platform import Answer, Taken
from reference.grid.service_chain import ServiceChain
from reference.grid.state import SERVICES, Meter
from reference.grid.turn import Turn
from reference.ledger.chain import FinalBlock, Header

A = TypeVar("A", bound=App)
Verdict = Literal["held", "violated"]

MONITORS = {
    "GR-T1.emitted": "what a resident is shown his meter has measured and sent",
    "GR-T1.tenancy": "who is shown a reading lived there at its time",
    "GR-T1.once": "a reading is counted at most once, at one place of one chain",
    "GR-T1.key": "what counts is not older than Delta, and signed under the meter's key, by a block that is not either",
    "GR-T1.final": "what the platform has a quorum has made final",
    "GR-T1.law": "what is shown the law released, by a block not more than Delta old, to somebody not denied it",
    "GR-P8": "what no meter has sent counts only within Delta of its key's end",
    "IS-P4": "nothing is recorded more often than it was sent",
    "IS-P5": "whatever is recorded its meter has sent",
    "owner": "each meter has one device, which has its bundle with the key in force",
    "agreement": "replicas that have a height have the same block of it",
    "capacity": "no device owns more meters than it has room for",
    "trades": "no trade is settled that did not pass its check",
    "totals": "file = ledger + accounted for, and platform = ledger, of each meter",
}
"""Every monitor, and what it watches."""


def _note(turn: Turn, monitor: str, why: str) -> None:
    turn.put(books=turn.state.books.violate(monitor, f"slot {turn.slot}: {why}"))


def decided(turn: Turn, name: str, party: Replicated[A], final: FinalBlock) -> None:
    """The replicas have decided a block."""
    digest, height = final.block.header.digest(party.committee.chain), final.block.header.height
    ends = {each.previous for each in party.places if each.height == height + 1}
    if ends != {digest}:
        _note(turn, "agreement", f"replicas of {name} have {len(ends)} blocks of height {height}")
    if name in SERVICES:
        books = turn.state.books
        turn.put(books=replace(books, decided={**books.decided, (name, height): digest}))


def keys_in_force(turn: Turn) -> None:
    """The key chain's block of this slot is complete: note whose key is in force by it."""
    books, names = turn.state.books, turn.state.deployed.meters
    now = {(names[hid], signing.fingerprint(key.public)) for hid, key in turn.key_chain.valid}
    valid = dict(books.valid)
    for at in {*valid, *now}:
        spans = valid.get(at, ())
        is_open = bool(spans) and spans[-1][1] is None
        if at in now and not is_open:
            valid[at] = (*spans, (turn.slot, None))
        elif at not in now and is_open:
            valid[at] = (*spans[:-1], (spans[-1][0], turn.slot))
    turn.put(books=replace(books, valid=dict(sorted(valid.items()))))


def included(turn: Turn, name: str, app: ServiceChain, final: FinalBlock) -> None:
    """A service chain counts these reports: whose are they, under which key, and where else do they count?"""
    books, plan = turn.state.books, turn.plan
    for leaf in final.block.leaves:
        meter, usage, key = _read(turn, app, leaf)
        slot = plan.slot_by_time.get(usage.time, -1)
        books = replace(books, ledger=added(books.ledger, meter, usage.kwh))
        first, last = turn.slot - plan.delta, turn.slot - 1
        then = books.was_valid(meter, key, slot - plan.delta, slot + plan.delta)
        if not (then and books.was_valid(meter, key, first, last)):
            why = f"slot {turn.slot}: a report of {meter} for slot {slot} counts under a key that was not in force"
            books = books.violate("GR-T1.key", why)
        if not first <= slot <= turn.slot:
            why = f"slot {turn.slot}: a report of {meter} for slot {slot} counts, which is not within Delta"
            books = books.violate("GR-T1.key", why)
        if not _is_sent(turn, books, meter, slot, usage.kwh) and not books.was_valid(meter, key, first, last):
            books = books.violate("GR-P8", f"slot {turn.slot}: a report that {meter} never sent counts")
        places = (*books.counted.get((meter, slot), ()), (name, final.block.header.height))
        if len(places) > 1:
            books = books.violate("GR-T1.once", f"slot {turn.slot}: {meter} for slot {slot} counts on {_told(places)}")
        books = replace(books, counted={**books.counted, (meter, slot): places})
    turn.put(books=books)


def _told(places: Iterable[tuple[str, int]]) -> str:
    return " and ".join(f"{chain} {height}" for chain, height in places)


def _read(turn: Turn, app: ServiceChain, leaf: bytes) -> tuple[str, Usage, bytes]:
    """A report as whoever has all keys reads it: its meter, what it says, and the name of its key."""
    known = turn.state.deployed
    domain, scope = app.contract.chain, known.parts.bc_ami.signature_scope
    sent = Transaction.decode(domain, Envelope.decode(domain, leaf).transaction)
    plain = open_(known.opening, sent.sealed, sent.aad(domain, scope))
    try:
        usage = Usage.decode(domain, plain or b"")
    except Malformed:
        usage = Usage(Decimal(0), sent.time)
    return known.meters[sent.hid], usage, sent.key


def _is_sent(turn: Turn, books: Books, meter: str, slot: int, kwh: Decimal) -> bool:
    return slot in books.emitted.get(meter, frozenset()) and turn.plan.kwh.get((meter, slot)) == kwh


def taken(turn: Turn, name: str, bundle: bytes, rows: tuple[Taken, ...]) -> None:
    """The platform has taken these readings from a bundle."""
    if not rows:
        return
    books, chain_id = turn.state.books, turn.state.services[name].committee.chain
    header = Header.decode(chain_id, Bundle.decode(chain_id, bundle).header)
    if books.decided.get((name, header.height)) != header.digest(chain_id):
        books = books.violate("GR-T1.final", f"slot {turn.slot}: the platform has a block {header.height} of its own")
    for meter, row in rows:
        slot = turn.plan.slot_by_time.get(row.time, -1)
        books = replace(books, platform=added(books.platform, meter, row.kwh))
        times = books.taken.get((meter, slot), 0) + 1
        books = replace(books, taken={**books.taken, (meter, slot): times})
        if not _is_sent(turn, books, meter, slot, row.kwh):
            books = books.violate(
                "IS-P5", f"slot {turn.slot}: {row.kwh} kWh of {meter} are recorded that it never sent"
            )
        if times > 1:
            books = books.violate("IS-P4", f"slot {turn.slot}: {meter} for slot {slot} is recorded {times} times")
    turn.put(books=books)


def shown(turn: Turn, resident: str, meter: Meter, said: Answer) -> None:
    """A resident is shown these readings of a meter."""
    books, plan = turn.state.books, turn.plan
    for row in said.rows:
        slot = plan.slot_by_time.get(row.time, -1)
        if not _is_sent(turn, books, meter.name, slot, row.kwh):
            why = f"slot {turn.slot}: {resident} is shown {row.kwh} kWh that {meter.name} never sent"
            books = books.violate("GR-T1.emitted", why)
        if books.tenant(meter.name, slot) != resident:
            why = f"slot {turn.slot}: {resident} is shown slot {slot} of {meter.name}, and did not live there then"
            books = books.violate("GR-T1.tenancy", why)
    if said.rows and not any(_releases(turn, resident, meter, b) for b in range(turn.slot - plan.delta, turn.slot)):
        books = books.violate("GR-T1.law", f"slot {turn.slot}: {resident} is shown what no recent law released")
    turn.put(books=replace(books, shown=books.shown + len(said.rows)))


def _releases(turn: Turn, resident: str, meter: Meter, height: int) -> bool:
    """Whether the law by this block of the contract chain lets the resident see readings of the meter's service.

    What the editions were to say, and who was denied what, is in the books, so that no chain and no judge is asked.
    """
    books, service = turn.state.books, meter.service
    if height < 0:
        return False
    return laws.releases(books.edition(height), SERVICES.index(service)) and not books.is_barred(
        resident, service, height
    )


def at_the_end(turn: Turn) -> None:
    """What is looked at once a slot."""
    _owners(turn)
    _trades(turn)
    _totals(turn)
    for name in MONITORS:
        why = turn.state.books.violated.get(name)
        detail = {"verdict": "held"} if why is None else {"verdict": "violated", "why": why}
        turn.tell("monitor", name, **detail)


def _owners(turn: Turn) -> None:
    owners = turn.owners()
    for device in range(turn.plan.device_count):
        load = sum(owner == device and turn.state.meters[name].present for name, owner in owners.items())
        if load > turn.plan.device_capacity:
            _note(turn, "capacity", f"{name_of(device)} owns {load} meters")
    under_way = {each.meter for each in turn.state.moving}
    for name, owner in owners.items():
        meter = turn.state.meters[name]
        key = turn.key_chain.key_of(meter.hid)
        if not meter.present or key is None or turn.is_dead(owner) or name in under_way:
            continue
        keepers = [each for each in turn.state.keepers if meter.hid in each.kept and not turn.is_dead(each.index)]
        if [each.index for each in keepers] != [owner]:
            _note(turn, "owner", f"{name} is kept by {', '.join(name_of(each.index) for each in keepers) or 'nobody'}")
        elif key not in keepers[0].kept[meter.hid]:
            _note(turn, "owner", f"{name_of(owner)} has {name} with a key that is not in force")


def _trades(turn: Turn) -> None:
    for fact in turn.state.market.app.trading.facts:
        if fact.said == "SETTLED" and not turn.state.deployed.trades[fact.trade]:
            _note(turn, "trades", f"trade-{fact.trade} is settled, and is not secure")


def _totals(turn: Turn) -> None:
    for name, agrees in agreeing([each.name for each in turn.plan.meters], turn).items():
        if not agrees:
            _note(turn, "totals", f"those of {name} do not agree")


def agreeing(names: Iterable[str], turn: Turn) -> dict[str, bool]:
    """By meter, whether all sums agree."""
    return {name: _agrees(sums) for name, sums in totals(names, turn).items()}


def _agrees(sums: dict[str, Decimal]) -> bool:
    accounted = Decimal(0)
    for each in ("ledger", "absent", "refused", "waiting"):
        accounted = EXACT.add(accounted, sums[each])
    return sums["file"] == accounted and sums["platform"] == sums["ledger"]


def totals(names: Iterable[str], turn: Turn) -> dict[str, dict[str, Decimal]]:
    """By meter, kWh by where they are: in the file so far, on the ledger, at the platform, accounted for otherwise."""
    state, plan, books = turn.state, turn.plan, turn.state.books
    refused, waiting = dict[str, Decimal](), dict[str, Decimal]()
    for refusal in books.refusals:
        if refusal.kwh is not None:
            refused[refusal.who] = EXACT.add(refused.get(refusal.who, Decimal(0)), refusal.kwh)
    unsent = [(meter.name, slot) for meter in state.meters.values() for slot in meter.outbox]
    unsent += [(each.sender, each.slot) for all_of in state.pending.values() for each in all_of if each.own]
    for name, slot in unsent:
        waiting[name] = EXACT.add(waiting.get(name, Decimal(0)), plan.kwh[name, slot])
    zero = Decimal(0)
    return {
        name: {
            "file": books.file.get(name, zero),
            "ledger": books.ledger.get(name, zero),
            "platform": books.platform.get(name, zero),
            "absent": books.absent.get(name, zero),
            "refused": refused.get(name, zero),
            "waiting": waiting.get(name, zero),
        }
        for name in names
    }


def verdicts(books: Books) -> dict[str, Verdict]:
    """Each monitor's verdict so far."""
    return {name: "violated" if name in books.violated else "held" for name in MONITORS}
