"""What can be done to a rule: it is taken away first, then given every other value that is known of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from meterproof.claims import changing
from meterproof.lang.rules import RuleSchema, number, plain, write_text
from meterproof.necessity import Change, changes_of
from meterproof.necessity.change import as_values
from tests.necessity.gate import TWO, Gate, rules

VALUES = st.fixed_dictionaries(
    {
        "ticket": st.booleans(),
        "paint": st.sampled_from(["none", "red", "blue"]),
        "least": st.sampled_from(["1", "n", "n+f"]),
    }
)


def test_the_removal_comes_first_and_then_the_other_values_of_a_choice() -> None:
    assert changes_of(rules())["paint"] == (Change("paint", "none", True), Change("paint", "blue", False))


def test_a_formula_has_the_values_of_other_variants_and_of_the_study_s_controls() -> None:
    found = changes_of(rules(), [rules(least="n-1")], changing("least", "n+f", by=TWO))["least"]
    assert [(c.value, c.removal) for c in found] == [("1", True), ("n-1", False), ("n+f", False)]


def test_of_a_rule_that_is_not_followed_nothing_can_be_taken_away() -> None:
    assert changes_of(rules(paint="none", ticket=False), [rules()])["paint"] == ()


def test_a_rule_that_can_t_be_taken_away_still_has_other_values() -> None:
    schema = RuleSchema({"few": number(1, 3, doc="a few"), "many": number(1, 100, doc="many")})
    found = changes_of(schema.read({"few": 2, "many": 2}))
    assert [str(c) for c in found["few"]] == ["few = 1", "few = 3"] and found["many"] == ()


@given(VALUES, VALUES)
def test_each_change_gives_one_rule_another_value_and_leaves_the_others(
    one: dict[str, object], other: dict[str, object]
) -> None:
    now = rules(**one)
    for name, changes in changes_of(now, [rules(**other)]).items():
        assert len({c.value for c in changes}) == len(changes)
        for change in changes:
            after = now.replace(**as_values([change])).plain()
            assert {n for n, v in after.items() if v != now.plain()[n]} == {name} == {change.rule}
            assert not change.removal or now.remove(name) == now.replace(**as_values([change]))


@given(VALUES)
def test_a_value_that_is_written_as_text_is_read_back(chosen: dict[str, object]) -> None:
    for name, value in rules(**chosen).items():
        assert Gate.rule_schema()[name].read_text(write_text(plain(value))) == value
