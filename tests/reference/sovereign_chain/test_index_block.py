"""The index block in its six parts: what its hash covers under each rule, and what can be changed unnoticed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.crypto.encoding import Malformed
from reference.ledger.chain import GENESIS
from reference.sovereign_chain.binding import binding_matrix, parts_in_hash, table
from reference.sovereign_chain.block import Block, DataRecord, Header, Summary, broken_link
from tests.reference.sovereign_chain.variants import CHARITABLE, HARDENED, LITERAL, VARIANTS, Values, rules

CHAIN = "power-trading"
KINDLY = {**CHARITABLE, "hashed": "header-and-record"}
"""The Merkle root is read as that of service type and data."""
SMALL, HASHES = st.integers(0, 2**40), st.binary(min_size=32, max_size=32)
RECORDS = st.builds(
    DataRecord,
    st.integers(0, 9),
    st.lists(st.binary(max_size=20), max_size=3).map(tuple),
    st.binary(max_size=20),
    SMALL,
    st.lists(st.builds(Summary, st.integers(0, 99), st.binary(max_size=8)), max_size=3).map(tuple),
)
BLOCKS = st.builds(
    Block,
    st.integers(0, 99),
    HASHES,
    st.builds(Header, st.integers(0, 9), HASHES, SMALL, HASHES, SMALL, SMALL),
    RECORDS,
    SMALL,
    SMALL,
    st.integers(0, 2**32 - 1),
)


def made(height: int = 3, previous: bytes = GENESIS) -> Block:
    return Block.build(CHAIN, height, previous, 100, 2, DataRecord(1, (b"data",)), counter=7)


@pytest.mark.parametrize(("variant", "bound"), [(LITERAL, {3}), (KINDLY, {3}), (HARDENED, {1, 2, 3, 4, 5, 6})])
def test_a_published_hash_covers_one_of_six_parts_and_a_hardened_one_all(variant: Values, bound: set[int]) -> None:
    covered = parts_in_hash(binding_matrix(rules(variant)))
    assert set(covered) == {1, 2, 3, 4, 5, 6} and {part for part in covered if covered[part]} == bound


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_field_of_the_header_is_bound_in_every_reading(variant: str) -> None:
    """The positive control of the published text (WA-P17)."""
    header = [each for each in binding_matrix(rules(VARIANTS[variant])) if each.part == 3]
    fields = ["version", "previous hash", "timestamp", "Merkle root", "nonce", "difficulty target"]
    assert [each.field for each in header] == fields
    assert all(each.in_hash and each.noticed for each in header)


def test_what_nobody_notices_is_the_same_as_ever() -> None:
    unnoticed = {
        name: {each.field for each in binding_matrix(rules(values)) if each.noticed is None}
        for name, values in {"literal": LITERAL, "kindly": KINDLY, "hardened": HARDENED}.items()
    }
    kindly = {
        *("format", "origin", "identity", "action counter", "script", "attached timestamp", "nodes and summaries"),
        "lock time",
    }
    assert unnoticed["kindly"] == kindly
    assert unnoticed["literal"] == kindly | {"size", "service type", "data"}
    assert unnoticed["hardened"] == set()


def test_the_table_has_a_row_for_each_field_and_a_column_for_each_rule() -> None:
    lines = table().splitlines()
    assert len(lines) == 1 + len(binding_matrix(rules(LITERAL))) + 1
    assert lines[0].split() == ["part", "field", "header", "header-and-record", "all-parts"]
    assert " ".join(lines[-1].split()) == "parts in the hash 1 of 6 1 of 6 6 of 6"


@settings(max_examples=60, deadline=None)
@given(first=BLOCKS, second=BLOCKS)
def test_a_block_comes_back_as_it_was_and_two_blocks_share_no_hash_of_all_parts(first: Block, second: Block) -> None:
    assert Block.decode(CHAIN, first.encode(CHAIN)) == first
    same = first.name(CHAIN, "all-parts") == second.name(CHAIN, "all-parts")
    assert same == (first == second)
    assert (first.name(CHAIN, "header") == second.name(CHAIN, "header")) == (first.header == second.header)


@settings(max_examples=40, deadline=None)
@given(block=BLOCKS)
def test_a_size_is_that_of_the_encoding_whatever_was_entered_before(block: Block) -> None:
    measured = block.measured(CHAIN)
    assert measured.size == len(measured.encode(CHAIN)) == len(block.encode(CHAIN))


def test_script_timestamp_and_lock_time_are_not_in_a_temporary_block() -> None:
    """What nodes accept before is the same for whatever is attached afterwards (WA-C2)."""
    one, other = (made().completed(CHAIN, script, time) for script, time in ((b"lawful", 110), (b"other", 999)))
    assert one.temporary(CHAIN) == other.temporary(CHAIN)
    assert one.temporary(CHAIN).ballot(CHAIN, 3) == other.temporary(CHAIN).ballot(CHAIN, 3)
    assert one.ballot(CHAIN, 3) != other.ballot(CHAIN, 3)
    assert one.name(CHAIN, "header-and-record") == other.name(CHAIN, "header-and-record")


def test_a_chain_without_its_tip_does_not_bind_its_last_block() -> None:
    first = made(0)
    second = made(1, first.name(CHAIN, "all-parts"))
    edited = replace(second, counter=0).measured(CHAIN)
    assert broken_link(CHAIN, (first, edited), "all-parts") is None
    refusal = broken_link(CHAIN, (first, edited), "all-parts", tip=second.name(CHAIN, "all-parts"))
    assert refusal is not None and refusal.rule == "hashed"


def test_a_block_is_the_same_bytes_in_every_release() -> None:
    assert made().name(CHAIN, "header").hex() == "3d334ae43b2ea073a4ca4b92e2a9d95e0a3115b7f56dea575f9daed11c8e38f1"
    assert made().name(CHAIN, "all-parts").hex() == "0570e137818dfb92cb5a4113f51664513bffc52258ce9566d2e994e2c29dfcb5"
    assert made().size == 157


def test_blocks_with_short_hashes_or_sizes_are_malformed() -> None:
    for bad in (
        replace(made(), header=replace(made().header, root=b"short")),
        replace(made(), size=2**32),
        replace(made(), record=replace(made().record, service=2**64)),
    ):
        with pytest.raises(Malformed):
            Block.decode(CHAIN, bad.encode(CHAIN))
