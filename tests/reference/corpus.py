"""Genuine bytes of every kind of message, from an honest day of three variants, and what can be done to them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import cbor2
from hypothesis import strategies as st

import reference.bc_ami
from attacks import stage
from reference.bc_ami import database
from reference.bc_ami.audit import AuditResponse
from reference.bc_ami.messages import Receipt, Usage
from reference.bc_ami.world import CHAIN, World
from reference.ledger.chain import COMMIT, Certificate, FinalBlock, Proposal, Vote, announcement
from reference.ledger.effects import Sent
from reference.ledger.view_change import Lock, PrePrepare, Report
from tests.reference.variants import VARIANTS, rules

SEED = 5


@cache
def day(variant: str) -> tuple[World, tuple[bytes, ...]]:
    """A world in which SM1 has reported once, up to the MDMS, and all that was sent on the way."""
    world, registering = stage.registered(stage.deployed(rules(VARIANTS[variant]), SEED, ("SM1", "SM2")), 0)
    world, reporting = stage.reported(world, 0, 1)
    world, ordered = stage.on_ledger(world, 0, 1)
    effects = (*registering.effects, *reporting.effects, *ordered.effects)
    sent = [each.data for each in (*effects, *world.wire) if isinstance(each, Sent)]
    return world, tuple(dict.fromkeys(sent))


@cache
def bundle(variant: str) -> bytes:
    """The release of the day's block, as the database sends it."""
    world, _ = day(variant)
    fresh = database.Database(CHAIN, world.database.pair, world.database.ledger)
    _, effects = database.step(fresh, database.Transfer(0, world.contract))
    return next(effect.data for effect in effects if isinstance(effect, Sent))


@cache
def genuine() -> tuple[bytes, ...]:
    """Messages, and the messages inside them, each once."""
    found: dict[bytes, None] = {}
    for variant in VARIANTS:
        world, sent = day(variant)
        final = world.database.ledger[0]
        found |= dict.fromkeys((*sent, bundle(variant), *_of_replicas(world, final)))
        found[Usage(stage.READING, 1).encode(CHAIN)] = None
        found[Receipt(world.meters["SM1"].hid, 1).signed(CHAIN, world.key(0)).encode(CHAIN)] = None
    for data in list(found):
        found |= dict.fromkeys(_inside(cbor2.loads(data)))
    return tuple(found)


def _of_replicas(world: World, final: FinalBlock) -> Iterator[bytes]:
    """What replicas say of a block in one round or two, and when they change the view."""
    header, pairs = final.block.header, [each.pair for each in world.replicas]
    yield final.evidence
    yield header.encode(CHAIN)
    yield final.block.encode(CHAIN)
    yield Proposal.make(CHAIN, final.block, pairs[0]).encode(CHAIN)
    yield announcement(CHAIN, header, pairs[0])
    votes = [Vote.make(CHAIN, i, header, True, pair) for i, pair in enumerate(pairs[:3])]
    yield AuditResponse.make(CHAIN, votes[1], {2: votes[2], 0: votes[0]}).encode(CHAIN)
    prepared = Certificate(tuple(votes)).encode(CHAIN)
    yield prepared
    yield Certificate(tuple(Vote.make(CHAIN, i, header, True, p, kind=COMMIT) for i, p in enumerate(pairs))).encode(
        CHAIN
    )
    reports = [
        Report(i, 0, 1, Lock(0, final.block, prepared) if i else None).signed(CHAIN, pair).encode(CHAIN)
        for i, pair in enumerate(pairs[:3])
    ]
    yield from reports
    yield PrePrepare.make(CHAIN, 1, final.block, tuple(reports), pairs[1]).encode(CHAIN)


def _inside(value: object) -> Iterator[bytes]:
    """Byte strings in a decoded message that are messages themselves, to any depth."""
    if isinstance(value, list):
        for each in value:
            yield from _inside(each)
    elif isinstance(value, bytes) and value[:1] == b"\x83":
        try:
            inner = cbor2.loads(value)
        except cbor2.CBORError:
            return
        yield value
        yield from _inside(inner)


