"""A block's counter is what its nodes have counted: valid violations, each once, and no origin's or reader's word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reference.ledger.effects import Refused, refused
from reference.sovereign_chain import counters, counters_world
from reference.sovereign_chain.block import DataRecord
from reference.sovereign_chain.counters import Close, Count, CountingChain, Learn, Reader
from reference.sovereign_chain.counters_world import CountersWorld, Event
from reference.sovereign_chain.history import counter_fault
from reference.sovereign_chain.violations import blame
from tests.reference.sovereign_chain.variants import CHARITABLE, HARDENED, LITERAL, Values, rules

FIRST, MADE_UP, ELSEWHERE = range(3)
"""Operations: a violation of the first chain, none that is said to be one there, and a violation of another chain."""


def deployed(values: Values = HARDENED, **changes: object) -> CountersWorld:
    return counters_world.deploy(rules(values, **changes), 1, chains=2, place=(0, 0, 1), valid=(True, False, True))


def after(world: CountersWorld, *events: Event) -> CountersWorld:
    for event in events:
        world, effects = counters_world.step(world, event)
        assert refused(effects) is None, effects
    return world


def answer(party: CountingChain, event: counters.Event) -> str | None:
    """The rule that refuses the event; None if none does."""
    same, effects = counters.step(party, event)
    refusal = refused(effects)
    assert (same == party) == (refusal is not None)
    return None if refusal is None else refusal.rule


def test_what_is_counted_is_a_valid_violation_of_the_chain_and_each_once() -> None:
    world = deployed()
    [chain, _], record = world.chains, world.record
    assert answer(chain, Count(record(FIRST))) is None
    assert answer(chain, Count(record(MADE_UP))) == "violation_evidence"
    assert answer(chain, Count(record(ELSEWHERE))) == "encoding"
    assert answer(chain, Count(b"")) == "encoding"
    counted = after(world, Event("count", 0, FIRST, counter=1))
    assert answer(counted.chains[0], Count(record(FIRST))) == "record_id"
    closed = after(counted, Event("close", 0, counter=1))
    assert answer(closed.chains[0], Count(record(FIRST))) == "record_id", "in whichever block it is"


@pytest.mark.parametrize("values", [LITERAL, CHARITABLE])
def test_as_published_what_is_said_is_counted_as_often_as_it_is_said(values: Values) -> None:
    world = deployed(values)
    world = after(world, Event("count", 0, MADE_UP, counter=1), Event("count", 0, MADE_UP, before=1, counter=2))
    assert len(world.chains[0].counted) == 2


def test_another_chains_violations_are_counted_on_its_validators_votes_where_the_counter_is_of_all() -> None:
    world = after(deployed(LITERAL), Event("count", 1, ELSEWHERE, counter=1))
    chain, record = world.chains[0], world.record(ELSEWHERE)
    identity, signers, own = world.identity(ELSEWHERE), world.validators[1], world.validators[0]
    name = signers.of.committee.chain
    votes = signers.votes(blame(identity), name)
    assert answer(chain, Learn("service-1", record, votes)) is None
    assert answer(chain, Learn("service-1", record, signers.votes(blame(bytes(32)), name))) == "quorum"
    assert answer(chain, Learn("service-1", record, own.votes(blame(identity), name))) == "quorum"
    assert answer(chain, Learn("service-1", record, b"")) is not None
    assert answer(chain, Learn("service-7", record, votes)) == "chain"
    assert answer(world.chains[1], Learn("service-1", record, votes)) == "place"
    assert answer(chain, Learn("service-1", b"", votes)) == "encoding"
    learnt = after(world, Event("learn", 0, ELSEWHERE, counter=1))
    assert answer(learnt.chains[0], Learn("service-1", record, votes)) == "record_id"
    for values in (CHARITABLE, HARDENED):
        assert answer(deployed(values).chains[0], Learn("service-1", record, votes)) == "counter_scope"


def test_a_block_has_what_was_counted_for_it_and_the_number_that_was_reached() -> None:
    world = after(deployed(), Event("count", 0, FIRST, counter=1))
    chain = world.chains[0]
    right = chain.next_block(1)

    def closes(party: CountingChain, block: counters.Block) -> str | None:
        return answer(party, Close(block.encode(party.chain_id)))

    assert closes(chain, right) is None
    for wrong in (0, 2):
        assert closes(chain, chain.next_block(wrong)) == "counter"
    empty = replace(right, record=DataRecord(right.record.service, ())).measured(chain.chain_id)
    assert closes(chain, empty) == "record"
    follower = replace(right, header=replace(right.header, previous=bytes([1] * 32)))
    assert closes(chain, follower) == "hashed"
    assert closes(chain, replace(right, size=7)) == "size"
    published = after(deployed(LITERAL), Event("count", 0, FIRST, counter=1)).chains[0]
    assert closes(published, published.next_block(77)) is None


def test_a_derived_counter_goes_on_from_that_of_the_block_before() -> None:
    world = counters_world.deploy(rules(HARDENED), 1, chains=1, place=(0, 0), valid=(True, True))
    world = after(
        world,
        Event("count", 0, 0, counter=1),
        Event("close", 0, counter=1),
        Event("close", 0, height=1, counter=1),
        Event("count", 0, 1, before=1, counter=2),
        Event("close", 0, height=2, counter=2),
    )
    chain = world.chains[0]
    assert [block.counter for block in chain.blocks] == [1, 1, 2]
    assert counter_fault(chain.register, chain.blocks) is None
    found = counter_fault(chain.register, (*chain.blocks[:2], replace(chain.blocks[2], counter=1)))
    assert isinstance(found, Refused) and found.rule == "counter"


@pytest.mark.parametrize(("hashed", "taken"), [("header", True), ("header-and-record", True), ("all-parts", False)])
def test_a_reader_notices_another_counter_where_the_hash_covers_it(hashed: str, taken: bool) -> None:
    world = after(deployed(hashed=hashed), Event("count", 0, FIRST, counter=1), Event("close", 0, counter=1))
    world = after(world, Event("close", 0, height=1, counter=1))
    for height in (0, 1):
        shown, effects = counters_world.step(world, Event("alter", 0, height=height, counter=0))
        refusal = refused(effects)
        assert (refusal is None) == taken == bool(shown.reader.seen)
        assert refusal is None or refusal.rule == "hashed"


def test_a_reader_takes_a_whole_chain_once_and_nothing_that_is_none() -> None:
    world = after(deployed(), Event("count", 0, FIRST, counter=1), Event("close", 0, counter=1))
    chain, reader = world.chains[0], world.reader
    name, [block] = chain.chain_id, chain.blocks
    data, tip = (block.encode(name),), block.name(name, "all-parts")
    seen, effects = counters.look_up(reader, name, data, 0, tip)
    assert refused(effects) is None and [*seen.seen] == [(name, 0, 1)]

    def stops(of: Reader, shown: tuple[bytes, ...], height: int, known: bytes) -> str:
        same, answers = counters.look_up(of, name, shown, height, known)
        refusal = refused(answers)
        assert same == of and refusal is not None
        return refusal.rule

    assert stops(seen, data, 0, tip) == "place"
    assert stops(reader, data, 1, tip) == stops(reader, data, -1, tip) == "place"
    assert stops(reader, data, 0, bytes(32)) == "hashed"
    assert stops(reader, (b"",), 0, tip) == "encoding"
