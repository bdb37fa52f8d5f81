"""Replicas across views: what binds a later view's leader, and who refuses what does not follow (IS-C17, IS-C18).

Four replicas, one of which may be faulty; a quorum is three. Leaders take turns: view k is led by replica k mod 4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.bc_ami import contract
from reference.bc_ami.contract import Contract
from reference.bc_ami.messages import Endorsement, Envelope, Usage
from reference.bc_ami.world import CHAIN, World, deploy
from reference.crypto import signing
from reference.crypto.timing import Stopwatch, measuring
from reference.ledger import consensus
from reference.ledger.chain import COMMIT, VOTE, Block, Certificate, FinalBlock, Vote
from reference.ledger.consensus import Gather, Hear, Learn, Propose, Receive, Replica, TimeOut
from reference.ledger.effects import Decided, Effects, Sent, refused
from reference.ledger.view_change import PRE_PREPARE, VIEW_CHANGE, Lock, PrePrepare, Report, binding
from tests.reference.variants import HARDENED, rules

Alter = Callable[[tuple[bytes, ...]], tuple[bytes, ...]]


@cache
def world() -> World:
    return deploy(rules(HARDENED), ["SM1"], 4, 1, seed=5)


def members(**changes: object) -> list[Replica]:
    """Fresh replicas of the hardened rules with some values changed, at height 0."""
    chosen = rules(HARDENED, **changes)
    first, *_ = world().replicas
    committee = replace(first.committee, rounds="two", counted=chosen.counted)
    return [Replica(each.index, each.pair, chosen, committee) for each in world().replicas]


@cache
def leaf(number: int) -> bytes:
    """An endorsed report, which audits find valid."""
    usage = Usage(Decimal(number), number)
    hid = world().meters["SM1"].hid
    data = world().recipient.report(hid, world().key(0), usage, world().randomness).encode(CHAIN)
    message = Endorsement.signed_part(CHAIN, data)
    given = tuple(Endorsement(i, signing.sign(peer, message)) for i, peer in enumerate(world().peers[:2]))
    return Envelope(data, given).encode(CHAIN)


def state() -> Contract:
    return world().contract


def sent(effects: Effects, kind: str) -> bytes:
    return next(each.data for each in effects if isinstance(each, Sent) and each.kind == kind)


def rule(effects: Effects) -> str | None:
    found = refused(effects)
    return None if found is None else found.rule


def do(replicas: list[Replica], place: int, event: consensus.Event) -> Effects:
    """One replica's step; a refused event must leave it as it was."""
    before = replicas[place]
    replicas[place], effects = consensus.step(before, event)
    if refused(effects) is not None:
        assert replicas[place] is before
    return effects


def proposed(replicas: list[Replica], number: int) -> tuple[bytes, bytes]:
    """The proposal of the leader of everybody's view over one report, and its vote."""
    leader = replicas[0].committee.leader_of(replicas[0].view)
    effects = do(replicas, leader, Propose((leaf(number),), state()))
    return sent(effects, PRE_PREPARE), sent(effects, VOTE)


def locked() -> list[Replica]:
    """View 0 has ended: replica 1 alone saw a quorum of votes, of 0, 1 and 2, and is bound; replica 0 is faulty."""
    replicas = members()
    proposal, first = proposed(replicas, 7)
    votes = [first, *(sent(do(replicas, place, Receive(proposal, state())), VOTE) for place in (1, 2))]
    do(replicas, 1, Hear(VOTE, votes[0]))
    assert sent(do(replicas, 1, Hear(VOTE, votes[2])), COMMIT)
    return replicas


def changed(replicas: list[Replica]) -> dict[int, bytes]:
    """All give up the view; their reports."""
    return {place: sent(do(replicas, place, TimeOut()), VIEW_CHANGE) for place in range(4)}


def test_a_height_is_decided_by_two_rounds_and_everybody_goes_on() -> None:
    replicas = members()
    proposal, vote = proposed(replicas, 1)
    votes = [vote, *(sent(do(replicas, place, Receive(proposal, state())), VOTE) for place in (1, 2, 3))]
    commits: list[bytes] = []
    for place in range(4):
        for other in range(4):
            if other != place:
                effects = do(replicas, place, Hear(VOTE, votes[other]))
                commits += [each.data for each in effects if isinstance(each, Sent)]
    assert len(commits) == 4
    decided = [each for place in range(4) for commit in commits for each in do(replicas, place, Hear(COMMIT, commit))]
    assert sum(isinstance(each, Decided) for each in decided) == 4
    final = replicas[2].decided
    assert final is not None and replicas[0].committee.finalises(final.block.header, final.evidence) is None
    for place in range(4):
        assert rule(do(replicas, place, Learn(final))) is None
    assert {each.height for each in replicas} == {1} and len({each.previous for each in replicas}) == 1


