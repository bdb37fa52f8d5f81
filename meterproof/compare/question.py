"""One direction of a comparison of two statements, as formulas over their joint signature.

Each statement says: where the environment is as assumed, and against an adversary with the capabilities named, every
run keeps a formula. Whether `given` implies `wanted` becomes: is there a state (with the state after a step, or later,
as primed variables) that keeps `given` and breaks `wanted`? For two statements of one kind that is exact, and for
statements of different kinds the table in `_formulas` says what the first one says of the second's states. A statement
that something can be reached denies that its contrary always holds, so it is compared the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from meterproof.compare.signature import Signature
from meterproof.lang.canonical import digest_of
from meterproof.lang.declare import Kind
from meterproof.lang.expr import TRUE, Expr, conjoin, disjoin, implies, make, negate
from meterproof.lang.formula import Formula
from meterproof.lang.system import Design, Property, System
from meterproof.lang.types import BOOL, Sort


class Unanswerable(Exception):
    """Two statements cannot be compared; the message says why."""


@dataclass(frozen=True)
class Statement:
    """What a property says of a protocol. `denied`: that there is a run which breaks the formula."""

    system: System
    id: str
    kind: Kind
    formula: Expr
    then: Expr
    against: frozenset[str]
    fair: tuple[str, ...]
    denied: bool
    place: tuple[str, int]

    @staticmethod
    def of(system: System, claim: Property) -> Statement:
        """The statement of a property; that of `reachable` is the denial of its contrary."""
        rest = (TRUE if claim.then is None else claim.then, claim.against, claim.fair)
        place = (claim.file, claim.line)
        if claim.kind == "reachable":
            contrary: Kind = "quiescent" if claim.when_quiet else "invariant"
            return Statement(system, claim.id, contrary, negate(claim.formula), *rest, True, place)
        kind: Kind = "invariant" if claim.kind == "lemma" else claim.kind
        return Statement(system, claim.id, kind, claim.formula, *rest, False, place)


@dataclass(frozen=True)
class Environment:
    """What a statement assumes before the run: admitted sizes, sets of bounded size (name, bound), and axioms."""

    design: tuple[Design, ...]
    bounded: tuple[tuple[str, str, Sort], ...]
    axioms: Expr

    @staticmethod
    def of(system: System, signature: Signature) -> Environment:
        """That of a system. Raises Incomparable where an axiom speaks of what differs."""
        sets = tuple(
            (v.name, v.at_most, v.domain[0]) for v in system.variables if v.rigid and v.at_most is not None
        )  # fmt: skip
        return Environment(system.design, sets, conjoin(*(signature.say(a.condition) for a in system.axioms)))

    def admits(self, sizes: dict[str, int]) -> bool:
        """Whether the design admits these numbers; it is not asked about sorts that have none."""
        return all(
            sizes[d.over.name] >= d.resilience.evaluate({"n": sizes[d.over.name], **sizes})
            for d in self.design
            if d.resilience is not None and d.over.name in sizes
        )

    def formula(self, signature: Signature) -> Expr:
        """The axioms, and that each bounded set has no more members than its bound."""
        return conjoin(self.axioms, *(self._within(name, most, over, signature) for name, most, over in self.bounded))

    def _within(self, name: str, most: str, over: Sort, signature: Signature) -> Expr:
        each = make("bound", signature.type(over), (), (0, "x"))
        member = make("read", BOOL, (each,), (name, 0))
        return negate(make("atleast", BOOL, (each, member), Formula.parse(f"{most}+1", (most,))))


@dataclass(frozen=True)
class Question:
    """Does `given` imply `wanted`, each in its environment? `given` is TRUE where it says nothing (`silent` says why).

    `literally` says that both say the same word for word, whatever their bound variables are called.
    """

    signature: Signature
    given: Expr
    wanted: Expr
    given_environment: Environment
    wanted_environment: Environment
    silent: tuple[str, ...]
    literally: bool
    statements: tuple[Statement, Statement]

    @cached_property
    def steps(self) -> bool:
        """Whether it is about pairs of states."""
        return any(s.kind in ("step", "leads_to") for s in self.statements)

    def silent_at(self, sizes: dict[str, int]) -> tuple[str, ...]:
        """Why the given statement says nothing at these sizes; empty where it says something."""
        if self.given_environment.admits(sizes):
            return self.silent
        numbers = ", ".join(f"{name}={size}" for name, size in sizes.items())
        return (*self.silent, f"{self.statements[0].id} is not claimed for {numbers}")

    def denial(self, sizes: dict[str, int]) -> Expr:
        """At these sizes, which the wanted statement admits: `given` is kept and `wanted` is broken."""
        given = TRUE
        if self.given_environment.admits(sizes):
            given = implies(self.given_environment.formula(self.signature), self.given)
        return conjoin(self.wanted_environment.formula(self.signature), given, negate(self.wanted))


def question(given: tuple[System, Property], wanted: tuple[System, Property]) -> Question:
    """Whether one statement implies another. Raises Unanswerable, and Incomparable."""
    one, other = Statement.of(*given), Statement.of(*wanted)
    if one.denied != other.denied:
        raise Unanswerable("one says what always holds, and the other what can be reached")
    if one.denied:
        one, other = other, one
    signature = Signature(one.system, other.system)
    here, there = Environment.of(one.system, signature), Environment.of(other.system, signature)
    _same_parameters(one, here, there)
    silent = tuple(_silent(one, other))
    premise, conclusion = _formulas(signature, one, other)
    literally = not silent and _said(one, here, signature) == _said(other, there, signature)
    return Question(
        signature, TRUE if silent else premise, conclusion, here, there, silent, literally, (one, other)
    )  # fmt: skip


def _said(statement: Statement, environment: Environment, signature: Signature) -> tuple[object, ...]:
    """A statement word for word."""
    formulas = (statement.formula, statement.then, environment.formula(signature))
    design = tuple((d.name, d.over.name, d.resilience) for d in environment.design)
    told = tuple(digest_of(signature.say(f)) for f in formulas[:2])
    return statement.kind, *told, digest_of(formulas[2]), design, tuple(sorted(statement.fair))


def _silent(given: Statement, wanted: Statement) -> Iterator[str]:
    """Why the given statement says nothing of runs that the wanted one speaks of."""
    more = sorted(wanted.against - given.against)
    if more:
        yield f"{given.id} is not claimed against an adversary with {', '.join(more)}"
    if given.kind == wanted.kind == "leads_to":
        known = {f.partition("(")[0] for f in wanted.fair}
        unfair = [f for f in given.fair if f not in wanted.fair]
        for each in unfair:
            if each.partition("(")[0] in known:
                raise Unanswerable(f"one treats {each} fairly, and the other moves of the same action in other groups")
            yield f"{given.id} treats {each} fairly"


def _same_parameters(given: Statement, here: Environment, there: Environment) -> None:
    """The design parameters that the given statement depends on must be those of the wanted one."""
    known = {(d.name, d.over.name) for d in there.design}
    for d in here.design:
        if (d.name, d.over.name) not in known:
            raise Unanswerable(f"the other version has no design parameter {d.name} over {d.over.name}")


def _formulas(signature: Signature, given: Statement, wanted: Statement) -> tuple[Expr, Expr]:
    """What the given statement says of the states (primed: after a step, or later) that the wanted one speaks of.

    TRUE is exact where it stands: a protocol that stops at once keeps every step property, one that never rests keeps
    every quiescent one, and either can break the wanted statement in any state that breaks its formula.
    """
    kinds = (given.kind, wanted.kind)
    says = signature.say(given.formula)
    said = signature.say(wanted.formula)
    if kinds == ("leads_to", "leads_to"):
        return _promises(signature, given, wanted)
    if wanted.kind == "leads_to" and given.kind == "invariant":
        return says, implies(said, signature.say(wanted.then))
    if "leads_to" in kinds:
        raise Unanswerable(f"one is a {given.kind} property, the other a {wanted.kind} property")
    if kinds in (("invariant", "invariant"), ("quiescent", "quiescent"), ("step", "step"), ("invariant", "quiescent")):
        return says, said
    if kinds == ("invariant", "step"):
        return conjoin(says, signature.say(given.formula, after=True)), said
    return TRUE, said


def _promises(signature: Signature, given: Statement, wanted: Statement) -> tuple[Expr, Expr]:
    """A promise is broken by a state that it speaks of and that is never fulfilled.

    The other one does not help if it does not speak of that state, or is fulfilled there, or in a later state that
    does not fulfil the wanted one.
    """
    asks, gives = signature.say(given.formula), signature.say(given.then)
    asked, given_up = signature.say(wanted.formula), signature.say(wanted.then)
    later = conjoin(signature.say(given.then, after=True), negate(signature.say(wanted.then, after=True)))
    return disjoin(negate(asks), gives, later), implies(asked, given_up)
