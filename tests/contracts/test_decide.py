"""A decision is a function of contract and request alone: total, closed, local to the rules that apply."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.contracts import Amount, Contract, Request, Rule, decide, in_force, legal_minute, moment
from meterproof.contracts.analyse import without
from meterproof.contracts.conditions import Amounts, Dates, Hours, Words
from meterproof.contracts.contract import CAUTION, circle
from meterproof.contracts.request import LAST_DAY, MOST, read_request, spelled
from meterproof.errors import InputError
from tests.contracts.small import CLAUSES, REQUESTS, contracts, made

ASKED = Request("ann", "one", "act", "datum", "here", moment("2030-01-07 12:00"))
some_requests = st.sampled_from(REQUESTS)


@settings(max_examples=30)
@given(contracts(), some_requests)
def test_every_request_is_decided_and_nothing_is_allowed_without_a_rule(contract: Contract, request: Request) -> None:
    decision = decide(contract, request)
    assert decision == decide(contract, request)
    if decision.rule is None:
        assert decision.outcome == contract.otherwise and decision.law is None
        assert all(each.fails for each in decision.standings)
    else:
        rule = contract.rule(decision.rule)
        assert (rule.decision, rule.law) == (decision.outcome, decision.law) and not rule.fails(request)
    assert [each.rule for each in decision.standings] == [rule.id for rule in contract.rules]


@settings(max_examples=30)
@given(contracts("first-applicable"), some_requests)
def test_of_rules_in_an_order_the_first_that_applies_decides(contract: Contract, request: Request) -> None:
    applying = [rule.id for rule in contract.rules if not rule.fails(request)]
    decision = decide(contract, request)
    assert decision.rule == (applying[0] if applying else None) and not decision.conflict


@settings(max_examples=30)
@given(contracts("deny-overrides"), some_requests)
def test_one_denial_is_enough_where_denials_override(contract: Contract, request: Request) -> None:
    applying = [rule.decision for rule in contract.rules if not rule.fails(request)]
    decision = decide(contract, request)
    assert decision.outcome == max(applying, key=CAUTION.__getitem__, default=contract.otherwise)
    assert not decision.conflict


@settings(max_examples=30)
@given(contracts("most-specific"), some_requests, st.randoms(use_true_random=False))
def test_where_the_special_law_decides_the_order_of_the_file_does_not(
    contract: Contract, request: Request, random: Random
) -> None:
    shuffled = list(contract.rules)
    random.shuffle(shuffled)
    one, other = decide(contract, request), decide(replace(contract, rules=tuple(shuffled)), request)
    assert (one.outcome, one.rule, one.conflict) == (other.outcome, other.rule, other.conflict)
    if one.rule is not None:
        applying = [rule for rule in contract.rules if not rule.fails(request)]
        assert not any(contract.narrower(rule, contract.rule(one.rule)) for rule in applying)


@settings(max_examples=30)
@given(contracts(), some_requests)
def test_rules_that_do_not_apply_do_not_matter(contract: Contract, request: Request) -> None:
    decision, kept = decide(contract, request), contract
    for standing in decision.standings:
        if standing.fails:
            kept = without(kept, standing.rule)
    again = decide(kept, request)
    assert (again.outcome, again.rule, again.conflict) == (decision.outcome, decision.rule, decision.conflict)


@settings(max_examples=30)
@given(contracts())
def test_no_policy_runs_in_a_circle(contract: Contract) -> None:
    assert circle(contract.beaten_by) == ()


def test_an_exception_beats_its_rule_and_its_own_exception_beats_it() -> None:
    ann, one = Words("who", frozenset({"ann"})), Words("service", frozenset({"one"}))
    contract = made([
        Rule("all", "ACT s. 1", "deny"),
        Rule("ann", "ACT s. 2", "allow", (ann,)),
        Rule("ann-in-one", "ACT s. 3", "escalate", (ann, one)),
    ])  # fmt: skip
    asked = (replace(ASKED, who="bob"), replace(ASKED, service="two"), ASKED)
    assert [decide(contract, each).rule for each in asked] == ["all", "ann", "ann-in-one"]


def test_rules_that_cross_conflict_and_the_more_cautious_wins_until_one_overrides() -> None:
    ann, one = Words("who", frozenset({"ann"})), Words("service", frozenset({"one"}))
    allow, deny = Rule("ann", "ACT s. 1", "allow", (ann,)), Rule("one", "ACT s. 2", "deny", (one,))
    decision = decide(made([allow, deny]), ASKED)
    assert (decision.outcome, decision.rule, decision.conflict) == ("deny", "one", True)
    decision = decide(made([replace(allow, overrides=("one",)), deny]), ASKED)
    assert (decision.outcome, decision.rule, decision.conflict) == ("allow", "ann", False)
    assert [each.gives_way_to for each in decision.standings] == [(), ("ann",)]


@pytest.mark.parametrize(
    "changed", [{"who": "eve"}, {"service": "three"}, {"amount": Amount(1, "kWh")}, {"jurisdiction": ""}]
)
def test_a_word_that_the_contract_does_not_know_is_never_allowed(changed: dict[str, str]) -> None:
    contract = made([Rule("all", "ACT s. 1", "allow")])
    assert decide(contract, ASKED).outcome == "allow"
    decision = decide(contract, replace(ASKED, **changed))
    assert (decision.outcome, decision.rule, decision.standings) == ("deny", None, ())
    assert decision.unknown == ("unit" if "amount" in changed else next(iter(changed)),)


def test_intervals_are_half_open_and_a_night_ends_in_the_morning() -> None:
    some = Amounts("Wh", 5, 10)
    assert [some.admits(replace(ASKED, amount=Amount(v, "Wh"))) for v in (4, 5, 9, 10)] == [False, True, True, False]
    assert not some.admits(ASKED) and Amounts(None).admits(ASKED)
    night = Hours(22 * 60, 6 * 60)
    times = ("21:59", "22:00", "23:59", "00:00", "05:59", "06:00")
    assert [night.admits(replace(ASKED, at=moment(f"2030-01-07 {t}"))) for t in times] == [0, 1, 1, 1, 1, 0]
    assert Hours(22 * 60, 0).spans == ((22 * 60, 24 * 60),)
    day = ASKED.day
    dates = Dates(day, day + 1)
    assert [dates.admits(replace(ASKED, at=moment(f"2030-01-0{d} 00:00"))) for d in (6, 7, 8)] == [False, True, False]


@given(some_requests, some_requests)
def test_a_clause_within_another_admits_no_more(one: Request, other: Request) -> None:
    for clauses in CLAUSES.values():
        for narrow in clauses:
            for wide in clauses:
                if narrow.within(wide):
                    assert all(wide.admits(each) for each in (one, other) if narrow.admits(each))


def test_the_time_of_a_block_is_told_in_legal_time() -> None:
    contract = made([], offset=90)
    assert legal_minute(contract, 0) == 90 and legal_minute(contract, 59) == 90 and legal_minute(contract, 60) == 91


def test_the_version_in_force_is_pinned_by_the_height() -> None:
    versions = [made([], version=v, activation_height=h) for v, h in ((2, 100), (1, 10), (3, 1000))]
    found = {height: in_force(versions, height) for height in (9, 10, 99, 100, 999, 5000)}
    assert [None if each is None else each.version for each in found.values()] == [None, 1, 1, 2, 2, 3]
    with pytest.raises(InputError, match="not after small@1"):
        in_force([made([]), made([], version=2)], 5)
    with pytest.raises(InputError, match="version 1 does not come after version 1"):
        in_force([made([]), made([], activation_height=5)], 5)
    with pytest.raises(InputError, match="is no version of small"):
        in_force([made([]), made([], name="other", version=2, activation_height=5)], 5)


@given(some_requests)
def test_a_request_can_be_written_and_read_again(request: Request) -> None:
    assert read_request(spelled(request)) == request


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("who", "a request with 'who'"),
        ("whom=ann", "did you mean 'who'"),
        ("who=ann, who=bob", "who twice"),
        ("who=ann, at=2031-01-06 12:00", "without service, action, data, jurisdiction"),
        (spelled(ASKED) + ", amount=1.5 Wh", "'1.5 Wh' is no amount"),
        (spelled(ASKED) + f", amount={MOST + 1} Wh", "an amount of 9223372036854775808"),
        (spelled(ASKED).replace("12:00", "24:00"), "is no time"),
        (spelled(ASKED).replace("01-07", "02-30"), "is no time"),
        (spelled(ASKED).replace("2030", "1969"), "before 1970"),
    ],
)
def test_what_is_no_request_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_request(text)


def test_times_and_amounts_end_somewhere() -> None:
    assert replace(ASKED, at=moment("9999-12-31 23:59")).day == LAST_DAY
    for at in (-1, (LAST_DAY + 1) * 1440, True, 1.0):
        with pytest.raises(InputError, match="minutes since 1970"):
            replace(ASKED, at=at)
    for value in (-1, MOST + 1, 1.0, True):
        with pytest.raises(InputError, match="whole number"):
            Amount(value, "Wh")  # type: ignore[arg-type]


def test_asking_for_a_rule_that_is_not_there() -> None:
    with pytest.raises(InputError, match="small@1 has no rule 'al'; did you mean 'all'"):
        made([Rule("all", "ACT s. 1", "allow")]).rule("al")