def test_a_later_leader_must_carry_what_one_replica_may_have_helped_to_decide() -> None:
    """The witness of dossier 0.5: without the certificate two blocks could become final at one height."""
    replicas = locked()
    reports = changed(replicas)
    for place in (1, 2, 3):
        assert rule(do(replicas, 1, Gather(reports[place]))) is None
    proposal, _ = proposed(replicas, 8)
    view, block, _ = PrePrepare.opened(replicas[0].committee, proposal)
    assert view == 1 and block.leaves == (leaf(7),) and block.header.view == 0
    assert rule(do(replicas, 3, Receive(proposal, state()))) is None


@pytest.mark.parametrize(("carried", "expected"), [("highest", "carried"), ("any", "carried"), ("none", None)])
def test_a_leader_that_does_not_carry_it_is_refused_where_the_rule_binds_it(carried: str, expected: str | None) -> None:
    replicas = [replace(each, rules=rules(HARDENED, carried=carried)) for each in locked()]
    reports = changed(replicas)
    registry = contract.registry(state()).root
    other = Block.build(0, 1, replicas[1].previous, (leaf(8),), registry)
    shown = tuple(reports[place] for place in (1, 2, 3))
    message = PrePrepare.make(CHAIN, 1, other, shown, replicas[1].pair).encode(CHAIN)
    assert rule(do(replicas, 3, Receive(message, state()))) == expected


def test_of_two_certificates_the_later_view_binds() -> None:
    replicas = locked()
    early = replicas[1].lock
    assert early is not None
    block = Block.build(0, 1, replicas[1].previous, (leaf(9),), contract.registry(state()).root)
    votes = tuple(Vote.make(CHAIN, i, block.header, True, replicas[i].pair, view=1) for i in (0, 2, 3))
    late = Lock(1, block, Certificate(votes).encode(CHAIN))
    reports = tuple(
        Report(i, 0, 2, lock).signed(CHAIN, replicas[i].pair).encode(CHAIN)
        for i, lock in ((1, early), (2, late), (3, None))
    )
    found = binding(replicas[0].rules, replicas[0].committee, 0, 2, replicas[0].previous, reports)
    assert found == (late,)


@pytest.mark.parametrize(
    ("alter", "expected"),
    [
        (lambda shown: shown[:2], "quorum"),
        (lambda shown: (shown[0], shown[0], shown[1]), "quorum"),
        (lambda shown: (shown[0], shown[1], b"no report"), "encoding"),
    ],
)
def test_a_later_proposal_needs_the_reports_of_a_quorum(alter: Alter, expected: str) -> None:
    replicas = members()
    reports = changed(replicas)
    block = Block.build(0, 1, replicas[1].previous, (leaf(8),), contract.registry(state()).root)
    shown = tuple(reports[place] for place in (1, 2, 3))
    message = PrePrepare.make(CHAIN, 1, block, alter(shown), replicas[1].pair).encode(CHAIN)
    assert rule(do(replicas, 3, Receive(message, state()))) == expected
    honest = PrePrepare.make(CHAIN, 1, block, shown, replicas[1].pair).encode(CHAIN)
    assert rule(do(replicas, 3, Receive(honest, state()))) is None


def test_reports_without_end_cost_a_replica_one_verification_of_each_member_at_most() -> None:
    """A faulty leader shows thousands; each has a genuine signature and is refused for what can be seen without it."""
    replicas = members()
    reports = changed(replicas)
    block = Block.build(0, 1, replicas[1].previous, (leaf(8),), contract.registry(state()).root)
    honest = tuple(reports[place] for place in (1, 2, 3))
    many = tuple(Report(2, 0, 1, None).signed(CHAIN, replicas[2].pair).encode(CHAIN) for _ in range(2))
    for shown, verified in (
        (honest * 1000, 0),
        ((*honest, *many), 0),
        ((honest[0], *many), 0),
        (honest[:2], 0),
        ((*honest[:2], replace(Report.decode(CHAIN, honest[2]), voter=0).encode(CHAIN)), 3),
    ):
        message = PrePrepare.make(CHAIN, 1, block, shown, replicas[1].pair).encode(CHAIN)
        with measuring(Stopwatch()) as watch:
            assert rule(do(replicas, 3, Receive(message, state()))) == "quorum"
        assert watch.calls == {"verify": 1 + verified}, "the leader's signature, and one of each report that is read"


