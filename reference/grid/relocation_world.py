"""The machine `Relocation` with real bytes: bundles are moved between devices while their keys are updated (GR-R7).

Devices, messages and the network are those of `edge_keys.migration_world`; the chain's entries about moves and keys go
through the grid's key chain, which looks at both. An update is played as a whole: the meter signs it, its device has it
recorded, the delay passes, and the owning device stores the bundle of the key that is in force then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from reference.crypto.signing import KeyPair
from reference.edge_keys import meter as edge_meter
from reference.edge_keys import migration_world as moving
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.bundles import TRANSFER, Bundle, Move, Transferred
from reference.edge_keys.enrolment import Certify, EdgeDevice, Root, certify
from reference.edge_keys.key_messages import Message, Place
from reference.edge_keys.key_records_world import BOUND, DEVICES
from reference.edge_keys.key_state import Registry
from reference.edge_keys.migration_world import MigrationWorld
from reference.edge_keys.registry import DELAY, decode_message
from reference.grid.key_chain import Entry, KeyChain
from reference.grid.parts import hardened
from reference.grid.rules import Rules
from reference.ledger.chain import Block
from reference.ledger.effects import Effects, Refused, Sent, refused

Where = Literal["kept", "taken out", "flying", "landed"]


@dataclass(frozen=True)
class Update:
    """The meter's key is updated to the version after the present one, and its owner, this device, stores it."""

    meter: int
    device: int
    version: int


@dataclass(frozen=True)
class Repeat:
    """NET: the network delivers the bundle of a move once more, as it was sent with this version."""

    move: int
    version: int


Event = moving.Event | Update | Repeat


@dataclass(frozen=True)
class RelocationWorld:
    """`last` is history: the bundle that was last kept by a device of a meter, or under way in a move, by their
    numbers; it stays when the place is empty again. The first version of each key has the number `initial`."""

    moves: MigrationWorld
    keys: KeyChain
    parties: tuple[edge_meter.Meter, ...]
    initial: int
    last: Mapping[tuple[Where, int, int], bytes] = field(default_factory=dict)

    def newest(self, meter: int) -> int:
        """The version in force."""
        return self.initial + self.keys.registry.current[self.parties[meter].name].version

    def version(self, bundle: bytes) -> int:
        """That of the key in a bundle."""
        read = Bundle.decode(CHAIN, bundle)
        places = self.keys.registry.shown.items()
        return next(
            self.initial + place.version
            for (meter, place), keys in places
            if meter == read.meter and read.public in keys
        )

    def sent(self, move: Move) -> Iterator[tuple[int, bytes]]:
        """All transfers of a move that were ever on the wire, with the versions in them."""
        pair = self.moves.devices[move.target].sealing
        for each in self.moves.wire:
            if each.kind == TRANSFER and (message := Transferred.decode(CHAIN, each.data)).move == move:
                bundle = message.opened(CHAIN, self.moves.rules.transfer, pair)
                assert bundle is not None, "a correct source seals to the target"
                yield self.version(bundle.encode(CHAIN)), each.data


Outcome = tuple[RelocationWorld, Effects]


def deploy(
    rules: Rules, devices: int, home: Sequence[int], moves: Sequence[tuple[int, int, int]], initial: int, seed: int
) -> RelocationWorld:
    """Devices with the bundles of one meter for each entry of `home`, the keys of which are recorded; each move has a
    meter, a source and a target. Raises InputError for a meter or device that does not exist."""
    of_keys = hardened().edge_keys
    base = moving.deploy(of_keys, devices, home, moves, seed)
    random = base.randomness
    root = KeyPair.generate(random.child("root"))
    recovery = {name: KeyPair.generate(random.child("recovery", name)).public for name in base.meters}
    parties = tuple(
        edge_meter.Meter(name, of_keys, CHAIN, KeyPair.generate(random.child("credential", name)), True, recovery[name])
        for name in base.meters
    )
    publics = tuple(each.pair.public for each in base.devices)
    needed = of_keys.needed_votes(DEVICES, BOUND)
    chain = KeyChain(
        rules.bundle_move, Registry(of_keys, CHAIN, publics, needed, root.public, recovery), base.log
    )  # fmt: skip
    office = Root(CHAIN, root, {each.name: each.credential.public for each in parties})
    world = RelocationWorld(base, chain, (), initial)
    for number, party in enumerate(parties):
        after, sent = edge_meter.step(party, edge_meter.Apply(0, random.child("key", number)))
        office, effects = certify(office, Certify(_data(sent), world.keys.registry))
        message = decode_message(CHAIN, _data(effects))
        world, effects = _recorded(world, home[number], message, Place(0, 0))
        assert (why := refused(effects)) is None, why
        world = replace(world, parties=(*world.parties, after))
    return _remembered(world)


