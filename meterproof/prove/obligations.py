"""What has to be shown for a property to hold at every size, as a list of named first-order obligations.

The property and its lemmas together are one inductive conjunction: each holds initially, and no action that the
property's adversary leaves or adds takes a state in which all hold to one in which one fails. A step property is
shown of each action, from states in which its lemmas hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import z3

from meterproof.lang.expr import Expr
from meterproof.lang.system import Action, Property, System
from meterproof.prove.quorums import Fact, Term
from meterproof.prove.terms import Source, Translator, View
from meterproof.prove.theory import Axiom, Refused, Theory

Kind = Literal["initiation", "consecution", "step", "possible"]
PROVABLE = ("invariant", "lemma", "step")


@dataclass(frozen=True)
class Obligation:
    """Under the axioms and hypotheses the goal holds; for `possible`: the hypotheses have a model at all.

    `name` says it in words, `formula` is the id of the property or lemma (empty where none is meant), `action` the
    action that might break it, or that can happen.
    """

    name: str
    kind: Kind
    formula: str
    action: str | None
    axioms: tuple[Axiom, ...]
    hypotheses: tuple[Term, ...]
    goal: Term

    @property
    def assertions(self) -> tuple[Term, ...]:
        """What is given to a solver beside the axioms: unsatisfiable exactly when the goal follows."""
        return self.hypotheses if self.kind == "possible" else (*self.hypotheses, z3.Not(self.goal))

    @property
    def smt2(self) -> str:
        """The obligation as an SMT-LIB 2 script. `unsat` means shown; for `possible`, `sat` does."""
        solver = z3.Solver(ctx=self.goal.ctx)
        solver.add(*(a.term for a in self.axioms), *self.assertions)
        comments = "\n".join([f"; {self.name}", *(f"; assuming: {a.name}" for a in self.axioms)])
        return f"{comments}\n(set-logic ALL)\n{solver.to_smt2()}"


@dataclass(frozen=True)
class Obligations:
    """All of a property: `shown` decide it, `possible` guard against passing vacuously.

    `facts` is what was found out about the quorums, `sizes` the facts that the quorum reading itself rests on.
    """

    property: Property
    shown: tuple[Obligation, ...]
    possible: tuple[Obligation, ...]
    sizes: tuple[Fact, ...]
    facts: tuple[Fact, ...]


def inductive_parts(claim: Property) -> tuple[Property, ...]:
    """The lemmas of a property, theirs, and itself if it is about single states; each once, lemmas first."""
    found: dict[int, Property] = {}

    def visit(p: Property) -> None:
        for below in p.lemmas:
            if below.kind not in ("invariant", "lemma"):
                raise Refused(
                    f"{below.id} is used as a lemma of {p.id} but is a {below.kind} property",
                    file=below.file, line=below.line, allowed="a lemma or an invariant",
                )  # fmt: skip
            visit(below)
        if p.kind != "step":
            found.setdefault(p.formula.uid, p)

    visit(claim)
    return tuple(found.values())


def obligations(system: System, claim: Property) -> Obligations:
    """Everything that has to be shown for an invariant, a lemma or a step property.

    Raises Refused for another kind, and for what has no meaning at unbounded size: `count`, bounded integers, and
    thresholds that can exceed n.
    """
    return _Generator(system, claim).all()


class _Generator:
    def __init__(self, system: System, claim: Property) -> None:
        if claim.kind not in PROVABLE:
            raise Refused(
                f"{claim.id} is a {claim.kind} property, which induction can't show",
                file=claim.file, line=claim.line, allowed=" or ".join(PROVABLE),
            )  # fmt: skip
        self.claim = claim
        self.system = system
        self.actions = system.enabled_for(claim.against)
        self.theory = Theory(system)
        self.translator = Translator(self.theory)
        self.parts = inductive_parts(claim)

    def all(self) -> Obligations:
        now = self.translator.now
        holds = tuple(self._formula(p, now) for p in self.parts)
        drafts = [*self._initiation(), *self._consecution(holds)]
        possible = list(self._possible(holds))
        facts = tuple(self.theory.quorum_facts())
        axioms = (
            *(Axiom(f"axiom {g.condition!r}", self._say(g.condition, now, g.file, g.line)) for g in self.system.axioms),
            *(Axiom(fact.sentence, term) for fact, term in facts if fact.holds),
            *self.theory.order_axioms(),
        )
        return Obligations(
            self.claim,
            tuple(_with(axioms, o) for o in drafts),
            tuple(_with(axioms, o) for o in possible),
            tuple(self.theory.existence),
            tuple(fact for fact, _ in facts),
        )

    def _initiation(self) -> Iterator[Obligation]:
        view = self.translator.initial()
        for p in self.parts:
            yield Obligation(f"{p.id} holds initially", "initiation", p.id, None, (), (), self._formula(p, view))

    def _consecution(self, holds: tuple[Term, ...]) -> Iterator[Obligation]:
        for action in self.actions:
            env = self.translator.parameters(action)
            after = self.translator.following(action, env)
            before = (*holds, *self._guards(action))
            for p in self.parts:
                goal = self._formula(p, after)
                name = f"{p.id} is preserved by {action.name}"
                yield Obligation(name, "consecution", p.id, action.name, (), before, goal)
            if self.claim.kind == "step":
                view = View(f"step {action.name}", self.translator.now.before, after.before)
                goal = self._formula(self.claim, view)
                name = f"{self.claim.id} holds of every step of {action.name}"
                yield Obligation(name, "step", self.claim.id, action.name, (), before, goal)

    def _possible(self, holds: tuple[Term, ...]) -> Iterator[Obligation]:
        true = z3.BoolVal(True, self.theory.context)
        for action in self.actions:
            hypotheses = (*holds, *self._guards(action))
            name = f"{action.name} is enabled in some state where the invariants hold"
            yield Obligation(name, "possible", "", action.name, (), hypotheses, true)
        if self.claim.witness is not None:
            where = f"the witness of {self.claim.id}"
            reached = self._say(self.claim.witness, self.translator.now, self.claim.file, self.claim.line, where)
            name = f"{where} holds in some state where the invariants hold"
            yield Obligation(name, "possible", self.claim.id, None, (), (*holds, reached), true)

    def _guards(self, action: Action) -> list[Term]:
        env, now, what = self.translator.parameters(action), self.translator.now, f"a guard of {action.name}"
        return [self.translator.say(g.condition, now, env, Source(what, g.file, g.line)) for g in action.guards]

    def _formula(self, p: Property, view: View) -> Term:
        where = f"property {p.id}" if view is self.translator.now else f"property {p.id} ({view.name})"
        return self._say(p.formula, view, p.file, p.line, where)

    def _say(self, node: Expr, view: View, file: str, line: int, what: str = "an axiom") -> Term:
        return self.translator.say(node, view, {}, Source(what, file, line))


def _with(axioms: tuple[Axiom, ...], o: Obligation) -> Obligation:
    return Obligation(o.name, o.kind, o.formula, o.action, axioms, o.hypotheses, o.goal)
