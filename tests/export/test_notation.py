"""One traversal writes expressions in every notation: different expressions have different texts, names never clash."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.export.book.formulas import writer
from meterproof.export.names import Names, identifier, unused
from meterproof.export.tla.module import Module
from meterproof.lang import (
    Enum,
    Expr,
    Protocol,
    Sort,
    atleast,
    count,
    exists,
    forall,
    implies,
    is_next,
    ite,
    rigid,
    trace,
    var,
)
from meterproof.lang.guards import RuleView
from meterproof.lang.tracing import State

Node = Sort("Node")
Tick = Sort("Tick", ordered=True)
Mode = Enum("Mode", "idle", "busy")


class Plain(Protocol):
    """One variable of each kind."""

    p = var()
    q = var()
    on = var(Node)
    mode = var(to=Mode, init=Mode.idle)
    dawn = rigid(to=Tick)


SYSTEM = trace(Plain)
S = State({v.name: v for v in SYSTEM.variables}, RuleView(SYSTEM.rules))
ATOMS = (S.p, S.q, S.mode == Mode.idle, S.mode == ite(S.p, Mode.idle, Mode.busy))


def quantified(body: Expr) -> list[Expr]:
    return [
        forall(Node, lambda n: body | S.on[n]),
        exists(Node, lambda n: body & S.on[n]),
        forall(Node, lambda n: exists(Node, lambda m: body | (m == n))),
        atleast(2, Node, lambda n: body | S.on[n]),
        count(Node, lambda n: body & S.on[n]) < 2,
        forall(Tick, Tick, lambda a, b: implies(is_next(a, b), body | (a < b))),
    ]


def larger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.one_of(
        inner.map(lambda e: ~e),
        st.tuples(inner, inner).map(lambda x: x[0] & x[1]),
        st.tuples(inner, inner).map(lambda x: x[0] | x[1]),
        st.tuples(inner, inner).map(lambda x: implies(*x)),
        st.tuples(inner, st.integers(0, 5)).map(lambda x: quantified(x[0])[x[1]]),
    )


FORMULAS = st.recursive(st.integers(0, 3).map(lambda i: ATOMS[i]), larger, max_leaves=6)


@settings(max_examples=60)
@given(FORMULAS, FORMULAS)
def test_different_formulas_have_different_texts(one: Expr, other: Expr) -> None:
    for write in (writer(SYSTEM), Module(SYSTEM).writer):
        assert (write.text(one) == write.text(other)) == (one is other)


def shown(formula: Expr) -> tuple[str, str]:
    return writer(SYSTEM).text(formula), Module(SYSTEM).writer.text(formula)


def test_implications_and_equalities_are_recognised() -> None:
    p, q, idle, _ = ATOMS
    assert shown(implies(p & q, ~idle)) == ("p ∧ q → mode ≠ idle", 'p /\\ q => mode # "idle"')
    assert shown(p == q) == ("p ↔ q", "p <=> q")
    assert shown(implies(p, implies(q, idle))) == ("p → (q → mode = idle)", 'p => (q => mode = "idle")')
    assert shown(~(p & q)) == ("¬(p ∧ q)", "~(p /\\ q)")


def test_a_bound_variable_never_hides_another_name() -> None:
    """Three things are called p in this model; TLA+ would refuse the second and the third."""
    nested = forall(Node, lambda p: exists(Node, lambda p: S.on[p]) & S.on[p])
    assert shown(nested)[0] == "∀ p2 ∈ Node : (∃ p3 ∈ Node : on(p3)) ∧ on(p2)"


@given(st.text(min_size=1, max_size=8))
def test_every_text_becomes_an_identifier(text: str) -> None:
    assert identifier(text).isascii() and identifier(text).isidentifier()
    assert not identifier(text).startswith("_")


@pytest.mark.parametrize(
    ("wanted", "taken", "given"), [("b", {"b"}, "b2"), ("b2", {"b2"}, "b3"), ("b", {"b", "b2"}, "b3")]
)
def test_names_count_on(wanted: str, taken: set[str], given: str) -> None:
    assert unused(wanted, taken) == given


def test_names_are_given_once_and_never_twice_the_same() -> None:
    names = Names({"Next"})
    assert [names.give(1, "Next"), names.give(2, "next-1"), names.give(3, "next 1"), names.give(1, "else")] == [
        "Next2", "next_1", "next_2", "Next2",
    ]  # fmt: skip
