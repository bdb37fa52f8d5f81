"""What the chain admits of migrations (Zhai et al., 2.1; ZK-R20, ZK-C33): which moves begin, and how they end.

As published the chain's devices confirm that a move may begin, and that is all that is said; whoever keeps a bundle is
its owner. Under the rule `two-phase` the chain names the owner. It opens one move of a meter at a time, and ends it
with a COMMIT, on the target's receipt, which changes the owner in that very entry, or with an ABORT.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reference.crypto import signing
from reference.crypto.encoding import Malformed
from reference.edge_keys.bundles import Kind, Move, MoveEntry, Stored
from reference.edge_keys.rules import Rules
from reference.ledger.effects import Effect, Effects, Refused


@dataclass(frozen=True)
class Admitted(Effect):
    """An entry is on the chain."""

    entry: MoveEntry


@dataclass(frozen=True)
class MoveLog:
    """The agreed entries in their order. `home` is the device that has each meter's bundle at first."""

    rules: Rules
    chain: str
    devices: tuple[bytes, ...]
    home: Mapping[bytes, int]
    entries: tuple[bytes, ...] = ()

    def read(self) -> tuple[MoveEntry, ...]:
        """The entries, decoded."""
        return tuple(MoveEntry.decode(self.chain, each) for each in self.entries)

    def moves_of(self, meter: bytes) -> tuple[Move, ...]:
        """The moves of a meter, in the order in which they began."""
        return tuple(each.move for each in self.read() if each.move.meter == meter and each.kind in ("begun", "locked"))

    def state(self, move: Move) -> Kind | None:
        """The last that the chain has of the move; None if it has nothing."""
        return next((each.kind for each in reversed(self.read()) if each.move == move), None)

    def owner(self, meter: bytes) -> int:
        """The device that the chain names: the target of the last move that was committed."""
        moved = (each.move.target for each in reversed(self.read()) if (each.kind, each.move.meter) == _done(meter))
        return next(moved, self.home[meter])


def _done(meter: bytes) -> tuple[Kind, bytes]:
    return "committed", meter


@dataclass(frozen=True)
class Begin:
    """May this move begin? Where the chain does not name owners, `keepers` says which devices have the bundle."""

    move: Move
    keepers: frozenset[int]


@dataclass(frozen=True)
class Commit:
    """The target's receipt has come in."""

    receipt: bytes


@dataclass(frozen=True)
class Abort:
    """The move's time is up."""

    move: Move


Event = Begin | Commit | Abort


def step(log: MoveLog, event: Event) -> tuple[MoveLog, Effects]:
    """The log after the event, and its effects; a refused event leaves it unchanged."""
    match event:
        case Begin():
            return _begin(log, event)
        case Commit():
            return _commit(log, event.receipt)
        case Abort():
            if log.rules.migration != "two-phase":
                return log, (_NO_PHASES,)
            if log.state(event.move) != "locked":
                return log, (Refused("chain", "the move is not open", ("ZK-C33",)),)
            return _admit(log, MoveEntry("aborted", event.move))


def _begin(log: MoveLog, event: Begin) -> tuple[MoveLog, Effects]:
    move, phases = event.move, log.rules.migration == "two-phase"
    if move.meter not in log.home or not {move.source, move.target} <= set(range(len(log.devices))):
        return log, (Refused("chain", "there is no such meter or device", ("ZK-R20",)),)
    if log.state(move) is not None:
        return log, (Refused("chain", "the move has begun already", ("ZK-R20",)),)
    if phases and any(log.state(other) == "locked" for other in log.moves_of(move.meter)):
        return log, (Refused("migration", "another move of the meter is open", ("ZK-C33", "ZK-C12")),)
    owners = frozenset({log.owner(move.meter)}) if phases else event.keepers
    if move.source not in owners or move.target in owners:
        return log, (Refused("owner", "the source does not own the bundle, or the target does", ("ZK-R20",)),)
    return _admit(log, MoveEntry("locked" if phases else "begun", move))


def _commit(log: MoveLog, receipt: bytes) -> tuple[MoveLog, Effects]:
    if log.rules.migration != "two-phase":
        return log, (_NO_PHASES,)
    try:
        stored = Stored.decode(log.chain, receipt)
    except Malformed as malformed:
        return log, (Refused("migration", f"not a receipt: {malformed}", ("ZK-C33",)),)
    if log.state(stored.move) != "locked":
        return log, (Refused("migration", "the move is not open", ("ZK-C33",)),)
    if not signing.verify(log.devices[stored.move.target], stored.signed_part(log.chain), stored.signature):
        return log, (Refused("migration", "the target has not signed that it has the bundle", ("ZK-C33",)),)
    return _admit(log, MoveEntry("committed", stored.move, receipt))


def _admit(log: MoveLog, entry: MoveEntry) -> tuple[MoveLog, Effects]:
    return replace(log, entries=(*log.entries, entry.encode(log.chain))), (Admitted(entry),)


_NO_PHASES = Refused("migration", "the chain ends no moves", ("ZK-R20", "ZK-C33"))
