"""The machine `Custody` with real bytes: who keeps meters' bundles, asks for them, and reads them.

The adversary is in the corrupted devices, and has all keys of its own meters, which are enrolled like any other. It
knows what it has read: bundles, and private keys on their way to the master station.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from reference.crypto.sealing import SealingPair
from reference.edge_keys import bundle_queries
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.bundle_queries import (
    ANSWER,
    FETCHED,
    NOBODY,
    QUERY,
    BundleAnswer,
    BundleQuery,
    FetchedKey,
)
from reference.edge_keys.bundles import STORED, Bundle, Move, Stored
from reference.edge_keys.custody_state import CustodyWorld, Holder, deploy
from reference.ledger.effects import Effects, Refused, Sent

__all__ = ["CustodyWorld", "deploy", "step"]

Act = Literal[
    "join", "replicate", "ask", "fetch", "read_store", "read_answer", "ask_unasked", "read_fetched",
]  # fmt: skip


@dataclass(frozen=True)
class Of:
    """One of the acts of a meter and a device; from `read_store` on they are of a corrupted device (EDGE)."""

    act: Act
    meter: int
    device: int


@dataclass(frozen=True)
class Recluster:
    """The meter goes over from one device's cluster to another's."""

    meter: int
    before: int
    after: int


@dataclass(frozen=True)
class Acknowledge:
    """The meter is shown who keeps its bundle."""

    meter: int


@dataclass(frozen=True)
class Crash:
    """CR: a device stops for good."""

    device: int


@dataclass(frozen=True)
class AskByOwnMeter:
    """LEDGER: a meter of the adversary's asks its device for another meter's bundle."""

    meter: int
    own: int
    device: int


Event = Of | Recluster | Acknowledge | Crash | AskByOwnMeter


Outcome = tuple[CustodyWorld, Effects]


def step(world: CustodyWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    meters, devices = _named(event)
    if not meters <= set(range(len(world.meters))) or not devices <= set(range(len(world.devices))):
        return _refuse(world, "identity", "there is no such meter or device", "ZK-R28")
    match event:
        case Of():
            return _ACTS[event.act](world, event.meter, event.device)
        case Recluster():
            return _recluster(world, event)
        case Acknowledge():
            return _acknowledge(world, event.meter)
        case Crash():
            return _crash(world, event.device)
        case AskByOwnMeter():
            return _ask_by_own_meter(world, event)


def _named(event: Event) -> tuple[set[int], set[int]]:
    match event:
        case Of():
            return {event.meter}, {event.device}
        case Recluster():
            return {event.meter}, {event.before, event.after}
        case Acknowledge():
            return {event.meter}, set()
        case Crash():
            return set(), {event.device}
        case AskByOwnMeter():
            return {event.meter, event.own}, {event.device}


def _join(world: CustodyWorld, meter: int, device: int) -> Outcome:
    """The meter has its device keep its bundle, with the private key in it where the rule `key_custody` has it so."""
    of = world.meters[meter]
    if of.name in world.clusters or world.devices[device].down:
        return _refuse(world, "cluster", "the meter has joined, or the device does not answer", "ZK-R28")
    bundle = Bundle.make(world.rules.key_custody, of.name, of.pair).encode(CHAIN)
    after, effects = _keep(world, meter, device, bundle)
    return _placed(after, of.name, device), effects


def _recluster(world: CustodyWorld, event: Recluster) -> Outcome:
    name = world.meters[event.meter].name
    if event.before == event.after or world.clusters.get(name) != event.before:
        return _refuse(world, "cluster", "the meter is not in this cluster, or stays in it", "ZK-R8", "ZK-R19")
    return _placed(world, name, event.after), ()


def _placed(world: CustodyWorld, name: bytes, device: int) -> CustodyWorld:
    return replace(world, clusters={**world.clusters, name: device}, been=world.been | {(name, device)})


def _replicate(world: CustodyWorld, meter: int, device: int) -> Outcome:
    bundle, target = _available(world, meter), world.devices[device]
    if bundle is None or target.down or world.meters[meter].name in target.kept:
        return _refuse(world, "storage", "nobody has a copy to give, or the device has one, or is down", "ZK-C11")
    if len(world.keepers(meter)) >= world.needed:
        return _refuse(world, "key_replicas", f"{world.needed} devices keep the bundle already", "ZK-C11")
    return _keep(world, meter, device, bundle)


def _acknowledge(world: CustodyWorld, meter: int) -> Outcome:
    """The meter counts the signed receipts of devices that keep its bundle."""
    of = world.meters[meter]
    if of.told:
        return _refuse(world, "storage", "the meter has been told already", "ZK-C11")
    if len(set(world.keepers(meter))) < world.needed:
        return _refuse(world, "key_replicas", f"fewer than {world.needed} devices keep the bundle", "ZK-C11")
    meters = (*world.meters[:meter], replace(of, told=True), *world.meters[meter + 1 :])
    return replace(world, meters=meters), ()


def _crash(world: CustodyWorld, device: int) -> Outcome:
    if device not in world.faulty or world.devices[device].down:
        return _refuse(world, "environment", "the device does not crash, or has crashed already", "ZK-C11")
    return _with_device(world, device, replace(world.devices[device], down=True)), ()


def _ask(world: CustodyWorld, meter: int, device: int) -> Outcome:
    of = world.meters[meter]
    if world.clusters.get(of.name) != device:
        return _refuse(world, "cluster", "the meter asks the device of its cluster", "ZK-R30")
    query = BundleQuery(of.name, of.name, device).signed(CHAIN, of.pair).encode(CHAIN)
    return _send(world, Sent(QUERY, query))


def _fetch(world: CustodyWorld, meter: int, device: int) -> Outcome:
    """The master station has the key sent: by the device that has it, or by the meter through its device."""
    of, rules = world.meters[meter], world.rules
    if rules.master_keys != "fetched":
        return _refuse(world, "master_keys", "the master station needs no private keys", "ZK-R6", "ZK-C28")
    if rules.key_custody == "meter":
        if world.clusters.get(of.name) != device:
            return _refuse(world, "cluster", "the meter sends through the device of its cluster", "ZK-R6")
        secret = of.pair.private.to_bytes(32, "big")
    elif of.name not in world.devices[device].kept:
        return _refuse(world, "storage", "the device does not keep the key", "ZK-R6")
    else:
        secret = Bundle.decode(CHAIN, world.devices[device].kept[of.name]).secret
    return _send(world, Sent(FETCHED, FetchedKey(of.name, device, secret).encode(CHAIN)))


def _read_store(world: CustodyWorld, meter: int, device: int) -> Outcome:
    if device not in world.corrupted:
        return world, (_CORRECT,)
    bundle = world.devices[device].kept.get(world.meters[meter].name)
    if bundle is None:
        return _refuse(world, "storage", "the device does not keep this bundle", "ZK-R24")
    return _open(world, bundle)


def _read_answer(world: CustodyWorld, meter: int, device: int) -> Outcome:
    """The meter's own request is answered, through the corrupted device that it came by."""
    if device not in world.corrupted:
        return world, (_CORRECT,)
    name = world.meters[meter].name
    queries = (data for data in world.sent(QUERY) if BundleQuery.decode(CHAIN, data).via == device)
    query = next((data for data in queries if BundleQuery.decode(CHAIN, data).meter == name), None)
    if query is None:
        return _refuse(world, "network", "the meter has not asked through this device", "ZK-R30")
    return _have_answered(world, meter, query, None)


