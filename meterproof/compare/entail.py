"""A proof, for any size, that no state keeps one statement and breaks another.

As in proofs of properties, a sort is uninterpreted and a threshold is a sort of quorums with the facts that arithmetic
proves about them; beside those, each quorum of a greater threshold is one of a lesser. A model of the denial may have
quorums that no numbers give, so where z3 finds one nothing follows.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import z3

from meterproof.check.methods import Budget
from meterproof.compare.distinguish import joint
from meterproof.compare.question import Environment, Question
from meterproof.lang.expr import TRUE, Expr, implies
from meterproof.lang.formula import Formula
from meterproof.prove.clock import Clock
from meterproof.prove.obligations import Obligation
from meterproof.prove.quorums import Term, never_less
from meterproof.prove.solvers import Panel
from meterproof.prove.terms import Source, Translator
from meterproof.prove.theory import Premise, Quorums, Refused, Theory

SIZE = Formula.parse("n", ("n",))


@dataclass(frozen=True)
class Entailed:
    """Whether it was proved, in words by what or why not, and the facts that the proof needed."""

    holds: bool
    why: str
    axioms: tuple[str, ...] = ()


def entails(asked: Question, clock: Clock, budget: Budget) -> Entailed:
    """Try to prove it for every size that the wanted statement admits, within what the clock has left.

    Raises Contradiction when solvers or seeds disagree.
    """
    theory = Theory(joint(asked, rigid=True))
    translator = Translator(theory)
    try:
        return _proved(asked, theory, translator, clock, budget)
    except Refused as refusal:
        return Entailed(False, refusal.message)


def _proved(asked: Question, theory: Theory, translator: Translator, clock: Clock, budget: Budget) -> Entailed:
    given = TRUE
    if _within(asked.wanted_environment, asked.given_environment, asked, theory):
        given = implies(asked.given_environment.axioms, asked.given)

    def say(node: Expr, what: str) -> Term:
        return translator.say(node, translator.now, {}, Source(what, *asked.statements[1].place))

    own = [
        Premise("lemma", "the other statement", say(given, "the other statement")),
        Premise("axiom", "the axioms", say(asked.wanted_environment.axioms, "an axiom")),
    ]
    goal = say(asked.wanted, "the statement")
    facts = [Premise("quorums", fact.sentence, term) for fact, term in theory.quorum_facts() if fact.holds]
    premises = (*own, *facts, *_contained(theory), *theory.order_axioms())
    obligation = Obligation("one statement follows from the other", "consequence", "", None, premises, goal)
    if clock.left <= 0:
        return Entailed(False, f"time: {clock.seconds:g} s")
    panel = Panel(budget.solver, budget.seed, budget.seeds)
    answer = panel.ask(obligation, time.monotonic() + clock.left, clock.left)
    if answer.status == "shown":
        used = tuple(p.name for p in answer.core if p.kind in ("quorums", "order"))
        return Entailed(True, "it follows at any size", (*(f.sentence for f in theory.existence), *used))
    return Entailed(False, answer.reason or "it does not follow from what is proved of quorums")


def _within(narrow: Environment, wide: Environment, asked: Question, theory: Theory) -> bool:
    """Whether every size and bounded set that the one admits is admitted by the other; no is said in doubt."""
    bounds = {name: most for name, most, _ in narrow.bounded}
    if any(bounds.get(name) != most for name, most, _ in wide.bounded):
        return False
    if narrow.design == wide.design:
        return True
    return all(
        never_less(SIZE, d.resilience, theory.admitted(over)).holds
        for d in wide.design
        if d.resilience is not None
        for over in theory.system.sorts
        if over.name == d.over.name
    )


def _contained(theory: Theory) -> Iterator[Premise]:
    """For thresholds of which one is never less than the other: its quorums are quorums of the other, too."""
    for a, b in permutations(theory.quorums.values(), 2):
        if a.over == b.over and (fact := never_less(a.threshold, b.threshold, theory.admitted(a.over))).holds:
            yield Premise("quorums", f"among {a.over.name}, {fact.sentence}", _same_members(a, b, theory))


def _same_members(a: Quorums, b: Quorums, theory: Theory) -> Term:
    one, other = z3.Const("A", a.sort), z3.Const("B", b.sort)
    r = z3.Const("r", theory.sort(a.over))
    return z3.ForAll([one], z3.Exists([other], z3.ForAll([r], a.member(one, r) == b.member(other, r))))
