"""Small contracts by the hundred, and every request that they can tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hypothesis import strategies as st

from meterproof.contracts import Amount, Contract, Request, Rule
from meterproof.contracts.conditions import Amounts, Clause, Dates, Hours, Weekdays, Words
from meterproof.contracts.contract import OUTCOMES, POLICIES, circle
from meterproof.contracts.request import DAY
from meterproof.contracts.witness import MONDAY

VOCABULARY = {
    "who": {"ann": "-", "bob": "-"},
    "service": {"one": "-", "two": "-"},
    "action": {"act": "-"},
    "data": {"datum": "-"},
    "jurisdiction": {"here": "-"},
    "unit": {"Wh": "-"},
}
DAYTIME, NIGHT = Hours(6 * 60, 20 * 60), Hours(20 * 60, 6 * 60)

CLAUSES: dict[str, list[Clause]] = {
    "who": [Words("who", frozenset(each)) for each in ({"ann"}, {"bob"}, {"ann", "bob"})],
    "service": [Words("service", frozenset({each})) for each in ("one", "two")],
    "amount": [Amounts(None), Amounts("Wh"), Amounts("Wh", 1), Amounts("Wh", 1, 3), Amounts("Wh", 0, 2)],
    "hours": [DAYTIME, NIGHT],
    "weekdays": [Weekdays(frozenset({0, 1})), Weekdays(frozenset({1, 6})), Weekdays(frozenset(range(7)))],
    "dates": [Dates(MONDAY, MONDAY + 2), Dates(MONDAY, None), Dates(0, MONDAY + 4), Dates(MONDAY + 2, MONDAY + 4)],
}


def requests() -> Iterator[Request]:
    """One request of each set that no clause above tells apart."""
    amounts = [None, *(Amount(value, "Wh") for value in range(4))]
    days = [
        MONDAY + each for each in (-7, -6, -2, -1, 0, 1, 2, 4, 6, 7, 8)
    ]  # Mon, Tue, Sun or another, where there are
    times = [day * DAY + minute for day in days for minute in (12 * 60, 22 * 60)]
    for who, service, amount, at in product(VOCABULARY["who"], VOCABULARY["service"], amounts, times):
        yield Request(who, service, "act", "datum", "here", at, amount)


REQUESTS = tuple(requests())


@st.composite
def rules(draw: st.DrawFn, id: str) -> Rule:
    """A rule with up to three clauses."""
    names = draw(st.lists(st.sampled_from(sorted(CLAUSES)), max_size=3, unique=True))
    clauses = tuple(draw(st.sampled_from(CLAUSES[name])) for name in CLAUSES if name in names)
    return Rule(id, f"ACT s. {id}", draw(st.sampled_from(OUTCOMES)), clauses)


@st.composite
def contracts(draw: st.DrawFn, policy: str | None = None, most: int = 4) -> Contract:
    """A contract of a few rules, some of which may override others; never in a circle."""
    ids = [f"r{at}" for at in range(draw(st.integers(0, most)))]
    found = [draw(rules(id)) for id in ids]
    chosen = draw(st.sampled_from(POLICIES)) if policy is None else policy
    contract = made(found, policy=chosen, otherwise=draw(st.sampled_from(["deny", "escalate"])))
    if chosen == "most-specific" and len(ids) > 1:
        for _ in range(draw(st.integers(0, 2))):
            one, other = draw(st.permutations(ids))[:2]
            trial = made([
                Rule(r.id, r.law, r.decision, r.clauses, (*r.overrides, other) if r.id == one else r.overrides)
                for r in contract.rules
            ], policy=chosen, otherwise=contract.otherwise)  # fmt: skip
            contract = contract if circle(trial.beaten_by) else trial
    return contract


def made(rules: list[Rule], policy: str = "most-specific", otherwise: str = "deny", **more: object) -> Contract:
    """A contract of these rules over the small vocabulary."""
    head = {"name": "small", "version": 1, "activation_height": 0, "authority": "-", "offset": 0} | more
    return Contract(
        policy=policy, otherwise=otherwise, laws={"ACT": "-"}, vocabulary=VOCABULARY, rules=tuple(rules), **head
    )
