"""The one decision, by enumeration: who may do what, in all combinations, and nobody else by default."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from reference.metering_platform import decide
from reference.metering_platform.decide import SUFFICES, Action, Kind, Relation, allows
from reference.metering_platform.handle import ROUTES
from reference.metering_platform.records import SCHEMAS
from reference.metering_platform.state import ROLES

ACTIONS = get_args(Action)
KINDS = get_args(Kind)
RELATIONS: tuple[Relation, ...] = (*ROLES, "known", "owner", "grantee", "issuer", "collection", "shown", "self")


def test_every_combination_is_allowed_if_and_only_if_the_table_has_its_relation() -> None:
    for kind, action, relation in product(KINDS, ACTIONS, RELATIONS):
        held = frozenset({relation})
        expected = relation in SUFFICES.get((kind, action), ())
        assert allows("decided", held, kind, action) == allows("owner-or-grant", held, kind, action) == expected
        assert allows("signature-only", held, kind, action)


def test_no_relation_allows_nothing() -> None:
    assert not any(allows("decided", frozenset(), kind, action) for kind, action in product(KINDS, ACTIONS))


def test_holding_more_never_allows_less() -> None:
    for kind, action in SUFFICES:
        for one, other in product(RELATIONS, RELATIONS):
            if allows("decided", frozenset({one}), kind, action):
                assert allows("decided", frozenset({one, other}), kind, action)


def test_whoever_may_do_something_may_be_taken_to_by_an_interface_without_routes() -> None:
    assert allows("decided", frozenset({"owner"}), "class-II", None)
    assert not allows("decided", frozenset({"resident"}), "class-II", None)


@pytest.mark.parametrize(
    ("kind", "action", "who"),
    [
        ("class-I", "read", {"known"}),
        ("class-II", "read", {"owner", "grantee", "issuer"}),
        ("class-III", "read", {"known"}),
        ("class-II", "grant", {"owner", "issuer"}),
        ("meter", "transfer", {"owner", "registrar"}),
        ("person", "read", {"self"}),
        ("tests", "read", {"collection", "shown", "grid"}),
        ("tests", "store", {"collection"}),
        ("platform", "approve", {"admin"}),
    ],
)
def test_the_golden_rows(kind: Kind, action: Action, who: set[str]) -> None:
    assert {relation for relation in RELATIONS if allows("decided", frozenset({relation}), kind, action)} == who


def test_an_administrator_reads_nothing_of_class_two_and_nobodys_personal_data() -> None:
    assert not allows("decided", frozenset({"admin", "known"}), "class-II", "read")
    assert not allows("decided", frozenset({"admin", "known"}), "person", "read")


def test_every_route_is_open_or_checks_user_route_and_service() -> None:
    for route in ROUTES:
        assert not route.dimensions or {"identity", "router", "service"} <= route.dimensions, route.name
        assert bool(route.roles) == bool(route.dimensions), route.name
        assert route.method != "POST" or (route.body is not None) == (
            route.name != "withdraw" and route.name != "disclose"
        )
    assert len({route.name for route in ROUTES}) == len(ROUTES)
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)


def test_every_schema_that_records_begin_with_has_its_storers() -> None:
    assert set(decide.STORERS) == set(SCHEMAS)
