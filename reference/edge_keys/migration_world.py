"""The machine `Migration` with real bytes: devices that keep bundles, the chain's entries, and the network between.

Moves are given beforehand. The network has of each move what is under way, and remembers all that was sent; other
devices relay it, one of them corrupted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from meterproof.errors import InputError
from reference.crypto import sealing
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.edge_keys import bundle_keeper, move_log
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.bundle_keeper import Keeper
from reference.edge_keys.bundles import SCHEME, STORED, TRANSFER, Bundle, Move, Stored, Transferred
from reference.edge_keys.move_log import MoveLog
from reference.edge_keys.rules import Rules
from reference.ledger.effects import Effects, Refused, Sent, refused

Act = Literal[
    "begin", "take_out", "send", "receive", "install", "erase_old", "store", "commit", "abort", "lose", "repeat",
    "overhear",
]  # fmt: skip


@dataclass(frozen=True)
class Of:
    """One of the acts that are about a move, by its number; the last three are the adversary's (NET, NET, EDGE)."""

    act: Act
    move: int


@dataclass(frozen=True)
class CleanUp:
    """A device sees how a move has ended."""

    move: int
    device: int


@dataclass(frozen=True)
class Crash:
    """CR: a device crashes and starts again with what it had in stable storage."""

    device: int


Event = Of | CleanUp | Crash


@dataclass(frozen=True)
class MigrationWorld:
    """`wire` has all that was sent, `under_way` what may still arrive, by move; `read` what a relay has read."""

    rules: Rules
    randomness: Randomness = field(repr=False)
    moves: tuple[Move, ...]
    meters: tuple[bytes, ...]
    devices: tuple[Keeper, ...]
    log: MoveLog
    wire: tuple[Sent, ...] = ()
    under_way: Mapping[Move, bytes] = field(default_factory=dict)
    read: tuple[bytes, ...] = ()

    def last_sent(self, move: Move) -> bytes | None:
        """The last transfer of the move that was ever on the wire."""
        sent = (each.data for each in reversed(self.wire) if each.kind == TRANSFER)
        return next((data for data in sent if Transferred.decode(CHAIN, data).move == move), None)

    def receipt(self, move: Move) -> bytes | None:
        """The target's receipt, if it is on the wire."""
        sent = (each.data for each in self.wire if each.kind == STORED)
        return next((data for data in sent if Stored.decode(CHAIN, data).move == move), None)

    def keepers(self, meter: bytes) -> frozenset[int]:
        """The devices that keep the meter's bundle."""
        return frozenset(each.index for each in self.devices if meter in each.kept)


Outcome = tuple[MigrationWorld, Effects]


def deploy(
    rules: Rules, devices: int, home: Sequence[int], moves: Sequence[tuple[int, int, int]], seed: int
) -> MigrationWorld:
    """Devices with the bundles of one meter for each entry of `home`; each move has a meter, a source and a target.

    Raises InputError for a meter or device that does not exist.
    """
    if not {d for _, *ends in moves for d in ends} | set(home) <= set(range(devices)):
        raise InputError("a home or a move names a device that does not exist", allowed=f"0 to {devices - 1}")
    if not {m for m, *_ in moves} <= set(range(len(home))):
        raise InputError("a move names a meter that does not exist", allowed=f"0 to {len(home) - 1}")
    randomness = Randomness.from_seed(seed)
    meters = tuple(f"meter {number}".encode().ljust(32, b"\0") for number in range(len(home)))
    keys = [KeyPair.generate(randomness.child("key", i)) for i in range(len(home))]
    bundles = [Bundle.make(rules.key_custody, name, keys[i]).encode(CHAIN) for i, name in enumerate(meters)]
    pairs = [KeyPair.generate(randomness.child("device", i)) for i in range(devices)]
    keepers = tuple(
        Keeper(
            i,
            rules,
            CHAIN,
            pair,
            sealing.key_pair(SCHEME, randomness.child("sealing", i)),
            {meters[number]: bundles[number] for number, at in enumerate(home) if at == i},
        )
        for i, pair in enumerate(pairs)
    )
    log = MoveLog(rules, CHAIN, tuple(pair.public for pair in pairs), dict(zip(meters, home, strict=True)))
    named = tuple(Move(number, meters[m], source, target) for number, (m, source, target) in enumerate(moves))
    return MigrationWorld(rules, randomness, named, meters, keepers, log)


