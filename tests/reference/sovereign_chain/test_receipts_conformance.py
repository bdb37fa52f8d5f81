"""Validator sets with real signatures and the model `Receipts` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random

import pytest

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.receipts import Receipts
from reference.sovereign_chain.receipts_bridge import ReceiptsBridge
from reference.sovereign_chain.rules import Rules
from tests.reference.edge_keys.conformance import Walker
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, rules

FORMS = {form: {**HARDENED, "chain_receipts": form} for form in ("none", "record-only", "any-set", "certified")}


def _something_is_broken(instance: Instance) -> bool:
    return any(instance.rigids["broken"])


WALKER = Walker(
    Receipts,
    ReceiptsBridge,
    [
        {"Chain": 2, "Roster": 3, "Height": 1, "Entry": 1},
        {"Chain": 2, "Roster": 3, "Height": 1, "Entry": 2},
    ],
    _something_is_broken,
    {"sign_falsely", "forge"},
    length=30,
    read=Rules.from_values,
    shipped=FORMS,
)
_ALWAYS = {"finalise", "certify", "renew", "follow", "steal", "sign_with_old_keys", "sign_falsely"}
ALLOWED = {
    "none": _ALWAYS | {"take_word", "forge"},
    "record-only": _ALWAYS | {"take_record"},
    "any-set": _ALWAYS | {"take"},
    "certified": _ALWAYS | {"take"},
}


@pytest.mark.parametrize("form", FORMS)
def test_walks_agree_and_play_all_that_a_form_of_receipts_allows(form: str) -> None:
    assert WALKER.walks(form, 5) == ALLOWED[form]


def test_the_comparison_notices_a_reference_with_another_rule() -> None:
    """A control: a reference that takes receipts of any set must disagree with the hardened model."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played=FORMS["any-set"])


def test_a_scope_or_action_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = ReceiptsBridge(), {"Chain": 2, "Roster": 2, "Height": 1, "Entry": 1}
    with pytest.raises(InputError, match="no Entry"):
        bridge.start(rules(LITERAL), {"Chain": 2, "Roster": 2, "Height": 1}, {}, 1)
    with pytest.raises(InputError, match="another's"):
        bridge.start(rules(LITERAL), scope, {"first": [1, 1]}, 1)
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("take", {"d": 0})
    assert not bridge.apply("steal", {"v": 5}).accepted and not bridge.apply("steal", {"v": 0}).accepted
