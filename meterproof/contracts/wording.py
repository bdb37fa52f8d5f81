"""Requests, clauses and decisions in words, for people who know the law and not the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from meterproof.contracts.conditions import Amounts, Clause, Dates, Hours, Weekdays, Words
from meterproof.contracts.contract import Contract
from meterproof.contracts.decide import Decision, Standing
from meterproof.contracts.request import MOST, WEEKDAYS, Request, day_text, time_text


def request_text(request: Request) -> str:
    """Such as `household in power-trading: submit trade-order of 5,000 Wh, mainland, Mon 2030-01-07 12:00`."""
    amount = "" if request.amount is None else f" of {request.amount.value:,} {request.amount.unit}"
    when = f"{WEEKDAYS[request.weekday].capitalize()} {day_text(request.day)} {time_text(request.minute)}"
    what = f"{request.action} {request.data}{amount}"
    return f"{request.who} in {request.service}: {what}, {request.jurisdiction}, {when}"


def clause_text(clause: Clause) -> str:
    """Such as `who is household or retailer`."""
    match clause:
        case Words():
            return f"{clause.name} is {listed(sorted(clause.words), 'or')}"
        case Amounts(unit=None):
            return "there is no amount"
        case Amounts():
            below = "" if clause.end > MOST else f", below {clause.end:,} {clause.unit}"
            return f"amount is from {clause.start:,} {clause.unit} on{below}"
        case Hours():
            return f"hours are from {time_text(clause.start)} to before {time_text(clause.end)}"
        case Weekdays():
            return f"weekday is {listed([WEEKDAYS[each] for each in sorted(clause.days)], 'or')}"
        case Dates():
            ends = [f"from {day_text(clause.start)} on"] if clause.start else []
            ends += [] if clause.end is None else [f"before {day_text(clause.end)}"]
            return f"date is {', '.join(ends)}"


def decision_text(contract: Contract, decision: Decision) -> str:
    """Such as `deny by rule trade-of-households (EMA s. 12)`."""
    if decision.rule is not None:
        conflict = "; rules conflict, the most cautious outcome is taken" if decision.conflict else ""
        return f"{decision.outcome} by rule {decision.rule} ({decision.law}){conflict}"
    if decision.unknown:
        return f"{decision.outcome}: {contract.label} does not know this {listed(decision.unknown, 'and')}"
    return f"{decision.outcome}: no rule decides"


def standing_text(contract: Contract, standing: Standing) -> str:
    """Why a rule did not decide, or that it stands."""
    if standing.fails:
        rule = contract.rule(standing.rule)
        missed = (rule.clause(name) for name in standing.fails)
        return "does not apply: " + "; ".join(f"only where {clause_text(each)}" for each in missed if each is not None)
    if standing.gives_way_to:
        return "gives way to " + "; ".join(_why(contract, standing.rule, each) for each in standing.gives_way_to)
    return "stands"


def _why(contract: Contract, rule: str, other: str) -> str:
    """A rule that another gives way to, with the reason."""
    ours, theirs = contract.rule(rule), contract.rule(other)
    match contract.policy:
        case "first-applicable":
            return f"{other}, which comes before it"
        case "deny-overrides":
            return f"{other}, which is more cautious"
        case "most-specific":
            overrides = rule in theirs.overrides and not contract.narrower(theirs, ours)
            return f"{other}, which overrides it" if overrides else f"{other}, which is narrower"


def spread_text(spread: Mapping[str, Sequence[str]]) -> str:
    """Such as `who household or retailer; service power-trading`; `any` where everything is possible."""
    return "; ".join(f"{name} {listed(words, 'or')}" for name, words in spread.items()) or "any"


def listed(words: Sequence[str], last: str) -> str:
    """`a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""
