"""What is true of quorums, worked out from the spec's own formulas for every n and f.

An any-size proof can't count. It reads "at least q of the replicas ..." as "there is a quorum all of whose members
...", where the quorums are all sets of at least q members, and it needs a few facts about such sets: that two of
them share a replica that is not faulty, say. This module decides each of these facts for all admitted sizes at once,
by whole-number arithmetic: every region of the Venn diagram of the sets is an unknown number of members. The
decomposition (quantifiers on one side, cardinalities on the other) follows I. Berkovits, M. Lazic, G. Losa, O. Padon,
S. Shoham, *Verification of threshold-based distributed algorithms by decomposition to decidable logics*, CAV 2019.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import z3

from meterproof.lang.formula import Formula

Term: TypeAlias = Any
"""A z3 term; z3 has no type stubs."""

TIMEOUT = 20_000
"""Milliseconds for one question; linear formulas take a few. A product of two names may not be decided at all."""


@dataclass(frozen=True)
class Admitted:
    """The numbers that a design admits: n >= 1, every other name >= 0, n >= each of `least` and n <= each of `most`."""

    least: tuple[Formula, ...] = ()
    most: tuple[Formula, ...] = ()

    def __str__(self) -> str:
        bounds = [f"n >= {b}" for b in self.least] + [f"n <= {b}" for b in self.most]
        return " and ".join(bounds) or "every n"


EVERY_SIZE = Admitted()


@dataclass(frozen=True)
class Limited:
    """A set of at most `bound` individuals, such as the faulty replicas with the bound f."""

    name: str
    bound: Formula


@dataclass(frozen=True)
class Fact:
    """A statement about quorums, and whether it holds for all admitted numbers.

    `holds` is None when the solver could not decide. A statement that fails comes with its smallest numbers: least n,
    then least values of the other names in alphabetical order.
    """

    sentence: str
    holds: bool | None
    smallest: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        if self.holds:
            return self.sentence
        if self.holds is None:
            return f"undecided: {self.sentence}"
        return f"not: {self.sentence} ({self.numbers})"

    @property
    def numbers(self) -> str:
        """The smallest numbers of a statement that fails, as in `n=4, f=1`."""
        return ", ".join(f"{name}={value}" for name, value in self.smallest)


class _Terms:
    """Formulas as z3 integers, one for each name: an `Algebra` for `Formula.fold`. z3's `div` floors here."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.names: dict[str, Term] = {"n": z3.Int("n", context)}

    def integer(self, value: int) -> Term:
        return z3.IntVal(value, self.context)

    def name(self, name: str) -> Term:
        return self.names.setdefault(name, z3.Int(name, self.context))

    def add(self, left: Term, right: Term) -> Term:
        return left + right

    def subtract(self, left: Term, right: Term) -> Term:
        return left - right

    def multiply(self, left: Term, right: Term) -> Term:
        return left * right

    def floor_divide(self, left: Term, divisor: int) -> Term:
        return left / self.integer(divisor)

    def minimum(self, left: Term, right: Term) -> Term:
        return z3.If(left <= right, left, right)

    def maximum(self, left: Term, right: Term) -> Term:
        return z3.If(left >= right, left, right)


class _Denial:
    """The search for numbers, and sets of those sizes, that make a statement about quorums false."""

    def __init__(self, admitted: Admitted, quorums: tuple[Formula, ...], limited: tuple[Limited, ...]) -> None:
        context = z3.Context()
        self.terms = _Terms(context)
        self.solver = z3.Optimize(ctx=context)
        self.solver.set("timeout", TIMEOUT)
        kinds = list(product((False, True), repeat=len(quorums) + len(limited)))
        self.regions = {kind: z3.Int("region_" + "".join("01"[inside] for inside in kind), context) for kind in kinds}
        self.quorums, self.limited = len(quorums), len(limited)
        n = self.terms.names["n"]
        self.solver.add(n >= 1, *(size >= 0 for size in self.regions.values()))
        self.solver.add(self.size(lambda kind: True) == n)
        self.solver.add(*(n >= self.number(b) for b in admitted.least), *(n <= self.number(b) for b in admitted.most))
        for i, quorum in enumerate(quorums):
            self.solver.add(self.size(lambda kind, i=i: kind[i]) >= self.number(quorum))
        for i, each in enumerate(limited, start=len(quorums)):
            self.solver.add(self.size(lambda kind, i=i: kind[i]) <= self.number(each.bound))

    def number(self, formula: Formula) -> Term:
        return formula.fold(self.terms)

    def size(self, chosen: Any) -> Term:
        """How many individuals lie in the regions that `chosen` picks."""
        parts = [size for kind, size in self.regions.items() if chosen(kind)]
        return z3.Sum(parts) if len(parts) > 1 else parts[0]

    def outside(self) -> Term:
        """How many individuals lie in every quorum and in none of the limited sets."""
        return self.size(lambda kind: all(kind[: self.quorums]) and not any(kind[self.quorums :]))

    def decide(self, sentence: str, denial: Term) -> Fact:
        names = {"n": self.terms.names["n"], **dict(sorted(self.terms.names.items()))}
        self.solver.add(denial, *(value >= 0 for value in names.values()))
        for value in names.values():
            self.solver.minimize(value)
        answer = self.solver.check()
        if answer == z3.unsat:
            return Fact(sentence, True)
        if answer == z3.unknown:
            return Fact(sentence, None)
        model = self.solver.model()
        return Fact(sentence, False, tuple((k, model.eval(v, True).as_long()) for k, v in names.items()))


def _outside(limited: tuple[Limited, ...]) -> str:
    names = " or ".join(each.name for each in limited)
    bounds = ", ".join(f"at most {each.bound} in {each.name}" for each in limited)
    return f" outside {names} ({bounds})" if limited else ""


