"""Meters, owners and devices with real keys and the model `KeyRecords` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.key_records import KeyRecords
from reference.edge_keys.key_records_bridge import KeyRecordsBridge
from reference.edge_keys.rules import Rules
from tests.reference.edge_keys.variants import HARDENED, LITERAL, WALKED, rules
from tests.reference.walker import Walker

CHOICES: Mapping[str, tuple[object, ...]] = {
    "join": ("open", "device-authenticates", "enrolled"),
    "body": ("signature-only", "key-commitment"),
    "update_signer": ("any-earlier-key", "latest-key", "both-keys"),
    "record_link": ("none", "chained"),
    "activation": ("at-once", "delayed"),
    "recovery_key": (False, True),
    "revocation": ("empty-key-signs", "empty-key", "sticky"),
    "pruning": ("expired-head", "checkpoint"),
}
WEAKENED = [(name, value) for name, values in CHOICES.items() for value in values if value != HARDENED[name]]
_PUBLISHED = {
    "apply", "enrol", "generate_key", "copy_key", "lose_keys", "show_another_key", "sign_update", "record_update",
    "forge_update", "raise_alarm", "sign_revocation", "forge_revocation", "record_empty_key", "prune",
}  # fmt: skip
ALLOWED = {
    "literal": _PUBLISHED | {"join_as", "sign_with_the_empty_key"},
    "charitable": _PUBLISHED | {"vouch"},
    "hardened": _PUBLISHED - {"show_another_key", "record_empty_key"}
    | {"activate", "sign_veto", "record_veto", "sign_recall", "record_recall", "record_revocation"},
}


def everybody_installed_and_guarded(instance: Instance) -> bool:
    return all(all(table) for table in instance.rigids.values())


WALKER = Walker(
    KeyRecords,
    KeyRecordsBridge,
    [{"Meter": m, "Key": 3, "Epoch": e, "Version": 3} for m, e in ((1, 1), (1, 2), (2, 1))],
    everybody_installed_and_guarded,
    rare=("lose_keys", "generate_key", "record_empty_key", "record_revocation", "record_recall"),
    read=Rules.from_values,
    shipped=WALKED,
)


def told_alike(values: Mapping[str, object]) -> bool:
    """A chained update names its version in the model, and in bytes the hash of its predecessor too. The two differ
    where an epoch can begin anew, with another first record, after all that is known of it was dropped."""
    anew = values["pruning"] == "expired-head" and values["join"] != "enrolled"
    return not (anew and values["record_link"] == "chained")


ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})


@pytest.mark.parametrize("variant", ALLOWED)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 10) == ALLOWED[variant]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(values=ANY_RULES.filter(told_alike), seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(values: Mapping[str, object], seed: int) -> None:
    WALKER.walk({**LITERAL, **values}, random.Random(seed))


@pytest.mark.parametrize(("name", "value"), WEAKENED)
def test_walks_of_the_hardened_variant_with_one_rule_weakened_agree(name: str, value: object) -> None:
    for seed in range(2):
        WALKER.walk({**HARDENED, name: value}, random.Random(f"{name} {value} {seed}"))


@pytest.mark.parametrize(("name", "value"), WEAKENED)
def test_the_comparison_notices_a_reference_with_another_rule(name: str, value: object) -> None:
    """A control: the hardened reference, held against a model with one rule weakened, must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(40):
            WALKER.walk({**HARDENED, name: value}, random.Random(seed), played=HARDENED)


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge = KeyRecordsBridge()
    with pytest.raises(InputError, match="no Version"):
        bridge.start(rules(LITERAL), {"Meter": 1, "Key": 1, "Epoch": 1}, {}, 1)
    bridge.start(rules(LITERAL), {"Meter": 1, "Key": 1, "Epoch": 1, "Version": 1}, {}, 1)
    for action, args in (("steal", {}), ("apply", {"m": 0}), ("enrol", {"m": 0, "e": 0, "v": 0})):
        with pytest.raises(InputError):
            bridge.apply(action, args)
    assert not bridge.apply("lose_keys", {"m": 7}).accepted
