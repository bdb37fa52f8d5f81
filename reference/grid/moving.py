"""Moves of meters from device to device: asked for, or because the device has died (ZK-R20, ZK-R22, ZK-C33).

A move takes a slot for each step: it begins on the key chain, the source sends the bundle, the target stores it, and
the chain ends the move. Where the source is dead the target makes the bundle from the chain: private keys are with the
meters, so that nothing of it is lost.
"""

from __future__ import annotations

from dataclasses import replace

from reference.edge_keys import bundle_keeper
from reference.edge_keys.bundle_keeper import Keeper
from reference.edge_keys.bundles import Bundle, Move, Stored
from reference.grid import devices
from reference.grid.devices import home_for, name_of
from reference.grid.key_chain import Entry
from reference.grid.state import Asked, Moving
from reference.grid.turn import Turn
from reference.ledger.effects import Effects, Refused, Sent, refused

DEATH = "device died"


def ask(turn: Turn, name: str, target: int, why: str = "asked") -> None:
    """The meter is to move to this device, or where that is -1 to the nearest other one that has room."""
    owners, known = turn.owners(), turn.state.deployed
    source = owners.get(name)
    if source is None:
        turn.refuse(name, "move", Refused("owner", "no device owns the meter yet", ("ZK-R20",)))
        return
    planned = {**owners, **{each.meter: each.move.target for each in turn.state.moving}}
    if target < 0:
        free = [each for each in turn.alive if each != source and not turn.is_down(each)]
        found = home_for(turn.plan, known.points, planned, free, name)
    else:
        has_room = list(planned.values()).count(target) < turn.plan.device_capacity
        found = target if has_room and target in turn.alive and target != source else None
    if found is None:
        turn.refuse(name, "move", Refused("capacity", "no other device has room for the meter", ("ZK-R8", "ZK-C12")))
        return
    move = Move(turn.state.moves, turn.state.meters[name].hid, source, found)
    turn.put(moves=turn.state.moves + 1, moving=(*turn.state.moving, Moving(move, name, why=why)))


def evacuate(turn: Turn, device: int) -> None:
    """Others take over the meters of a device that has died, and routes are planned anew."""
    under_way = {each.meter for each in turn.state.moving}
    for name, owner in turn.owners().items():
        if owner == device and turn.state.meters[name].present and name not in under_way:
            ask(turn, name, -1, DEATH)
    owners = turn.owners()
    loads = {each: list(owners.values()).count(each) for each in turn.alive}
    turn.put(routes=devices.routes(turn.state.deployed.points, loads, turn.alive, turn.plan.seed))
    for each in turn.alive:
        turn.tell("routed", name_of(each), by=" ".join(turn.state.routes[each][1:]))


def advance(turn: Turn) -> None:
    """Each move's next step; what is for the key chain is asked of it."""
    turn.put(moving=tuple(filter(None, [_step(turn, each) for each in turn.state.moving])))


def _step(turn: Turn, moving: Moving) -> Moving | None:
    log, move = turn.key_chain.log, moving.move
    state = log.state(move)
    if state in ("committed", "aborted"):
        _end(turn, moving, state)
        return None
    if moving.phase == 0:
        _enter(turn, moving, Entry("begin", move=move), "move")
        return replace(moving, phase=1)
    if state is None:
        return moving if _is_asked(turn, moving) else None
    if _is_asked(turn, moving):
        return moving
    if moving.phase == 1:
        turn.tell("move-begun", moving.meter, to=name_of(move.target))
        return _sent(turn, moving)
    if moving.phase == 2:
        return _stored(turn, moving)
    _enter(turn, moving, Entry("abort", move=move), "end of a move")
    return moving


