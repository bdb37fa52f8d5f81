"""Validator sets in bytes: what changes them, whose votes count in which epoch, and what an old set is good for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reference.crypto.encoding import Malformed
from reference.ledger.chain import GENESIS, Block, Certificate
from reference.ledger.effects import refused
from reference.sovereign_chain import membership
from reference.sovereign_chain.membership import (
    Confirmer,
    Follower,
    Handover,
    NamedSet,
    Permit,
    block_of,
    committee_of,
    confirm,
    hear,
    take,
)
from reference.sovereign_chain.receipts import Validators, fault, receipt_of
from tests.reference import corpus
from tests.reference.sovereign_chain.members import (
    CHAIN,
    STRANGER,
    changed,
    confirmed,
    genuine,
    handover,
    members,
)
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, rules


def stop(follower: Follower, shown: Handover) -> str | None:
    """By which rule the follower refuses the block, if it does."""
    after, effects = take(follower, shown.encode(CHAIN))
    refusal = refused(effects)
    assert (refusal is None) == (after != follower)
    return None if refusal is None else refusal.rule


def test_a_new_set_is_followed_once_a_quorum_of_both_has_confirmed_the_block_that_names_it() -> None:
    world = members()
    [follower] = world.followers
    for nodes, rule in (("01", "quorum"), ("013", "membership"), ("01234", "membership"), ("3456", "quorum")):
        assert stop(follower, handover(confirmed(world, nodes, 1), 0, 1)) == rule
    after, _ = take(follower, handover(confirmed(world, "01345", 1), 0, 1).encode(CHAIN))
    assert after.in_force == world.sets[1] and after.height == 1 and after.followed == world.sets


def test_the_old_sets_word_is_enough_where_the_new_one_is_not_asked() -> None:
    world = confirmed(members(membership="old-quorum"), "012", 1)
    [follower] = world.followers
    assert stop(follower, handover(world, 0, 1)) is None


def test_a_set_that_stays_needs_no_second_certificate() -> None:
    world = confirmed(members(), "012", 0)
    [follower] = world.followers
    after, effects = take(follower, handover(world, 0, 0).encode(CHAIN))
    assert refused(effects) is None and after.followed == world.sets[:1]


def test_a_replaced_set_confirms_nothing_any_more_for_who_has_followed_the_change() -> None:
    """All of the old set sign a later block, as its keys are the adversary's."""
    world, follower = changed()
    replayed = confirmed(world, "0123", 0, height=1)
    assert stop(follower, handover(replayed, 0, 0, height=1)) == "membership"
    relabelled = replace(handover(replayed, 0, 0, height=1), epoch=1)
    assert stop(follower, relabelled) in ("finality", "quorum")
    assert stop(follower, handover(confirmed(world, "3456", 1, height=1), 1, 1, height=1)) is None


def test_votes_name_the_epoch_and_count_in_no_other() -> None:
    """The one node that stays signs for each of its sets apart; where votes name no set one vote counts in both."""
    world = confirmed(members(), "3", 1)
    block = world.block(0, 1)
    old, new = (committee_of(world.rules, each) for each in world.sets)
    assert {each.domain for each in world.wire} == {old.chain, new.chain}
    [vote] = world.votes(old.chain, block, world.nodes[3].pair.public)
    digest = block.header.digest(new.chain)
    moved = replace(vote, voter=0, digest=digest)
    assert old.rejects(vote, (vote.kind, 0, 0, vote.digest)) is None
    assert new.rejects(moved, (vote.kind, 0, 0, digest)) is not None
    unnamed = confirmed(members(LITERAL), "3", 1)
    assert {each.domain for each in unnamed.wire} == {CHAIN}
    for number in (0, 1):
        assert len(Certificate.decode(CHAIN, unnamed.certificate(number, block)).votes) == 1


def test_a_node_in_no_set_has_a_vote_that_counts_in_none() -> None:
    world = members()
    onlooker = Confirmer(CHAIN, world.rules, STRANGER, ())
    _, effects = confirm(onlooker, world.block(0, 1).encode(CHAIN))
    [voted] = effects
    assert isinstance(voted, membership.Voted) and voted.domain == CHAIN


@pytest.mark.parametrize(("vote_once", "rule"), [(True, "vote_once"), (False, None)])
def test_a_node_confirms_one_block_a_height_if_the_rules_say_so(vote_once: bool, rule: str | None) -> None:
    world = members(vote_once=vote_once)
    node, _ = confirm(world.nodes[0], world.block(0, 0).encode(CHAIN))
    for height, block, expected in ((0, 1, rule), (0, 0, "vote"), (1, 1, None)):
        after, effects = confirm(node, world.block(height, block).encode(CHAIN))
        refusal = refused(effects)
        assert (None if refusal is None else refusal.rule) == expected and (refusal is None) == (after != node)


