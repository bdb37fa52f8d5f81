"""Meters and edge devices: clustered anew they overflow and are moved in storms; with places and a budget they are not.

Room and budget are one-to-one maps in the model, which a proof for any size can speak of. Here they are counted too.
"""

from __future__ import annotations

import pytest

from meterproof.claims import Plan, explore
from meterproof.lang import action, count, exists, forall, invariant, reachable, require, trace
from meterproof.lang.declare import PropertyDecl
from model.assignment import Assignment, is_in
from model.vocabulary import CHURN, Credit, Device, Meter, Place
from properties.assignment import (
    FOUR_METERS,
    FOUR_PLACES_ONE_CREDIT,
    THREE_METERS,
    TWO_METERS,
    capacity,
    everybody_is_answered,
    migrations_within_budget,
    one_device,
    one_to_one,
    refused_only_when_full,
    reserve_is_for_newcomers,
)
from tests.model.edge import (
    CHARITABLE,
    HARDENED,
    LITERAL,
    asked,
    found,
    rules_of,
    steps_of,
)

# ---- maps and numbers


@invariant(of=Assignment, against=CHURN)
def counted_capacity(s):  # type: ignore[no-untyped-def]
    """No device has more meters than places."""
    return forall(
        Device,
        lambda d: (
            count(Meter, lambda m: exists(Place, lambda p: s.at[m, p] & (s.of[p] == d)))
            <= count(Place, lambda p: s.of[p] == d)
        ),
    )


@invariant(of=Assignment, against=CHURN)
def counted_migrations(s):  # type: ignore[no-untyped-def]
    """No more meters were migrated since the last join than there are credits."""
    return count(Meter, lambda m: exists(Credit, lambda c: s.moved[m, c])) <= count(Credit, lambda c: c == c)


COUNTED = [
    (capacity, counted_capacity, TWO_METERS),
    (capacity, counted_capacity, FOUR_METERS),
    (migrations_within_budget, counted_migrations, THREE_METERS),
    (migrations_within_budget, counted_migrations, FOUR_PLACES_ONE_CREDIT),
]


@pytest.mark.parametrize(("claim", "counted", "plan"), COUNTED, ids=lambda x: getattr(x, "id", ""))
def test_maps_say_what_counting_says(claim: PropertyDecl, counted: PropertyDecl, plan: Plan) -> None:
    """Hardened no count is too large; as published the first that is, is so in the step in which a place is shared."""
    assert found(counted, plan).verdict == "exhausted"
    assert len(steps_of(found(counted, plan, LITERAL))) == len(steps_of(found(claim, plan, LITERAL)))


# ---- as published


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_clustering_overfills_a_device_though_the_other_is_empty(of: str) -> None:
    evidence = found(capacity, TWO_METERS, of)
    assert steps_of(evidence) == ["ask", "ask", "join", "recluster", "insert"]
    assert evidence.trace is not None and evidence.trace.instance.rigids["of"] == (0, 1)


def test_one_join_moves_all_that_are_there() -> None:
    """ZK-C18, in the small: a fourth meter asks, and three others are migrated; the budget would have allowed two."""
    storm = explore(Meter=4, Device=2, Place=3, Credit=2)
    steps = steps_of(found(migrations_within_budget, storm, LITERAL))
    assert steps.count("join") == 3 and steps[-4:] == ["recluster", "migrate", "migrate", "migrate"]


def test_clustering_uses_up_the_reserve() -> None:
    assert steps_of(found(reserve_is_for_newcomers, TWO_METERS, LITERAL))[-2:] == ["recluster", "migrate"]


@pytest.mark.parametrize("of", [LITERAL, HARDENED])
def test_one_to_one_is_possible_with_as_many_devices_as_meters_and_not_with_fewer(of: str) -> None:
    """ZK-C12: 300 meters and 13 devices, here three and two."""
    assert found(one_to_one, TWO_METERS, of).verdict == "exhausted"
    assert found(one_to_one, THREE_METERS, of).verdict == "violated"


# ---- what the hardened rules leave possible


@reachable(of=Assignment, against=CHURN)
def full_reserve_and_all(s):  # type: ignore[no-untyped-def]
    """All meters are in, one of them at a place in reserve."""
    return forall(Meter, lambda m: is_in(s, m)) & exists(Meter, Place, lambda m, p: s.at[m, p] & s.reserved[p])


def test_newcomers_may_fill_the_reserve_to_the_last_place() -> None:
    assert found(full_reserve_and_all, TWO_METERS).verdict == "exhausted"


class SharedPlaces(Assignment):
    """A meter joins at any place of a device."""

    @action
    def join(s, m: Meter, p: Place):  # type: ignore[no-untyped-def]
        """Join."""
        require(s.asked[m])
        return s.set(asked={m: False}, at={(m, p): True})


class HastyRefusal(Assignment):
    """A meter is refused where one device has no room."""

    @action
    def refuse(s, m: Meter):  # type: ignore[no-untyped-def]
        """Refuse."""
        full = exists(Device, lambda d: ~exists(Place, lambda p: (s.of[p] == d) & ~exists(Meter, lambda n: s.at[n, p])))
        require(s.asked[m] & full)
        return s.set(asked={m: False}, refused={m: True})


class NoRefusal(Assignment):
    """Nobody is told that there is no room."""

    @action
    def refuse(s, m: Meter):  # type: ignore[no-untyped-def]
        """Refuse."""
        require(s.asked[m] & s.refused[m])
        return s.set(asked={m: False})


class TwoPlaces(Assignment):
    """A meter that is migrated keeps its old place."""

    @action
    def migrate(s, m: Meter, p: Place, c: Credit):  # type: ignore[no-untyped-def]
        """Migrate."""
        require(is_in(s, m) & ~exists(Meter, lambda n: s.at[n, p]))
        return s.set(at={(m, p): True})


MUTANTS = [
    (SharedPlaces, capacity),
    (HastyRefusal, refused_only_when_full),
    (NoRefusal, everybody_is_answered),
    (TwoPlaces, one_device),
]


@pytest.mark.parametrize(("machine", "claim"), MUTANTS, ids=lambda x: getattr(x, "__name__", ""))
def test_mutants_fall(machine: type[Assignment], claim: PropertyDecl) -> None:
    system = trace(machine, rules_of(machine), [claim.under(machine)])
    assert asked(system, claim, THREE_METERS).verdict == "violated"
