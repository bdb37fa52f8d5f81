"""A day's state as bytes and back, so that a day that was interrupted goes on as if it had not been.

Bytes are canonical CBOR: a table of records, each once however often it occurs, and the state in terms of it. Equal
states have equal bytes. What the plan settles is left out, and the rules of the parts are named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

import cbor2

from reference.bc_ami import contract, credentials, mdms, messages
from reference.crypto import randomness, sealing, signing
from reference.crypto.encoding import Malformed
from reference.edge_keys import bundle_keeper, bundles, enrolment, key_messages, key_state, meter, move_log, records
from reference.grid import books, chains, key_chain, law_chain, market, parts, platform, script, service_chain, state
from reference.ledger import chain, effects
from reference.metering_platform import state as platform_state
from reference.sovereign_chain import receipts, registry, trade

_NONE, _DECIMAL, _TUPLE, _SET, _MAP, _RECORD, _RULES, _DEPLOYED = range(8)
_KINDS: tuple[type, ...] = (
    contract.Contract, credentials.Enrolled, mdms.Mdms, mdms.Record, messages.RegisteredKey,
    randomness.Randomness, sealing.SealingPair, signing.KeyPair,
    bundle_keeper.Keeper, bundles.Move, enrolment.Root, key_messages.Place, key_state.Registry, meter.Asked,
    meter.Meter, meter.Owner, move_log.MoveLog, records.Record,
    books.Books, books.Refusal, books.Stay, chains.Followed, chains.Place, chains.Replicated, key_chain.KeyChain,
    law_chain.LawChain, market.Market, market.Others, platform.Node, platform.Platform, platform.Row, script.Act,
    service_chain.ServiceChain, state.Asked, state.DayState, state.Meter, state.Moving, state.Pending, state.Stolen,
    chain.Block, chain.Committee, chain.FinalBlock, chain.Header, effects.Refused,
    platform_state.Account, platform_state.Interval, platform_state.Member, platform_state.Meter,
    platform_state.OffChain, platform_state.PlatformState, platform_state.Secrets, platform_state.Verifier,
    receipts.ValidatorSet, registry.Genesis, trade.ContractDatabase, trade.DispatchChain, trade.Terms,
    trade.TradingChain, books.Bar,
)  # fmt: skip
"""Whatever a state may be made of."""
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}
_PARTS = tuple(each.name for each in fields(parts.Parts))


def frozen(day: state.DayState) -> bytes:
    """The state as bytes. Raises TypeError for what is no part of a state."""
    table = _Table(day.deployed)
    whole = table.told(day)
    return cbor2.dumps([table.entries, whole], canonical=True)


def thawed(data: bytes, deployed: state.Deployed) -> state.DayState:
    """The state that these are the bytes of. Raises Malformed if they are none."""
    try:
        entries, whole = cbor2.loads(data)
        reader = _Reader(deployed)
        for each in entries:
            reader.records.append(reader.record(each))
        found = reader.read(whole)
    except (cbor2.CBORError, ValueError, TypeError, IndexError, KeyError) as error:
        raise Malformed(f"no state of a day: {error}") from error
    if not isinstance(found, state.DayState):
        raise Malformed("no state of a day")
    return found


class _Table:
    """Records in the order in which they are met, the inner ones first."""

    def __init__(self, deployed: state.Deployed) -> None:
        self.deployed = deployed
        self.entries: list[Any] = []
        self._places: dict[bytes, int] = {}
        self._met: dict[int, int] = {}

    def told(self, value: Any) -> Any:
        kind = type(value)
        if kind in (int, str, bytes, bool):
            return value
        if value is None:
            return [_NONE]
        if kind is Decimal:
            return [_DECIMAL, str(value)]
        if kind is tuple:
            return [_TUPLE, *map(self.told, value)]
        if kind is frozenset:
            return [_SET, *sorted(map(self.told, value), key=lambda each: cbor2.dumps(each, canonical=True))]
        if isinstance(value, Mapping):
            return [_MAP, *([self.told(key), self.told(item)] for key, item in value.items())]
        if value is self.deployed:
            return [_DEPLOYED]
        for name in _PARTS:
            if kind is type(rules := getattr(self.deployed.parts, name)) and value == rules:
                return [_RULES, name]
        return [_RECORD, self._record(value)]

    def _record(self, value: Any) -> int:
        if (known := self._met.get(id(value))) is not None:
            return known
        number = _NUMBERS.get(type(value))
        if number is None:
            raise TypeError(f"{type(value).__name__} is no part of a day's state")
        entry = [number, *map(self.told, _items(value))]
        data = cbor2.dumps(entry, canonical=True)
        place = self._places.setdefault(data, len(self.entries))
        if place == len(self.entries):
            self.entries.append(entry)
        self._met[id(value)] = place
        return place


def _items(value: Any) -> list[Any]:
    return [getattr(value, each.name) for each in fields(value)] if is_dataclass(value) else list(value)


class _Reader:
    """Values from what `_Table` told; each record is one object."""

    def __init__(self, deployed: state.Deployed) -> None:
        self.deployed = deployed
        self.records: list[Any] = []

    def record(self, entry: list[Any]) -> Any:
        number, *items = entry
        return _KINDS[number](*map(self.read, items))

    def read(self, told: Any) -> Any:
        if not isinstance(told, list):
            return told
        kind, *items = told
        if kind == _NONE:
            return None
        if kind == _DECIMAL:
            return Decimal(items[0])
        if kind == _TUPLE:
            return tuple(map(self.read, items))
        if kind == _SET:
            return frozenset(map(self.read, items))
        if kind == _MAP:
            return {self.read(key): self.read(item) for key, item in items}
        if kind == _DEPLOYED:
            return self.deployed
        if kind == _RULES:
            return getattr(self.deployed.parts, items[0])
        return self.records[items[0]]
