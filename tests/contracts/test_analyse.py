"""z3 finds in a contract exactly what trying every request finds, and shows a request for each finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from meterproof.contracts import Contract, Rule, decide, load, moment
from meterproof.contracts import analyse as module
from meterproof.contracts.analyse import Finding, analyse, without
from meterproof.contracts.conditions import CLAUSES, Amounts, Dates, Weekdays, Words
from meterproof.contracts.contract import circle
from meterproof.contracts.decide import Decision
from meterproof.contracts.request import Request
from meterproof.contracts.witness import MONDAY, Undecided
from meterproof.verdict import Contradiction
from tests.contracts.small import DAYTIME, REQUESTS, VOCABULARY, contracts, made

SOVEREIGN = Path(__file__).parents[2] / "spec" / "contracts"
ANN, BOB = (Words("who", frozenset({each})) for each in ("ann", "bob"))
ONE, TWO = (Words("service", frozenset({each})) for each in ("one", "two"))


def of(findings: Iterable[Finding], kind: str) -> list[Finding]:
    """The findings of a kind."""
    return [each for each in findings if each.kind == kind]


def standing(decision: Decision) -> set[str]:
    """The rules that stand."""
    return {each.rule for each in decision.standings if each.stands}


def outcomes(contract: Contract) -> list[tuple[str, bool]]:
    """Outcome and conflict of every request."""
    return [(each.outcome, each.conflict) for each in (decide(contract, request) for request in REQUESTS)]


@settings(max_examples=20)
@given(contracts())
def test_findings_are_those_of_trying_everything(contract: Contract) -> None:
    decisions = [decide(contract, request) for request in REQUESTS]
    found = analyse(contract).findings
    assert not of(found, "undecided")

    gaps = {r.service for r, d in zip(REQUESTS, decisions, strict=True) if d.rule is None}
    assert {each.request.service for each in of(found, "gap") if each.request} == gaps

    said = {rule.id: rule.decision for rule in contract.rules}
    pairs = {(a, b) for d in decisions if d.conflict for a in standing(d) for b in standing(d)}
    conflicts = {frozenset((a, b)) for a, b in pairs if said[a] != said[b]}
    assert {frozenset(each.rules) for each in of(found, "conflict")} == conflicts

    deciding = {a for d in decisions for a in standing(d) if said[a] == d.outcome}
    unreachable = [rule.id for rule in contract.rules if rule.id not in deciding]
    assert [each.rules[0] for each in of(found, "unreachable")] == unreachable

    before = outcomes(contract)
    redundant = [
        rule.id for rule in contract.rules
        if rule.id not in unreachable and outcomes(without(contract, rule.id)) == before
    ]  # fmt: skip
    assert [each.rules[0] for each in of(found, "redundant")] == redundant

    useful = [rule for rule in contract.rules if rule.id not in (*unreachable, *redundant)]
    assert {(each.rules[0], each.clause, each.word) for each in of(found, "dead clause")} == set(dead(contract, useful))


def dead(contract: Contract, useful: list[Rule]) -> Iterable[tuple[str, str, str | None]]:
    """Parts of rules that could be left out, by leaving each of them out."""
    before = outcomes(contract)

    def same(rule: Rule, changed: Rule) -> bool:
        other = replace(contract, rules=tuple(changed if each is rule else each for each in contract.rules))
        return not circle(other.beaten_by) and outcomes(other) == before

    for rule in useful:
        for clause in rule.clauses:
            rest = tuple(each for each in rule.clauses if each != clause)
            if same(rule, replace(rule, clauses=rest)):
                yield rule.id, clause.name, None
            elif isinstance(clause, Words) and len(clause.words) > 1:
                for word in clause.words:
                    less = Words(clause.name, clause.words - {word})
                    order = sorted((*rest, less), key=lambda each: CLAUSES.index(each.name))
                    if same(rule, replace(rule, clauses=tuple(order))):
                        yield rule.id, clause.name, word
        for other in rule.overrides:
            if same(rule, replace(rule, overrides=tuple(each for each in rule.overrides if each != other))):
                yield rule.id, "overrides", other


@settings(max_examples=20)
@given(contracts())
def test_every_finding_is_shown_by_a_request(contract: Contract) -> None:
    for finding in analyse(contract).findings:
        if finding.request is None:
            continue
        decision = decide(contract, finding.request)
        assert finding.decision == decision
        match finding.kind:
            case "gap":
                assert decision.rule is None and not decision.unknown
            case "conflict":
                assert decision.conflict and set(finding.rules) <= standing(decision)
            case "unreachable":
                [rule] = finding.rules
                assert not contract.rule(rule).fails(finding.request) and decision.rule != rule
                assert finding.by
            case "redundant":
                instead = decide(without(contract, finding.rules[0]), finding.request)
                assert instead.outcome == decision.outcome and finding.by == ((instead.rule,) if instead.rule else ())
            case "dead clause":
                assert finding.clause is not None


def test_a_rule_is_shadowed_by_two_others_together() -> None:
    wide = Rule("wide", "ACT s. 1", "allow", (ONE,))
    found = analyse(made([
        wide, Rule("ann", "ACT s. 2", "deny", (ANN, ONE)), Rule("bob", "ACT s. 3", "deny", (BOB, ONE)),
        Rule("two", "ACT s. 4", "escalate", (TWO,)),
    ])).findings  # fmt: skip
    [unreachable] = of(found, "unreachable")
    assert unreachable.rules == ("wide",) and unreachable.by == ("ann", "bob")
    assert unreachable.request is not None and unreachable.request.service == "one"


def test_clauses_that_no_time_meets_make_a_rule_unreachable_without_a_shadow() -> None:
    monday = Dates(MONDAY, MONDAY + 1)
    never = Rule("never", "ACT s. 1", "allow", (Weekdays(frozenset({5, 6})), monday))
    [unreachable] = of(analyse(made([never])).findings, "unreachable")
    assert (unreachable.request, unreachable.by) == (None, ())


def test_a_conflict_is_gone_once_one_rule_overrides_the_other() -> None:
    allow, deny = Rule("ann", "ACT s. 1", "allow", (ANN,)), Rule("one", "ACT s. 2", "deny", (ONE,))
    [conflict] = of(analyse(made([allow, deny])).findings, "conflict")
    assert conflict.rules == ("ann", "one") and conflict.spread == {"who": ("ann",), "service": ("one",)}
    settled = analyse(made([replace(allow, overrides=("one",)), deny])).findings
    assert not of(settled, "conflict") and not of(settled, "dead clause")


def test_gaps_are_found_to_the_last_watt_hour_and_minute_and_shown_by_the_first_request() -> None:
    found = analyse(made([
        Rule("low", "ACT s. 1", "allow", (Amounts("Wh", 0, 999_999_999_999),)),
        Rule("high", "ACT s. 2", "allow", (Amounts("Wh", 1_000_000_000_000),)),
        Rule("none", "ACT s. 3", "allow", (Amounts(None),)),
    ])).findings  # fmt: skip
    for gap in of(found, "gap"):
        assert gap.request is not None and gap.request.amount is not None
        assert gap.request.amount.value == 999_999_999_999
    assert [each.request.service for each in of(found, "gap") if each.request] == ["one", "two"]
    [first, *_] = of(analyse(made([])).findings, "gap")
    assert first.request == Request("ann", "one", "act", "datum", "here", moment("2030-01-07 12:00"))
    [first, *_] = of(analyse(made([Rule("day", "ACT s. 1", "allow", (DAYTIME,))])).findings, "gap")
    assert first.request is not None and first.request.minute == 20 * 60


@pytest.mark.parametrize("file", ["sovereign.toml", "sovereign-2.toml"])
def test_the_contracts_that_ship_have_no_faults(file: str) -> None:
    analysis = analyse(load(SOVEREIGN / file))
    assert analysis.faults == ()
    lines = (SOVEREIGN / file).read_text().splitlines()
    for each in analysis.findings:
        assert each.line is not None
        assert lines[each.line - 1].split(" = ")[0] == (each.clause or "id")


def test_what_z3_does_not_answer_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def tired(*_: object) -> None:
        raise Undecided("z3 gave up")

    monkeypatch.setattr(module.Solver, "possible", tired)
    analysis = analyse(made([Rule("all", "ACT s. 1", "allow")]))
    assert [(each.kind, each.rules, each.reason) for each in analysis.faults] == [("undecided", ("all",), "z3 gave up")]


def test_z3_and_decide_that_contradict_each_other_are_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def contrary(contract: Contract, request: Request) -> Decision:
        return replace(decide(contract, request), rule="other")

    monkeypatch.setattr(module, "decide", contrary)
    with pytest.raises(Contradiction, match="z3 says that None decides"):
        analyse(made([]))


def test_the_small_vocabulary_is_the_one_that_is_tried() -> None:
    assert {each.who for each in REQUESTS} == set(VOCABULARY["who"]) and len(REQUESTS) == 2 * 2 * 5 * 22
