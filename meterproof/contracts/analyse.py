"""What is wrong with a contract, found by z3 over all requests in its vocabulary, all whole amounts and all times.

*Faults*: a conflict (rules that differ stand), an unreachable rule (it decides no request), a gap (a request to which
no rule applies). *Remarks*: a redundant rule and a dead clause, without which every request would have the same outcome
and the same requests be in conflict; a law may want to be cited all the same. Every finding shows a request, on which
`decide` has been asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from meterproof.contracts.canonical import digest
from meterproof.contracts.conditions import Words
from meterproof.contracts.contract import Contract, Rule, circle
from meterproof.contracts.decide import Decision, decide
from meterproof.contracts.request import Request
from meterproof.contracts.spread import Spread, spread
from meterproof.contracts.terms import Terms, Universe, differ
from meterproof.contracts.witness import Solver, Undecided
from meterproof.verdict import Contradiction

Kind = Literal["conflict", "unreachable", "gap", "undecided", "redundant", "dead clause"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FAULTS: tuple[Kind, ...] = ("conflict", "unreachable", "gap", "undecided")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    `rules` are those at fault, `clause` and `word` what part of the first of them. `request` is the first request (see
    `witness`) that shows it: one on which conflicting rules stand, to which an unreachable rule would apply, that no
    rule decides, that a redundant rule decides, or that a clause excludes to no effect; None where there is none.
    `decision` is that of the contract on it. `by` are other rules: those that together keep the rule from deciding, or
    the one that would decide in its place. `spread` tells which values such requests can have, where not all can.
    `line` is that of the rule or clause, `reason` that of an answer that z3 did not find.
    """

    kind: Kind
    rules: tuple[str, ...] = ()
    clause: str | None = None
    word: str | None = None
    request: Request | None = None
    decision: Decision | None = None
    by: tuple[str, ...] = ()
    spread: Spread = field(default_factory=dict)
    line: int | None = None
    reason: str = ""

    @property
    def fault(self) -> bool:
        """Whether the contract should not come into force so."""
        return self.kind in FAULTS


