"""Rules as typed values: what a spec may choose, what it may not, and what is left when a rule is taken away."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.errors import InputError, ModelError
from meterproof.lang.formula import Formula
from meterproof.lang.rules import Rule, RuleSchema, RuleValues, choice, flag, formula, number


class Ordering:
    """A concern with one rule of every kind."""

    vote_once = flag(removed=False, doc="A replica votes once a height and view.", cites=("IS-C17",))
    finality = choice("leaders-word", "certificate", removed="leaders-word", doc="What makes a block final.")
    quorum = formula("n", "f", removed="1", doc="Votes that make a certificate.", cites=("IS-R15", "IS-C14"))
    window = number(1, 5, doc="Heights that may be open at once.")


RULES = {name: rule for name, rule in vars(Ordering).items() if isinstance(rule, Rule)}
SCHEMA = RuleSchema(RULES)
BASE = {"vote_once": True, "finality": "certificate", "quorum": "2f+1", "window": 3}

CHOICES = st.fixed_dictionaries(
    {
        "vote_once": st.booleans(),
        "finality": st.sampled_from(["leaders-word", "certificate"]),
        "quorum": st.sampled_from(["1", "2f+1", "floor((n+f)/2)+1", "n - f"]),
        "window": st.integers(1, 5),
    }
)


def test_a_rule_takes_its_name_from_the_attribute() -> None:
    assert [rule.name for rule in SCHEMA.values()] == list(SCHEMA) == ["vote_once", "finality", "quorum", "window"]
    assert Ordering.quorum.cites == ("IS-R15", "IS-C14")


def test_a_rule_declared_outside_a_class_is_named_by_the_schema() -> None:
    assert RuleSchema({"late": flag(doc="A late rule.")})["late"].name == "late"


def test_values_are_read_as_attributes_of_their_type() -> None:
    values = SCHEMA.read(BASE)
    assert values.vote_once is True
    assert values.finality == "certificate"
    assert values.quorum == Formula.parse("2*f+1")
    assert values.window == 3
    assert repr(values) == "RuleValues(vote_once=true, finality='certificate', quorum='2*f+1', window=3)"


@given(CHOICES)
def test_plain_values_read_back_to_the_same_choice(raw: dict[str, object]) -> None:
    values = SCHEMA.read(raw)
    assert SCHEMA.read(values.plain()) == values
    assert hash(SCHEMA.read(values.plain())) == hash(values)
    assert pickle.loads(pickle.dumps(values)) == copy.deepcopy(values) == values


@given(CHOICES, CHOICES)
def test_replacing_every_rule_is_reading_the_other_choice(one: dict[str, object], other: dict[str, object]) -> None:
    assert SCHEMA.read(one).replace(**other) == SCHEMA.read(other)


@given(CHOICES, st.sampled_from([name for name, rule in RULES.items() if rule.removable]))
def test_taking_a_rule_away_changes_that_rule_alone_and_only_once(raw: dict[str, object], name: str) -> None:
    values = SCHEMA.read(raw)
    without = values.remove(name)
    assert dict(without.items())[name] == SCHEMA[name].removed
    assert {k: v for k, v in without.items() if k != name} == {k: v for k, v in values.items() if k != name}
    assert without.remove(name) == without


def test_a_choice_cannot_be_changed_in_place() -> None:
    with pytest.raises(AttributeError):
        SCHEMA.read(BASE).vote_once = False  # type: ignore[attr-defined]


def test_a_rule_without_a_neutral_value_cannot_be_taken_away() -> None:
    with pytest.raises(InputError) as caught:
        SCHEMA.read(BASE).remove("window")
    assert caught.value.message == "the rule 'window' cannot be taken away"
    assert caught.value.allowed == "vote_once, finality, quorum"


@pytest.mark.parametrize(
    ("name", "raw", "allowed"),
    [
        ("vote_once", 1, "true or false"),
        ("vote_once", "true", "true or false"),
        ("finality", "majority", "one of 'leaders-word', 'certificate'"),
        ("finality", True, "one of 'leaders-word', 'certificate'"),
        ("window", 0, "a whole number from 1 to 5"),
        ("window", 6, "a whole number from 1 to 5"),
        ("window", True, "a whole number from 1 to 5"),
        ("window", 2.0, "a whole number from 1 to 5"),
        ("quorum", False, 'a whole-number formula in n and f such as "n+f+1"'),
        ("quorum", Formula.parse("k", names=("k",)), 'a whole-number formula in n and f such as "n+f+1"'),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_what_is(name: str, raw: object, allowed: str) -> None:
    with pytest.raises(InputError) as caught:
        SCHEMA.read({**BASE, name: raw})
    assert caught.value.message.startswith(f"rule {name!r} cannot be ")
    assert caught.value.allowed == allowed


def test_a_bad_formula_is_refused_with_its_column_and_rule() -> None:
    with pytest.raises(InputError) as caught:
        SCHEMA["quorum"].parse("2f+k")
    assert caught.value.message == "rule 'quorum': formula '2f+k', column 4: the name 'k' is not known here"
    assert caught.value.allowed is not None and caught.value.allowed.startswith("whole numbers, n, f, ")


def test_a_formula_rule_takes_a_plain_number() -> None:
    assert SCHEMA["quorum"].parse(2) == Formula.parse("2")


def test_an_unknown_rule_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(InputError) as caught:
        SCHEMA.read({**BASE, "vote_onse": True})
    assert caught.value.message == "there is no rule 'vote_onse'; did you mean 'vote_once'?"
    assert caught.value.allowed == "vote_once, finality, quorum, window"


def test_missing_rules_are_all_named() -> None:
    with pytest.raises(InputError) as caught:
        SCHEMA.read({"finality": "certificate", "quorum": "2f+1"})
    assert caught.value.message == "no value for rule 'vote_once', rule 'window'"
    assert caught.value.allowed == "vote_once: true or false; window: a whole number from 1 to 5"


def test_a_model_that_reads_an_unknown_rule_is_told_the_nearest() -> None:
    values: RuleValues = SCHEMA.read(BASE)
    with pytest.raises(AttributeError, match="no rule 'votes_once'; did you mean 'vote_once'"):
        values.votes_once  # noqa: B018
    assert not hasattr(values, "nothing_like_it")


def test_mistaken_declarations_are_model_errors() -> None:
    with pytest.raises(ModelError, match="cannot be 'c' when it is removed"):
        choice("a", "b", removed="c", doc="A choice.")
    with pytest.raises(ModelError, match="at least two different values"):
        choice("a", "a", doc="A choice.")
    with pytest.raises(ModelError, match="the lower bound comes first"):
        number(2, 1, doc="A number.")
    with pytest.raises(ModelError, match="a number cannot be 9 when it is removed"):
        number(1, 5, removed=9, doc="A number.")
    with pytest.raises(ModelError, match="cannot be called 'items'"):
        RuleSchema({"items": flag(doc="A flag.")})
    with pytest.raises(ModelError, match="'vote_once' is also called 'vote'"):
        RuleSchema({"vote": Ordering.vote_once})
