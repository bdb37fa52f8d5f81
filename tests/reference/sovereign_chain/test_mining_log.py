"""What leaves the mining chain: under a grant that is in force, of persons and not of records, and with a log entry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Sent, refused
from reference.sovereign_chain import mining, mining_world
from reference.sovereign_chain.mining import Extract, Measured, MiningChain, Permission, Release, Request, hash_of
from reference.sovereign_chain.mining_world import CHAIN, Event, MiningWorld, named, step
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, Values, rules

STRANGER = KeyPair.generate(Randomness.from_seed(99))
ONE, TWO = 0, 1
"""The extracts: over two records of one person, and over those of two."""


def world(values: Values = HARDENED, *, granted: bool = False) -> MiningWorld:
    made = mining_world.deploy(rules(values), 1, persons=3, institutions=2, purposes=2, covers=[[0], [0, 1]])
    return step(made, Event("grant", institution=0, purpose=0))[0] if granted else made


def why(effects: Effects) -> str | None:
    found = refused(effects)
    return None if found is None else found.rule


def word(of: MiningWorld, count: int, given: bool, pair: KeyPair | None = None) -> bytes:
    said = Permission(of.institutions[0].name, named(0), count, given)
    return said.signed(CHAIN, pair or of.authority).encode(CHAIN)


def test_a_floor_counts_persons_and_not_their_records() -> None:
    of = world(granted=True)
    assert len(Request.decode(CHAIN, of.request(ONE, 0, 0)).records) == 2
    found = refused(step(of, Event("release", ONE))[1])
    assert found is not None and (found.rule, found.reason) == ("mining_grant", "1 of 2 persons are covered")
    assert why(step(of, Event("release", TWO))[1]) is None


@pytest.mark.parametrize(("institution", "purpose"), [(1, 0), (0, 1)])
def test_a_grant_is_for_its_recipient_and_purpose_alone(institution: int, purpose: int) -> None:
    assert why(step(world(granted=True), Event("release", TWO, institution, purpose))[1]) == "mining_grant"


def test_a_withdrawn_grant_does_not_come_again_by_its_old_bytes() -> None:
    of = world()
    given, withdrawn = word(of, 0, True), word(of, 1, False)
    chain = of.chain
    for data in (given, withdrawn):
        chain, effects = mining.enter(chain, data)
        assert not effects
    assert not chain.grants(of.institutions[0].name, named(0))
    assert why(mining.enter(chain, given)[1]) == "entry", "the very entry"
    for count in (0, 1, 3):
        words = (word(of, count, True), word(of, count, False))
        assert {why(mining.enter(chain, data)[1]) for data in words} <= {"authority", "entry"}, "out of turn"
    first, _ = mining.enter(of.chain, given)
    assert why(mining.enter(first, word(of, 3, False))[1]) == "authority", "two words are left out"
    assert why(mining.enter(chain, word(of, 2, False))[1]) == "authority", "there is nothing to withdraw"
    assert why(mining.enter(chain, word(of, 2, True, STRANGER))[1]) == "authority"
    assert not mining.enter(chain, word(of, 2, True))[1]


def test_the_service_hands_over_what_the_records_add_up_to_once_the_log_has_it() -> None:
    of = world(granted=True)
    after, effects = step(of, Event("release", TWO))
    [sent] = effects
    assert isinstance(sent, Sent)
    extract, entry = Extract.decode(CHAIN, sent.data), after.chain.entries[-1]
    assert isinstance(entry, Release) and entry.extract == hash_of(sent.data) and entry.request == extract.request
    asked = Request.decode(CHAIN, extract.request)
    assert extract.energy == sum(of.chain.records[each].energy for each in asked.records)
    assert str(extract.energy).encode() not in entry.encode(CHAIN), "what was found out is not on the chain"
    assert why(step(after, Event("release", TWO))[1]) == "entry"


def release_of(of: MiningWorld, request: Request, pair: KeyPair | None = None) -> bytes:
    data = request.encode(CHAIN)
    return Release(data, bytes(32)).signed(CHAIN, pair or of.service).encode(CHAIN)


@pytest.mark.parametrize("values", [LITERAL, HARDENED], ids=["literal", "hardened"])
def test_a_release_is_signed_by_the_service_and_answers_an_institutions_request_for_records_of_the_chain(
    values: Values,
) -> None:
    of = world(values, granted=True)
    asks = of.institutions[0]
    good = Request.decode(CHAIN, of.request(TWO, 0, 0))
    tries = {
        release_of(of, good, STRANGER): "service",
        release_of(of, good.signed(CHAIN, STRANGER)): "institution",
        release_of(of, replace(good, number=9)): "institution",
        release_of(of, replace(good, institution=bytes(32)).signed(CHAIN, asks.pair)): "institution",
        release_of(of, replace(good, records=()).signed(CHAIN, asks.pair)): "record",
        release_of(of, replace(good, records=(bytes(32), *good.records)).signed(CHAIN, asks.pair)): "record",
        release_of(of, replace(good, records=good.records * 2).signed(CHAIN, asks.pair)): "record",
        b"anything": "encoding",
        Release(b"anything", bytes(32)).signed(CHAIN, of.service).encode(CHAIN): "encoding",
    }
    assert [why(mining.enter(of.chain, data)[1]) for data in tries] == [*tries.values()]
    assert not mining.enter(of.chain, release_of(of, good))[1]
    double = replace(good, records=good.records * 2).signed(CHAIN, asks.pair).encode(CHAIN)
    for data, rule in {b"anything": "encoding", double: "record"}.items():
        after, effects = mining.answer(of.chain, of.service, data)
        assert after == of.chain and why(effects) == rule


def test_validators_refuse_an_entry_that_a_dishonest_service_signs() -> None:
    """It needs the log, and there the grant and the floor are checked by all."""
    of = world()
    asked = Request.decode(CHAIN, of.request(TWO, 0, 0))
    assert why(mining.enter(of.chain, release_of(of, asked))[1]) == "mining_grant"
    assert not mining.enter(replace(of.chain, rules=rules(LITERAL)), release_of(of, asked))[1]
    of = world(granted=True)
    asked = Request.decode(CHAIN, of.request(ONE, 0, 0))
    assert why(mining.enter(of.chain, release_of(of, asked))[1]) == "mining_grant"


def test_an_institution_takes_what_the_service_signed_for_it_and_the_log_has() -> None:
    of = world(granted=True)
    asks, other = of.institutions
    chain, effects = mining.answer(of.chain, of.service, of.request(TWO, 0, 0))
    [sent] = effects
    assert isinstance(sent, Sent)
    has, taken = mining.receive(asks, chain, sent.data)
    assert not taken and has.received == ((len(chain.blocks), sent.data),)
    unlogged = replace(Extract.decode(CHAIN, sent.data), energy=1).signed(CHAIN, of.service).encode(CHAIN)
    tries = [
        (has, sent.data, "service"),
        (other, sent.data, "service"),
        (asks, replace(Extract.decode(CHAIN, sent.data), energy=1).encode(CHAIN), "service"),
        (asks, unlogged, "mining_grant"),
        (asks, b"anything", "encoding"),
    ]
    for who, data, rule in tries:
        assert why(mining.receive(who, chain, data)[1]) == rule
    assert not mining.receive(asks, replace(chain, rules=rules(LITERAL)), unlogged)[1], "published, there is no log"


def test_a_record_is_of_a_meter_and_on_the_chain_once() -> None:
    of = world()
    record = next(each for each in of.chain.entries if isinstance(each, Measured))
    for data, rule in {
        record.encode(CHAIN): "entry",
        replace(record, energy=1).encode(CHAIN): "record",
        record.signed(CHAIN, STRANGER).encode(CHAIN): "record",
        replace(record, person=bytes(32)).signed(CHAIN, STRANGER).encode(CHAIN): "record",
    }.items():
        assert why(mining.enter(of.chain, data)[1]) == rule
    assert MiningChain(CHAIN, of.rules, of.chain.keys).records == {}
