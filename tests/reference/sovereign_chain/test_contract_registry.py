"""The registry of editions: what a block may register, and that all nodes judge by what the blocks have, for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.contracts import Amount, Request, in_force, moment
from reference.crypto.encoding import Malformed
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import Block, Certificate, Vote, committee_of
from reference.ledger.effects import Effects, Sent, refused
from reference.sovereign_chain import judging
from reference.sovereign_chain.judging import Approve, Deliver, Extend, Judge, Node
from reference.sovereign_chain.made_contract import source_of
from reference.sovereign_chain.operations import Operation
from reference.sovereign_chain.registry import (
    OUT_OF_DATE,
    Act,
    Delivery,
    Genesis,
    Judgement,
    Registration,
    Registry,
    approval,
    edition_of,
    meaning,
)
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, Values, rules

CONTRACTS = Path(__file__).parents[3] / "spec" / "contracts"
FIRST = (CONTRACTS / "sovereign.toml").read_bytes()
SECOND = (CONTRACTS / "sovereign-2.toml").read_bytes().replace(b"activation_height = 100_000", b"activation_height = 2")
CHAIN, USER = "contracts", b"user one".ljust(32, b"\0")
ROOT = Randomness.from_seed(12)
KEY, CENTER, LEGISLATOR, STRANGER, *PAIRS = (KeyPair.generate(ROOT.child(number)) for number in range(8))
PINNED, CURRENT = {**HARDENED, "judged_by": "current-edition"}, {**LITERAL, "judged_by": "current-edition"}


def genesis(values: Values = PINNED, *originals: bytes) -> Genesis:
    committee = replace(committee_of(rules(values), CHAIN, PAIRS, 1), finality="certificate")
    return Genesis(
        rules(values), committee, {USER: KEY.public}, LEGISLATOR.public, CENTER.public, originals or (FIRST,)
    )


def node(registry: Registry, index: int = 0) -> Node:
    return Node(index, PAIRS[index], registry)


@cache
def approvals(source: bytes, voters: tuple[int, ...] = (0, 1, 2)) -> bytes:
    ballot = approval(meaning(source))
    return Certificate(tuple(Vote.make(CHAIN, each, ballot, True, PAIRS[each]) for each in voters)).encode(CHAIN)


def registration(source: bytes = SECOND, votes: bytes | None = None) -> bytes:
    return Registration(source, approvals(source) if votes is None else votes).encode(CHAIN)


@cache
def order(wh: int = 7_000_000, edition: int = 1, pair: KeyPair = KEY) -> bytes:
    """A household's order: of 7 MWh it is denied by the first edition, and allowed by the second."""
    at = moment("2031-01-06 12:00")
    asked = Request("household", "power-trading", "submit", "trade-order", "mainland", at, Amount(wh, "Wh"))
    return Operation(USER, wh, asked, edition).signed(CHAIN, pair).encode(CHAIN)


def grown(registry: Registry, *leaves: bytes) -> Registry:
    for leaf in leaves:
        assert registry.fault(registry.next(leaf)) is None
        registry = replace(registry, blocks=(*registry.blocks, registry.next(leaf)))
    return registry


def rule(effects: Effects) -> str | None:
    found = refused(effects)
    return None if found is None else found.rule


def stopped(registry: Registry, leaf: bytes) -> str | None:
    found = registry.fault(registry.next(leaf))
    return None if found is None else found.rule


def judged(by: Node, height: int) -> tuple[str, bytes]:
    """What the node says of the operation at this height, by its own edition."""
    after, effects = judging.step(by, Judge(height, meaning(by.edition_for(height))))
    [sent] = effects
    assert isinstance(sent, Sent) and after == by
    said = Judgement.decode(CHAIN, sent.data)
    assert said.signed_by(CHAIN, PAIRS[by.index].public) and not said.signed_by(CHAIN, STRANGER.public)
    return said.outcome, said.edition


