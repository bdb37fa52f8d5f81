"""How few faulty devices part the others: counted, and tried with real signatures and certificates (dossier 0.5)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from benchmarks.race import thresholds
from reference.edge_keys.double_voting import divide, first_refusal, least_faulty, threshold
from reference.ledger.chain import by_voter
from tests.reference.edge_keys.variants import CHARITABLE, HARDENED, LITERAL, SOLVER, UNANIMOUS, VARIANTS, rules

INCLUSIVE = {**CHARITABLE, "quorum": "ceil(n/2)"}
BELIEVED = {**CHARITABLE, "confirmation_evidence": "devices-word"}


def test_one_device_that_votes_twice_forks_thirteen_at_a_quorum_of_seven() -> None:
    """Six correct devices confirm one record, six the other, and the thirteenth both: two certificates of seven."""
    tried = divide(rules(CHARITABLE), 13, 4, 1, seed=5)
    assert [len(tried.world.votes(block)) for block in (0, 1)] == [7, 7]
    committee = tried.world.committee(0)
    for block in (0, 1):
        assert committee.counts(tried.world.ballot(block), by_voter(tried.world.votes(block))) is None
    both = set.intersection(*({vote.voter for vote in tried.world.votes(block)} for block in (0, 1)))
    assert both == {0} == tried.world.faulty
    assert tried.forked and first_refusal(tried) is None


def test_a_quorum_of_nine_stands_four_and_not_five() -> None:
    four, five = (divide(rules(HARDENED), 13, 4, faulty, seed=5) for faulty in (4, 5))
    assert not four.forked and first_refusal(four) == "quorum"
    assert five.forked


@pytest.mark.parametrize(
    ("values", "least"),
    [
        pytest.param(LITERAL, {4: 0, 7: 0, 13: 0}, id="half or more, confirming twice"),
        pytest.param(INCLUSIVE, {4: 0, 7: 1, 13: 1}, id="half or more"),
        pytest.param(CHARITABLE, {4: 2, 7: 1, 13: 1}, id="more than half"),
        pytest.param(BELIEVED, {4: 1, 7: 1, 13: 1}, id="on a device's word"),
        pytest.param(UNANIMOUS, {4: None, 7: None}, id="all"),
        pytest.param(SOLVER, {4: 0, 7: 0, 13: 0}, id="the first solver"),
        pytest.param(HARDENED, {4: 2, 7: 3, 13: 5}, id="hardened"),
    ],
)
def test_the_least_number_that_forks_is_the_one_counted(
    values: Mapping[str, object], least: Mapping[int, int | None]
) -> None:
    for n, number in least.items():
        assert threshold(rules(values), n, (n - 1) // 3) == number
        assert least_faulty(rules(values), n, (n - 1) // 3, seed=n) == number


def test_two_quorums_of_the_hardened_rules_share_a_correct_device_at_every_size() -> None:
    for n in range(4, 61):
        f = (n - 1) // 3
        number = threshold(rules(HARDENED), n, f)
        assert number is not None and f < number


def test_all_devices_stand_any_number_and_one_that_is_silent_stops_them() -> None:
    tried = divide(rules(UNANIMOUS), 13, 4, 1, seed=5)
    assert not tried.forked and first_refusal(tried) == "quorum"
    assert all(len(tried.world.votes(block)) < 13 for block in (0, 1))


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_same_seed_gives_the_same_attempt(variant: str) -> None:
    again = divide(rules(VARIANTS[variant]), 4, 1, 1, seed=9)
    assert divide(rules(VARIANTS[variant]), 4, 1, 1, seed=9) == again
    assert divide(rules(VARIANTS[variant]), 4, 1, 1, seed=10) != again


@pytest.mark.slow
def test_every_row_of_the_table_of_thresholds_is_tried_as_it_is_counted() -> None:
    rows = list(thresholds(rules(HARDENED), seed=1))
    assert len(rows) == 21 and [row.tried for row in rows] == [row.counted for row in rows]
