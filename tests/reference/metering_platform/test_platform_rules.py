"""The typed rules of metering-platform: every variant is read, and what they do not know is refused by name."""

from __future__ import annotations

from dataclasses import fields

import pytest

from meterproof.errors import InputError
from reference.metering_platform.deploy import deploy
from reference.metering_platform.rules import MODEL_ONLY, Rules
from tests.reference.metering_platform.variants import HARDENED, LITERAL, VARIANTS, rules


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_values_of_every_variant_are_read_and_kept(variant: str) -> None:
    read = rules(VARIANTS[variant])
    for name in {each.name for each in fields(Rules)} & set(VARIANTS[variant]):
        assert str(getattr(read, name)).replace(" ", "") == str(VARIANTS[variant][name]).replace(" ", "")


def test_what_is_the_models_alone_is_passed_over_and_all_else_unknown_is_refused() -> None:
    assert rules(LITERAL, **dict.fromkeys(MODEL_ONLY, True)) == rules(LITERAL)
    with pytest.raises(InputError, match="unknown rule thrift"):
        rules(LITERAL, thrift=True)
    with pytest.raises(InputError, match="the rule json cannot be 'cbor'"):
        rules(LITERAL, json="cbor")


def test_members_must_be_enough_for_the_faults_that_are_designed_for() -> None:
    assert (rules(HARDENED).needed_votes(4, 1), rules(HARDENED).needed_custodians(4, 1)) == (3, 2)
    assert deploy(rules(HARDENED), 1).state.committee.needed == 3
    with pytest.raises(InputError, match="members"):
        rules(HARDENED).check_deployment(3, 1)
