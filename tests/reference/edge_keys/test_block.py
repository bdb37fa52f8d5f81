"""The paper's block: what of a header the next block binds, and what can be changed and nobody notices (ZK-C31)."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from attacks.unbound_history import CHAIN, solved
from reference.crypto.encoding import Malformed
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.edge_keys.block import Block, Entry, Header, KeyInformation, broken_link
from reference.edge_keys.puzzle import PUZZLES
from reference.edge_keys.rules import PreviousHash
from reference.ledger.chain import GENESIS, Committee, Vote

ROOT = Randomness.from_seed(3)
PAIRS = [KeyPair.generate(ROOT.child("device", number)) for number in range(4)]
PUZZLE = PUZZLES["first-byte-below-4"]
FIELDS = [each.name for each in fields(Header)]


def information(meter: int, version: int) -> KeyInformation:
    public = KeyPair.generate(ROOT.child("key", meter, version)).public
    return KeyInformation(b"meter %d" % meter, version, public)


def chain(rule: PreviousHash, length: int = 4) -> list[Block]:
    blocks, previous = list[Block](), GENESIS
    for height in range(length):
        body = (Entry.make(CHAIN, height % 4, information(height, 1), PAIRS[height % 4]).encode(CHAIN),)
        blocks.append(solved(Block.build(previous, height, body), PUZZLE, ROOT.child("nonce", height)))
        previous = blocks[-1].header.name(CHAIN, rule)
    return blocks


CHAINS: dict[PreviousHash, list[Block]] = {"merkle-root": chain("merkle-root"), "whole-header": chain("whole-header")}


def changed(block: Block, field: str) -> Block:
    """Another value in one field of the header, and its puzzle solved again."""
    value = getattr(block.header, field)
    other = value + 1 if isinstance(value, int) else bytes([value[0] ^ 1]) + value[1:]
    again = replace(block, header=replace(block.header, **{field: other}))
    return again if field == "nonce" else solved(again, PUZZLE, ROOT.child("again", field))


@pytest.mark.parametrize("rule", CHAINS)
def test_an_honest_chain_links_up_under_its_own_rule_only(rule: PreviousHash) -> None:
    other: PreviousHash = "whole-header" if rule == "merkle-root" else "merkle-root"
    assert broken_link(CHAIN, CHAINS[rule], rule, PUZZLE) is None
    refusal = broken_link(CHAIN, CHAINS[rule], other, PUZZLE)
    assert refusal is not None and refusal.rule == "previous_hash"


@pytest.mark.parametrize("field", FIELDS)
def test_the_next_block_binds_the_merkle_root_alone_or_all_of_the_header(field: str) -> None:
    """Version, previous hash, timestamp and nonce are under no later hash where a name is a Merkle root."""
    unbound = {rule: _still_named(rule, field) for rule in CHAINS}
    assert unbound == {"merkle-root": field != "root", "whole-header": False}


def _still_named(rule: PreviousHash, field: str) -> bool:
    blocks = CHAINS[rule]
    return changed(blocks[1], field).header.name(CHAIN, rule) == blocks[2].header.previous


@pytest.mark.parametrize("field", ["version", "timestamp"])
def test_a_field_that_is_not_bound_changes_at_the_price_of_one_puzzle(field: str) -> None:
    for rule, blocks in CHAINS.items():
        refusal = broken_link(CHAIN, [blocks[0], changed(blocks[1], field), *blocks[2:]], rule, PUZZLE)
        assert (refusal is None) == (rule == "merkle-root")


def test_everything_before_the_second_block_can_be_exchanged() -> None:
    """The previous hash is itself not bound, so that a chain of Merkle roots is no chain."""
    for rule, blocks in CHAINS.items():
        first = solved(Block.build(GENESIS, 0, (b"anything",)), PUZZLE, ROOT.child("first"))
        second = replace(blocks[1].header, previous=first.header.name(CHAIN, rule))
        mended = solved(replace(blocks[1], header=second), PUZZLE, ROOT.child("second"))
        refusal = broken_link(CHAIN, [first, mended, *blocks[2:]], rule, PUZZLE)
        assert (refusal is None) == (rule == "merkle-root")


@pytest.mark.parametrize("field", ["version", "timestamp", "nonce"])
def test_confirmations_are_given_for_what_the_name_binds(field: str) -> None:
    """A certificate for a Merkle root is one for every block that has it, in the same place."""
    committee = Committee(CHAIN, tuple(pair.public for pair in PAIRS), 0, 3, "positive-votes", "certificate")
    for rule, blocks in CHAINS.items():
        ballot = blocks[1].ballot(CHAIN, 1, rule)
        votes = tuple(Vote.make(CHAIN, number, ballot, True, PAIRS[number]) for number in range(3))
        assert committee.counts(ballot, votes) is None
        refusal = committee.counts(changed(blocks[1], field).ballot(CHAIN, 1, rule), votes)
        assert (refusal is None) == (rule == "merkle-root")


def test_a_block_without_a_solution_or_with_another_body_breaks_the_chain() -> None:
    blocks = CHAINS["whole-header"]
    body = replace(blocks[3], body=(b"another",))
    refusal = broken_link(CHAIN, [*blocks[:3], body], "whole-header", PUZZLE)
    assert refusal is not None and refusal.rule == "merkle root"
    nonces = (blocks[3].with_nonce(nonce) for nonce in range(100))
    unsolved = next(each for each in nonces if not each.header.solves(CHAIN, PUZZLE))
    refusal = broken_link(CHAIN, [*blocks[:3], unsolved], "whole-header", PUZZLE)
    assert refusal is not None and refusal.rule == "puzzle"


def test_a_body_of_signatures_tells_nobody_which_key_was_signed() -> None:
    """One device signs two keys for one version of one meter's: whoever has both bodies can't tell (ZK-C27)."""
    first = information(1, 1)
    second = replace(first, public=information(2, 1).public)
    entries = [Entry.make(CHAIN, 0, each, PAIRS[0]) for each in (first, second)]
    assert [entry.covers(CHAIN, first, PAIRS[0].public) for entry in entries] == [True, False]
    assert [entry.covers(CHAIN, second, PAIRS[0].public) for entry in entries] == [False, True]
    shown = b"".join(entry.encode(CHAIN) for entry in entries)
    assert not any(secret in shown for secret in (first.meter, first.public, second.public))
    assert Entry.decode(CHAIN, Entry(0, bytes(64)).encode(CHAIN)).device == 0, "nor a signature from none"


def test_blocks_come_back_as_they_were_and_with_their_own_body_only() -> None:
    block = CHAINS["whole-header"][2]
    assert Block.decode(CHAIN, block.encode(CHAIN)) == block
    assert Header.decode(CHAIN, block.header.encode(CHAIN)) == block.header
    with pytest.raises(Malformed):
        Block.decode(CHAIN, replace(block, body=(b"another",)).encode(CHAIN))
    with pytest.raises(Malformed):
        Header.decode(CHAIN, replace(block.header, root=b"short").encode(CHAIN))


def test_a_block_is_the_same_bytes_in_every_release() -> None:
    header = Block.build(bytes(32), 1, (b"entry",), 0x0102030405060708).header
    names = {rule: header.name(CHAIN, rule).hex() for rule in CHAINS}
    assert names == {
        "merkle-root": "d9c2d66b522c2522728f539ff9f67b85d40defff095fc8a528c994f4f35bb3de",
        "whole-header": "183b5600118d1f523c7272af744bcd1a1897320c5e10585fa15a3a8ee43114d3",
    }


def test_all_headers_have_their_nonce_between_the_same_two_parts() -> None:
    header = CHAINS["whole-header"][1].header
    before, after = header.template(CHAIN)
    for nonce in (0, 1, 2**64 - 1):
        assert replace(header, nonce=nonce).encode(CHAIN) == before + nonce.to_bytes(8, "big") + after
