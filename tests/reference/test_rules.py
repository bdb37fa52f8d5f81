"""Rules are read strictly: every name known, none missing, every value one of the allowed ones."""

from __future__ import annotations

import pytest

from meterproof.errors import InputError
from meterproof.lang.formula import Formula
from reference.bc_ami.rules import BEYOND_ONE_VIEW, MODEL_ONLY, Rules
from tests.reference.variants import HARDENED, LITERAL, VARIANTS, rules


@pytest.mark.parametrize("variant", VARIANTS)
def test_text_and_formula_objects_mean_the_same(variant: str) -> None:
    values = dict(VARIANTS[variant])
    parsed = {**values, "quorum": Formula.parse(str(values["quorum"]), ("n", "f"))}
    assert Rules.from_values(values) == Rules.from_values(parsed)


@pytest.mark.parametrize(
    "name", [name for name in LITERAL if name not in ("resilience", *BEYOND_ONE_VIEW, *MODEL_ONLY)]
)
def test_a_missing_rule_is_named(name: str) -> None:
    with pytest.raises(InputError, match=name):
        Rules.from_values({key: value for key, value in LITERAL.items() if key != name})


def test_an_unknown_rule_is_named() -> None:
    with pytest.raises(InputError, match="qourum"):
        rules(LITERAL, qourum="1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("credential", "password"),
        ("vote_once", "true"),
        ("vote_once", 1),
        ("quorum", 3),
        ("quorum", "2*g"),
        ("finality", 0),
    ],
)
def test_a_foreign_value_is_refused(name: str, value: object) -> None:
    with pytest.raises(InputError, match=r"the rule|formula"):
        rules(LITERAL, **{name: value})


def test_thresholds_are_those_of_the_formulas() -> None:
    assert rules(LITERAL).needed_votes(5, 1) == 3
    assert rules(HARDENED).needed_votes(5, 1) == 4
    assert rules(HARDENED).needed_endorsements(4, 1) == 2


def test_too_few_replicas_are_refused_only_where_the_rule_says_so() -> None:
    rules(LITERAL).check_deployment(3, 1)
    rules(LITERAL, resilience=None).check_deployment(3, 1)
    rules(HARDENED).check_deployment(4, 1)
    with pytest.raises(InputError, match="3 replicas cannot stand 1 faulty"):
        rules(HARDENED).check_deployment(3, 1)
