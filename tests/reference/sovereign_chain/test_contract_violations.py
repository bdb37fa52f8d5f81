"""Violations judged by the shipped contracts: nobody is framed, and counters are derived from what is in the blocks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from meterproof.contracts import Amount, Contract, Request, digest, load, moment
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.chain import GENESIS, committee_of
from reference.ledger.effects import Refused, Sent, refused
from reference.sovereign_chain import violations
from reference.sovereign_chain.block import Block, DataRecord
from reference.sovereign_chain.history import counter_fault, fault, repeated, time_fault
from reference.sovereign_chain.operations import Editions, Operation, judge
from reference.sovereign_chain.records import entry_of, metered
from reference.sovereign_chain.violations import REPORT, Register, Statement, Validator, ViolationRecord
from tests.reference.sovereign_chain.variants import CHARITABLE, HARDENED, LITERAL, Values, rules

CONTRACTS = Path(__file__).parents[3] / "spec" / "contracts"
FIRST, SECOND = (load(CONTRACTS / name) for name in ("sovereign.toml", "sovereign-2.toml"))
CHAIN, USER, OTHER = "contract-database", b"user one".ljust(32, b"\0"), b"user two".ljust(32, b"\0")
ROOT = Randomness.from_seed(6)
KEY, OTHERS_KEY, *NODES = (KeyPair.generate(ROOT.child(number)) for number in range(6))
USERS = {USER: KEY.public, OTHER: OTHERS_KEY.public}


def order(wh: int, edition: int = 1, count: int = 1, user: bytes = USER, pair: KeyPair = KEY) -> Operation:
    """A household's order of so much energy: denied from 5 MWh on by the first edition, by the second from 10 MWh."""
    at = moment("2031-01-06 12:00")
    asked = Request("household", "power-trading", "submit", "trade-order", "mainland", at, Amount(wh, "Wh"))
    return Operation(user, count, asked, edition).signed(CHAIN, pair)


def register(*editions: Contract, values: Values = HARDENED) -> Register:
    return Register(CHAIN, rules(values), USERS, Editions(editions or (FIRST,)))


def record_of(operation: Operation, known: Register) -> ViolationRecord | Refused:
    return known.record_of(operation.identity(CHAIN), operation.encode(CHAIN))


def test_a_denied_order_makes_a_record_that_names_rule_and_edition() -> None:
    record = record_of(order(6_000_000), register())
    assert isinstance(record, ViolationRecord)
    assert record.rule == "trade-of-households" and record.edition.hex() == digest(FIRST)
    assert register().fault(record.encode(CHAIN)) is None
    assert ViolationRecord.decode(CHAIN, record.encode(CHAIN)) == record


def test_what_the_contract_allows_or_the_user_has_not_signed_makes_none() -> None:
    for operation in (
        order(1_000),
        replace(order(1_000), request=order(6_000_000).request),
        replace(order(6_000_000), user=OTHER),
        order(6_000_000, pair=OTHERS_KEY),
        replace(order(6_000_000), signature=b""),
    ):
        found = record_of(operation, register())
        assert isinstance(found, Refused) and found.rule == "violation_evidence"
    without = register().record_of(order(6_000_000).identity(CHAIN), b"")
    assert isinstance(without, Refused)


@pytest.mark.parametrize("values", [LITERAL, CHARITABLE])
def test_as_published_a_report_is_enough(values: Values) -> None:
    innocent = order(1_000).identity(CHAIN)
    assert register(values=values).record_of(innocent, b"") == ViolationRecord(innocent)


def test_a_record_with_another_rule_edition_or_evidence_is_found_out_by_whoever_evaluates_it() -> None:
    record, known = record_of(order(6_000_000), register()), register()
    assert isinstance(record, ViolationRecord)
    for changed in (
        replace(record, rule="trade"),
        replace(record, edition=bytes.fromhex(digest(SECOND))),
        replace(record, evidence=order(7_000_000).encode(CHAIN)),
        replace(record, operation=order(6_000_000, user=OTHER, pair=OTHERS_KEY).identity(CHAIN)),
    ):
        assert known.fault(changed.encode(CHAIN)) is not None


def test_an_operation_is_judged_by_the_edition_that_its_user_signed() -> None:
    """The second edition allows what the first denied; without the rule, whoever waits gets another judgement."""
    operation, both = order(6_000_000), register(FIRST, SECOND)
    now = record_of(operation, both)
    assert isinstance(now, ViolationRecord) and now.edition.hex() == digest(FIRST)
    current = record_of(operation, register(FIRST, SECOND, values={**HARDENED, "judged_by": "current-edition"}))
    assert isinstance(current, Refused)
    assert isinstance(record_of(order(6_000_000, edition=2), both), Refused)


