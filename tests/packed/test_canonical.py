"""Representatives are exact: states share one if, and only if, exchanging individuals maps one to the other."""

from __future__ import annotations

from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError, ModelError
from meterproof.finite.ground import Grounder
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State
from meterproof.finite.scope import resolve
from meterproof.finite.symmetry import Class, check_equivariant, interchangeable
from meterproof.finite.worlds import instances
from meterproof.lang import Protocol, Sort, action, invariant, parameter, require, rigid, trace, var
from meterproof.lang.expr import constant
from meterproof.packed.canonical import canonical, orbits
from meterproof.packed.compile import Compiled, compile_instance
from meterproof.packed.program import signed
from tests.explore.machines import machine
from tests.packed.orbits import orbit

SEEDS = st.integers(0, 10**9)


def classes_of(instance: Instance) -> tuple[Class, ...]:
    return interchangeable(instance)


def representative(compiled: Compiled, classes: tuple[Class, ...], state: State) -> tuple[int, ...]:
    words = compiled.layout.pack([value for table in state for value in table])
    packed = np.array([signed(w) for w in words], dtype=np.int64)
    canonical(orbits(compiled.instance, compiled.cells, compiled.layout, classes), packed, 0, len(packed))
    return tuple(packed.tolist())


@settings(max_examples=60)
@given(SEEDS, st.booleans())
def test_a_representative_stands_for_exactly_one_orbit(seed: int, padded: bool) -> None:
    made = machine(seed, padded=padded)
    instance = made.worlds[-1]
    classes = classes_of(instance)
    assume(classes)
    compiled = compile_instance(instance, made.system.actions, [])
    dice = Random(seed)
    states = [
        tuple(tuple(dice.choice(instance.values(v.to)) for _ in instance.cells(v)) for v in instance.state_variables)
        for _ in range(4)
    ]
    orbits_ = [orbit(instance, classes, s) for s in states]
    for state, mine in zip(states, orbits_, strict=True):
        assert {representative(compiled, classes, other) for other in mine} == {
            representative(compiled, classes, state)
        }
    for a, b in product(range(4), repeat=2):
        same = representative(compiled, classes, states[a]) == representative(compiled, classes, states[b])
        assert same == (states[b] in orbits_[a])


@settings(max_examples=60)
@given(SEEDS)
def test_what_a_model_can_say_never_tells_its_individuals_apart(seed: int) -> None:
    made = machine(seed)
    for instance in made.worlds:
        check_equivariant(Grounder(instance), classes_of(instance), made.system.actions, made.system.properties)


Node = Sort("Node")
Place = Sort("Place", ordered=True)


class Ring(Protocol):
    """Nodes at places; `bad` ones are told apart from the others."""

    f = parameter(Node, default="n")
    bad = rigid(Node, at_most="f")
    at = var(Node, Place)

    @action
    def move(s, n: Node, p: Place):
        """{n} is at {p} too."""
        require(~s.at[n, p])
        return s.set(at={(n, p): True})

    @invariant
    def fine(s):
        """Nothing is claimed."""
        return True


def ring(nodes: int, bad: int) -> Instance:
    system = trace(Ring)
    return instances(system, resolve(system, {"Node": nodes, "Place": 2, "bad": bad}))[0]


def test_individuals_that_the_rigids_tell_apart_are_in_classes_of_their_own() -> None:
    assert [len(c.members) for c in interchangeable(ring(5, 2))] == [3, 2]
    assert [len(c.members) for c in interchangeable(ring(3, 1))] == [2]


def test_an_ordered_sort_is_refused_with_the_reason() -> None:
    with pytest.raises(InputError, match="individuals of Place are not interchangeable: the sort is ordered"):
        interchangeable(ring(3, 0), ["Place"])
    with pytest.raises(InputError, match="no sort 'Plaice'"):
        interchangeable(ring(3, 0), ["Plaice"])


def test_a_formula_that_names_an_individual_is_refused() -> None:
    """The language has no way to write one, so it is put into the graph by hand."""
    instance = ring(3, 0)
    grounder = Grounder(instance)
    fine = instance.system.property("fine")
    move = instance.system.actions[0]
    first = constant(0, Node)
    named = type(move.guards[0])(move.params[0] == first, (), (), "model.py", 7)
    biased = type(move)(**{**vars(move), "guards": (*move.guards, named)})
    with pytest.raises(ModelError, match="exchanging two of them changes move"):
        check_equivariant(grounder, classes_of(instance), [biased], [fine])
    check_equivariant(grounder, classes_of(instance), [move], [fine])


class Graph(Protocol):
    """A relation of a sort with itself, whose individuals can't be sorted one by one."""

    edge = var(Node, Node)

    @action
    def connect(s, a: Node, b: Node):
        """{a} knows {b}."""
        require(~s.edge[a, b])
        return s.set(edge={(a, b): True})


def test_too_many_permutations_are_refused_with_their_number() -> None:
    system = trace(Graph)
    instance = instances(system, resolve(system, {"Node": 8}))[0]
    compiled = compile_instance(instance, system.actions, [])
    with pytest.raises(InputError, match="40,320 permutations of Node"):
        orbits(instance, compiled.cells, compiled.layout, interchangeable(instance))
