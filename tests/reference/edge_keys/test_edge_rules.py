"""The typed rules of edge-keys: every variant is read, and what they do not know is refused by name."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest

from meterproof.errors import InputError
from reference.edge_keys import new_bridge, read_rules
from reference.edge_keys.acceptance_bridge import AcceptanceBridge
from reference.edge_keys.custody_bridge import CustodyBridge
from reference.edge_keys.key_records_bridge import KeyRecordsBridge
from reference.edge_keys.migration_bridge import MigrationBridge
from reference.edge_keys.puzzle import PUZZLES
from reference.edge_keys.rules import MODEL_ONLY, PuzzleName, Rules
from tests.reference.edge_keys.variants import HARDENED, LITERAL, VARIANTS, rules


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_values_of_every_variant_are_read_and_kept(variant: str) -> None:
    read = read_rules(VARIANTS[variant])
    for name in {each.name for each in fields(Rules)} & set(VARIANTS[variant]):
        assert str(getattr(read, name)) == str(VARIANTS[variant][name])


def test_what_has_no_bytes_is_passed_over_and_all_else_unknown_is_refused() -> None:
    assert all(not hasattr(rules(LITERAL), name) for name in MODEL_ONLY)
    with pytest.raises(InputError, match="unknown rule thrift"):
        rules(LITERAL, thrift=True)


def test_every_rule_needs_a_value_but_those_beyond_one_view() -> None:
    with pytest.raises(InputError, match="no value for the rule puzzle"):
        read_rules({name: value for name, value in LITERAL.items() if name != "puzzle"})
    bare = read_rules({name: LITERAL[name] for name in LITERAL if name not in ("rounds", "carried", "resilience")})
    assert (bare.rounds, bare.carried, bare.resilience) == ("one", "none", None)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("puzzle", "8-hex-zeros", "4-hex-zeros"),
        ("vote_once", "true", "true, false"),
        ("vote_once", 1, "true, false"),
        ("quorum", 7, "a formula in n and f"),
        ("acceptance", True, "votes, first-solver"),
    ],
)
def test_a_foreign_value_is_refused_with_what_is_allowed(name: str, value: object, allowed: str) -> None:
    with pytest.raises(InputError, match=f"the rule {name} cannot be") as raised:
        rules(LITERAL, **{name: value})
    assert allowed in str(raised.value.allowed)


def test_the_papers_threshold_is_seven_of_thirteen_and_the_hardened_one_nine() -> None:
    assert rules(LITERAL).needed_votes(13, 4) == 7
    assert rules(HARDENED).needed_votes(13, 4) == 9


def test_a_read_quorum_and_the_confirmations_share_a_correct_device() -> None:
    hardened = rules(HARDENED)
    for n in range(4, 31):
        f = (n - 1) // 3
        assert hardened.needed_answers(n, f) + hardened.needed_votes(n, f) == n + f + 1


def test_fewer_devices_than_the_design_asks_for_are_refused() -> None:
    rules(HARDENED).check_deployment(4, 1)
    with pytest.raises(InputError, match="3 devices cannot stand 1 faulty"):
        rules(HARDENED).check_deployment(3, 1)
    with pytest.raises(InputError, match="0 devices"):
        rules(LITERAL).check_deployment(0, 0)


def test_every_reading_of_the_difficulty_has_its_puzzle() -> None:
    assert set(PUZZLES) == set(get_args(PuzzleName))


def test_the_workbench_finds_a_bridge_for_each_machine_and_none_for_another() -> None:
    assert isinstance(new_bridge("Acceptance"), AcceptanceBridge)
    assert isinstance(new_bridge("KeyRecords"), KeyRecordsBridge)
    assert isinstance(new_bridge("Custody"), CustodyBridge)
    assert isinstance(new_bridge("Migration"), MigrationBridge)
    with pytest.raises(KeyError):
        new_bridge("Ordering")