def _sent(turn: Turn, moving: Moving) -> Moving:
    move, known = moving.move, turn.state.deployed
    if turn.is_down(move.source):
        return replace(moving, phase=2)
    _keep(turn, move.source, bundle_keeper.TakeOut(move))
    target = turn.state.keepers[move.target]
    random = known.randomness.child("transfer", move.number)
    effects = _keep(turn, move.source, bundle_keeper.Send(move, target.sealing.public, random))
    data = next((each.data for each in effects if isinstance(each, Sent)), b"")
    return replace(moving, phase=2, transfer=data)


def _stored(turn: Turn, moving: Moving) -> Moving:
    move, chain = moving.move, turn.key_chain
    if turn.is_down(move.target):
        return replace(moving, phase=4)
    if moving.transfer:
        _keep(turn, move.target, bundle_keeper.Receive(moving.transfer))
        effects = _keep(turn, move.target, bundle_keeper.Store(move))
        receipt = next((each.data for each in effects if isinstance(each, Sent)), b"")
    else:
        receipt = _rebuilt(turn, move)
    if not receipt:
        return replace(moving, phase=4)
    _enter(turn, moving, Entry("commit", message=receipt), "end of a move")
    assert chain.log.state(move) == "locked"
    return replace(moving, phase=3, receipt=receipt)


def _rebuilt(turn: Turn, move: Move) -> bytes:
    """The target's receipt for the bundle that it has made from the key in force; nothing if there is none."""
    chain = turn.key_chain
    if (key := chain.key_of(move.meter)) is None:
        return b""
    keeper, bundle = turn.state.keepers[move.target], Bundle(move.meter, key).encode(chain.chain_id)
    _replace(turn, replace(keeper, kept={**keeper.kept, move.meter: bundle}))
    return Stored.make(chain.chain_id, move, bundle, keeper.pair).encode(chain.chain_id)


def _end(turn: Turn, moving: Moving, state: str) -> None:
    move = moving.move
    for device in (move.source, move.target):
        if not turn.is_dead(device):
            _keep(turn, device, bundle_keeper.CleanUp(move))
    if state == "aborted":
        turn.tell("move-aborted", moving.meter, to=name_of(move.target))
        if moving.why == DEATH or turn.is_dead(turn.owners()[moving.meter]):
            ask(turn, moving.meter, -1, DEATH)
        elif moving.why == "asked":
            ask(turn, moving.meter, -1, "again")
    elif moving.why == DEATH:
        turn.tell("device-replaced", name_of(move.source), meter=moving.meter, by=name_of(move.target))


def give_up(turn: Turn, leaf: bytes) -> None:
    """The key chain has refused what was asked for a move: it is ended, or was never begun."""
    kept = []
    for each in turn.state.moving:
        is_it = _leaf(turn, Entry("commit", message=each.receipt)) == leaf
        kept.append(replace(each, phase=4) if each.receipt and is_it else each)
    turn.put(moving=tuple(kept))


def _enter(turn: Turn, moving: Moving, entry: Entry, what: str) -> None:
    turn.put(asked=(*turn.state.asked, Asked(_leaf(turn, entry), moving.meter, what)))


def _leaf(turn: Turn, entry: Entry) -> bytes:
    return entry.encode(turn.key_chain.chain_id)


def _is_asked(turn: Turn, moving: Moving) -> bool:
    entries = (
        Entry("begin", move=moving.move), Entry("commit", message=moving.receipt), Entry("abort", move=moving.move)
    )  # fmt: skip
    leaves = {_leaf(turn, each) for each in entries}
    return any(each.leaf in leaves for each in turn.state.asked)


def _keep(turn: Turn, device: int, event: bundle_keeper.Event) -> Effects:
    keeper, effects = bundle_keeper.step(turn.state.keepers[device], turn.key_chain.log, event)
    if (why := refused(effects)) is not None:
        turn.refuse(name_of(device), "bundle", why)
    _replace(turn, keeper)
    return effects


def _replace(turn: Turn, keeper: Keeper) -> None:
    turn.put(keepers=tuple(keeper if each.index == keeper.index else each for each in turn.state.keepers))
