"""Before a solver is asked, each obligation is held against the decidable fragment; a loop is told by its sorts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import z3
from hypothesis import given, settings

from meterproof.lang import (
    Formula,
    Protocol,
    Sort,
    System,
    action,
    atleast,
    exists,
    forall,
    implies,
    invariant,
    lemma,
    require,
    rigid,
    trace,
    var,
)
from meterproof.prove import attempt, obligations, prove
from meterproof.prove.fragment import Arrow, Fragment, Loop, shortest
from tests.prove.protocols import Log, voting
from tests.prove.test_bounded import systems

Replica, Round, Value = Sort("Replica"), Sort("Round", ordered=True), Sort("Value")
MAJORITY = Formula.parse("floor(n/2)+1")


class Precommits(Protocol):
    """One step of a protocol by rounds: a precommit follows a quorum of prevotes, which a ghost remembers."""

    prevote = var(Replica, Round, Value)
    precommit = var(Replica, Round, Value)
    polka = var(Round, Value, ghost=True)
    at = rigid(Replica, to=Round)
    seen = var(Replica, Replica)

    @action
    def cast(s, r: Replica, k: Round, v: Value):
        """{r} precommits {v} in {k}."""
        require(atleast(MAJORITY, Replica, lambda x: s.prevote[x, k, v]))
        return s.set(precommit={(r, k, v): True}, polka={(k, v): True})

    @lemma
    def polkas_have_quorums(s):
        return forall(
            Round, Value, lambda k, v: implies(s.polka[k, v], atleast(MAJORITY, Replica, lambda x: s.prevote[x, k, v]))
        )

    @invariant(lemmas=[polkas_have_quorums])
    def by_ghost(s):
        return forall(Replica, Round, Value, lambda r, k, v: implies(s.precommit[r, k, v], s.polka[k, v]))

    @invariant
    def by_threshold(s):
        return forall(
            Replica, Round, Value,
            lambda r, k, v: implies(s.precommit[r, k, v], atleast(MAJORITY, Replica, lambda x: s.prevote[x, k, v])),
        )  # fmt: skip

    @invariant
    def own_quorum(s):
        return forall(Replica, lambda r: atleast(MAJORITY, Replica, lambda x: s.seen[r, x]))

    @invariant
    def somebody_everywhere(s):
        return forall(Round, lambda k: exists(Replica, lambda r: s.at[r] == k))

    @invariant
    def later_polka(s):
        return forall(Round, lambda k: exists(Round, Value, lambda j, v: (k < j) & s.polka[j, v]))

    @invariant
    def no_last_round(s):
        """The same said by what there is not."""
        return ~exists(Round, lambda k: ~exists(Round, Value, lambda j, v: (k < j) & s.polka[j, v]))


def loops(system: System, id: str) -> set[str]:
    tasks = obligations(system, system.property(id))
    fragment = Fragment(tasks)
    return {loop.sorts for o in (*tasks.shown, *tasks.possible) if (loop := fragment.loop(o))}


@pytest.fixture(scope="module")
def system() -> System:
    return trace(Precommits)


def test_the_ghost_version_is_stratified(system: System) -> None:
    assert loops(system, "by_ghost") == set()


@pytest.mark.parametrize(
    ("id", "sorts"),
    [
        ("by_threshold", "Quorum -> Replica -> Quorum"),
        ("own_quorum", "Quorum -> Replica -> Quorum"),
        ("somebody_everywhere", "Replica -> Round -> Replica"),
        ("later_polka", "Round -> Round"),
        ("no_last_round", "Round -> Round"),
    ],
)
def test_each_other_way_to_say_it_has_its_loop(system: System, id: str, sorts: str) -> None:
    rotations = {loop_as_set(s) for s in loops(system, id)}
    assert loop_as_set(sorts) in rotations


def loop_as_set(sorts: str) -> frozenset[str]:
    """A loop, wherever it is taken to begin."""
    names = sorts.split(" -> ")
    return frozenset(pairwise(names))


def warning(system: System, id: str) -> str:
    tasks = obligations(system, system.property(id))
    found = [loop for o in tasks.shown if (loop := Fragment(tasks).loop(o))]
    return str(found[0])


def test_a_loop_is_told_with_the_sentences_that_make_it(system: System) -> None:
    said = warning(system, "somebody_everywhere")
    assert said.startswith("outside the decidable fragment: ")
    assert "at is a function from Replica to Round" in said
    assert "for all k of Round there is r of Replica in" in said
    assert "somebody_everywhere (test_fragment.py:" in said


def test_a_loop_that_other_scopes_would_undo_is_told_apart(system: System) -> None:
    """A quorum of prevotes depends on the round and the value, not on who precommits; a replica's own quorum does."""
    assert "as written" in warning(system, "by_threshold")
    assert "once r is quantified only around what mentions it" in warning(system, "by_threshold")
    assert "as written" not in warning(system, "own_quorum")