def _ask_unasked(world: CustodyWorld, meter: int, device: int) -> Outcome:
    if device not in world.corrupted:
        return world, (_CORRECT,)
    query = BundleQuery(world.meters[meter].name, NOBODY, device).signed(CHAIN, world.devices[device].pair)
    return _have_answered(world, meter, query.encode(CHAIN), None)


def _ask_by_own_meter(world: CustodyWorld, event: AskByOwnMeter) -> Outcome:
    own = world.meters[event.own]
    if event.own not in world.own or event.meter in world.own:
        return _refuse(world, "corruption", "not a meter of the adversary's that asks for somebody else's", "ZK-C10")
    if world.clusters.get(own.name) != event.device:
        return _refuse(world, "cluster", "the meter asks the device of its cluster", "ZK-R30")
    query = BundleQuery(world.meters[event.meter].name, own.name, event.device).signed(CHAIN, own.pair)
    return _have_answered(world, event.meter, query.encode(CHAIN), own.sealing)


def _have_answered(world: CustodyWorld, meter: int, query: bytes, pair: SealingPair | None) -> Outcome:
    """A device that is up and keeps the bundle answers, and the adversary reads what it can."""
    holders = [each for each in world.devices if world.meters[meter].name in each.kept and not each.down]
    if not holders:
        return _refuse(world, "storage", "no device that is up keeps this bundle", "ZK-R31", "ZK-C11")
    randomness = world.randomness.child("answer", query)
    answered = bundle_queries.answer(
        world.rules, CHAIN, query, holders[0].kept, world.known, world.clusters, randomness
    )
    if isinstance(answered, Refused):
        return world, (answered,)
    received = BundleAnswer.decode(CHAIN, answered.encode(CHAIN))
    bundle = received.opened(CHAIN, world.rules.query_answer, pair)
    if bundle is None:
        return _refuse(world, "query_answer", "the answer is sealed to the meter that asked", "ZK-C10")
    after, effects = _open(world, bundle.encode(CHAIN))
    return after, (Sent(ANSWER, received.encode(CHAIN)), *effects)