def test_an_operation_is_judged_by_the_edition_of_its_own_height_whenever_that_is_done() -> None:
    whole = grown(Registry(genesis()), order(), registration(), order(7_000_001), order(20_000_000))
    early = node(replace(whole, blocks=whole.blocks[:1]))
    assert judged(early, 0) == judged(node(whole, 1), 0) == ("deny", meaning(FIRST))
    assert judged(node(whole), 2) == ("allow", meaning(SECOND))
    assert judged(node(whole), 3) == ("deny", meaning(SECOND))


def test_without_activation_heights_a_node_judges_by_what_it_has_read_since() -> None:
    whole = grown(Registry(genesis({**PINNED, "contract_change": "quorum"})), order(), registration())
    early = node(replace(whole, blocks=whole.blocks[:1]))
    assert judged(early, 0) == ("deny", meaning(FIRST)) and judged(node(whole), 0) == ("allow", meaning(SECOND))


def test_what_the_centre_sends_late_to_one_node_makes_two_differ() -> None:
    registry = grown(Registry(genesis(CURRENT)), order())
    sent = Delivery(SECOND).signed(CHAIN, CENTER).encode(CHAIN)
    other, effects = judging.step(node(registry, 1), Deliver(sent))
    assert not effects
    assert judged(node(registry), 0) == ("deny", meaning(FIRST)) and judged(other, 0) == ("allow", meaning(SECOND))


def test_a_user_who_went_by_another_edition_is_out_of_date_and_has_violated_nothing() -> None:
    whole = grown(Registry(genesis(HARDENED)), order(), registration(), order(20_000_000), order(20_000_001, 2))
    assert [judged(node(whole), height)[0] for height in (0, 2, 3)] == ["deny", OUT_OF_DATE, "deny"]


def test_a_node_judges_by_no_other_edition_and_nothing_that_it_has_not() -> None:
    by = node(grown(Registry(genesis()), order(), registration()))
    assert rule(judging.step(by, Judge(0, meaning(SECOND)))[1]) == "contract_change"
    for height in (1, 2, -1):
        assert rule(judging.step(by, Judge(height, meaning(FIRST)))[1]) == "operation"


@pytest.mark.parametrize(
    ("votes", "why"),
    [
        (approvals(SECOND, (0, 1)), "quorum"),
        (approvals(SECOND, (0, 1, 1)), "quorum"),
        (approvals(SECOND, (2, 1, 0)), "canonical"),
        (approvals(SECOND.replace(b"height = 2", b"height = 3")), "quorum"),
        (approvals(FIRST), "quorum"),
        (b"", "encoding"),
    ],
)
def test_an_edition_is_registered_with_a_quorums_votes_for_it_and_with_nothing_less(votes: bytes, why: str) -> None:
    assert stopped(Registry(genesis()), registration(votes=votes)) == why
    assert stopped(Registry(genesis()), registration()) is None


def test_an_edition_is_registered_once_as_a_new_version_of_the_contract_and_in_time() -> None:
    start = Registry(genesis())
    again = SECOND.replace(b"10_000_000", b"11_000_000")
    foreign = SECOND.replace(b'contract = "sovereign"', b'contract = "other"')
    assert meaning(again) != meaning(SECOND)
    assert stopped(grown(start, registration()), registration(again)) == "edition"
    assert stopped(start, registration(FIRST)) == "edition"
    assert stopped(start, registration(foreign)) == "edition"
    assert stopped(start, Registration(b"contract = 7", approvals(SECOND)).encode(CHAIN)) == "encoding"
    assert stopped(grown(start, order()), registration()) is None
    assert stopped(grown(start, order(), order(1)), registration()) == "contract_change"
    assert stopped(Registry(genesis(CURRENT)), registration()) == "contract_change"


def test_what_an_edition_means_is_what_is_voted_for_and_not_how_it_is_written() -> None:
    assert meaning(SECOND + b"\n# a remark\n") == meaning(SECOND)
    assert stopped(Registry(genesis()), registration(SECOND + b"\n# a remark\n", approvals(SECOND))) is None
    with pytest.raises(Malformed):
        meaning(b"\xff")