def test_the_warning_stands_in_the_evidence_and_z3_tries_all_the_same(system: System) -> None:
    proof = prove(system, system.property("by_threshold"))
    assert proof.verdict == "proved"
    assert "outside the decidable fragment as written" in (proof.note or "")
    assert "outside" not in (prove(voting("n-f"), voting("n-f").property("agreement")).note or "")


def test_what_is_not_decided_is_said_to_be_inside_or_outside(system: System) -> None:
    within = prove(system, system.property("by_ghost"), timeout=0)
    beyond = prove(system, system.property("own_quorum"), timeout=0)
    assert "inside the decidable fragment" in (within.note or "")
    assert "(time: not reached; outside the decidable fragment)" in (beyond.note or "")


def test_immediate_successors_in_a_guard_make_no_loop() -> None:
    assert loops(trace(Log), "no_gap") == set()


def made_by_z3(term: Any) -> set[tuple[str, str]]:
    """Sorts of the Skolem functions that z3's own normal form brings in, as arrows."""
    known = set(symbols(term))
    [goal] = z3.Tactic("snf", ctx=term.ctx).apply(term)
    found = set()
    for formula in goal:
        for decl in symbols(formula) - known:
            found |= {(str(decl.domain(i)), str(decl.range())) for i in range(decl.arity())}
    return found


def symbols(term: Any) -> set[Any]:
    found, stack, seen = set(), [term], set()
    while stack:
        each = stack.pop()
        if each.get_id() in seen:
            continue
        seen.add(each.get_id())
        if z3.is_quantifier(each):
            stack.append(each.body())
        elif z3.is_app(each):
            if each.decl().kind() == z3.Z3_OP_UNINTERPRETED:
                found.add(each.decl())
            stack += each.children()
    return found


@settings(max_examples=40)
@given(systems(numbers=False))
def test_alternations_are_those_of_z3s_own_normal_form(system: System) -> None:
    """An arrow that is no matter of scope is one that z3 makes a function for, and the other way round."""
    tasks = obligations(system, system.property("never"))
    fragment = Fragment(tasks)
    for term in {p.term for o in tasks.shown for p in o.premises}:
        arrows = fragment._of(term, True, "here")
        quantified = {(a.source, a.target) for a in arrows if not a.idle and " is a function " not in a.why}
        assert quantified == made_by_z3(term)


def test_true_loops_are_told_before_those_as_written() -> None:
    class Both(Precommits):
        @invariant
        def mixed(s):
            a = forall(Replica, lambda r: atleast(MAJORITY, Replica, lambda x: s.seen[r, x]))
            b = forall(Replica, Value, lambda r, v: exists(Replica, lambda x: s.seen[x, x]))
            return a & b

    system = trace(Both)
    found = set(attempt(system, system.property("mixed"), timeout=0).loops.values())
    assert found
    assert all(isinstance(loop, Loop) and not loop.written for loop in found)


def test_the_shortest_of_several_loops_is_told() -> None:
    ways = [Arrow("A", "B", "1"), Arrow("B", "C", "2"), Arrow("C", "A", "3"), Arrow("C", "B", "4")]
    found = shortest(ways)
    assert found is not None
    assert found.sorts == "B -> C -> B"
    assert shortest([a for a in ways if a.why != "4"]) == Loop(tuple(ways[:3]))
    assert shortest(ways[:2]) is None