def _read_fetched(world: CustodyWorld, meter: int, device: int) -> Outcome:
    if device not in world.corrupted:
        return world, (_CORRECT,)
    passed = (FetchedKey.decode(CHAIN, data) for data in world.sent(FETCHED))
    at = (world.meters[meter].name, device)
    secret = next((each.secret for each in passed if (each.meter, each.via) == at), None)
    if secret is None:
        return _refuse(world, "master_keys", "no key of the meter has passed through this device", "ZK-R6")
    if meter in world.learnt:
        return _refuse(world, "knowledge", "the adversary has this private key already")
    return replace(world, secrets=(*world.secrets, secret)), ()


def _open(world: CustodyWorld, bundle: bytes) -> Outcome:
    if bundle in world.opened:
        return _refuse(world, "knowledge", "the adversary has read this bundle already")
    return replace(world, opened=(*world.opened, bundle)), ()


def _available(world: CustodyWorld, meter: int) -> bytes | None:
    name = world.meters[meter].name
    return next((each.kept[name] for each in world.devices if name in each.kept and not each.down), None)


def _keep(world: CustodyWorld, meter: int, device: int, bundle: bytes) -> Outcome:
    """The device stores the bundle, and signs that it has."""
    name, holder = world.meters[meter].name, world.devices[device]
    after = _with_device(world, device, replace(holder, kept={**holder.kept, name: bundle}))
    receipt = Stored.make(CHAIN, Move(0, name, device, device), bundle, holder.pair)
    return _send(after, Sent(STORED, receipt.encode(CHAIN)))


def _with_device(world: CustodyWorld, device: int, holder: Holder) -> CustodyWorld:
    return replace(world, devices=(*world.devices[:device], holder, *world.devices[device + 1 :]))


def _send(world: CustodyWorld, message: Sent) -> Outcome:
    if message in world.wire:
        return _refuse(world, "network", "this message is on the wire already")
    return replace(world, wire=(*world.wire, message)), (message,)


def _refuse(world: CustodyWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_CORRECT = Refused("corruption", "the device is correct")
_ACTS = {
    "join": _join,
    "replicate": _replicate,
    "ask": _ask,
    "fetch": _fetch,
    "read_store": _read_store,
    "read_answer": _read_answer,
    "ask_unasked": _ask_unasked,
    "read_fetched": _read_fetched,
}
