"""Both interfaces decide the same, whatever is asked in whatever order (ZD-P11); the published ones do not (ZD-C20).

A client that knows the OpenAPI description alone asks over HTTP and by the library call. No answer is of 5xx, each is
as the description says, and what is not answered with success changes nothing: `Both` looks after all that.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator

from reference.metering_platform.client import Client, content
from reference.metering_platform.documents import Json
from reference.metering_platform.handle import ROUTES
from reference.metering_platform.routing import Response
from tests.reference.metering_platform.asking import Asker, Step, home, steps
from tests.reference.metering_platform.both import Both, operation_of, the_description
from tests.reference.metering_platform.day import CAROL, evening, morning
from tests.reference.metering_platform.variants import VARIANTS, Town

MANY = settings(max_examples=60, suppress_health_check=list(HealthCheck))
FEW = settings(max_examples=300, suppress_health_check=list(HealthCheck), database=None)


def test_the_description_is_openapi_and_has_every_route() -> None:
    OpenAPIV31SpecValidator(the_description()).validate()
    described = {
        (method.upper(), path, operation["operationId"], bool(operation["security"]))
        for path, methods in the_description()["paths"].items()
        for method, operation in methods.items()
    }
    assert described == {(route.method, route.path, route.name, bool(route.dimensions)) for route in ROUTES}
    for route in ROUTES:
        operation = operation_of(route.method, route.path)
        assert operation is not None
        needed = {each["name"] for each in operation["parameters"] if each["required"]}
        assert needed == {*route.parameters, *route.required_query}
    assert len({name for _, _, name, _ in described}) == len(ROUTES)


@MANY
@given(st.lists(steps("hardened"), min_size=1, max_size=6))
def test_both_interfaces_answer_the_same_and_are_in_the_same_state(asked: list[Step]) -> None:
    both, asker = Both(home("hardened").state), Asker("hardened")
    for step in asked:
        both(asker.request(step, both.state))


def day_of(variant: str) -> set[str]:
    """The operations that are answered on a day: both interfaces are asked where they must not differ, else HTTP."""
    town = Town(VARIANTS[variant])
    both = Both(town.state)
    for client in town.clients.values():
        client.send = both if variant == "hardened" else both.http
    town.clients["carol"] = Client(CAROL, town.clients["ann"].send)
    done = set[str]()

    def do(user: str, method: str, path: str, body: Json = None, **query: str | int) -> Any:
        operation = operation_of(method, path)
        assert operation is not None
        done.add(operation["operationId"])
        return town.done(user, method, path, body, **query)

    morning(town, do)
    evening(town, do, lambda: both.over_http.state)
    return done | {"signIn"}


def test_every_operation_is_answered_as_described_some_time_of_the_day() -> None:
    """So that what is compared is not refusals alone."""
    done = {variant: day_of(variant) for variant in VARIANTS}
    names = {route.name for route in ROUTES}
    assert names - done["hardened"] == {"classTwoKey"}
    assert names - set().union(*done.values()) == set()


def diverges(variant: str, asked: list[Step]) -> tuple[Step, Response, Response] | None:
    """The first step that the interfaces answer in different ways, asked with the same bytes."""
    both, asker = Both(home(variant).state), Asker(variant)
    for step in asked:
        http, call = both.ask(asker.request(step, both.over_http.state))
        if (http.status, http.body) != (call.status, call.body):
            return step, http, call
    return None


@pytest.mark.parametrize(("variant", "http", "call"), [("literal", 401, 200), ("charitable", 403, 200)])
def test_in_the_published_readings_they_differ(variant: str, http: int, call: int) -> None:
    """Literally the library call asks nobody for a token; charitably it has the token, and knows no routes."""

    def answered_by_call_alone(asked: list[Step]) -> bool:
        found = diverges(variant, asked)
        return found is not None and (found[1].status, found[2].status) == (http, call)

    shortest = find(
        st.lists(steps(variant), min_size=1, max_size=6), answered_by_call_alone, settings=FEW, random=Random(1)
    )
    assert len(shortest) == 1
    found = diverges(variant, shortest)
    assert found is not None and content(found[1])["error"]["rule"] in ("token", "authorisation")


def test_one_decision_is_what_they_do_not_differ_by() -> None:
    """The same requests that find the divergence in the published readings find none in the hardened platform."""
    step = Step("ann", "GET", "/log")
    assert diverges("charitable", [step]) is not None and diverges("hardened", [step]) is None