def test_blocks_that_name_no_set_or_no_right_one_are_refused() -> None:
    world = members()
    [follower] = world.followers
    keys = [node.pair.public for node in world.nodes]

    def naming(*leaves: bytes) -> Handover:
        return Handover(0, Block.build(0, 0, GENESIS, leaves, GENESIS).encode(CHAIN), b"", b"")

    for named in (
        NamedSet(1, tuple(keys[:3])),
        NamedSet(1, (*keys[:3], keys[0])),
        NamedSet(0, tuple(keys[3:])),
    ):
        assert stop(follower, naming(b"body", named.encode(CHAIN))) == "encoding"
    right = NamedSet.of(world.sets[1]).encode(CHAIN)
    for leaves in ((), (right,), (b"body", right, right), (right, b"body")):
        assert stop(follower, naming(*leaves)) == "encoding"
    with pytest.raises(Malformed, match="sits in a set twice"):
        NamedSet.decode(CHAIN, NamedSet(1, (keys[0], keys[0])).encode(CHAIN))


def test_blocks_are_taken_in_their_order_and_certificates_are_for_them() -> None:
    world = confirmed(members(), "0123456", 1)
    [follower] = world.followers
    right = handover(world, 0, 1)
    later = handover(confirmed(world, "0123456", 1, height=1), 0, 1, height=1)
    assert stop(follower, later) == "height"
    assert stop(follower, replace(right, block=world.block(0, 0).encode(CHAIN))) == "quorum"
    assert stop(follower, replace(right, old=right.new)) == "finality"
    assert stop(follower, replace(right, new=right.old)) == "membership"
    assert stop(follower, replace(right, new=b"")) == "membership"
    assert stop(follower, right) is None


# ---- a centre's word


def word(world_height: int, signed_by: str = "centre") -> tuple[Follower, bytes]:
    world = members(LITERAL)
    pair = world.centre if signed_by == "centre" else STRANGER
    named = NamedSet.of(world.sets[1]).encode(CHAIN)
    return world.followers[0], Permit(world_height, named).signed(CHAIN, pair).encode(CHAIN)


def test_where_a_centre_sets_permissions_its_word_changes_the_set_and_an_old_word_changes_it_back() -> None:
    follower, permit = word(0)
    world = members(LITERAL)
    after, effects = hear(follower, permit)
    assert refused(effects) is None and after.in_force.epoch == 1
    back, effects = hear(after, world.permits[0])
    assert refused(effects) is None and back.in_force.epoch == 0
    assert stop(back, handover(confirmed(world, "0123", 1), 0, 1)) is None


def test_a_word_that_is_forged_early_or_no_word_is_refused() -> None:
    for (follower, permit), rule in ((word(0, "stranger"), "permit"), (word(1), "height")):
        after, effects = hear(follower, permit)
        refusal = refused(effects)
        assert after == follower and refusal is not None and refusal.rule == rule
    strict, (_, permit) = members().followers[0], word(0)
    for variant in (rules(HARDENED), rules(HARDENED, membership="old-quorum")):
        _, effects = hear(replace(strict, rules=variant), permit)
        refusal = refused(effects)
        assert refusal is not None and refusal.rule == "membership"


# ---- receipts of whoever follows a chain


def test_a_receipt_counts_if_it_is_of_the_set_that_the_follower_has_come_to() -> None:
    """`followed` is what `receipts.fault` asks of a chain that recognises another's results."""
    world, follower = changed()
    block = block_of(CHAIN, 1, b"a result", world.sets[1])
    for number, holders, taken in ((0, range(4), False), (1, range(3, 7), True)):
        signers = Validators(world.sets[number], tuple(world.nodes[i].pair for i in holders))
        receipt = receipt_of("certified", signers, block, 0)
        assert (fault("certified", {CHAIN: follower.followed}, receipt) is None) == taken
        assert fault("any-set", {CHAIN: follower.followed}, receipt) is None


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=corpus.changed(st.deferred(lambda: corpus.one_of(genuine(CHAIN)))) | st.binary(max_size=60))
def test_nodes_and_followers_answer_any_bytes_with_a_refusal_and_are_as_they_were(data: bytes) -> None:
    [strict], [trusting] = members().followers, members(LITERAL).followers
    node = members().nodes[0]
    assert take(strict, data)[0] == strict and take(trusting, data)[0] == trusting
    assert hear(strict, data)[0] == strict and hear(trusting, data)[0] == trusting
    assert confirm(node, data)[0] == node