def quorum_exists(quorum: Formula, admitted: Admitted = EVERY_SIZE) -> Fact:
    """Some set has at least `quorum` members: q <= n. Without it the quorum reading of a threshold would be unsound."""
    denial = _Denial(admitted, (), ())
    return denial.decide(
        f"a set of at least {quorum} exists, for {admitted}", denial.number(quorum) > denial.terms.names["n"]
    )


def never_less(one: Formula, other: Formula, admitted: Admitted = EVERY_SIZE) -> Fact:
    """`one` is at least `other`: every set of at least `one` members is one of at least `other`."""
    denial = _Denial(admitted, (), ())
    return denial.decide(f"{one} is never less than {other}, for {admitted}", denial.number(one) < denial.number(other))


def shared_member(
    one: Formula, other: Formula, admitted: Admitted = EVERY_SIZE, outside: tuple[Limited, ...] = ()
) -> Fact:
    """Any set of at least `one` and any of at least `other` share a member that is in none of the sets of `outside`."""
    denial = _Denial(admitted, (one, other), outside)
    mixed = f"any set of at least {one} and any of at least {other}"
    pair = f"any two sets of at least {one}" if one == other else mixed
    return denial.decide(f"{pair} share a member{_outside(outside)}, for {admitted}", denial.outside() == 0)


def member(quorum: Formula, admitted: Admitted = EVERY_SIZE, outside: tuple[Limited, ...] = ()) -> Fact:
    """Every set of at least `quorum` has a member that is in none of the sets of `outside`."""
    denial = _Denial(admitted, (quorum,), outside)
    sentence = f"every set of at least {quorum} has a member{_outside(outside)}, for {admitted}"
    return denial.decide(sentence, denial.outside() == 0)


def available(quorum: Formula, admitted: Admitted = EVERY_SIZE, outside: tuple[Limited, ...] = ()) -> Fact:
    """Those in none of the sets of `outside` are at least `quorum`: a quorum that needs nobody else."""
    denial = _Denial(admitted, (), outside)
    return denial.decide(
        f"some set of at least {quorum} has all its members{_outside(outside)}, for {admitted}",
        denial.outside() < denial.number(quorum),
    )


@dataclass(frozen=True)
class Tolerance:
    """For every size n of this form, so many equivocators can't split two quorums, and one more can.

    Both are texts in the design bound, which is at least 1: `n` = "3*f+1", `tolerated` = "f+1"; or, for a quorum that
    does not know it, `n` = "2*k" and a number, or n and a number. None where it is not so, or is not shown to be.
    """

    n: str
    tolerated: str | None


HALF = "k"
PARITY = (Formula.parse("2*k", (HALF,)), Formula.parse("2*k+1", (HALF,)))
"""Even and odd sizes."""


def tolerances(quorum: Formula, bound: str, default: Formula) -> tuple[Tolerance, ...]:
    """t* = 2q-n-1 for every n, by the forms that n takes where the design bound has its `default` value.

    With `default` = floor((n-1)/3) these are 3*f+1, 3*f+2 and 3*f+3; for a quorum that does not know the bound, even
    and odd n. Empty where `default` is not a whole part of n.
    """
    if bound not in quorum.names:
        return tuple(Tolerance(n.text, _tolerated(quorum, HALF, n, "n") or _tolerated(quorum, HALF, n)) for n in PARITY)
    return tuple(Tolerance(n.text, _tolerated(quorum, bound, n, bound)) for n in _forms(bound, default))


def _forms(bound: str, default: Formula) -> tuple[Formula, ...]:
    """The forms of n at which the bound has its default value, if they cover every n from the first one on."""
    first = {k: [n for n in range(1, 50) if default.evaluate({"n": n}) == k] for k in (1, 2)}
    if not first[1] or not first[2]:
        return ()
    step = first[2][0] - first[1][0]
    forms = tuple(Formula.parse(_sum(f"{step}*{bound}" if step > 1 else bound, n - step), (bound,)) for n in first[1])
    regular = len(forms) == step and all(_always(bound, n, lambda t, n=n: default.fold(t), bound) == 0 for n in forms)
    return forms if regular else ()


def _tolerated(quorum: Formula, bound: str, n: Formula, over: str | None = None) -> str | None:
    """t* for this form of n as `over` and a constant, or as a constant; None where it is not."""
    more = _always(bound, n, lambda t: 2 * quorum.fold(t) - t.names["n"] - 1, over)
    if more is None:
        return None
    return str(more) if over is None else _sum(over, more)


def _always(bound: str, n: Formula, value: Any, over: str | None) -> int | None:
    """The constant by which a value, of terms, exceeds `over` (None: 0) for every bound >= 1 and this n, or None."""
    terms = _Terms(z3.Context())
    f, size = terms.name(bound), terms.names["n"]
    solver = z3.Solver(ctx=terms.context)
    solver.set("timeout", TIMEOUT)
    excess = value(terms) - (0 if over is None else terms.names[over])
    solver.add(f >= 1, size == n.fold(terms))
    if set(terms.names) != {"n", bound} or solver.check(f == 1) != z3.sat:
        return None
    guess = solver.model().eval(excess, True).as_long()
    return guess if solver.check(excess != guess) == z3.unsat else None


def _sum(left: str, right: int) -> str:
    return left if right == 0 else f"{left}{right:+d}"


def tolerance(quorum: Formula, values: Mapping[str, int]) -> int:
    """t* = 2q - n - 1, for n and the other names given: so many equivocators can't split two quorums, one more can."""
    return 2 * quorum.evaluate(values) - values["n"] - 1
