"""The acts of a slot, each handed to whoever it concerns."""

from __future__ import annotations

from dataclasses import replace

from reference.grid import asking, keeping, moving, reporting
from reference.grid.devices import name_of
from reference.grid.script import Act
from reference.grid.state import Meter, Stolen
from reference.grid.turn import Turn
from reference.ledger.effects import Refused


def play(turn: Turn) -> None:
    """Everything that the script has for this slot."""
    for act in turn.plan.acts.get(turn.slot, ()):
        _play(turn, act)


def _play(turn: Turn, act: Act) -> None:
    match act.kind:
        case "ask":
            asking.ask(turn, act)
        case "forge-block":
            asking.forge(turn, act)
        case "use-stolen-key":
            reporting.use_stolen_key(turn, act)
        case "replay-report":
            reporting.replay(turn, act)
        case "trade":
            turn.put(trading=(*turn.state.trading, act.number))
        case "edition" | "violate" | "move-in":
            turn.put(legal=(*turn.state.legal, act))
        case "join" | "leave" | "update-key" | "steal-key" | "move":
            _meters(turn, act, turn.state.meters[act.subject])


def _meters(turn: Turn, act: Act, meter: Meter) -> None:
    if act.kind == "join":
        if not meter.present:
            turn.put_meter(replace(meter, present=True))
            turn.tell("joined", meter.name)
        return
    if not meter.present:
        turn.refuse(meter.name, act.kind, Refused("installed", "the meter is not there", ("ZK-R28",)))
        return
    match act.kind:
        case "leave":
            turn.tell("left", meter.name)
            if turn.key_chain.key_of(meter.hid) is not None:
                keeping.revoke(turn, meter, "leave")
            turn.put_meter(replace(turn.state.meters[meter.name], present=False, applies=False))
        case "update-key":
            keeping.update(turn, meter)
        case "steal-key":
            _steal(turn, meter)
        case "move":
            moving.ask(turn, meter.name, act.number)


def _steal(turn: Turn, meter: Meter) -> None:
    """A thief copies the key in force; the owner notices at once, and revokes it."""
    public = turn.key_chain.key_of(meter.hid)
    pair = None if public is None else meter.party.key(public)
    if pair is None:
        return
    turn.put(stolen={**turn.state.stolen, meter.name: Stolen(pair, keeping.key_number(turn, meter))})
    turn.tell("key-stolen", meter.name)
    keeping.revoke(turn, meter, "theft")


def faults(turn: Turn) -> None:
    """What fails from this slot on, or no longer."""
    kinds = {"crash": "replica-crashed", "cut": "replica-cut"}
    for each in turn.plan.faults.replicas.episodes:
        subject = f"replica-{each.replica}"
        if each.first == turn.slot and each.kind in kinds:
            turn.tell("replica-crashed" if each.kind == "crash" else "replica-cut", subject, until=each.until)
        elif each.first == turn.slot:
            turn.tell("replica-lied", subject, until=each.until)
        if each.until == turn.slot:
            turn.tell("replica-back", subject, after=each.kind)
    for fault in turn.plan.faults.devices:
        if fault.first == turn.slot:
            turn.tell("device-died" if fault.until is None else "device-cut", name_of(fault.device))
            if fault.until is None:
                moving.evacuate(turn, fault.device)
        if fault.until == turn.slot:
            turn.tell("device-back", name_of(fault.device))
    for lag in turn.plan.faults.lags:
        if lag.first == turn.slot:
            turn.tell("reader-behind", lag.reader, until=lag.until)
        if lag.until == turn.slot:
            turn.tell("reader-back", lag.reader)
