"""How few nodes part the others: counted, and tried with real signatures and certificates (dossier 0.5, WA-C14)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from reference.ledger.chain import by_voter
from reference.sovereign_chain.assembly_world import certificate
from reference.sovereign_chain.capture import Everybody, checkpoints, divide, first_refusal, least_faulty
from reference.sovereign_chain.capture import threshold as counted
from reference.sovereign_chain.shards import recognised
from tests.reference.sovereign_chain.variants import CHARITABLE, HARDENED, LITERAL, SHOWN, Values, rules


def test_two_of_ten_nodes_have_most_others_accept_two_blocks() -> None:
    """Four correct nodes accept one block, four the other, and the two faulty ones both: two certificates of six."""
    tried = divide(rules(SHOWN), 10, 3, 2, seed=5)
    assert [len(tried.world.votes(block)) for block in (0, 1)] == [6, 6]
    for block in (0, 1):
        votes = by_voter(tried.world.votes(block))
        assert tried.world.committee(block).counts(tried.world.ballot(block), votes) is None
    assert tried.forked and first_refusal(tried) is None


def test_a_quorum_of_seven_of_ten_stands_three_and_not_four() -> None:
    three, four = (divide(rules(HARDENED), 10, 3, faulty, seed=5) for faulty in (3, 4))
    assert not three.forked and first_refusal(three) == "quorum"
    assert four.forked


@pytest.mark.parametrize(
    ("values", "least"),
    [
        pytest.param(LITERAL, {4: 0, 7: 0, 10: 0}, id="accepting twice"),
        pytest.param(CHARITABLE, {4: 1, 7: 1, 10: 1}, id="on an origin's word"),
        pytest.param(SHOWN, {4: 2, 7: 3, 8: 2, 9: 3, 10: 2}, id="most others"),
        pytest.param(HARDENED, {4: 2, 7: 3, 10: 4}, id="hardened"),
    ],
)
def test_the_least_number_that_forks_is_the_one_counted(values: Values, least: Mapping[int, int]) -> None:
    for n, number in least.items():
        assert counted(rules(values), n, (n - 1) // 3) == number
        assert least_faulty(rules(values), n, (n - 1) // 3, seed=n) == number


def test_most_others_stand_as_many_as_they_should_at_seven_and_nine_and_at_no_other_size_from_seven_on() -> None:
    def stands(values: Values, n: int) -> bool:
        least = counted(rules(values), n, (n - 1) // 3)
        return least is None or least > (n - 1) // 3

    assert [n for n in range(7, 40) if stands(SHOWN, n)] == [7, 9]
    assert all(stands(HARDENED, n) for n in range(4, 60))


def test_two_of_twenty_nodes_fork_a_chain_of_four_and_not_the_checkpoints_of_all() -> None:
    hardened = rules(HARDENED)
    tried = divide(hardened, 4, 1, 2, seed=5)
    assert tried.forked, "half of the chain's own nodes are more than it is made for"
    world = tried.world
    everybody = Everybody.of(hardened, tuple(node.pair for node in world.nodes), 20, seed=5)
    assert everybody.committee.needed == 14
    shown = checkpoints(everybody, (world.ballot(0), world.ballot(1)), 2)
    for values, stopped in ((HARDENED, "shards"), ({**HARDENED, "shards": "per-chain"}, None)):
        for block in (0, 1):
            ballot, evidence = world.ballot(block), certificate(world, block)
            args = (rules(values), world.committee(block), everybody.committee, ballot, evidence)
            refusal = recognised(*args, shown[block])
            assert (None if refusal is None else refusal.rule) == stopped


def test_a_checkpoint_of_enough_nodes_is_all_that_counts_and_counts_for_its_block_only() -> None:
    hardened = rules(HARDENED)
    world = divide(hardened, 4, 1, 2, seed=5).world
    everybody = Everybody.of(hardened, tuple(node.pair for node in world.nodes), 20, seed=5)
    full, _ = checkpoints(everybody, (world.ballot(0), world.ballot(0)), 20)
    own = world.committee(0)
    assert recognised(hardened, own, everybody.committee, world.ballot(0), b"", full) is None
    assert recognised(hardened, own, everybody.committee, world.ballot(1), certificate(world, 1), full) is not None


def test_the_same_seed_gives_the_same_attempt() -> None:
    again = divide(rules(SHOWN), 4, 1, 1, seed=9)
    assert divide(rules(SHOWN), 4, 1, 1, seed=9) == again != divide(rules(SHOWN), 4, 1, 1, seed=10)