@dataclass(frozen=True)
class Analysis:
    """All findings of a contract, faults first; `digest` says which contract it was."""

    contract: Contract
    digest: str
    findings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that are faults."""
        return tuple(each for each in self.findings if each.fault)


def analyse(contract: Contract, timeout: float = 10.0, say: Say = lambda _: None) -> Analysis:
    """All that z3 finds in a contract; a question that it does not answer within `timeout` seconds is a finding too."""
    found = sorted(_Analyst(contract, timeout, say).findings(), key=lambda each: KINDS.index(each.kind))
    return Analysis(contract, digest(contract), tuple(found))


class _Analyst:
    def __init__(self, contract: Contract, timeout: float, say: Say) -> None:
        self.contract, self.say = contract, say
        self.universe = Universe((contract,))
        self.solver = Solver(self.universe, timeout)
        self.terms = Terms(self.universe, contract)

    def findings(self) -> Iterator[Finding]:
        yield from self._answered((), self._gaps())
        for at, rule in enumerate(self.contract.rules):
            self.say(f"rule {at + 1} of {len(self.contract.rules)}: {rule.id}")
            for other in self.contract.rules[:at]:
                if other.decision != rule.decision and not apart(other, rule):
                    yield from self._answered((other.id, rule.id), self._conflict(other, rule))
            found = tuple(self._answered((rule.id,), self._useless(rule)))
            yield from found
            if not found:
                yield from self._answered((rule.id,), self._dead_parts(rule))

    def _answered(self, rules: tuple[str, ...], question: Iterator[Finding]) -> Iterator[Finding]:
        try:
            yield from question
        except Undecided as error:
            yield Finding("undecided", rules, line=self._line(rules), reason=str(error))

    def _line(self, rules: tuple[str, ...], key: str = "") -> int | None:
        return self.contract.rule(rules[0]).lines.get(key) if rules else None

    def _gaps(self) -> Iterator[Finding]:
        """One gap for each service in which there is one."""
        for service in self.universe.words["service"]:
            gap = [self.terms.undecided, self.universe.word("service", [service])]
            request = self.solver.first(*gap)
            if request is not None:
                decision = self._decided(request, None)
                yield Finding("gap", request=request, decision=decision, spread=spread(self.solver, *gap))

    def _conflict(self, other: Rule, rule: Rule) -> Iterator[Finding]:
        both = [self.terms.stands[other.id], self.terms.stands[rule.id]]
        request = self.solver.first(*both)
        if request is None:
            return
        decision = decide(self.contract, request)
        standing = {each.rule for each in decision.standings if each.stands}
        if not decision.conflict or not {other.id, rule.id} <= standing:
            raise Contradiction(f"z3 says that {other.id} and {rule.id} conflict on {request}, decide does not")
        rules = (other.id, rule.id)
        where = spread(self.solver, *both)
        yield Finding("conflict", rules, request=request, decision=decision, spread=where, line=self._line(rules[1:]))

    def _useless(self, rule: Rule) -> Iterator[Finding]:
        """That the rule decides nothing, or nothing that would not be decided so without it."""
        line = self._line((rule.id,))
        if not self.solver.possible(self.terms.decides[rule.id]):
            applies = self.terms.applies[rule.id]
            shadows = self.solver.core(self.terms.clear(rule), applies)
            request = self.solver.first(applies)
            decision = None if request is None else decide(self.contract, request)
            if decision is not None and decision.rule == rule.id:
                raise Contradiction(f"z3 says that {rule.id} decides nothing, decide says it does: {request}")
            yield Finding("unreachable", (rule.id,), request=request, decision=decision, by=shadows, line=line)
            return
        shorter = without(self.contract, rule.id)
        if not self._alike(shorter, rule):
            return
        request = self.solver.first(self.terms.named(rule))
        if request is None:  # another rule with the same outcome is always named in its place
            request = self.solver.first(self.terms.decides[rule.id])
        assert request is not None
        decision, instead = decide(self.contract, request), decide(shorter, request)
        self._agree(decision, instead, request)
        by = () if instead.rule is None else (instead.rule,)
        yield Finding("redundant", (rule.id,), request=request, decision=decision, by=by, line=line)

    def _dead_parts(self, rule: Rule) -> Iterator[Finding]:
        """Clauses, words of clauses and overrides that could be left out."""
        for clause in rule.clauses:
            wider = replace(rule, clauses=tuple(each for each in rule.clauses if each is not clause))
            dead = self._dead(rule, wider, clause.name, None)
            yield from dead
            if not dead and isinstance(clause, Words) and len(clause.words) > 1:
                for word in sorted(clause.words):
                    less = Words(clause.name, clause.words - {word})
                    narrower = replace(rule, clauses=tuple(less if each is clause else each for each in rule.clauses))
                    yield from self._dead(rule, narrower, clause.name, word)
        for other in rule.overrides:
            rest = tuple(each for each in rule.overrides if each != other)
            yield from self._dead(rule, replace(rule, overrides=rest), "overrides", other)

    def _dead(self, rule: Rule, changed: Rule, clause: str, word: str | None) -> tuple[Finding, ...]:
        rules = tuple(changed if each is rule else each for each in self.contract.rules)
        variant = replace(self.contract, rules=rules)
        if circle(variant.beaten_by) or not self._alike(variant, rule, changed):
            return ()
        excluded = self.universe.scope(rule) != self.universe.scope(changed)
        request = self.solver.first(self.terms.known, excluded)
        decision = None
        if request is not None:
            decision = decide(self.contract, request)
            self._agree(decision, decide(variant, request), request)
        line = self._line((rule.id,), clause)
        return (Finding("dead clause", (rule.id,), clause, word, request, decision, line=line),)

    def _alike(self, variant: Contract, *changed: Rule) -> bool:
        """Whether the contract and a variant always have the same outcome, and conflict over the same requests.

        They differ in these rules at most.
        """
        near = {rule.id for each in changed for rule in self.contract.rules if not apart(each, rule)}
        ours = Terms(self.universe, self.contract, [rule for rule in self.contract.rules if rule.id in near])
        theirs = Terms(self.universe, variant, [rule for rule in variant.rules if rule.id in near])
        touched = [self.universe.scope(each) for each in changed]
        different = self.universe.any([differ(ours, theirs), ours.conflict != theirs.conflict])
        return not self.solver.possible(self.terms.known, self.universe.any(touched), different)

    def _decided(self, request: Request, rule: str | None) -> Decision:
        decision = decide(self.contract, request)
        if decision.rule != rule:
            raise Contradiction(f"z3 says that {rule} decides {request}, decide says {decision.rule}")
        return decision

    def _agree(self, one: Decision, other: Decision, request: Request) -> None:
        if one.outcome != other.outcome:
            raise Contradiction(f"z3 says that a change of the contract changes nothing, decide finds {request}")


def without(contract: Contract, id: str) -> Contract:
    """The contract without one rule."""
    kept = (rule for rule in contract.rules if rule.id != id)
    rules = tuple(replace(rule, overrides=tuple(each for each in rule.overrides if each != id)) for rule in kept)
    return replace(contract, rules=rules)


def apart(rule: Rule, other: Rule) -> bool:
    """Whether some clause of words keeps two rules from ever applying together."""
    for clause in rule.clauses:
        theirs = other.clause(clause.name)
        if isinstance(clause, Words) and isinstance(theirs, Words) and not clause.words & theirs.words:
            return True
    return False