def test_a_block_has_one_operation_that_its_user_signed_and_that_is_new() -> None:
    start = grown(Registry(genesis()), order())
    assert stopped(start, order()) == "operation"
    assert stopped(start, order(edition=2)) == "operation", "the same operation under another edition"
    assert stopped(start, order(5, pair=STRANGER)) == "operation"
    assert stopped(start, b"anything") == "encoding"
    good = start.next(order(5))
    two = Block.build(1, 0, good.header.previous, (order(5), order(6)), chain.GENESIS)
    for wrong in (Registry(genesis()).next(order(5)), Registry(genesis(), start.blocks * 2).next(order(5)), two):
        assert rule(judging.step(node(start), Extend(wrong.encode(CHAIN)))[1]) == "place"
    assert rule(judging.step(node(start), Extend(b"anything"))[1]) == "encoding"
    after, effects = judging.step(node(start), Extend(good.encode(CHAIN)))
    assert not effects and after.registry.blocks[-1] == good


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (Act(meaning(SECOND)).signed(CHAIN, STRANGER).encode(CHAIN), "act"),
        (Act(meaning(FIRST)).signed(CHAIN, LEGISLATOR).encode(CHAIN), "act"),
        (Act(meaning(SECOND)).signed("another chain", LEGISLATOR).encode(CHAIN), "act"),
        (b"", "encoding"),
    ],
)
def test_nodes_approve_and_the_honest_centre_sends_what_the_legislator_has_decided(act: bytes, why: str) -> None:
    by, good = node(Registry(genesis())), Act(meaning(SECOND)).signed(CHAIN, LEGISLATOR).encode(CHAIN)
    assert rule(judging.step(by, Approve(SECOND, act))[1]) == why
    assert rule(judging.sent_by_center(by.genesis, CENTER, SECOND, act)) == why
    assert rule(judging.sent_by_center(by.genesis, CENTER, SECOND, good)) is None
    after, effects = judging.step(by, Approve(SECOND, good))
    assert isinstance(effects[0], Sent) and rule(judging.step(after, Approve(SECOND, good))[1]) == "vote"
    assert rule(judging.step(node(Registry(genesis(CURRENT))), Approve(SECOND, good))[1]) == "contract_change"


def test_a_delivery_is_the_centres_and_an_edition_that_the_node_has_not() -> None:
    by = node(Registry(genesis(CURRENT)))
    good = Delivery(SECOND).signed(CHAIN, CENTER).encode(CHAIN)
    after, effects = judging.step(by, Deliver(good))
    assert not effects and after.delivered == (good,)
    tries = {
        good: "center",
        Delivery(FIRST).signed(CHAIN, CENTER).encode(CHAIN): "center",
        Delivery(SECOND).signed(CHAIN, STRANGER).encode(CHAIN): "center",
        Delivery(b"contract = 7").signed(CHAIN, CENTER).encode(CHAIN): "encoding",
    }
    assert [rule(judging.step(after, Deliver(data))[1]) for data in tries] == [*tries.values()]
    assert rule(judging.step(node(Registry(genesis())), Deliver(good))[1]) == "contract_change"


@settings(max_examples=25, deadline=None)
@given(heights=st.lists(st.integers(1, 9), unique=True, max_size=4).map(sorted), asked=st.integers(0, 10))
def test_the_edition_that_holds_is_the_one_of_the_rule_language(heights: Sequence[int], asked: int) -> None:
    """Where activation heights rise with the versions; at the registry's own heights, nothing else is asked."""
    sources = [source_of(number + 1, height, [True]) for number, height in enumerate((0, *heights))]
    start = Registry(genesis(PINNED, sources[0]))
    blocks = [start.next(Registration(source, b"").encode(CHAIN)) for source in sources[1:]]
    expected = in_force([edition_of(source) for source in sources], asked)
    assert edition_of(replace(start, blocks=tuple(blocks)).holding(asked)) == expected