def step(world: RelocationWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not _is_there(world, event):
        return world, (Refused("move", "there is no such meter, device or move", ("ZK-R20",)),)
    match event:
        case Update():
            after, effects = _update(world, event)
        case Repeat():
            after, effects = _repeat(world, event)
        case moving.Of(act="begin" | "commit" | "abort"):
            after, effects = _entered(world, event)
        case _:
            moves, effects = moving.step(world.moves, event)
            after = replace(world, moves=moves)
    return (world if refused(effects) is not None else _remembered(after)), effects


def _is_there(world: RelocationWorld, event: Event) -> bool:
    match event:
        case Update():
            return 0 <= event.meter < len(world.parties) and 0 <= event.device < len(world.moves.devices)
        case Repeat() | moving.Of():
            return 0 <= event.move < len(world.moves.moves)
        case _:
            return True


def _entered(world: RelocationWorld, event: moving.Of) -> Outcome:
    """What the chain has of a move goes through the key chain, with the keys that it has."""
    move = world.moves.moves[event.move]
    if event.act == "commit":
        receipt = world.moves.receipt(move)
        if receipt is None:
            return world, (Refused("migration", "the target has not signed that it has the bundle", ("ZK-C33",)),)
        entry = Entry("commit", message=receipt)
    else:
        entry = Entry("begin" if event.act == "begin" else "abort", move=move)
    keys, effects = world.keys.entered(entry.encode(CHAIN))
    return replace(world, keys=keys, moves=replace(world.moves, log=keys.log)), effects


def _update(world: RelocationWorld, event: Update) -> Outcome:
    party, device = world.parties[event.meter], world.moves.devices[event.device]
    if world.keys.log.owner(party.name) != event.device or party.name not in device.kept:
        return world, (Refused("owner", "the device does not own the bundle, or keep it", ("ZK-R32",)),)
    if event.version != world.newest(event.meter) + 1:
        return world, (Refused("place", "this is not the next version", ("ZK-R32",)),)
    registry = world.keys.registry
    place = registry.next_place(party.name, 0)
    if isinstance(place, Refused):
        return world, (place,)
    key = world.keys.key_of(party.name)
    assert key is not None, "a version is in force"
    random = world.moves.randomness.child("update", event.meter, event.version)
    asks = edge_meter.SignUpdate(key, place, registry.tail(party.name, 0), registry.valid(party.name, 0), random)
    signed, sent = edge_meter.step(party, asks)
    after, effects = _recorded(world, event.device, decode_message(CHAIN, _data(sent)), place)
    if refused(effects) is not None:
        return world, effects
    chain = after.keys
    for _ in range(DELAY + 1):
        chain = chain.after(Block.build(chain.height, 0, b"", (), chain.root))
    new = chain.key_of(party.name)
    assert new is not None and new != key, "the delay is over"
    kept = {**device.kept, party.name: Bundle(party.name, new).encode(CHAIN)}
    devices = tuple(replace(each, kept=kept) if each is device else each for each in world.moves.devices)
    parties = tuple(signed if each is party else each for each in world.parties)
    return replace(after, keys=chain, moves=replace(world.moves, devices=devices), parties=parties), (*sent, *effects)


def _repeat(world: RelocationWorld, event: Repeat) -> Outcome:
    move = world.moves.moves[event.move]
    found = (data for version, data in world.sent(move) if version == event.version)
    data = next(found, None)
    if data is None or move in world.moves.under_way:
        return world, (Refused("network", "no such bundle was sent, or one is under way", ("ZK-R20",)),)
    return replace(world, moves=replace(world.moves, under_way={**world.moves.under_way, move: data})), ()


def _recorded(world: RelocationWorld, device: int, message: Message, place: Place) -> Outcome:
    """A device puts a record for the message forward, and the key chain enters it."""
    pair, random = world.moves.devices[device].pair, world.moves.randomness
    office = EdgeDevice(device, world.moves.rules, CHAIN, pair, random.child("store", device))
    _, record = office.put_forward(world.keys.registry, message, place)
    keys, effects = world.keys.entered(Entry("record", record.encode(CHAIN), message.encode(CHAIN)).encode(CHAIN))
    return (world if refused(effects) is not None else replace(world, keys=keys)), effects


def _data(effects: Effects) -> bytes:
    assert (why := refused(effects)) is None, why
    return next(each.data for each in effects if isinstance(each, Sent))


def _remembered(world: RelocationWorld) -> RelocationWorld:
    return replace(world, last={**world.last, **dict(_present(world))})


def _present(world: RelocationWorld) -> Iterator[tuple[tuple[Where, int, int], bytes]]:
    moves = world.moves
    for device in moves.devices:
        for m, meter in enumerate(moves.meters):
            if meter in device.kept:
                yield ("kept", device.index, m), device.kept[meter]
    for move in moves.moves:
        if (bundle := moves.devices[move.source].in_hand.get(move)) is not None:
            yield ("taken out", move.number, 0), bundle
        if (data := moves.under_way.get(move)) is not None:
            opened = Transferred.decode(CHAIN, data).opened(
                CHAIN, moves.rules.transfer, moves.devices[move.target].sealing
            )
            assert opened is not None, "a correct source seals to the target"
            yield ("flying", move.number, 0), opened.encode(CHAIN)
        if (bundle := moves.devices[move.target].arrived.get(move)) is not None:
            yield ("landed", move.number, 0), bundle