def step(world: MigrationWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not isinstance(event, Crash) and not 0 <= event.move < len(world.moves):
        return _refuse(world, "move", f"there is no move {event.move}", "ZK-R20")
    if not isinstance(event, Of) and not 0 <= event.device < len(world.devices):
        return _refuse(world, "device", f"there is no device {event.device}", "ZK-R20")
    match event:
        case Crash():
            return _device(world, event.device, bundle_keeper.Crash())
        case CleanUp():
            return _device(world, event.device, bundle_keeper.CleanUp(world.moves[event.move]))
        case Of():
            return _of(world, event.act, world.moves[event.move])


def _of(world: MigrationWorld, act: Act, move: Move) -> Outcome:
    match act:
        case "begin":
            return _log(world, move_log.Begin(move, world.keepers(move.meter)))
        case "take_out":
            return _take_out(world, move)
        case "send":
            return _send(world, move)
        case "receive":
            return _receive(world, move)
        case "install":
            return _device(world, move.target, bundle_keeper.Install(move))
        case "erase_old":
            return _erase_old(world, move)
        case "store":
            return _store(world, move)
        case "commit":
            return _log(world, move_log.Commit(world.receipt(move) or b""))
        case "abort":
            return _log(world, move_log.Abort(move))
        case "lose":
            return _lose(world, move)
        case "repeat":
            return _repeat(world, move)
        case "overhear":
            return _overhear(world, move)


def _take_out(world: MigrationWorld, move: Move) -> Outcome:
    if world.rules.migration != "two-phase" and world.receipt(move) is not None:
        return _refuse(world, "network", "the target has the bundle already", "ZK-R20")
    return _device(world, move.source, bundle_keeper.TakeOut(move))


def _send(world: MigrationWorld, move: Move) -> Outcome:
    target = world.devices[move.target]
    if move in world.under_way or move in target.arrived or world.receipt(move) is not None:
        return _refuse(world, "network", "the bundle is under way, or there", "ZK-R20")
    attempt = sum(each.kind == TRANSFER for each in world.wire)
    randomness = world.randomness.child("send", move.number, attempt)
    sending = bundle_keeper.Send(move, target.sealing.public, randomness)
    after, effects = _device(world, move.source, sending)
    if refused(effects):
        return world, effects
    [data] = (each.data for each in effects if isinstance(each, Sent))
    return replace(after, under_way={**after.under_way, move: data}), effects


def _receive(world: MigrationWorld, move: Move) -> Outcome:
    data = world.under_way.get(move)
    if data is None:
        return _refuse(world, "network", "no bundle of this move is under way", "ZK-R20")
    after, effects = _device(world, move.target, bundle_keeper.Receive(data))
    return (world, effects) if refused(effects) else (_off_the_way(after, move), effects)


def _erase_old(world: MigrationWorld, move: Move) -> Outcome:
    if world.rules.migration == "install-first" and world.receipt(move) is None:
        return _refuse(world, "network", "the target has not said that it has the bundle", "ZK-C33")
    return _device(world, move.source, bundle_keeper.EraseOld(move))


def _store(world: MigrationWorld, move: Move) -> Outcome:
    if world.rules.migration == "two-phase" and world.receipt(move) is not None:
        return _refuse(world, "network", "the target has signed this already", "ZK-C33")
    return _device(world, move.target, bundle_keeper.Store(move))


def _lose(world: MigrationWorld, move: Move) -> Outcome:
    if move not in world.under_way:
        return _refuse(world, "network", "no bundle of this move is under way")
    return _off_the_way(world, move), ()


def _repeat(world: MigrationWorld, move: Move) -> Outcome:
    data = world.last_sent(move)
    if data is None or move in world.under_way:
        return _refuse(world, "network", "nothing was sent that could be repeated, or it is under way")
    return replace(world, under_way={**world.under_way, move: data}), (Sent(TRANSFER, data),)


def _overhear(world: MigrationWorld, move: Move) -> Outcome:
    """A relay tries to read what it was given, with no key that would help."""
    data = world.last_sent(move)
    if data is None:
        return _refuse(world, "network", "no bundle of this move was sent")
    bundle = Transferred.decode(CHAIN, data).opened(CHAIN, world.rules.transfer, None)
    if bundle is None:
        return _refuse(world, "transfer", "the bundle is sealed to the target", "ZK-C33")
    if bundle.encode(CHAIN) in world.read:
        return _refuse(world, "knowledge", "the relay has read this bundle already")
    return replace(world, read=(*world.read, bundle.encode(CHAIN))), ()


def _off_the_way(world: MigrationWorld, move: Move) -> MigrationWorld:
    return replace(world, under_way={other: data for other, data in world.under_way.items() if other != move})


def _log(world: MigrationWorld, event: move_log.Event) -> Outcome:
    after, effects = move_log.step(world.log, event)
    return replace(world, log=after), effects


def _device(world: MigrationWorld, number: int, event: bundle_keeper.Event) -> Outcome:
    after, effects = bundle_keeper.step(world.devices[number], world.log, event)
    sent = tuple(each for each in effects if isinstance(each, Sent) and each not in world.wire)
    devices = (*world.devices[:number], after, *world.devices[number + 1 :])
    return replace(world, devices=devices, wire=world.wire + sent), effects


def _refuse(world: MigrationWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)
