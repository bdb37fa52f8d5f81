"""Certificates and blocks: who may vote, for what, how often, and that nothing signed can be used for anything else."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.bc_ami.rules import Counted
from reference.crypto import signing
from reference.crypto.encoding import Malformed
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import Block, Certificate, Committee, Header, Proposal, Vote

CHAIN = "test-chain"
PAIRS = [KeyPair.generate(Randomness.from_seed(i)) for i in range(5)]
MEMBERS = tuple(pair.public for pair in PAIRS[:4])
BLOCK = Block.build(3, 1, b"p" * 32, (b"leaf one", b"leaf two"), b"r" * 32)
HEADER = BLOCK.header


def committee(counted: Counted = "positive-votes", needed: int = 3) -> Committee:
    return Committee(CHAIN, MEMBERS, 0, needed, counted, "certificate")


def vote(voter: int, *, header: Header = HEADER, positive: bool = True, signer: int | None = None) -> Vote:
    return Vote.make(CHAIN, voter, header, positive, PAIRS[voter if signer is None else signer])


def test_a_quorum_of_members_makes_a_certificate_and_one_fewer_does_not() -> None:
    votes = tuple(vote(i) for i in range(3))
    assert committee().counts(HEADER, votes) is None
    assert committee().finalises(HEADER, Certificate(votes).encode(CHAIN)) is None
    refusal = committee().counts(HEADER, votes[:2])
    assert refusal is not None and "2 of 3" in refusal.reason


def test_a_quorum_does_not_make_up_for_a_vote_that_is_there_twice() -> None:
    """One certificate, one encoding: what is counted once must be carried once."""
    assert committee().counts(HEADER, tuple(vote(i) for i in (0, 1, 2, 2))) is not None


@pytest.mark.parametrize(
    "third",
    [
        pytest.param(vote(1), id="a replica twice"),
        pytest.param(vote(4), id="not a member"),
        pytest.param(replace(vote(2), voter=-1), id="a negative number"),
        pytest.param(vote(2, signer=1), id="another's signature"),
        pytest.param(vote(2, signer=4), id="a stranger's signature"),
        pytest.param(vote(2, header=replace(HEADER, height=4)), id="another height"),
        pytest.param(vote(2, header=replace(HEADER, view=2)), id="another view"),
        pytest.param(vote(2, header=replace(HEADER, transactions=b"t" * 32)), id="another block"),
        pytest.param(vote(2, positive=False), id="a negative vote"),
        pytest.param(replace(vote(2, positive=False), positive=True), id="a negative vote turned round"),
        pytest.param(replace(vote(2), signature=b""), id="no signature"),
    ],
)
def test_a_certificate_with_a_bad_third_vote_is_refused(third: Vote) -> None:
    assert committee().counts(HEADER, (vote(0), vote(1), third)) is not None


def test_responses_count_whatever_they_say_where_the_paper_is_taken_at_its_word() -> None:
    """Three replicas find the block invalid, and it is final all the same (IS-C16)."""
    votes = tuple(vote(i, positive=False) for i in range(3))
    assert committee("responses").counts(HEADER, votes) is None
    assert committee("positive-votes").counts(HEADER, votes) is not None


@pytest.mark.parametrize("field", [each.name for each in fields(Header)])
def test_every_field_of_a_header_is_under_the_votes(field: str) -> None:
    value = getattr(HEADER, field)
    changed = replace(HEADER, **{field: value + 1 if isinstance(value, int) else value[:-1] + b"!"})
    assert changed.digest(CHAIN) != HEADER.digest(CHAIN)
    assert committee().counts(changed, tuple(vote(i) for i in range(3))) is not None


def test_nothing_signed_on_one_chain_counts_on_another() -> None:
    elsewhere = replace(committee(), chain="other")
    assert elsewhere.counts(HEADER, tuple(vote(i) for i in range(3))) is not None


def test_a_proposal_signature_is_no_vote_and_no_announcement() -> None:
    leaders_word = replace(committee(), finality="leaders-word")
    assert leaders_word.finalises(HEADER, chain.announcement(CHAIN, HEADER, PAIRS[0])) is None
    assert leaders_word.finalises(HEADER, chain.announcement(CHAIN, HEADER, PAIRS[1])) is not None
    assert leaders_word.finalises(HEADER, Certificate((vote(0), vote(1), vote(2))).encode(CHAIN)) is not None
    assert leaders_word.finalises(HEADER, Proposal.make(CHAIN, BLOCK, PAIRS[0]).encode(CHAIN)) is not None
    assert committee(needed=1).finalises(HEADER, chain.announcement(CHAIN, HEADER, PAIRS[0])) is not None


def test_blocks_votes_and_proposals_come_back_as_they_were() -> None:
    assert Block.decode(CHAIN, BLOCK.encode(CHAIN)) == BLOCK
    assert Vote.decode(CHAIN, vote(1).encode(CHAIN)) == vote(1)
    assert Proposal.opened(CHAIN, Proposal.make(CHAIN, BLOCK, PAIRS[0]).encode(CHAIN), MEMBERS[0]) == BLOCK
    with pytest.raises(Malformed):
        Proposal.opened(CHAIN, Proposal.make(CHAIN, BLOCK, PAIRS[1]).encode(CHAIN), MEMBERS[0])


def test_a_block_with_other_leaves_than_its_header_says_is_refused() -> None:
    for leaves in ((b"leaf one",), (b"leaf one", b"leaf 2"), (b"leaf two", b"leaf one")):
        with pytest.raises(Malformed):
            Block.decode(CHAIN, replace(BLOCK, leaves=leaves).encode(CHAIN))


@given(st.binary(max_size=100))
def test_any_bytes_as_evidence_are_refused_and_not_an_error(data: bytes) -> None:
    for each in (committee(), replace(committee(), finality="leaders-word")):
        assert each.finalises(HEADER, data) is not None


def test_low_s_holds_for_votes_too() -> None:
    good = vote(2)
    s = int.from_bytes(good.signature[32:], "big")
    twin = replace(good, signature=good.signature[:32] + (signing.ORDER - s).to_bytes(32, "big"))
    assert committee().counts(HEADER, (vote(0), vote(1), twin)) is not None
