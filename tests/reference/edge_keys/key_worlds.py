"""Worlds of key records, migration and custody that have come some way, and all that was sent on the way."""

from __future__ import annotations

from functools import cache

from reference.edge_keys import custody_world, key_records, migration_world
from reference.edge_keys import key_records_events as events
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.custody_world import CustodyWorld
from reference.edge_keys.key_messages import Place
from reference.edge_keys.key_records_world import KeyWorld
from reference.edge_keys.migration_world import MigrationWorld
from reference.edge_keys.records import Commitment
from reference.edge_keys.rules import Rules
from reference.ledger.effects import Effects, Sent, refused
from tests.reference.edge_keys.variants import CHARITABLE, HARDENED, LITERAL, rules

SEED = 7
VARIANTS = {"literal": LITERAL, "charitable": CHARITABLE, "hardened": HARDENED}
FIRST, SECOND = Place(0, 0), Place(0, 1)


def world_of(given: Rules, meters: int = 2) -> KeyWorld:
    """Freshly deployed, with installed meters and guarded recovery keys."""
    return key_records.deploy(given, SEED, [1] * meters, [1] * meters)


def after(world: KeyWorld, *happening: events.Event) -> KeyWorld:
    """The world after events that must all be accepted."""
    for event in happening:
        world, effects = key_records.step(world, event)
        assert refused(effects) is None, (event, effects)
    return world


def refusal(world: KeyWorld, event: events.Event) -> str:
    """By which rule the event is refused; it must be, and must change nothing."""
    unchanged, effects = key_records.step(world, event)
    why = refused(effects)
    assert why is not None and why.cites and unchanged == world, event
    return why.rule


def joined(given: Rules, meters: int = 2) -> KeyWorld:
    """Meter i has joined with the key i."""
    world = world_of(given, meters)
    for number in range(meters):
        world = after(world, events.Apply(number, FIRST, number), events.Enrol(number, FIRST, number))
    return world


def updated(given: Rules) -> KeyWorld:
    """Meter 0 has joined with key 0, and its update to key 7 is recorded."""
    return after(
        joined(given), events.SignUpdate(0, SECOND, 0, 7), events.RecordUpdate(0, SECOND, 0, 7)
    )  # fmt: skip


@cache
def day(variant: str) -> tuple[KeyWorld, tuple[bytes, ...]]:
    """Joins, updates, vetoes, revocations and a checkpoint, with all messages, records and bodies, encoded."""
    given = rules(VARIANTS[variant])
    world = after(updated(given), events.GenerateKey(8), events.CopyKey(1, 1))
    sent: list[bytes] = []
    if variant == "hardened":
        world = after(world, events.ForgeUpdate(1, SECOND, 1, 8), events.SignVeto(1, SECOND))
        world = after(world, events.RecordVeto(1, SECOND), events.RaiseAlarm(1, 0), events.SignRecall(1, 0))
        world = after(world, events.RecordRecall(1, 0), events.Prune(1, 0))
        sent.append(world.registry.checkpoint)
        sent += [each.body for each in world.archive if each.body and Commitment.decode(CHAIN, each.body)]
    else:
        world, effects = key_records.step(world, events.ShowAnotherKey(1, FIRST, 8))
        sent += [each.data for each in effects if isinstance(each, Sent)]
        world = after(world, events.RaiseAlarm(1, 0), events.SignRevocation(1, 0, 1))
    sent += [each.data for each in world.wire]
    sent += [each.encode(CHAIN) for each in world.archive]
    return world, tuple(dict.fromkeys(sent))


@cache
def moved(variant: str) -> tuple[MigrationWorld, tuple[bytes, ...]]:
    """One bundle has gone over, with all messages and entries."""
    world = migration_world.deploy(rules(VARIANTS[variant]), 2, [0], [(0, 0, 1)], SEED)
    acts: tuple[migration_world.Act, ...] = ("begin", "take_out", "send", "receive")
    end: tuple[migration_world.Act, ...] = ("store", "commit") if variant == "hardened" else ("install",)
    for act in (*acts, *end):
        world, effects = migration_world.step(world, migration_world.Of(act, 0))
        assert refused(effects) is None, (act, effects)
    stores = [bundle for device in world.devices for bundle in device.kept.values()]
    return world, (*(each.data for each in world.wire), *world.log.entries, *stores)


@cache
def kept(variant: str) -> tuple[CustodyWorld, tuple[bytes, ...]]:
    """A meter has joined and asked; where keys are fetched, its key has been; and what was sent and answered."""
    world = custody_world.deploy(rules(VARIANTS[variant]), 2, 4, 1, SEED, corrupted=[0], own=[1])
    happening: list[custody_world.Event] = [custody_world.Of("join", 0, 0), custody_world.Of("ask", 0, 0)]
    if variant != "hardened":
        happening += [custody_world.Of("fetch", 0, 0), custody_world.Of("read_answer", 0, 0)]
    sent: list[bytes] = []
    for event in happening:
        effects: Effects
        world, effects = custody_world.step(world, event)
        assert refused(effects) is None, (event, effects)
        sent += [each.data for each in effects if isinstance(each, Sent)]
    return world, tuple(dict.fromkeys(sent))


@cache
def genuine() -> tuple[bytes, ...]:
    """All that was ever sent or stored, of every variant, each once."""
    found: dict[bytes, None] = {}
    for variant in VARIANTS:
        found |= dict.fromkeys((*day(variant)[1], *moved(variant)[1], *kept(variant)[1]))
    return tuple(found)
