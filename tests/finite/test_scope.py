"""Scopes: how sizes are written, what is filled in, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.scope import Scope, parse_scope, resolve
from meterproof.lang import Protocol, Sort, System, formula, parameter, rigid, trace, var

Replica = Sort("Replica")
Block = Sort("Block")

NAMES = st.text("abcXYZ_", min_size=1, max_size=5)
SPACES = st.sampled_from(["", " ", "  "])


@given(st.dictionaries(NAMES, st.integers(0, 10**6), max_size=5), SPACES)
def test_what_is_written_is_read(sizes: dict[str, int], space: str) -> None:
    text = f"{space},{space}".join(f"{space}{name}{space}={space}{size}" for name, size in sizes.items())
    assert parse_scope(text) == sizes


WRONG = ["Replica", "Replica=", "=3", "Replica=x", "Replica=-1", "Replica=1.5", "Replica==2", "Replica=²", "A=1;B=2"]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_size_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(InputError, match="is no size") as error:
        parse_scope(f"Good=1,{text}")
    assert text in error.value.message
    assert error.value.allowed == "NAME=NUMBER, as in Replica=4,faulty=1"


def test_a_name_given_twice_is_refused() -> None:
    with pytest.raises(InputError, match="Replica is given twice"):
        parse_scope("Replica=3,Replica=4")


class Ordering(Protocol):
    """Replicas, at most f of them faulty."""

    resilience = formula("n", "f", doc="The least number of replicas.")

    f = parameter(Replica, default="floor((n-1)/3)", resilience="resilience")
    faulty = rigid(Replica, at_most="f")
    vote = var(Replica, Block)


def ordering(resilience: str = "1") -> System:
    return trace(Ordering, Ordering.rule_schema().read({"resilience": resilience}))


def test_what_is_left_out_takes_its_default() -> None:
    scope = resolve(ordering(), {"Replica": 7, "Block": 2})
    assert scope.as_dict() == {"Replica": 7, "Block": 2, "f": 2, "faulty": 2}
    assert str(scope) == "Replica=7, Block=2, f=2, faulty=2"
    assert scope["faulty"] == 2


def test_corruptions_are_apart_from_the_bound_that_the_design_assumes() -> None:
    scope = resolve(ordering(), {"Replica": 4, "Block": 1, "faulty": 3})
    assert (scope["f"], scope["faulty"]) == (1, 3)
    assert resolve(ordering(), {"Replica": 4, "Block": 1, "f": 0})["faulty"] == 0


def test_sizes_come_in_the_order_of_the_declarations_whatever_the_order_given() -> None:
    assert resolve(ordering(), {"Block": 2, "Replica": 4}) == resolve(ordering(), {"Replica": 4, "Block": 2})


@given(st.integers(1, 40))
def test_the_default_bound_is_its_formula(replicas: int) -> None:
    assert resolve(ordering(), {"Replica": replicas, "Block": 1})["f"] == (replicas - 1) // 3


def refused(given_: dict[str, int], resilience: str = "1") -> InputError:
    with pytest.raises(InputError) as error:
        resolve(ordering(resilience), given_)
    return error.value


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    error = refused({"Replica": 4, "Block": 1, "Replicas": 3})
    assert error.message == "the scope of Ordering has no 'Replicas'"
    assert error.allowed == "Replica, Block, f, faulty"


@pytest.mark.parametrize("given_", [{"Replica": 4}, {"Replica": 4, "Block": 0}])
def test_a_sort_without_individuals_is_refused(given_: dict[str, int]) -> None:
    error = refused(given_)
    assert error.message == "the scope of Ordering needs a size for sort Block"
    assert error.allowed == "Block=1 or more"


def test_fewer_replicas_than_the_design_admits_are_refused() -> None:
    error = refused({"Replica": 4, "Block": 1, "f": 2}, resilience="3*f+1")
    assert error.message == "Ordering with f=2 needs Replica >= 7, the scope has 4"
    assert error.allowed == "Replica=7 or more, or a smaller f"
    assert resolve(ordering("3*f+1"), {"Replica": 7, "Block": 1, "f": 2})["f"] == 2


@pytest.mark.parametrize("faulty", [-1, 5])
def test_a_set_has_no_more_members_than_its_sort_and_no_fewer_than_none(faulty: int) -> None:
    error = refused({"Replica": 4, "Block": 1, "faulty": faulty})
    assert error.message == f"faulty={faulty} cannot be with Replica=4"
    assert error.allowed == "0 to 4"


def test_a_scope_is_a_value() -> None:
    assert Scope((("Replica", 3),)) == Scope((("Replica", 3),))
    assert len({Scope((("Replica", 3),)), Scope((("Replica", 3),)), Scope((("Replica", 4),))}) == 2
