"""What is evaluated over arrays is what the interpreter says, and what is proposed excludes the bad state only."""

from itertools import product

import pytest

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.finite.interpret import Interpreter, State
from meterproof.lang import System, trace
from meterproof.suggest import pool as pool_module
from meterproof.suggest.clause import Table
from meterproof.suggest.evaluate import evaluate
from meterproof.suggest.pool import Pool
from meterproof.suggest.sample import of_states, reachable
from meterproof.suggest.vocabulary import influences, templates
from tests.prove.protocols import Log, voting
from tests.suggest.samples import Lock, first_instance, visited

SYSTEMS = [
    (trace(TwoPhaseCommit), "consistent", {"RM": 2}),
    (voting("floor((n+f)/2)+1"), "agreement", {"Replica": 4, "Value": 2, "faulty": 1}),
    (trace(Log), "no_gap", {"Height": 3}),
    (trace(Lock), "exclusive", {"Client": 2}),
]
BY_NAME = [pytest.param(*row, id=row[0].name) for row in SYSTEMS]


@pytest.mark.parametrize(("system", "claim", "sizes"), BY_NAME)
def test_a_sample_that_is_complete_has_the_states_that_the_interpreter_reaches(
    system: System, claim: str, sizes: dict[str, int]
) -> None:
    instance = first_instance(system, **sizes)
    sample = reachable(instance, system.actions, most=10_000, seed=0)
    states = [sample.state(i) for i in range(sample.size)]
    assert sample.complete
    assert len(states) == len(set(states))
    assert set(states) == visited(instance)


def test_a_thinned_sample_says_so_and_has_reachable_states_of_every_depth() -> None:
    system = trace(TwoPhaseCommit)
    instance = first_instance(system, RM=3)
    sample = reachable(instance, system.actions, most=100, seed=5)
    states = {sample.state(i) for i in range(sample.size)}
    assert not sample.complete
    assert states < visited(instance)
    announced = instance.position["decision"]
    assert {s[announced] for s in states} == {(0,), (1,), (2,)}, "commit takes seven steps"
    again = reachable(instance, system.actions, most=100, seed=5)
    assert [again.state(i) for i in range(again.size)] == [sample.state(i) for i in range(sample.size)]


@pytest.mark.parametrize(("system", "claim", "sizes"), BY_NAME)
def test_atoms_evaluate_as_the_interpreter_has_them(system: System, claim: str, sizes: dict[str, int]) -> None:
    instance = first_instance(system, **sizes)
    states = sorted(visited(instance))[::7]
    sample, interpreter = of_states(instance, states), Interpreter(instance)
    for template in templates(system, system.property(claim))[:3]:
        for atom in template.atoms:
            found = evaluate(atom, sample, template.variables)
            run = interpreter.compile(atom)
            for values in product(*(instance.values(v.type) for v in template.variables)):
                env = {v.uid: x for v, x in zip(template.variables, values, strict=True)}
                assert [bool(found[(i, *values)]) for i in range(len(states))] == [
                    bool(run(s, (), env)) for s in states
                ], atom


def unreachable(system: System, sizes: dict[str, int], claim: str) -> State:
    """A state that breaks the property: any, so that it is not reachable."""
    instance = first_instance(system, **sizes)
    interpreter, formula = Interpreter(instance), system.property(claim).formula
    tables = [product(instance.values(v.to), repeat=len(instance.cells(v))) for v in instance.state_variables]
    return next(s for s in product(*tables) if not interpreter.holds(formula, s))


@pytest.mark.parametrize(("system", "claim", "sizes"), BY_NAME)
def test_candidates_are_true_of_all_reachable_states_and_false_in_the_bad_one(
    system: System, claim: str, sizes: dict[str, int]
) -> None:
    instance = first_instance(system, **sizes)
    interpreter, bad = Interpreter(instance), unreachable(system, sizes, claim)
    pool = Pool(templates(system, system.property(claim)), [reachable(instance, system.actions, most=9_999, seed=0)], 3)
    found = [c for batch in pool.excluding(instance, bad, ()) for c in batch]
    assert found
    states = visited(instance)
    for c in found:
        assert not interpreter.holds(c.formula, bad), c.formula
        assert all(interpreter.holds(c.formula, s) for s in states), c.formula
    assert len({c.formula.uid for c in found}) == len(found)


def test_clauses_that_differ_by_a_renaming_are_one() -> None:
    """Both clients hold the lock in the bad state, so it has two rows that are mirror images."""
    system = trace(Lock)
    instance = first_instance(system, Client=2)
    pair = templates(system, system.property("exclusive"))[1]
    table = Table(pair)
    table.add(reachable(instance, system.actions, most=999, seed=0))
    both = table.of(of_states(instance, [((0,), (0, 0), (1, 1))]))
    told = [repr(c.formula) for c in table.excluding(both, 3)]
    assert "forall(c: Client, c2: Client: (~(held[c] & held[c2]) | (c == c2)))" in told
    assert len(set(told)) == len(told)


def test_a_refuting_state_that_is_learnt_ends_a_candidate() -> None:
    system = trace(Lock)
    instance = first_instance(system, Client=2)
    some = [Interpreter(instance).initial()]
    pool = Pool(templates(system, system.property("exclusive")), [of_states(instance, some)], 1)
    taken: State = ((0,), (1, 0), (0, 0))
    bad: State = ((0,), (1, 1), (0, 0))
    before = {repr(c.formula) for batch in pool.excluding(instance, bad, ()) for c in batch}
    assert "forall(c: Client: ~granted[c])" in before
    pool.learn(instance, taken)
    after = {repr(c.formula) for batch in pool.excluding(instance, bad, ()) for c in batch}
    assert "forall(c: Client: ~granted[c])" not in after


def test_only_what_can_influence_the_property_is_spoken_of() -> None:
    system = trace(TwoPhaseCommit)
    assert influences(system.property("heard_means_said"), system.actions) == {"decision", "heard", "phase", "said"}
    log = trace(Lock)
    assert influences(log.property("exclusive"), log.actions) == {"granted", "held", "home"}


def test_candidates_are_held_against_more_states_than_rows_are_taken_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of two states refute little; what is proposed is true of all others too."""
    monkeypatch.setattr(pool_module, "FIRST", 2)
    system = trace(TwoPhaseCommit)
    instance = first_instance(system, RM=2)
    interpreter, bad = Interpreter(instance), unreachable(system, {"RM": 2}, "consistent")
    sample = reachable(instance, system.actions, most=9_999, seed=0)
    pool = Pool(templates(system, system.property("consistent")), [sample], 2)
    found = [c for batch in pool.excluding(instance, bad, ()) for c in batch]
    assert found
    assert all(interpreter.holds(c.formula, s) for c in found for s in visited(instance))
