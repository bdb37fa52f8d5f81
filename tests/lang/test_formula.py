"""Formulas of spec files: they mean what the arithmetic means, survive printing, and refuse all else by column."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import z3
from hypothesis import given
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.lang.formula import LONGEST, Formula

Meaning = Callable[[int, int], int]
SIZES = st.integers(-50, 50)


@dataclass(frozen=True)
class Written:
    """A formula's text next to what Python's own arithmetic makes of it."""

    text: str
    meaning: Meaning


def _leaf() -> st.SearchStrategy[Written]:
    numbers = st.integers(0, 20).map(lambda k: Written(str(k), lambda n, f: k))
    multiples = st.integers(0, 9).map(lambda k: Written(f"{k}f", lambda n, f: k * f))
    names = st.sampled_from([Written("n", lambda n, f: n), Written("f", lambda n, f: f)])
    return st.one_of(numbers, multiples, names)


def _joined(parts: tuple[Written, str, Written]) -> Written:
    left, sign, right = parts
    apply = {"+": operator.add, "-": operator.sub, "*": operator.mul}[sign]
    return Written(f"({left.text}){sign}({right.text})", lambda n, f: apply(left.meaning(n, f), right.meaning(n, f)))


def _divided(parts: tuple[Written, int]) -> list[Written]:
    over, by = parts
    down = Written(f"floor(({over.text})/{by})", lambda n, f: over.meaning(n, f) // by)
    up = Written(f"ceil(({over.text})/{by})", lambda n, f: -(-over.meaning(n, f) // by))
    return [down, up, Written(f"({over.text})//{by}", down.meaning)]


def _extremes(parts: list[Written]) -> list[Written]:
    texts = ",".join(part.text for part in parts)
    return [
        Written(f"min({texts})", lambda n, f: min(part.meaning(n, f) for part in parts)),
        Written(f"max({texts})", lambda n, f: max(part.meaning(n, f) for part in parts)),
    ]


def _grown(inner: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(_joined),
        st.tuples(inner, st.integers(1, 7)).map(_divided).flatmap(st.sampled_from),
        st.lists(inner, min_size=2, max_size=3).map(_extremes).flatmap(st.sampled_from),
        inner.map(lambda negated: Written(f"-({negated.text})", lambda n, f: -negated.meaning(n, f))),
    )


FORMULAS = st.recursive(_leaf(), _grown, max_leaves=6).filter(lambda w: len(w.text) <= LONGEST)


@given(FORMULAS, SIZES, SIZES)
def test_a_formula_has_the_value_of_the_arithmetic_that_it_writes(written: Written, n: int, f: int) -> None:
    assert Formula.parse(written.text).evaluate({"n": n, "f": f}) == written.meaning(n, f)


@given(FORMULAS, SIZES, SIZES)
def test_the_canonical_text_is_the_same_formula_again(written: Written, n: int, f: int) -> None:
    formula = Formula.parse(written.text)
    again = Formula.parse(formula.text)
    assert (again, again.text, again.names) == (formula, formula.text, formula.names)
    assert hash(again) == hash(formula)
    assert again.evaluate({"n": n, "f": f}) == formula.evaluate({"n": n, "f": f})


class Z3Integers:
    """The solver's integers, as an engine would plug them in."""

    def integer(self, value: int) -> z3.ArithRef:
        return z3.IntVal(value)

    def name(self, name: str) -> z3.ArithRef:
        return z3.Int(name)

    def add(self, left: z3.ArithRef, right: z3.ArithRef) -> z3.ArithRef:
        return left + right

    def subtract(self, left: z3.ArithRef, right: z3.ArithRef) -> z3.ArithRef:
        return left - right

    def multiply(self, left: z3.ArithRef, right: z3.ArithRef) -> z3.ArithRef:
        return left * right

    def floor_divide(self, left: z3.ArithRef, divisor: int) -> z3.ArithRef:
        return left / divisor

    def minimum(self, left: z3.ArithRef, right: z3.ArithRef) -> z3.ArithRef:
        return z3.If(left <= right, left, right)

    def maximum(self, left: z3.ArithRef, right: z3.ArithRef) -> z3.ArithRef:
        return z3.If(left >= right, left, right)


