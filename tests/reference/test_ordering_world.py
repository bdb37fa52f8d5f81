"""Replicas at one height and view: what a faulty leader can do as published, and cannot once hardened."""

from __future__ import annotations

import pytest

from meterproof.errors import InputError
from reference.bc_ami import ordering_world
from reference.bc_ami.ordering_world import (
    Announce,
    Decide,
    Equivocate,
    Event,
    Lie,
    OrderingWorld,
    Propose,
    Respond,
    Sign,
    deploy,
)
from reference.ledger.effects import Decided, Refused, refused
from tests.reference.variants import CHARITABLE, HARDENED, LITERAL, rules


def play(world: OrderingWorld, *events: Event) -> OrderingWorld:
    for event in events:
        world, effects = ordering_world.step(world, event)
        assert not refused(effects), (event, effects)
    return world


def refusal(world: OrderingWorld, event: Event) -> Refused:
    after, effects = ordering_world.step(world, event)
    reason = refused(effects)
    assert reason is not None, event
    assert after == world
    return reason


def test_a_correct_leader_gets_its_block_decided_by_everybody() -> None:
    world = deploy(rules(HARDENED), 4, 1, seed=1)
    world = play(world, Propose(0), *(Respond(r, 0) for r in range(3)), *(Decide(r, 0) for r in range(4)))
    assert all(replica.decided == (world.digest(0),) for replica in world.replicas)


def test_published_an_equivocating_leader_has_two_blocks_decided_at_two_replicas() -> None:
    """IS-P1 fails (IS-C17): nobody has to vote once, so both candidates get 2f+1 answers and the leader names both."""
    world = deploy(rules(LITERAL), 4, 1, seed=1, faulty=[0], leader=0)
    for block in (0, 1):
        world = play(world, *(Equivocate(r, block) for r in (1, 2, 3)), *(Respond(r, block) for r in (1, 2, 3)))
    world = play(world, Lie(0), Lie(1), Decide(1, 0), Decide(2, 1))
    assert world.replicas[1].decided == (world.digest(0),) and world.replicas[2].decided == (world.digest(1),)


def test_certificates_alone_do_not_save_agreement_from_replicas_that_vote_twice() -> None:
    world = deploy(rules(HARDENED, vote_once=False), 4, 1, seed=1, faulty=[0], leader=0)
    for block in (0, 1):
        world = play(world, *(Equivocate(r, block) for r in (1, 2, 3)), *(Respond(r, block) for r in (1, 2, 3)))
    world = play(world, Decide(1, 0), Decide(2, 1))
    assert world.replicas[1].decided == (world.digest(0),) and world.replicas[2].decided == (world.digest(1),)
    assert refusal(world, Decide(1, 1)).rule == "decision", "one replica appends one block at a height"


def test_published_quorum_lets_one_traitor_of_five_certify_two_blocks() -> None:
    """2f+1 of n=5 is 3, and two such sets need share the traitor only (IS-C14); the hardened quorum is 4."""
    split = [*(Equivocate(r, 0) for r in (1, 2)), *(Equivocate(r, 1) for r in (3, 4))]
    votes = [*(Respond(r, 0) for r in (1, 2)), *(Respond(r, 1) for r in (3, 4)), Sign(0, 0), Sign(0, 1)]
    world = play(deploy(rules(CHARITABLE), 5, 1, seed=1, faulty=[0]), *split, *votes)
    world = play(world, Decide(1, 0), Decide(3, 1))
    assert world.replicas[1].decided != world.replicas[3].decided
    hardened = play(deploy(rules(HARDENED), 5, 1, seed=1, faulty=[0]), *split, *votes)
    assert refusal(hardened, Decide(1, 0)).rule == "quorum"


def test_vote_once_is_kept_by_the_replica_itself() -> None:
    world = deploy(rules(HARDENED), 4, 1, seed=1, faulty=[0])
    world = play(world, Equivocate(1, 0), Equivocate(1, 1), Respond(1, 0))
    assert refusal(world, Respond(1, 1)).rule == "vote_once"


def test_published_an_invalid_block_is_final_because_responses_are_counted() -> None:
    """IS-P2 fails (IS-C16): three replicas answer that the block is invalid, and three answers are enough."""
    world = deploy(rules(LITERAL, finality="certificate"), 4, 1, seed=1, faulty=[0], valid=[False])
    world = play(world, *(Equivocate(r, 0) for r in (1, 2, 3)), *(Respond(r, 0) for r in (1, 2, 3)))
    assert [vote.positive for vote in world.votes(0)] == [False] * 3
    assert play(world, Decide(1, 0)).replicas[1].decided == (world.digest(0),)
    hardened = play(deploy(rules(HARDENED), 4, 1, seed=1, faulty=[0], valid=[False]), Equivocate(1, 0))
    assert refusal(hardened, Respond(1, 0)).rule == "endorsements"


def test_published_a_lying_leader_needs_no_answers_and_a_certificate_needs_them_all() -> None:
    """IS-C18."""
    world = play(deploy(rules(LITERAL), 4, 1, seed=1, faulty=[0]), Lie(0))
    assert [type(e) for e in ordering_world.step(world, Decide(1, 0))[1]] == [Decided]
    hardened = deploy(rules(HARDENED), 4, 1, seed=1, faulty=[0])
    assert refusal(hardened, Lie(0)).rule == "finality"
    assert refusal(play(hardened, Sign(0, 0)), Decide(1, 0)).reason == "1 of 3 votes"


def test_a_correct_leader_announces_only_with_a_quorum() -> None:
    world = play(deploy(rules(LITERAL), 4, 1, seed=1), Propose(0), Respond(0, 0), Respond(1, 0))
    assert refusal(world, Announce(0)).rule == "quorum"
    assert refusal(world, Decide(1, 0)).rule == "finality"
    play(world, Respond(2, 0), Announce(0), Decide(3, 0))


@pytest.mark.parametrize(
    "event", [Equivocate(1, 0), Sign(1, 0), Lie(0), Propose(1), Respond(1, 0), Announce(0), Decide(0, 9), Decide(9, 0)]
)
def test_what_nobody_may_do_at_the_start_is_refused(event: Event) -> None:
    """All replicas are correct, block 1 is invalid, and nothing was proposed."""
    assert refusal(deploy(rules(LITERAL), 4, 1, seed=1, valid=[True, False]), event)


def test_a_faulty_replica_takes_no_part_in_the_protocol() -> None:
    world = play(deploy(rules(LITERAL), 4, 1, seed=1, faulty=[0]), Lie(0))
    for event in (Propose(0), Respond(0, 0), Decide(0, 0), Announce(0)):
        assert refusal(world, event).rule == "corruption"


def test_a_deployment_that_cannot_be_is_refused_with_a_message() -> None:
    with pytest.raises(InputError, match="does not exist"):
        deploy(rules(LITERAL), 4, 1, seed=1, leader=4)
    with pytest.raises(InputError, match="3 replicas"):
        deploy(rules(HARDENED), 3, 1, seed=1)
