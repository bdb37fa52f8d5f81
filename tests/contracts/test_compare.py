"""A comparison tells every change of an outcome, once; there is none against oneself, and the way back is the dual."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from meterproof.contracts import Amount, Contract, Request, Rule, decide, digest, load, moment
from meterproof.contracts.compare import Change, Comparison, compare
from meterproof.contracts.conditions import WORDS, Amounts, Dates, Hours, Weekdays, Words
from meterproof.contracts.witness import MONDAY, Solver, Undecided
from tests.contracts.small import REQUESTS, VOCABULARY, contracts, made

SOVEREIGN = Path(__file__).parents[2] / "spec" / "contracts"


@settings(max_examples=20)
@given(contracts(), contracts())
def test_the_groups_are_those_of_trying_everything(old: Contract, new: Contract) -> None:
    found = compare(old, new)
    changed = set()
    for request in REQUESTS:
        before, after = decide(old, request), decide(new, request)
        if before.outcome != after.outcome:
            changed.add((before.rule, before.outcome, after.rule, after.outcome))
    groups = [(each.old.rule, each.old.outcome, each.new.rule, each.new.outcome) for each in found.changes]
    assert len(groups) == len(set(groups)) and set(groups) == changed
    assert found.equivalent == (not changed)
    for change in found.changes:
        assert change.old == decide(old, change.request) and change.new == decide(new, change.request)
        assert {name: words for name, words in change.spread.items() if name in WORDS} == {
            name: tuple(sorted(words))
            for name in WORDS
            if (words := {getattr(each, name) for each in group(old, new, change)}) < VOCABULARY[name].keys()
        }


def group(old: Contract, new: Contract, change: Change) -> Iterator[Request]:
    """The requests that the same rules decide as the one that is shown."""
    for request in REQUESTS:
        rules = (decide(old, request).rule, decide(new, request).rule)
        if rules == (change.old.rule, change.new.rule):
            yield request


@settings(max_examples=10)
@given(contracts(), contracts())
def test_back_is_the_dual_and_nothing_changes_against_oneself(old: Contract, new: Contract) -> None:
    assert compare(old, old).equivalent

    def told(found: Comparison, back: bool) -> set[tuple[object, ...]]:
        return {
            (each.request, *((each.new, each.old) if back else (each.old, each.new)), tuple(each.spread.items()))
            for each in found.changes
        }

    assert told(compare(old, new), False) == told(compare(new, old), True)


def test_a_limit_that_is_raised_by_one_allows_one_amount() -> None:
    def limited(least: int) -> Contract:
        return made([Rule("all", "ACT s. 1", "allow"), Rule("much", "ACT s. 2", "deny", (Amounts("Wh", least),))])

    [change] = compare(limited(5_000_000), limited(5_000_001)).changes
    assert change.kind == "allow" and change.request.amount == Amount(5_000_000, "Wh")
    assert (change.old.rule, change.new.rule) == ("much", "all")
    assert change.spread == {"amount": ("5,000,000 Wh",)}


def test_a_night_that_begins_a_minute_later_allows_that_minute() -> None:
    def by_day(end: int) -> Contract:
        return made([Rule("day", "ACT s. 1", "allow", (Hours(360, end),))])

    [change] = compare(by_day(1320), by_day(1321)).changes
    assert change.kind == "allow" and change.request.at == moment("2030-01-07 22:00")
    assert change.spread == {"hours": ("22:00 to 22:01",)}


def test_where_a_change_is_made_is_told_clause_by_clause() -> None:
    def ruled(days: set[int], dates: Dates, amounts: Amounts) -> Contract:
        return made([Rule("some", "ACT s. 1", "allow", (amounts, Weekdays(frozenset(days)), dates))])

    old = ruled({0, 1}, Dates(MONDAY, MONDAY + 7), Amounts("Wh", 10, 20))
    new = ruled({0, 1, 5, 6}, Dates(MONDAY, None), Amounts("Wh", 10, 20))
    [change] = compare(old, new).changes
    assert change.spread == {
        "amount": ("10 Wh to below 20 Wh",), "dates": ("from 2030-01-07 on",), "weekdays": ("mon", "tue", "sat", "sun"),
    }  # fmt: skip
    [change] = compare(made([]), ruled({6}, Dates(0, MONDAY), Amounts(None))).changes
    assert change.spread == {"amount": ("none",), "dates": ("before 2030-01-07",), "weekdays": ("sun",)}


def test_a_word_that_only_one_version_knows_is_compared_as_well() -> None:
    old = made([Rule("all", "ACT s. 1", "allow")])
    wider = VOCABULARY | {"who": {**VOCABULARY["who"], "eve": "-"}}
    [change] = compare(old, replace(old, vocabulary=wider, version=2)).changes
    assert change.request.who == "eve" and change.old.unknown == ("who",) and change.new.rule == "all"
    assert change.spread == {"who": ("eve",)}


def test_another_way_to_say_the_same_is_equivalent_and_has_another_hash() -> None:
    both = made([Rule("all", "ACT s. 1", "allow")])
    apart = made([Rule(w, "ACT s. 1", "allow", (Words("who", frozenset({w})),)) for w in ("ann", "bob")])
    found = compare(both, apart)
    assert found.equivalent and found.digests[0] != found.digests[1] == digest(apart)


def test_what_the_amendment_that_ships_changes() -> None:
    old, new = load(SOVEREIGN / "sovereign.toml"), load(SOVEREIGN / "sovereign-2.toml")
    found = compare(old, new)
    assert found.succession == ()
    assert [(each.old.rule, each.new.rule) for each in found.newly("allow")] == [
        (None, "reports"),
        (None, "trade"),
        ("no-act-without-law", "mining-for-operation"),
        ("trade-of-households", "trade"),
        ("trade-on-islands-at-night", "trade"),
    ]
    assert {each.new.rule for each in found.newly("deny")} == {"no-mining-on-islands"}
    weekend = next(each for each in found.changes if each.new.rule == "mining-for-operation").request
    assert weekend.weekday == 5 and weekend.who == "grid-company"
    assert [each.split(" ")[0] for each in compare(new, old).succession] == ["version", "sovereign@1"]


def test_a_comparison_that_z3_does_not_answer_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def tired(*_: object) -> None:
        raise Undecided("z3 gave up")

    monkeypatch.setattr(Solver, "first", tired)
    with pytest.raises(Undecided, match="z3 gave up"):
        compare(made([]), made([]))
