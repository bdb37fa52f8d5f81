"""An edge device that keeps bundles, sends them, takes them in and erases them (Zhai et al., 2.1; ZK-R20, ZK-C33).

Stable storage has the bundles that it keeps, and its place in the chain: which moves it has seen the end of. What it
takes out to send, and what arrives, is in memory until it is stored, and a crash erases it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reference.crypto import signing
from reference.crypto.encoding import Malformed
from reference.crypto.randomness import Randomness
from reference.crypto.sealing import SealingPair
from reference.crypto.signing import KeyPair
from reference.edge_keys.bundles import STORED, TRANSFER, Move, Stored, Transferred
from reference.edge_keys.move_log import MoveLog
from reference.edge_keys.rules import Rules
from reference.ledger.effects import Effects, Refused, Sent


@dataclass(frozen=True)
class Keeper:
    """One device. `kept` has encoded bundles by meter; `in_hand` and `arrived`, those in memory, by move."""

    index: int
    rules: Rules
    chain: str
    pair: KeyPair = field(repr=False)
    sealing: SealingPair = field(repr=False)
    kept: Mapping[bytes, bytes] = field(default_factory=dict)
    ended: frozenset[Move] = frozenset()
    in_hand: Mapping[Move, bytes] = field(default_factory=dict)
    arrived: Mapping[Move, bytes] = field(default_factory=dict)

    @property
    def two_phase(self) -> bool:
        return self.rules.migration == "two-phase"

    def up_to_date(self, log: MoveLog, move: Move) -> bool:
        """Whether it has seen the end of all earlier moves of the meter in which it takes part."""
        moves = log.moves_of(move.meter)
        earlier = moves[: moves.index(move)] if move in moves else ()
        return all(other in self.ended for other in earlier if self.index in (other.source, other.target))


@dataclass(frozen=True)
class TakeOut:
    """Take the bundle out of storage to send it."""

    move: Move


@dataclass(frozen=True)
class Send:
    """Send what is in hand to the target, which has this public sealing key."""

    move: Move
    recipient: bytes
    randomness: Randomness


@dataclass(frozen=True)
class Receive:
    """A bundle arrives."""

    transfer: bytes


@dataclass(frozen=True)
class Install:
    """Store what has arrived, and be the owner from now on: as published."""

    move: Move


@dataclass(frozen=True)
class EraseOld:
    """The target is heard to have the bundle: erase the own copy."""

    move: Move


@dataclass(frozen=True)
class Store:
    """Store what has arrived, and sign that it is stored."""

    move: Move


@dataclass(frozen=True)
class CleanUp:
    """See how a move has ended, and erase the copy that is no longer wanted."""

    move: Move


@dataclass(frozen=True)
class Crash:
    """Lose what is in memory, and start again."""


Event = TakeOut | Send | Receive | Install | EraseOld | Store | CleanUp | Crash


def step(keeper: Keeper, log: MoveLog, event: Event) -> tuple[Keeper, Effects]:
    """The device after the event, and its effects; it reads the chain. A refused event leaves it unchanged."""
    match event:
        case TakeOut():
            return _take_out(keeper, log, event.move)
        case Send():
            return _send(keeper, event)
        case Receive():
            return _receive(keeper, log, event.transfer)
        case Install():
            if keeper.two_phase:
                return keeper, (Refused("migration", "the chain makes owners", ("ZK-C33",)),)
            return _stored(keeper, event.move)
        case EraseOld():
            return _erase_old(keeper, event.move)
        case Store():
            return _store(keeper, log, event.move)
        case CleanUp():
            return _clean_up(keeper, log, event.move)
        case Crash():
            return replace(keeper, in_hand={}, arrived={}), ()


def _take_out(keeper: Keeper, log: MoveLog, move: Move) -> tuple[Keeper, Effects]:
    bundle = keeper.kept.get(move.meter)
    if keeper.index != move.source or bundle is None or move in keeper.in_hand:
        return keeper, (Refused("storage", "the device does not keep the bundle, or has it in hand", ("ZK-R20",)),)
    if log.state(move) is None or move in keeper.ended:
        return keeper, (Refused("chain", "the move has not begun, or is over", ("ZK-R20",)),)
    after = replace(keeper, in_hand={**keeper.in_hand, move: bundle})
    return (_erased(after, move.meter) if keeper.rules.migration == "delete-first" else after), ()


def _send(keeper: Keeper, event: Send) -> tuple[Keeper, Effects]:
    move, bundle = event.move, keeper.in_hand.get(event.move)
    if bundle is None:
        return keeper, (Refused("storage", "the device does not have the bundle in hand", ("ZK-R20",)),)
    try:
        message = Transferred.make(keeper.chain, keeper.rules.transfer, move, bundle, event.recipient, event.randomness)
    except ValueError as error:
        return keeper, (Refused("transfer", str(error), ("ZK-C33",)),)
    return keeper, (Sent(TRANSFER, message.signed(keeper.chain, keeper.pair).encode(keeper.chain)),)


def _receive(keeper: Keeper, log: MoveLog, data: bytes) -> tuple[Keeper, Effects]:
    try:
        message = Transferred.decode(keeper.chain, data)
    except Malformed as malformed:
        return keeper, (Refused("encoding", str(malformed), ("ZK-R20",)),)
    bundle, source = message.opened(keeper.chain, keeper.rules.transfer, keeper.sealing), message.move.source
    if message.move.target != keeper.index or bundle is None:
        return keeper, (Refused("transfer", "this is no bundle for this device", ("ZK-C33",)),)
    sender = log.devices[source] if 0 <= source < len(log.devices) else b""
    if not signing.verify(sender, message.signed_part(keeper.chain), message.signature):
        return keeper, (Refused("transfer", "the source has not sent this", ("ZK-A20",)),)
    if message.move in keeper.arrived:
        return keeper, (Refused("storage", "the bundle has arrived already", ("ZK-R20",)),)
    return replace(keeper, arrived={**keeper.arrived, message.move: bundle.encode(keeper.chain)}), ()


def _stored(keeper: Keeper, move: Move) -> tuple[Keeper, Effects]:
    bundle = keeper.arrived.get(move)
    if bundle is None:
        return keeper, (Refused("storage", "no bundle of this move has arrived", ("ZK-R20",)),)
    arrived = {other: each for other, each in keeper.arrived.items() if other != move}
    receipt = Stored.make(keeper.chain, move, bundle, keeper.pair)
    after = replace(keeper, arrived=arrived, kept={**keeper.kept, move.meter: bundle})
    return after, (Sent(STORED, receipt.encode(keeper.chain)),)


def _erase_old(keeper: Keeper, move: Move) -> tuple[Keeper, Effects]:
    if keeper.rules.migration != "install-first":
        return keeper, (Refused("migration", "the old copy is not erased on the target's word", ("ZK-C33",)),)
    if move not in keeper.in_hand:
        return keeper, (Refused("storage", "the device does not have the bundle in hand", ("ZK-R20",)),)
    return _erased(_out_of_hand(keeper, move), move.meter), ()


def _store(keeper: Keeper, log: MoveLog, move: Move) -> tuple[Keeper, Effects]:
    if not keeper.two_phase:
        return keeper, (Refused("migration", "the chain makes no owners", ("ZK-C33",)),)
    if log.state(move) is None or move in keeper.ended or not keeper.up_to_date(log, move):
        return keeper, (Refused("chain", "the device has not read that far, or the move is over", ("ZK-C33",)),)
    return _stored(keeper, move)


def _clean_up(keeper: Keeper, log: MoveLog, move: Move) -> tuple[Keeper, Effects]:
    if not keeper.two_phase:
        return keeper, (Refused("migration", "the chain ends no moves", ("ZK-C33",)),)
    state = log.state(move)
    if state not in ("committed", "aborted") or keeper.index not in (move.source, move.target):
        return keeper, (Refused("chain", "the move has not ended, or is none of this device's", ("ZK-C33",)),)
    if move in keeper.ended:
        return keeper, (Refused("chain", "the device has seen to this already", ("ZK-C33",)),)
    left = state == "committed" and keeper.index == move.source
    unwanted = left or (state == "aborted" and keeper.index == move.target)
    after = replace(_out_of_hand(keeper, move), ended=keeper.ended | {move})
    return (_erased(after, move.meter) if unwanted else after), ()


def _out_of_hand(keeper: Keeper, move: Move) -> Keeper:
    return replace(keeper, in_hand={other: each for other, each in keeper.in_hand.items() if other != move})


def _erased(keeper: Keeper, meter: bytes) -> Keeper:
    return replace(keeper, kept={other: each for other, each in keeper.kept.items() if other != meter})
