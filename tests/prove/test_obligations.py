"""Obligations have names and SMT-LIB text of their own, and refuse what has no meaning at unbounded size."""

from __future__ import annotations

from dataclasses import replace

import pytest
import z3

from meterproof.errors import InputError
from meterproof.finite.scope import resolve
from meterproof.lang import (
    IntRange,
    Protocol,
    Sort,
    System,
    action,
    count,
    exists,
    forall,
    invariant,
    ite,
    require,
    rigid,
    trace,
    var,
)
from meterproof.lang.system import Property
from meterproof.prove import Refused, bounded, obligations, prove
from meterproof.prove.smtlib import script
from tests.prove.protocols import Log, voting

MAJORITY = "floor((n+f)/2)+1"
Cell = Sort("Cell", "a cell")


def answer(text: str) -> str:
    """What a solver says that knows nothing but the text."""
    solver = z3.Solver(ctx=z3.Context())
    solver.from_string(text)
    return str(solver.check())


@pytest.mark.parametrize(("system", "id"), [(voting(MAJORITY), "agreement"), (trace(Log), "no_gap")])
def test_the_smt_lib_text_alone_says_the_same(system: System, id: str) -> None:
    tasks = obligations(system, system.property(id))
    assert {answer(script(o)) for o in tasks.shown} == {"unsat"}
    assert {answer(script(o)) for o in tasks.possible} == {"sat"}


def test_there_is_one_obligation_for_each_formula_at_the_start_and_after_each_action() -> None:
    system = voting(MAJORITY)
    names = [o.name for o in obligations(system, system.property("agreement")).shown]
    formulas = ("votes_once", "backed", "agreement")
    assert names == [
        *(f"{f} holds initially" for f in formulas),
        *(f"{f} is preserved by {a}" for a in ("cast", "decide") for f in formulas),
    ]


def test_the_text_is_the_same_every_time_and_names_what_it_assumes() -> None:
    system = voting(MAJORITY)
    first, second = ([script(o) for o in obligations(system, system.property("agreement")).shown] for _ in range(2))
    assert first == second
    assert "; quorums: among Replica, any two sets of at least floor((n+f)/2)+1 share a member" in first[-1]


def test_a_refuted_fact_about_quorums_is_no_axiom() -> None:
    system = voting("2*f+1")
    tasks = obligations(system, system.property("agreement"))
    refuted = [f for f in tasks.facts if f.holds is False]
    assert refuted
    assert not {f.sentence for f in refuted} & {p.name for o in tasks.shown for p in o.premises}


def test_an_update_is_substituted_without_catching_variables() -> None:
    """`marked[b]` is read after the step, and the update binds another b at the same depth.

    Were the two taken for one, the lemma would follow; in fact a cell without a link loses its mark.
    """

    class Spread(Protocol):
        linked = rigid(Cell, Cell)
        marked = var(Cell, init=True)

        @action
        def spread(s):
            return s.set(marked=lambda a: exists(Cell, lambda b: s.linked[a, b] & s.marked[b]))

        @invariant
        def bright(s):
            dark = ~exists(Cell, lambda c: s.linked[c, c])
            return forall(Cell, Cell, lambda a, b: s.marked[b] | dark)

    system = trace(Spread)
    claim = system.property("bright")
    assert prove(system, claim).verdict == "not inductive"
    assert bounded(system, claim, resolve(system, {"Cell": 2}), 1).verdict == "violated"


class Counted(Protocol):
    """A protocol with a guard that counts, and a bounded integer."""

    level = var(to=IntRange(0, 2), init=0)
    full = var(Cell)

    @action
    def fill(s, c: Cell):
        """{c} is filled."""
        require(~s.full[c])
        return s.set(full={c: True})

    @invariant
    def few(s):
        """Not more than three cells are full."""
        return count(Cell, lambda c: s.full[c]) < 4

    @invariant
    def low(s):
        """The level is not at its highest."""
        return s.level < 2

    @invariant
    def filled(s):
        """Nothing is full."""
        return forall(Cell, lambda c: ~s.full[c])


class CountingGuard(Counted):
    """The same, with a guard that counts."""

    @action
    def fill(s, c: Cell):
        """{c} is filled while there is room."""
        require(count(Cell, lambda x: s.full[x]) < 2)
        return s.set(full={c: True})


class Levelled(Counted):
    """The same, where filling depends on the level."""

    @action
    def fill(s, c: Cell):
        """{c} is filled at a level."""
        require(~s.full[c])
        return s.set(full={c: True}, level=ite(s.level == 0, 1, s.level))


@pytest.mark.parametrize(
    ("machine", "id", "named"),
    [
        (Counted, "few", "property few"),
        (Counted, "low", "property low"),
        (CountingGuard, "filled", "a guard of fill"),
        (Levelled, "low", "property low"),
    ],
)
def test_counts_and_bounded_integers_are_refused_with_name_line_and_advice(
    machine: type[Protocol], id: str, named: str
) -> None:
    system = trace(machine)
    with pytest.raises(Refused) as refusal:
        obligations(system, system.property(id))
    assert isinstance(refusal.value, InputError)
    assert refusal.value.message.startswith(f"{named} can't be proved for any size")
    assert refusal.value.file == __file__
    assert refusal.value.line
    assert "finite instances" in (refusal.value.allowed or "")
    attempt = prove(system, system.property(id))
    assert (attempt.verdict, attempt.note) == ("not run", str(refusal.value))


def test_a_bounded_integer_that_the_property_does_not_depend_on_is_no_obstacle() -> None:
    system = trace(Levelled)
    assert prove(system, system.property("filled")).verdict == "not inductive"


def test_a_lemma_must_be_about_single_states() -> None:
    system = voting(MAJORITY)
    claim: Property = system.property("agreement")
    wrong = replace(claim, lemmas=(replace(claim.lemmas[0], kind="quiescent"),))
    with pytest.raises(Refused, match="is used as a lemma of agreement but is a quiescent property"):
        obligations(system, wrong)
