"""Instances: one for each way to fix the rigids, up to renaming, counted a second time by Burnside's lemma."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, permutations, product
from math import comb, factorial, prod
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import Enum, IntRange, Protocol, Sort, axiom, exists, forall, parameter, rigid, trace, var

Node = Sort("Node")
Token = Sort("Token")
Tick = Sort("Tick", ordered=True)
Phase = Enum("Phase", "idle", "busy", "gone")

Tables = tuple[dict[tuple[int, ...], int], ...]

CHOICES: dict[str, tuple[tuple[Sort, ...], Any]] = {
    "leader": ((), Node), "start": ((), Tick), "mode": ((), Phase), "level": ((), IntRange(2, 3)),
    "trusted": ((Node,), bool), "colour": ((Node,), Phase), "peer": ((Node,), Node), "owner": ((Token,), Node),
    "due": ((Node,), Tick), "knows": ((Node, Token), bool), "above": ((Node, Node), bool), "open": ((Tick,), bool),
}  # fmt: skip
"""Rigids that a random system may have, by name: arguments and values."""


def declared(names: list[str], faulty: int | None, sizes: dict[str, int]) -> list[Instance]:
    """All instances of a system with these rigids, and with a set of `faulty` members unless None."""
    body: dict[str, Any] = {name: rigid(*CHOICES[name][0], to=CHOICES[name][1]) for name in names}
    body |= {"all_sorts": var(Node, Token, Tick)}
    if faulty is not None:
        body |= {"f": parameter(Node, default="0"), "faulty": rigid(Node, at_most="f")}
    system = trace(type("World", (Protocol,), body))
    return instances(system, resolve(system, sizes if faulty is None else sizes | {"faulty": faulty}))


def individuals(type_: Any, sizes: dict[str, int]) -> range:
    if isinstance(type_, Sort):
        return range(sizes[type_.name])
    if isinstance(type_, Enum):
        return range(len(type_.values))
    return range(type_.low, type_.high + 1) if isinstance(type_, IntRange) else range(2)


def interpretations(names: list[str], faulty: int | None, sizes: dict[str, int]) -> Iterator[Tables]:
    """Every way to fix the rigids, as dictionaries."""
    ways: list[list[dict[tuple[int, ...], int]]] = []
    for name in names:
        domain, to = CHOICES[name]
        cells = list(product(*(individuals(sort, sizes) for sort in domain)))
        values = individuals(to, sizes)
        ways.append([dict(zip(cells, chosen, strict=True)) for chosen in product(values, repeat=len(cells))])
    if faulty is not None:
        members = combinations(range(sizes["Node"]), faulty)
        ways.append([{(n,): int(n in chosen) for n in range(sizes["Node"])} for chosen in members])
    yield from product(*ways)


def renamings(sizes: dict[str, int]) -> Iterator[dict[Any, tuple[int, ...]]]:
    """Every renaming of the unordered sorts."""
    for nodes, tokens in product(permutations(range(sizes["Node"])), permutations(range(sizes["Token"]))):
        yield {Node: nodes, Token: tokens}


def renamed(tables: Tables, kinds: list[tuple[tuple[Sort, ...], Any]], to: dict[Any, tuple[int, ...]]) -> Tables:
    def image(type_: Any, value: int) -> int:
        return to[type_][value] if type_ in to else value

    return tuple(
        {
            tuple(image(sort, i) for sort, i in zip(domain, index, strict=True)): image(values, value)
            for index, value in table.items()
        }
        for table, (domain, values) in zip(tables, kinds, strict=True)
    )


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_there_is_one_instance_for_each_orbit_of_renaming(seed: int) -> None:
    """Burnside: the number of orbits is the mean number of interpretations that a renaming leaves alone."""
    dice = Random(seed)
    names = dice.sample(list(CHOICES), dice.randint(1, 3))
    sizes = {"Node": dice.randint(1, 3), "Token": dice.randint(1, 2), "Tick": dice.randint(1, 3)}
    faulty = dice.choice([None, dice.randint(0, sizes["Node"])])
    kinds = [CHOICES[name] for name in names] + ([((Node,), bool)] if faulty is not None else [])
    every = prod(
        len(individuals(to, sizes)) ** prod(len(individuals(s, sizes)) for s in domain) for domain, to in kinds
    )
    if every > 5000:
        names, kinds = names[:1], kinds[:1] + kinds[len(names) :]
    fixed = [
        sum(renamed(tables, kinds, to) == tables for tables in interpretations(names, faulty, sizes))
        for to in renamings(sizes)
    ]
    assert len(declared(names, faulty, sizes)) == Fraction(sum(fixed), len(fixed))


def test_no_two_instances_are_renamings_and_each_interpretation_is_one_of_them() -> None:
    sizes = {"Node": 3, "Token": 2, "Tick": 2}
    names = ["leader", "owner", "trusted"]
    kinds = [CHOICES[name] for name in names]
    found = declared(names, None, sizes)
    cells = [list(product(*(individuals(s, sizes) for s in domain))) for domain, _ in kinds]
    tables = [tuple(dict(zip(c, w.rigids[n], strict=True)) for n, c in zip(names, cells, strict=True)) for w in found]
    orbits = [[renamed(t, kinds, to) for to in renamings(sizes)] for t in tables]
    for this, other in combinations(range(len(tables)), 2):
        assert tables[this] not in orbits[other]
    for each in interpretations(names, None, sizes):
        assert sum(each in orbit for orbit in orbits) == 1


@pytest.mark.parametrize(("size", "members"), [(4, 0), (4, 1), (4, 2), (7, 2), (5, 5)])
def test_a_set_of_a_given_size_is_one_up_to_renaming_and_has_exactly_so_many_members(size: int, members: int) -> None:
    [world] = declared([], members, {"Node": size, "Token": 1, "Tick": 1})
    assert sum(world.rigids["faulty"]) == members


def test_whether_the_leader_is_in_the_set_is_all_that_matters() -> None:
    found = declared(["leader"], 1, {"Node": 4, "Token": 1, "Tick": 1})
    assert sorted(w.rigids["faulty"][w.rigids["leader"][0]] for w in found) == [0, 1]


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_functions_of_a_sort_to_itself_are_counted_up_to_renaming(size: int) -> None:
    """1, 3, 7, 19: functional graphs on unlabelled points (OEIS A001372)."""
    assert len(declared(["peer"], None, {"Node": size, "Token": 1, "Tick": 1})) == [1, 3, 7, 19][size - 1]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_relations_on_a_sort_are_counted_up_to_renaming(size: int) -> None:
    """2, 10, 104: binary relations on unlabelled points (OEIS A000595)."""
    assert len(declared(["above"], None, {"Node": size, "Token": 1, "Tick": 1})) == [2, 10, 104][size - 1]


@pytest.mark.parametrize("size", [1, 3, 6])
def test_individuals_of_an_ordered_sort_keep_their_names(size: int) -> None:
    assert len(declared(["start"], None, {"Node": 1, "Token": 1, "Tick": size})) == size
    assert len(declared(["open"], None, {"Node": 1, "Token": 1, "Tick": size})) == 2**size


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_colourings_are_multisets(size: int) -> None:
    assert len(declared(["colour"], None, {"Node": size, "Token": 1, "Tick": 1})) == comb(size + 2, 2)


def test_a_system_without_rigids_has_one_instance() -> None:
    [world] = declared([], None, {"Node": 3, "Token": 2, "Tick": 2})
    assert world.rigids == {}


def test_enums_and_numbers_are_not_renamed() -> None:
    assert len(declared(["mode", "level"], None, {"Node": 2, "Token": 1, "Tick": 1})) == 3 * 2


def test_the_same_scope_has_the_same_instances_in_the_same_order() -> None:
    sizes = {"Node": 3, "Token": 2, "Tick": 1}
    twice = [[w.rigid for w in declared(["peer", "owner"], 1, sizes)] for _ in range(2)]
    assert twice[0] == twice[1]


class Ring(Protocol):
    """Every node has a successor, and different nodes have different ones."""

    after = rigid(Node, to=Node)

    @axiom
    def all_have_a_predecessor(s):
        return forall(Node, lambda n: exists(Node, lambda m: s.after[m] == n))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_axioms_leave_the_interpretations_that_they_admit(size: int) -> None:
    """Permutations up to conjugation are partitions of the size; together their orbits are all permutations."""
    found = instances(trace(Ring), resolve(trace(Ring), {"Node": size}))
    assert len(found) == [1, 2, 3, 5, 7][size - 1]
    assert all(sorted(w.rigids["after"]) == list(range(size)) for w in found)
    orbits = [set(conjugates(w.rigids["after"])) for w in found]
    assert sum(map(len, orbits)) == len(set().union(*orbits)) == factorial(size)


def conjugates(function: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """The function under every renaming of its points."""
    for to in permutations(range(len(function))):
        back = [to.index(i) for i in range(len(function))]
        yield tuple(to[function[back[i]]] for i in range(len(function)))


def test_axioms_that_admit_nothing_are_an_error_and_not_an_empty_success() -> None:
    class Never(Ring):
        @axiom
        def no_node_is_its_own_successor(s):
            return ~exists(Node, lambda n: s.after[n] == n)

    with pytest.raises(InputError, match="the axioms of Never admit nothing at Node=1"):
        instances(trace(Never), resolve(trace(Never), {"Node": 1}))
    assert len(instances(trace(Never), resolve(trace(Never), {"Node": 4}))) == 2