@cache
def decoders() -> dict[str, Any]:
    """Every class of the protocol that makes itself from bytes, by name: nobody has to list a new one."""
    found = {}
    for module in pkgutil.iter_modules(reference.bc_ami.__path__):
        for each in vars(importlib.import_module(f"reference.bc_ami.{module.name}")).values():
            if isinstance(each, type) and "decode" in vars(each):
                found[each.__name__] = each
    return found


def one_of(messages: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """One of these, by its number, so that a failure is told in few lines."""
    return st.integers(0, len(messages) - 1).map(lambda number: messages[number])


def changed(samples: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Genuine bytes that were changed once or more: bit by bit, in length, by splicing, or field by field."""
    return st.recursive(samples, _once, max_leaves=3).filter(lambda data: data not in genuine())


def _once(samples: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    place = st.integers(0, 1 << 16)
    field = st.builds(_field, samples, place, place, st.integers(0, 7), samples | st.binary(max_size=300))
    return st.one_of(
        field,
        field,
        field,
        st.builds(_flip, samples, place, st.integers(0, 7)),
        st.builds(_put, samples, place, st.binary(max_size=3), st.integers(0, 3)),
        st.builds(lambda data, at: data[: at % (len(data) + 1)], samples, place),
        st.builds(lambda a, b, i, j: a[: i % (len(a) + 1)] + b[j % (len(b) + 1) :], samples, samples, place, place),
        st.builds(_lengthen, samples, place),
    )


def _near(value: object, other: int) -> tuple[object, ...]:
    """Values of the same type that are nearly this one."""
    if isinstance(value, bytes):
        return _flip(value, other // 8, other % 8), value[:-1], value + b"\x00", value * 9
    if isinstance(value, bool):
        return (not value,)
    return (value + 1, value - 1, -value) if isinstance(value, int) else ()


def _flip(data: bytes, at: int, bit: int) -> bytes:
    if not data:
        return b"\x00"
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def _put(data: bytes, at: int, new: bytes, gone: int) -> bytes:
    at %= len(data) + 1
    return data[:at] + new + data[at + gone :]


def _lengthen(data: bytes, at: int) -> bytes:
    """One byte string, text or integer with its length or value in a longer form than it needs."""
    heads = [i for i, byte in enumerate(data) if byte & 0x1F == 0x18 and i + 1 < len(data)]
    if not heads:
        return data + b"\x00"
    at = heads[at % len(heads)]
    return data[:at] + bytes([data[at] & 0xE0 | 0x19, 0]) + data[at + 1 :]


def _field(data: bytes, which: int, other: int, how: int, new: bytes) -> bytes:
    """One field, however deep, replaced, dropped or swapped, and all around it encoded rightly again."""
    try:
        whole = cbor2.loads(data)
    except (cbor2.CBORError, ValueError, OverflowError):
        return data + b"\x00"
    if not isinstance(whole, list) or not whole:
        return data + b"\x00"
    at = 2 if len(whole) == 3 and which % 4 else which % len(whole)  # mostly the body of a message
    value, which = whole[at], which // 4
    if isinstance(value, bytes) and value[:1] == b"\x83" and how < 4:
        whole[at] = _field(value, which, other, how, new)
    elif isinstance(value, list) and value and how < 6:
        whole[at] = cbor2.loads(_field(cbor2.dumps(value), which, other, how, new))
    else:
        choices = (*_near(value, other), new, 2**64 - 1, True, None, 1.5, {"a": value}, [value], new.hex())
        match how % 4:
            case 0 | 1:
                whole[at] = choices[other % len(choices)]
            case 2:
                del whole[at]
            case _:
                whole[at], whole[other % len(whole)] = whole[other % len(whole)], value
    return cbor2.dumps(whole, canonical=True)