def test_an_edition_that_has_not_come_into_force_judges_nothing() -> None:
    found = judge(CHAIN, "signed-edition", Editions((FIRST,)), USERS, order(12_000_000, edition=2).encode(CHAIN))
    assert isinstance(found, Refused) and found.rule == "judged_by"


def test_a_validator_votes_once_for_what_it_has_evaluated_itself() -> None:
    committee = committee_of(rules(HARDENED), CHAIN, tuple(NODES), 1)
    validator, operation = Validator(0, NODES[0], committee, register()), order(6_000_000)
    report = Statement.make(CHAIN, REPORT, 3, operation.identity(CHAIN), NODES[3]).encode(CHAIN)
    after, effects = violations.step(validator, violations.Back(report, operation.encode(CHAIN)))
    assert refused(effects) is None and isinstance(effects[0], Sent)
    again, twice = violations.step(after, violations.Back(report, operation.encode(CHAIN)))
    assert again == after and refused(twice) is not None
    forged = Statement.make(CHAIN, REPORT, 2, operation.identity(CHAIN), NODES[3]).encode(CHAIN)
    for event in (violations.Back(report), violations.Back(forged, operation.encode(CHAIN)), violations.Back(b"")):
        same, stopped = violations.step(validator, event)
        assert same == validator and refused(stopped) is not None


# ---- whole chains


def database(numbers: list[int], counts: list[int]) -> list[Block]:
    """Blocks with the record of the order of each number, and these counters."""
    blocks, previous = list[Block](), GENESIS
    for height, (number, count) in enumerate(zip(numbers, counts, strict=True)):
        record = record_of(order(6_000_000, count=number), register())
        assert isinstance(record, ViolationRecord)
        data = DataRecord(5, (record.encode(CHAIN),))
        blocks.append(Block.build(CHAIN, height, previous, 60 * (height + 1), 0, data, count))
        blocks[-1] = blocks[-1].completed(CHAIN, b"", 60 * (height + 1))
        previous = blocks[-1].name(CHAIN, "all-parts")
    return blocks


@pytest.mark.parametrize(
    ("numbers", "counts", "wrong"),
    [
        ([1, 2, 3], [1, 2, 3], False),
        ([1, 2, 3], [1, 2, 2], True),
        ([1, 2, 3], [1, 3, 4], True),
        ([1, 2, 1], [1, 2, 3], True),
        ([1, 2, 1], [1, 2, 2], True),
    ],
)
def test_a_counter_is_the_number_of_valid_and_distinct_violations(
    numbers: list[int], counts: list[int], wrong: bool
) -> None:
    blocks = database(numbers, counts)
    assert (counter_fault(register(), blocks) is not None) == wrong
    assert counter_fault(register(values=LITERAL), blocks) is None, "as published an origin writes what it likes"


def test_an_entry_that_is_no_violation_is_not_counted() -> None:
    [block] = database([1], [1])
    made_up = ViolationRecord(order(1_000).identity(CHAIN), order(1_000).encode(CHAIN), "trade", bytes(32))
    other = Block.build(CHAIN, 0, GENESIS, 60, 0, DataRecord(5, (made_up.encode(CHAIN),)), 1)
    assert counter_fault(register(), [block]) is None
    found = counter_fault(register(), [other])
    assert found is not None and found.rule == "violation_evidence"


def test_times_are_one_and_grow_and_are_not_ahead() -> None:
    blocks, hardened = database([1, 2, 3], [1, 2, 3]), rules(HARDENED)
    assert fault(CHAIN, hardened, blocks, now=180) is None
    for changed, now in (
        ([blocks[0], replace(blocks[1], lock=60), blocks[2]], 180),
        ([blocks[0], blocks[2], blocks[1]], 180),
        ([blocks[0], blocks[0]], 180),
        (blocks, 100),
    ):
        found = time_fault(hardened, changed, now)
        assert found is not None and found.rule == "block_time"
        assert time_fault(rules(LITERAL), changed, now) is None


def test_a_record_that_is_on_the_chain_already_is_known_by_meter_and_count() -> None:
    """Two nodes are each the first to receive it: nobody can tell, unless records have a name (WA-C5)."""
    meter, content = NODES[0], {"user": "Ada", "terms": "", "energy": 1, "price": 1, "time": 1}
    for values, found in ((HARDENED, "record_id"), (LITERAL, None)):
        held = metered("trading", rules(values), USER, 1, 1, content, meter, ROOT)
        entries = [entry_of("trading", rules(values), held, origin, NODES[origin]) for origin in (0, 1)]
        blocks = [Block.build("trading", 0, GENESIS, 1, 0, DataRecord(1, (entry,))) for entry in entries]
        refusal = repeated("trading", rules(values), blocks)
        assert (None if refusal is None else refusal.rule) == found
        assert repeated("trading", rules(values), blocks[:1]) is None
