"""Contracts as z3 terms over one request: the words of all vocabularies at once, whole amounts and all days to 9999.

A rule is a conjunction of its clauses, so every question about contracts is one without quantifiers: words are numbers
of a few bits, amounts and times are in linear arithmetic over integers. z3 decides such questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations
from typing import Any

import z3

from meterproof.contracts.conditions import WORDS, Amounts, Clause, Dates, Hours, Weekdays, Words
from meterproof.contracts.contract import CAUTION, OUTCOMES, Contract, Outcome, Rule
from meterproof.contracts.request import DAY, LAST_DAY, MOST

Term = Any
"""A z3 expression; z3 has no types to check."""


class Universe:
    """A request as z3 constants, and all the values that contracts tell apart.

    `words` are those of all the contracts' vocabularies, in alphabetical order, so that no contract comes first.
    `cuts` are the ends of all intervals: between two of them, amounts, minutes and days are alike.
    """

    def __init__(self, contracts: tuple[Contract, ...]) -> None:
        self.context = z3.Context()
        names = (*WORDS, "unit")
        self.words = {name: sorted({w for c in contracts for w in c.vocabulary[name]}) for name in names}
        self.constants = {name: z3.BitVec(name, len(self.words[name]).bit_length(), self.context) for name in names}
        self.constants |= {name: z3.Int(name, self.context) for name in ("amount", "minute", "day")}
        self._week, self.weekday = z3.Ints("week weekday", self.context)
        self.cuts = {name: sorted(ends) for name, ends in _cuts(contracts).items()}
        self._made: dict[object, Term] = {}

    def request(self) -> list[Term]:
        """What makes the constants a request."""
        of = self.constants
        none = len(self.words["unit"])
        return [
            *(z3.ULT(of[name], len(self.words[name])) for name in WORDS),
            z3.ULE(of["unit"], none),
            z3.And(of["amount"] >= 0, of["amount"] <= MOST),
            z3.Implies(of["unit"] == none, of["amount"] == 0),
            z3.And(of["minute"] >= 0, of["minute"] < DAY),
            z3.And(of["day"] >= 0, of["day"] <= LAST_DAY),
            of["day"] + 3 == 7 * self._week + self.weekday,  # as request.weekday
            z3.And(self.weekday >= 0, self.weekday < 7),
        ]

    def word(self, name: str, words: Iterable[str | None]) -> Term:
        """Whether the request's word is one of these; None is for the unit without an amount."""
        index = {word: at for at, word in enumerate(self.words[name])} | {None: len(self.words[name])}
        return self.any([self.constants[name] == index[word] for word in sorted(words, key=index.__getitem__)])

    def known(self, contract: Contract) -> Term:
        """Whether the contract knows all the request's words."""
        words = tuple((name, (*contract.vocabulary[name], *([None] if name == "unit" else []))) for name in self.words)
        return self._once(words, lambda: self.all(self.word(name, each) for name, each in words))

    def scope(self, rule: Rule) -> Term:
        """Whether the request meets all clauses of the rule."""
        return self._once(rule.clauses, lambda: self.all(self.clause(each) for each in rule.clauses))

    def clause(self, clause: Clause) -> Term:
        """Whether the request meets the clause."""
        return self._once(clause, lambda: self._clause(clause))

    def _once(self, key: object, make: Callable[[], Term]) -> Term:
        """A term that is made once: to make terms takes far longer than to decide them."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def _clause(self, clause: Clause) -> Term:
        of = self.constants
        match clause:
            case Words():
                return self.word(clause.name, clause.words)
            case Amounts():
                unit = self.word("unit", [clause.unit])
                return z3.And(unit, of["amount"] >= clause.start, of["amount"] < clause.end)
            case Hours():
                return self.any([z3.And(of["minute"] >= start, of["minute"] < end) for start, end in clause.spans])
            case Weekdays():
                return self.any([self.weekday == each for each in sorted(clause.days)])
            case Dates():
                return self.all([of["day"] >= clause.start, *([] if clause.end is None else [of["day"] < clause.end])])

    def negation(self, term: Term) -> Term:
        """That the term is false."""
        return z3.Not(term)

    def all(self, terms: Iterable[Term]) -> Term:
        """The conjunction; true of none."""
        found = list(terms)
        return z3.And(*found) if found else z3.BoolVal(True, self.context)

    def any(self, terms: Iterable[Term]) -> Term:
        """The disjunction; false of none."""
        found = list(terms)
        return z3.Or(*found) if found else z3.BoolVal(False, self.context)


class Terms:
    """What `decide` finds, as terms: by rule whether it applies, stands, and decides.

    With `rules`, only these are thought of: that is right where no other rule of the contract applies.
    """

    def __init__(self, universe: Universe, contract: Contract, rules: Iterable[Rule] | None = None) -> None:
        self.universe, self.contract = universe, contract
        self.rules = contract.rules if rules is None else tuple(rules)
        kept = {rule.id for rule in self.rules}
        every = universe.all
        self.known = universe.known(contract)
        self.applies = {rule.id: z3.And(self.known, universe.scope(rule)) for rule in self.rules}
        self._not_applies = {id: z3.Not(term) for id, term in self.applies.items()}
        self.stands = {
            rule.id: every([self.applies[rule.id], *(
                self._not_applies[other] for other in contract.beaten_by[rule.id] if other in kept
            )])
            for rule in self.rules
        }  # fmt: skip
        self._not_stands = {id: z3.Not(term) for id, term in self.stands.items()}
        self.decides = {rule.id: every([self.applies[rule.id], *self.clear(rule).values()]) for rule in self.rules}
        self.undecided = z3.Not(universe.any(self.applies.values()))
        said = {each: self._standing(each) for each in OUTCOMES}
        self.conflict = universe.any(z3.And(said[one], said[other]) for one, other in combinations(OUTCOMES, 2))

    def named(self, rule: Rule) -> Term:
        """Whether the rule is the one that the decision names."""
        before = (each for each in self.rules if each.id < rule.id and each.decision == rule.decision)
        return self.universe.all([self.decides[rule.id], *(self._not_stands[each.id] for each in before)])

    def clear(self, rule: Rule) -> dict[str, Term]:
        """For each other rule that could keep this one from deciding where it applies: that it does not."""
        beaten_by = self.contract.beaten_by[rule.id]
        found = {}
        for other in self.rules:
            if other.id in beaten_by:
                found[other.id] = self._not_applies[other.id]
            elif CAUTION[other.decision] > CAUTION[rule.decision]:
                found[other.id] = self._not_stands[other.id]
        return found

    def outcome(self, outcome: Outcome) -> Term:
        """Whether the contract decides so."""
        found = [self.decides[rule.id] for rule in self.rules if rule.decision == outcome]
        return self.universe.any([*found, *([self.undecided] if self.contract.otherwise == outcome else [])])

    def _standing(self, outcome: Outcome) -> Term:
        return self.universe.any(self.stands[rule.id] for rule in self.rules if rule.decision == outcome)


def differ(one: Terms, other: Terms) -> Term:
    """Whether two contracts decide a request differently."""
    return one.universe.any(one.outcome(each) != other.outcome(each) for each in OUTCOMES)


def _cuts(contracts: tuple[Contract, ...]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {"amount": {0}, "minute": {0}, "day": {0}}
    for clause in (clause for contract in contracts for rule in contract.rules for clause in rule.clauses):
        match clause:
            case Amounts():
                found["amount"] |= {clause.start, clause.end}
            case Hours():
                found["minute"] |= {end for span in clause.spans for end in span}
            case Dates():
                found["day"] |= {clause.start, *(() if clause.end is None else (clause.end,))}
            case Words() | Weekdays():
                pass
    return found
