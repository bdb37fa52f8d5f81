"""Narrowing quantifiers changes how many instances a formula has, and never what it means."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from examples.two_phase_commit import Phase, TwoPhaseCommit
from meterproof.finite.ground import Grounder
from meterproof.finite.interpret import Interpreter
from meterproof.finite.miniscope import Miniscope
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import Protocol, Sort, exists, forall, invariant, trace, var
from meterproof.lang.expr import Expr
from tests.explore.machines import machine

Person = Sort("Person")


class Facts(Protocol):
    """Nothing happens; there is only something to speak of."""

    old = var(Person)
    wise = var(Person)
    knows = var(Person, Person)

    @invariant
    def nothing(s):
        return True


def narrowed(formula: Expr) -> Expr:
    """The formula after narrowing, as a grounder does it."""
    system = trace(Facts)
    [instance] = instances(system, resolve(system, {"Person": 2}))
    return Miniscope(Grounder(instance).free).narrow(formula)


def said(formula: object) -> Expr:
    """A formula about `Facts`, traced."""

    class Claimed(Facts):
        @invariant
        def claim(s):
            return formula(s)  # type: ignore[operator]

    return trace(Claimed).property("claim").formula


def shape(formula: object) -> str:
    return repr(narrowed(said(formula)))


def test_a_conjunction_under_exists_is_split_by_its_variables() -> None:
    assert shape(lambda s: exists(Person, Person, lambda a, b: s.old[a] & s.wise[b])) == (
        "(exists(a: Person: old[a]) & exists(b: Person: wise[b]))"
    )


def test_a_disjunction_under_forall_is_split_by_its_variables() -> None:
    assert shape(lambda s: forall(Person, Person, lambda a, b: s.old[a] | ~s.wise[b])) == (
        "(forall(a: Person: old[a]) | ~exists(b: Person: wise[b]))"
    )


def test_what_two_variables_share_stays_below_both() -> None:
    assert shape(lambda s: exists(Person, Person, lambda a, b: s.old[a] & s.knows[a, b])) == (
        "exists(a: Person: (old[a] & exists(b: Person: knows[a, b])))"
    )


def test_quantifiers_that_cannot_be_narrowed_stay_as_they_are() -> None:
    formula = said(lambda s: exists(Person, Person, lambda a, b: s.knows[a, b] & s.knows[b, a]))
    assert narrowed(formula) is formula


def test_consistency_of_two_phase_commit_takes_two_tests_a_manager() -> None:
    """Sixteen with eight managers, where one for each pair would be fifty-six."""
    system = trace(TwoPhaseCommit)
    [instance] = instances(system, resolve(system, {"RM": 8}))
    grounder = Grounder(instance)
    grounder.formula(system.property("consistent").formula)
    cells = [n for n in grounder.formulas.nodes if n[0] == "is"]
    wanted = {Phase.values.index("committed"), Phase.values.index("aborted")}
    ends = [i for i, n in enumerate(grounder.formulas.nodes) if n[0] == "is" and n[2] in wanted]
    assert len(ends) == 16 and len(cells) == 32
    pairs = [n for n in grounder.formulas.nodes if n[0] == "and" and len(set(n[1]) & set(ends)) == 2]
    assert pairs == []


@settings(max_examples=150)
@given(st.integers(0, 10**9))
def test_a_narrow_formula_says_the_same_in_every_state(seed: int) -> None:
    """States are drawn at random from all that the types admit, reachable or not."""
    made, dice = machine(seed), Random(seed)
    for instance in made.worlds:
        interpreter, scopes = Interpreter(instance), Miniscope(Grounder(instance).free)
        for claim in made.system.properties:
            narrow = scopes.narrow(claim.formula)
            assert scopes.narrow(narrow) is narrow
            for _ in range(10):
                before, after = (
                    tuple(
                        tuple(dice.choice(instance.values(v.to)) for _ in instance.cells(v))
                        for v in instance.state_variables
                    )
                    for _ in range(2)
                )
                assert interpreter.holds(narrow, before, after) == interpreter.holds(claim.formula, before, after)
