"""What exploits on bytes begin with: parties deployed, meters registered, reports on the ledger, all of it honest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from meterproof.real.exploit import Deed
from reference.bc_ami import mdms, metering
from reference.bc_ami import metering_events as events
from reference.bc_ami.rules import Rules
from reference.bc_ami.world import World
from reference.ledger.effects import refused

METER = "SM1"
REPLICAS, BOUND = 4, 1
READING = Decimal("0.375")


def deployed(rules: Rules, seed: int, meters: Sequence[str] = (METER,)) -> World:
    """Four replicas and peers, of which the design allows for one faulty; meters that are not registered yet."""
    return metering.deploy(rules, meters, REPLICAS, BOUND, seed)


def registered(world: World, key: int) -> tuple[World, Deed]:
    """The meter has registered the key with this label, in whichever way the rules have it: one key an epoch."""
    moves: tuple[events.Event, ...]
    if world.rules.key_generation == "contract":
        moves = (events.RequestRegistration(METER), events.RegisterByContract(METER, key, named(world, key)))
    else:
        moves = (events.SubmitRegistration(METER, key, key), events.RegisterSubmitted(METER, key, key))
    if key and world.rules.key_generation == "contract":
        moves = moves[1:]  # its request is on the wire already
    return _played(world, moves, f"{METER} registers its key {key}.", "IS-R5", "IS-R6", "IS-R9")


def named(world: World, key: int) -> int:
    """The epoch by which messages name the key with this label: 0 where epochs are nobody's concern."""
    return key if world.rules.epochs == "increasing" else 0


def reported(world: World, key: int, time: int, kwh: Decimal = READING) -> tuple[World, Deed]:
    """The meter has reported a reading."""
    move = events.ReportReading(key, METER, kwh, time, named(world, key))
    return _played(
        world, (move,), f"{METER} reports {kwh} kWh for time {time} under its key {key}.", "IS-R11", "IS-R12"
    )


def on_ledger(world: World, key: int, time: int, kwh: Decimal = READING) -> tuple[World, Deed]:
    """The report is endorsed, ordered, and released to the MDMS."""
    height, record = len(world.database.ledger), len(world.mdms.records)
    moves = (
        events.Endorse(key, METER, kwh, time, named(world, key)),
        events.Order(height, METER, kwh, time),
        events.Release(record, height, METER, kwh, time),
    )
    return _played(world, moves, "Peers endorse it, replicas order it, the MDMS receives it.", "IS-R14", "IS-R18")


def new_epoch(world: World) -> tuple[World, Deed]:
    """Everything is opened: the MDMS goes on with another decryption key, if the rules have it, and meters seal to it.

    How meters know the new key to be the MDMS's is not played: they are given it, as they were at the beginning.
    """
    if world.rules.mdms_keys == "single":
        return world, Deed("The session ends; the MDMS keeps its one decryption key.", None, ("IS-R18",))
    after, effects = mdms.step(world.mdms, mdms.NewEpoch(world.randomness.child("epoch", world.mdms.pair.public)))
    if (refusal := refused(effects)) is not None:
        raise AssertionError(f"an honest step is refused: {refusal.reason}")
    recipient = replace(world.recipient, public=after.pair.public)
    meters = {name: replace(each, recipient=recipient) for name, each in world.meters.items()}
    fate = "keeps" if after.kept else "erases"
    said = f"The session ends; the MDMS draws another decryption key, and {fate} the one that it had."
    return replace(world, mdms=after, recipient=recipient, meters=meters), Deed(said, None, ("IS-C11", "IS-C34"))


def _played(world: World, moves: Sequence[events.Event], sentence: str, *cites: str) -> tuple[World, Deed]:
    effects: tuple[object, ...] = ()
    for move in moves:
        world, came = metering.step(world, move)
        if (refusal := refused(came)) is not None:
            raise AssertionError(f"an honest step is refused: {refusal.reason}")
        effects += came
    return world, Deed(sentence, None, cites, effects)
