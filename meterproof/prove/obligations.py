"""What has to be shown for a property to hold at every size, as a list of named first-order obligations.

The property and its lemmas together are one inductive conjunction: each holds initially, and no action that the
property's adversary leaves or adds takes a state in which all hold to one in which one fails. A step property is
shown of each action, from states in which its lemmas hold. Where the property follows from its lemmas in every state,
only they need be inductive, which is less to show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Literal

import z3

from meterproof.lang.expr import Expr
from meterproof.lang.system import Action, Guard, Property, System
from meterproof.prove.quorums import Fact, Term
from meterproof.prove.terms import Environment, Source, Translator, View
from meterproof.prove.theory import Premise, PremiseKind, Refused, Theory

Kind = Literal["initiation", "consecution", "step", "consequence", "possible"]
PROVABLE = ("invariant", "lemma", "step")


@dataclass(frozen=True, eq=False)
class Obligation:
    """Under the premises the goal holds; for `possible`: the premises have a model at all.

    Neighbours that have the same premises share the tuple, so that a solver can be told them once.
    `name` says it in words, `formula` is the id of the property or lemma (empty where none is meant), `action` the
    action that might break it, or that can happen, with a `parameters` constant for each of its parameters.
    """

    name: str
    kind: Kind
    formula: str
    action: str | None
    premises: tuple[Premise, ...]
    goal: Term
    parameters: tuple[Term, ...] = ()

    @property
    def denial(self) -> tuple[Term, ...]:
        """What is given to a solver beside the premises: unsatisfiable with them exactly when the goal follows."""
        return () if self.kind == "possible" else (z3.Not(self.goal),)


@dataclass(frozen=True, eq=False)
class Obligations:
    """All of a property: `shown` decide it, `possible` guard against passing vacuously.

    `facts` is what was found out about the quorums, `sizes` the facts that the quorum reading itself rests on;
    `parts` are the lemmas, and the property itself if it is about single states. `consequence`, where the property has
    lemmas, is to follow from them alone.
    """

    property: Property
    parts: tuple[Property, ...]
    theory: Theory
    shown: tuple[Obligation, ...]
    possible: tuple[Obligation, ...]
    sizes: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    consequence: Obligation | None = None

    def following(self) -> Obligations:
        """What is left to show of a property that follows from its lemmas: these are inductive without it."""
        assert self.consequence is not None, f"{self.property.id} has no lemmas to follow from"
        rest = (o for o in self.shown if o.formula != self.property.id)
        return replace(
            self,
            parts=tuple(p for p in self.parts if p is not self.property),
            shown=(self.consequence, *self._without(rest)),
            possible=tuple(self._without(self.possible)),
        )

    def _without(self, tasks: Iterable[Obligation]) -> Iterator[Obligation]:
        """The same without the property among the premises, which are shared as before."""
        own: tuple[Premise, ...] | None = None
        less: tuple[Premise, ...] = ()
        for o in tasks:
            if o.premises is not own:
                own = o.premises
                less = tuple(p for p in own if p.kind != "lemma" or p.name != self.property.id)
            yield replace(o, premises=less)


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
        holds = tuple(
            Premise("lemma", p.id, self._formula(p, now), _place(p.file, p.line), cites=p.cites) for p in self.parts
        )
        drafts = [*self._initiation(), *self._consecution(holds)]
        possible = list(self._possible(holds))
        facts = tuple(self.theory.quorum_facts())
        axioms = (
            *(self._guard("axiom", g, f"axiom {g.condition!r}") for g in self.system.axioms),
            *(Premise("quorums", fact.sentence, term) for fact, term in facts if fact.holds),
            *self.theory.order_axioms(),
        )
        return Obligations(
            self.claim,
            self.parts,
            self.theory,
            tuple(_assuming(axioms, drafts)),
            tuple(_assuming(axioms, possible)),
            tuple(self.theory.existence),
            tuple(fact for fact, _ in facts),
            next(_assuming(axioms, self._consequence(holds)), None),
        )

    def _consequence(self, holds: tuple[Premise, ...]) -> Iterator[Obligation]:
        *lemmas, last = self.parts or (self.claim,)
        if lemmas and last is self.claim:
            name = f"{last.id} follows from its lemmas"
            yield Obligation(name, "consequence", last.id, None, holds[:-1], holds[-1].term)

    def _initiation(self) -> Iterator[Obligation]:
        view = self.translator.initial()
        for p in self.parts:
            yield Obligation(f"{p.id} holds initially", "initiation", p.id, None, (), self._formula(p, view))

    def _consecution(self, holds: tuple[Premise, ...]) -> Iterator[Obligation]:
        for action in self.actions:
            env = self.translator.parameters(action)
            after = self.translator.following(action, env)
            before, parameters = (*holds, *self._guards(action)), tuple(env[p.uid] for p in action.params)
            for p in self.parts:
                goal = self._formula(p, after)
                name = f"{p.id} is preserved by {action.name}"
                yield Obligation(name, "consecution", p.id, action.name, before, goal, parameters)
            if self.claim.kind == "step":
                view = View(f"step {action.name}", self.translator.now.before, after.before)
                said = dict(self.claim.hints).get(action.name, self.claim.formula)
                where = f"property {self.claim.id} ({view.name})"
                goal = self.translator.say(said, view, env, Source(where, self.claim.file, self.claim.line))
                name = f"{self.claim.id} holds of every step of {action.name}"
                yield Obligation(name, "step", self.claim.id, action.name, before, goal, parameters)

    def _possible(self, holds: tuple[Premise, ...]) -> Iterator[Obligation]:
        true = z3.BoolVal(True, self.theory.context)
        for action in self.actions:
            premises = (*holds, *self._guards(action))
            name = f"{action.name} is enabled in some state where the invariants hold"
            yield Obligation(name, "possible", "", action.name, premises, true)
        claim = self.claim
        if claim.witness is not None:
            where = f"the witness of {claim.id}"
            term = self._say(claim.witness, self.translator.now, claim.file, claim.line, where)
            reached = Premise("witness", where, term, _place(claim.file, claim.line))
            name = f"{where} holds in some state where the invariants hold"
            yield Obligation(name, "possible", claim.id, None, (*holds, reached), true)

    def _guards(self, action: Action) -> list[Premise]:
        env = self.translator.parameters(action)
        return [self._guard("guard", g, f"a guard of {action.name}", env) for g in action.guards]

    def _guard(self, kind: PremiseKind, g: Guard, name: str, env: Environment | None = None) -> Premise:
        what = name if kind == "guard" else "an axiom"
        term = self.translator.say(g.condition, self.translator.now, env or {}, Source(what, g.file, g.line))
        return Premise(kind, name, term, _place(g.file, g.line), g.rules, g.cites)

    def _formula(self, p: Property, view: View) -> Term:
        where = f"property {p.id}" if view is self.translator.now else f"property {p.id} ({view.name})"
        return self._say(p.formula, view, p.file, p.line, where)

    def _say(self, node: Expr, view: View, file: str, line: int, what: str) -> Term:
        return self.translator.say(node, view, {}, Source(what, file, line))


def _assuming(axioms: tuple[Premise, ...], drafts: Iterable[Obligation]) -> Iterator[Obligation]:
    """The obligations under the axioms too; neighbours with the same premises share one tuple of them."""
    own: tuple[Premise, ...] | None = None
    whole: tuple[Premise, ...] = ()
    for o in drafts:
        if o.premises is not own:
            own, whole = o.premises, axioms + o.premises
        yield replace(o, premises=whole)


def _place(file: str, line: int) -> str:
    """A line of the model without the folders that it lies in, which differ from machine to machine."""
    return f"{PurePath(file).name}:{line}"
