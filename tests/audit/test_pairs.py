"""What is compared with what: targets by name, or two single ones; readings by name, or with what has none."""

import pytest

from meterproof.audit.described import Subject
from meterproof.audit.pairs import narrowed, pairs
from meterproof.errors import InputError


def subjects(*names: str) -> tuple[Subject, ...]:
    """`"a@x literal"` or `"a@x"`."""
    return tuple(Subject(target, reading or None) for target, _, reading in (n.partition(" ") for n in names))


def told(base: tuple[Subject, ...], head: tuple[Subject, ...]) -> list[tuple[str, str]]:
    return [("" if p.base is None else p.base.name, "" if p.head is None else p.head.name) for p in pairs(base, head)]


def test_two_single_targets_are_compared_whatever_they_are_called() -> None:
    assert told(subjects("a@x"), subjects("b@y")) == [("a@x", "b@y")]


def test_several_targets_are_compared_by_name_and_none_is_left_out() -> None:
    assert told(subjects("a@x", "a@y"), subjects("a@y", "a@z")) == [("a@x", ""), ("a@y", "a@y"), ("", "a@z")]


def test_readings_are_compared_by_name() -> None:
    both = subjects("a@x literal", "a@x charitable")
    assert told(both, both) == [("a@x (literal)", "a@x (literal)"), ("a@x (charitable)", "a@x (charitable)")]
    assert told(both, subjects("a@x literal", "a@x new")) == [
        ("a@x (literal)", "a@x (literal)"), ("a@x (charitable)", ""), ("", "a@x (new)"),
    ]  # fmt: skip


def test_a_side_without_readings_is_compared_with_every_reading() -> None:
    found = pairs(subjects("a@x literal", "a@x charitable"), subjects("a@y"))
    assert [(p.reading, p.target) for p in found] == [("literal", "a@y"), ("charitable", "a@y")]
    back = pairs(subjects("a@y"), subjects("a@x literal", "a@x charitable"))
    assert [(p.reading, p.target) for p in back] == [("literal", "a@x"), ("charitable", "a@x")]


def test_two_single_readings_are_compared_with_each_other() -> None:
    [pair] = pairs(subjects("a@x literal"), subjects("a@x charitable"))
    assert pair.reading == "literal -> charitable"


def test_a_reading_that_is_not_there_is_refused_with_those_that_are() -> None:
    both = subjects("a@x literal", "a@x charitable")
    assert [s.reading for s in narrowed(both, "literal", "BASE")] == ["literal"]
    assert narrowed(both, None, "BASE") == both
    with pytest.raises(InputError) as error:
        narrowed(both, "sceptical", "BASE")
    assert error.value.allowed == "charitable, literal"