def test_a_certificate_whose_votes_are_out_of_order_counts_nowhere() -> None:
    replicas = members()
    block = Block.build(0, 0, replicas[0].previous, (leaf(1),), contract.registry(state()).root)
    for kind in (VOTE, COMMIT):
        votes = [Vote.make(CHAIN, i, block.header, True, replicas[i].pair, kind=kind) for i in range(3)]
        orders = [Certificate(tuple(order)).encode(CHAIN) for order in permutations(votes)]
        if kind == COMMIT:
            found = [replicas[0].committee.finalises(block.header, each) for each in orders]
        else:
            found = [Lock(0, block, each).rejects(replicas[0].committee) for each in orders]
        assert found[0] is None
        expected = "canonical" if kind == COMMIT else "certificates_checked"
        assert {None if each is None else each.rule for each in found[1:]} == {expected}


def test_replicas_list_votes_by_voter_in_whatever_order_they_hear_them() -> None:
    replicas = members()
    proposal, first = proposed(replicas, 1)
    votes = [first, *(sent(do(replicas, place, Receive(proposal, state())), VOTE) for place in (1, 2, 3))]
    for other in (2, 0):
        do(replicas, 3, Hear(VOTE, votes[other]))
    lock = replicas[3].lock
    assert lock is not None
    assert [vote.voter for vote in Certificate.decode(CHAIN, lock.certificate).votes] == [0, 2, 3]


@pytest.mark.parametrize(("checked", "expected"), [(True, "certificates_checked"), (False, None)])
def test_a_reported_certificate_is_verified_where_the_rule_says_so(checked: bool, expected: str | None) -> None:
    replicas = members(certificates_checked=checked)
    changed(replicas)
    block = Block.build(0, 0, replicas[3].previous, (leaf(8),), bytes(32))
    own = Vote.make(CHAIN, 3, block.header, True, replicas[3].pair)
    forged = Certificate(tuple(replace(own, voter=i) for i in range(4))).encode(CHAIN)
    report = Report(3, 0, 1, Lock(0, block, forged)).signed(CHAIN, replicas[3].pair).encode(CHAIN)
    assert rule(do(replicas, 1, Gather(report))) == expected


def test_a_replica_votes_once_in_a_view_where_the_rule_says_so() -> None:
    for once in (True, False):
        replicas = members(vote_once=once)
        proposal, _ = proposed(replicas, 1)
        other = Block.build(0, 0, replicas[0].previous, (leaf(2),), contract.registry(state()).root)
        second = PrePrepare.make(CHAIN, 0, other, (), replicas[0].pair).encode(CHAIN)
        assert rule(do(replicas, 1, Receive(proposal, state()))) is None
        assert rule(do(replicas, 1, Receive(proposal, state()))) == "vote"
        assert rule(do(replicas, 1, Receive(second, state()))) == ("vote_once" if once else None)


def test_an_invalid_block_gets_no_vote_or_a_negative_one() -> None:
    bare = replace(Envelope.decode(CHAIN, leaf(1)), endorsements=()).encode(CHAIN)
    for counted in ("positive-votes", "responses"):
        replicas = members(counted=counted)
        block = Block.build(0, 0, replicas[0].previous, (bare,), contract.registry(state()).root)
        message = PrePrepare.make(CHAIN, 0, block, (), replicas[0].pair).encode(CHAIN)
        effects = do(replicas, 1, Receive(message, state()))
        if counted == "positive-votes":
            assert rule(effects) == "endorsements"
        else:
            assert not Vote.decode(CHAIN, sent(effects, VOTE)).positive


