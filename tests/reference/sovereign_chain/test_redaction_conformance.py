"""Records with real commitments and the model `Redaction` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random

import pytest

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.redaction import Redaction
from reference.sovereign_chain.redaction_bridge import RedactionBridge
from reference.sovereign_chain.rules import Rules
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _something_is_hidden(instance: Instance) -> bool:
    """A field is secret and another is not."""
    secret = instance.rigids["secret"]
    return 0 < sum(secret) < len(secret)


UNSALTED = {**HARDENED, "redaction": "unsalted-commitments"}
KEPT = {**HARDENED, "redaction": "meter-opens"}
PLAYED = {**VARIANTS, "unsalted": UNSALTED, "kept by the meter": KEPT}
WALKER = Walker(
    Redaction,
    RedactionBridge,
    [
        {"Record": 1, "Field": 2, "Value": 2},
        {"Record": 2, "Field": 2, "Value": 2},
        {"Record": 1, "Field": 2, "Value": 3},
    ],
    _something_is_hidden,
    {"draft", "tell"},
    length=14,
    read=Rules.from_values,
    shipped=PLAYED,
)
_ALWAYS = {"report", "desensitise", "put", "draft", "accept", "read", "tell"}


@pytest.mark.parametrize("variant", PLAYED)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 8) == _ALWAYS | ({"guess"} if variant == "unsalted" else set())


def test_the_comparison_notices_a_reference_with_another_rule() -> None:
    """A control: records that nobody can check, held against the hardened model, must disagree."""
    for played in (LITERAL, UNSALTED, KEPT):
        with pytest.raises(AssertionError):
            for seed in range(20):
                WALKER.walk(HARDENED, random.Random(seed), played=played)


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = RedactionBridge(), {"Record": 1, "Field": 4, "Value": 2}
    with pytest.raises(InputError, match="no Value"):
        bridge.start(rules(LITERAL), {"Record": 1, "Field": 2}, {}, 1)
    with pytest.raises(InputError, match="too many fields are not secret"):
        bridge.start(rules(LITERAL), scope, {"secret": [0, 0, 0, 0]}, 1)
    with pytest.raises(InputError, match="too many fields are secret"):
        bridge.start(rules(LITERAL), scope, {"secret": [1, 1, 1, 0]}, 1)
    bridge.start(rules(LITERAL), scope, {"secret": [1, 1, 0, 0]}, 1)
    with pytest.raises(InputError):
        bridge.apply("steal", {"r": 0})
    assert not bridge.apply("report", {"r": 4}).accepted
    assert not bridge.apply("read", {"r": 0, "x": 7}).accepted
    assert not bridge.apply("put", {"r": 0, "x": 0, "v": 7}).accepted
