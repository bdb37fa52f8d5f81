"""The published round sends what the text has: audits to all, comparisons to the leader. Nothing hangs on the latter.

What a replica should do when its audit and another's differ the paper does not say (IS-R15).
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from reference.bc_ami import ordering
from reference.bc_ami.audit import AUDIT_RESPONSE, AuditResponse
from reference.bc_ami.ordering import Announce, Compare, Hear, Receive, Replica, Respond
from reference.bc_ami.ordering_world import OrderingWorld, deploy
from reference.bc_ami.world import CHAIN
from reference.crypto.encoding import Malformed
from reference.ledger.chain import PROPOSAL, VOTE, Vote
from reference.ledger.effects import Effects, Sent, refused
from tests.reference.variants import CHARITABLE, LITERAL, rules


def audited() -> tuple[OrderingWorld, list[Replica], list[bytes]]:
    """Four replicas that have audited the leader's valid candidate, and what they tell of it."""
    world = deploy(rules(CHARITABLE), 4, 1, seed=1)
    leader, effects = ordering.step(world.replicas[0], ordering.Propose(world.blocks[0], world.contract))
    members, told = [leader, *world.replicas[1:]], []
    for place, member in enumerate(members):
        heard, _ = ordering.step(member, Receive(sent(effects, PROPOSAL)))
        members[place], answer = ordering.step(heard, Respond(world.digest(0), world.contract))
        told.append(sent(answer, VOTE))
    return world, members, told


def sent(effects: Effects, kind: str) -> bytes:
    return next(each.data for each in effects if isinstance(each, Sent) and each.kind == kind)


def rule(effects: Effects) -> str | None:
    found = refused(effects)
    return None if found is None else found.rule


def test_a_replica_answers_the_leader_with_its_vote_and_whom_it_agrees_with() -> None:
    """Replica 3 tells that it has audited another block."""
    world, members, told = audited()
    other = Vote.make(CHAIN, 3, world.blocks[1].header, True, members[3].pair).encode(CHAIN)
    one = members[1]
    for audit in (told[2], other):
        one, effects = ordering.step(one, Hear(audit))
        assert not effects
    _, effects = ordering.step(one, Compare(world.digest(0)))
    found = AuditResponse.decode(CHAIN, sent(effects, AUDIT_RESPONSE))
    assert found == AuditResponse(told[1], ((2, True), (3, False)))


def test_a_difference_decides_nothing() -> None:
    """The leader has its quorum of votes, whatever stands beside them."""
    world, members, _ = audited()
    responses = []
    for place in (1, 2):
        false = replace(Vote.make(CHAIN, 3, world.blocks[1].header, True, members[3].pair))
        differing, _ = ordering.step(members[place], Hear(false.encode(CHAIN)))
        _, effects = ordering.step(differing, Compare(world.digest(0)))
        responses.append(AuditResponse.decode(CHAIN, sent(effects, AUDIT_RESPONSE)))
    assert [each.comparison for each in responses] == [((3, False),)] * 2
    own = members[0].voted[world.digest(0)].encode(CHAIN)
    _, effects = ordering.step(members[0], Announce(world.blocks[0].header, (own, *(each.vote for each in responses))))
    assert refused(effects) is None


def test_an_audit_that_is_none_is_not_heard() -> None:
    _, members, told = audited()
    vote = Vote.decode(CHAIN, told[2])
    one, _ = ordering.step(members[1], Hear(told[2]))
    assert rule(ordering.step(one, Hear(told[2]))[1]) == "vote"
    for false in (replace(vote, voter=3), replace(vote, voter=9), replace(vote, height=1)):
        after, effects = ordering.step(members[1], Hear(false.encode(CHAIN)))
        assert rule(effects) == "quorum" and after is members[1]
    assert rule(ordering.step(members[1], Hear(b"nothing"))[1]) == "encoding"


def test_who_compares_has_audited_and_is_not_the_leader() -> None:
    world, members, _ = audited()
    assert rule(ordering.step(members[0], Compare(world.digest(0)))[1]) == "leader"
    assert rule(ordering.step(members[1], Compare(world.digest(1)))[1]) == "vote"


def test_a_comparison_has_one_spelling() -> None:
    _, _, told = audited()
    assert AuditResponse.decode(CHAIN, AuditResponse(told[1], ((0, True), (2, False))).encode(CHAIN))
    for voters in ((2, 0), (2, 2)):
        swapped = AuditResponse(told[1], tuple((voter, True) for voter in voters))
        with pytest.raises(Malformed, match="rising order"):
            AuditResponse.decode(CHAIN, swapped.encode(CHAIN))


@pytest.mark.parametrize("values", [LITERAL, CHARITABLE])
def test_the_round_ends_with_a_block_that_all_decide(values: dict[str, object]) -> None:
    world = deploy(rules(values), 4, 1, seed=1)
    replicas, final, _ = ordering.order(world.replicas, world.contract, world.blocks[0].leaves)
    assert {each.height for each in replicas} == {1} and not isinstance(final, ordering.Refused)