def test_votes_that_do_not_count_are_refused_by_the_rule_that_they_break() -> None:
    replicas = members()
    proposal, good = proposed(replicas, 1)
    do(replicas, 1, Receive(proposal, state()))
    vote = Vote.decode(CHAIN, good)
    mine = replicas[0].pair
    false = {
        "candidate": replace(vote, digest=bytes(32)).signed(CHAIN, mine),
        "counted": replace(vote, positive=False).signed(CHAIN, mine),
    }
    for expected, each in false.items():
        assert rule(do(replicas, 1, Hear(VOTE, each.encode(CHAIN)))) == expected
    for each in (replace(vote, voter=2), replace(vote, voter=9), replace(vote, view=1).signed(CHAIN, mine)):
        assert rule(do(replicas, 1, Hear(VOTE, each.encode(CHAIN)))) == "quorum"
    assert rule(do(replicas, 1, Hear(COMMIT, good))) == "encoding"  # a vote is no commit
    assert rule(do(replicas, 1, Hear(VOTE, good))) is None
    assert rule(do(replicas, 1, Hear(VOTE, good))) == "quorum"  # nor two votes


def test_only_the_leader_of_the_view_proposes_and_once() -> None:
    replicas = members()
    assert rule(do(replicas, 1, Propose((leaf(1),), state()))) == "leader"
    proposed(replicas, 1)
    assert rule(do(replicas, 0, Propose((leaf(2),), state()))) == "leader"
    changed(replicas)
    assert rule(do(replicas, 1, Propose((leaf(1),), state()))) == "quorum"  # it has no reports
    imposter = Block.build(0, 1, replicas[0].previous, (leaf(1),), contract.registry(state()).root)
    message = PrePrepare.make(CHAIN, 1, imposter, (), replicas[2].pair).encode(CHAIN)
    assert rule(do(replicas, 3, Receive(message, state()))) == "encoding"


def test_first_round_votes_make_no_certificate_of_two_rounds() -> None:
    replicas = members()
    committee = replicas[0].committee
    block = Block.build(0, 0, replicas[0].previous, (leaf(1),), contract.registry(state()).root)

    def certificate(kind: str, *views: int) -> bytes:
        cast = zip(range(3), views, strict=True)
        votes = (Vote.make(CHAIN, i, block.header, True, replicas[i].pair, view=view, kind=kind) for i, view in cast)
        return Certificate(tuple(votes)).encode(CHAIN)

    assert committee.finalises(block.header, certificate(COMMIT, 0, 0, 0)) is None
    assert committee.finalises(block.header, certificate(COMMIT, 2, 2, 2)) is None  # carried to a later view
    assert committee.finalises(block.header, certificate(VOTE, 0, 0, 0)) is not None
    assert committee.finalises(block.header, certificate(COMMIT, 0, 0, 1)) is not None
    assert committee.finalises(block.header, Certificate(()).encode(CHAIN)) is not None
    with_forged = FinalBlock(block, certificate(VOTE, 0, 0, 0))
    assert refused(do(replicas, 3, Learn(with_forged))) is not None
    assert rule(do(replicas, 3, Learn(FinalBlock(block, certificate(COMMIT, 0, 0, 0))))) is None
    assert replicas[3].height == 1


@cache
def messages() -> tuple[tuple[Replica, Callable[[bytes], consensus.Event], bytes], ...]:
    """A replica that would accept it, the event that brings it, and the bytes: one of each kind of message."""
    voting = members()
    proposal, vote = proposed(voting, 1)
    do(voting, 1, Receive(proposal, state()))
    commit = Vote.make(CHAIN, 0, voting[1].candidates[voting[1].prepared[0]].header, True, voting[0].pair, kind=COMMIT)
    later = locked()
    reports = changed(later)
    waiting = later[1]
    for place in (1, 2, 3):
        do(later, 1, Gather(reports[place]))
    carrying, _ = proposed(later, 8)
    return (
        (members()[1], lambda data: Receive(data, state()), proposal),
        (voting[1], lambda data: Hear(VOTE, data), vote),
        (voting[1], lambda data: Hear(COMMIT, data), commit.encode(CHAIN)),
        (waiting, Gather, reports[1]),
        (later[3], lambda data: Receive(data, state()), carrying),
    )


@pytest.mark.parametrize("kind", range(5))
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_message_that_was_changed_anywhere_is_refused_and_changes_nothing(kind: int, data: st.DataObject) -> None:
    replica, event, good = messages()[kind]
    place = data.draw(st.integers(0, len(good) - 1))
    bad = data.draw(
        st.sampled_from([good[:place], good + good[: place + 1], good[:place] + good[place + 1 :]])
        | st.integers(1, 255).map(lambda flip: good[:place] + bytes([good[place] ^ flip]) + good[place + 1 :])
    )
    assert refused(consensus.step(replica, event(good))[1]) is None
    after, effects = consensus.step(replica, event(bad))
    assert after is replica and refused(effects) is not None