@given(FORMULAS, SIZES, SIZES)
def test_the_solver_rounds_as_python_does(written: Written, n: int, f: int) -> None:
    """Also for negative dividends, where solvers and languages differ: this is why divisors are positive numbers."""
    formula = Formula.parse(written.text)
    at = z3.substitute(formula.fold(Z3Integers()), (z3.Int("n"), z3.IntVal(n)), (z3.Int("f"), z3.IntVal(f)))
    assert z3.simplify(at).as_long() == formula.evaluate({"n": n, "f": f})


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2f+1", "2*f+1"),
        ("2 * f + 1", "2*f+1"),
        ("(n+f)//2 + 1", "floor((n+f)/2)+1"),
        ("floor( (n + f) / 2 ) + 1", "floor((n+f)/2)+1"),
        ("n-(f-1)", "n-(f-1)"),
        ("((n))", "n"),
        ("2floor(n/3)", "2*floor(n/3)"),
        ("max(1, n-f)", "max(1,n-f)"),
    ],
)
def test_one_formula_has_one_text(text: str, canonical: str) -> None:
    assert Formula.parse(text).text == str(Formula.parse(text)) == canonical


def test_the_names_are_those_that_occur() -> None:
    assert Formula.parse("f + n + f").names == ("f", "n")
    assert Formula.parse("3").names == ()
    assert Formula.parse("k+1", names=("k",)).names == ("k",)


def test_a_formula_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Formula.parse("n").text = "f"  # type: ignore[misc]


def test_a_name_without_a_value_is_named() -> None:
    with pytest.raises(InputError) as caught:
        Formula.parse("2f+1").evaluate({"n": 4})
    assert "'2*f+1' needs a value for f" in caught.value.message
    assert caught.value.allowed == "values for f"


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("2f+q", 4, "the name 'q' is not known here"),
        ("  2f + 3g", 9, "the name 'g' is not known here"),
        ("n/2", 1, "must say how it is rounded"),
        ("floor(n)", 1, "floor takes one division"),
        ("1 + ceil(n/2, 1)", 5, "ceil takes one division"),
        ("n//f", 4, "a divisor must be a positive whole number"),
        ("floor(n/0)", 9, "a divisor must be a positive whole number"),
        ("n//True", 4, "a divisor must be a positive whole number"),
        ("min(n)", 1, "min takes at least two values"),
        ("2**f", 1, "'2 ** f' is not part of a formula"),
        ("True", 1, "'True' is not part of a formula"),
        ("f+max(n, key)", 10, "the name 'key' is not known here"),
        ("2(f)", 1, "is not part of a formula"),
        ("n if f else 1", 1, "is not part of a formula"),
        ("2f+1;", 5, "';' has no place in a formula"),
        ("n.real", 2, "'.' has no place in a formula"),
        ("n\n+1", 2, "has no place in a formula"),
        ("2f+", 3, "is not a complete expression"),
        ("2f n", 4, "is not a complete expression"),
        ("(n", 1, "is not a complete expression"),
        ("", 1, "is not a complete expression"),
        ("n+" * LONGEST + "n", LONGEST + 1, "is longer than"),
    ],
)
def test_what_is_no_formula_is_refused_by_column(text: str, column: int, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        Formula.parse(text)
    assert f"column {column}: " in caught.value.message
    assert problem in caught.value.message
    assert caught.value.allowed is not None
    assert caught.value.allowed.startswith("whole numbers, n, f, + - *, a//b, floor(a/b), ceil(a/b), min, max")


@given(st.text(alphabet="nf0129+-*/(), floorceilminmax_", max_size=30))
def test_any_text_is_a_formula_or_a_clear_refusal(text: str) -> None:
    try:
        formula = Formula.parse(text)
    except InputError as error:
        assert "column " in error.message and error.allowed
    else:
        assert Formula.parse(formula.text) == formula
