"""Requests drawn from the OpenAPI description: by anybody, about anything, in any order.

Half of them come with a token that is good, and names in them are mostly those of users, meters and records that there
are. Others are what honest programs send at that time of the day.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from reference.metering_platform.client import JSON_BODY, Client
from reference.metering_platform.documents import canonical
from reference.metering_platform.handle import handle
from reference.metering_platform.routing import Interface, Request
from reference.metering_platform.schemas import NAME, TIME
from reference.metering_platform.state import SERVICES, PlatformState
from tests.reference.metering_platform.both import operation_of, the_description
from tests.reference.metering_platform.day import morning, noon
from tests.reference.metering_platform.values import allowed, spoilt
from tests.reference.metering_platform.variants import NOW, USERS, VARIANTS, Town

STRANGERS = ("nobody", "garbage", "elsewhere")
"""Who asks without a token, with something that is none, and with a token for another service."""


@dataclass(frozen=True)
class Step:
    """A request without its token. `who` is a user, or one of `STRANGERS`."""

    who: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None


@cache
def home(variant: str) -> Town:
    """The platform after its morning, with everybody's program."""
    town = Town(VARIANTS[variant])
    morning(town, town.done)
    return town


@dataclass
class Asker:
    """Makes requests of steps: with a token of the state that there is then, and a proof of its own for each."""

    variant: str
    tokens: dict[tuple[str, str, int], str] = field(default_factory=dict)
    asked: int = 0

    def request(self, step: Step, state: PlatformState, interface: Interface = "http") -> Request:
        self.asked += 1
        headers = () if step.body is None else (JSON_BODY,)
        request = Request(step.method, step.path, step.query, headers, step.body or b"", NOW, interface)
        operation = operation_of(step.method, step.path)
        if step.who == "nobody" or operation is None or not operation["security"]:
            return request
        user = "ann" if step.who in STRANGERS else step.who
        client = Client(home(self.variant).clients[user].wallet, _deaf, interface, drawn=self.asked)
        token = "e30.e30.e30" if step.who == "garbage" else self._token(user, step.who, operation, state)
        return client.bearing(request, token)

    def _token(self, user: str, who: str, operation: Mapping[str, Any], state: PlatformState) -> str:
        service = operation["tags"][0]
        if who == "elsewhere":
            service = SERVICES[(SERVICES.index(service) + 1) % len(SERVICES)]
        account = state.accounts[user]
        place = (user, service, account.epoch if account.valid else -1)
        if place not in self.tokens:
            client = Client(home(self.variant).clients[user].wallet, lambda request: handle(state, request)[1])
            client.sign_in(service, NOW)
            self.tokens[place] = client.tokens.get(service, "e30.e30.e30")
        return self.tokens[place]


def _deaf(request: Request) -> Any:
    raise AssertionError("nothing is sent here")


@cache
def steps(variant: str) -> st.SearchStrategy[Step]:
    """Any request that the description allows, and some that it does not."""
    drawn = [
        _step(variant, method, path, operation)
        for path, methods in the_description()["paths"].items()
        for method, operation in methods.items()
    ]
    sincere = [
        Step(user, method, path, (), None if body is None else canonical(body))
        for user, method, path, body in noon(home(variant))
    ]
    any_drawn = st.sampled_from(drawn).flatmap(lambda each: each)
    return st.one_of(any_drawn, any_drawn, st.sampled_from(sincere))


def _step(variant: str, method: str, path: str, operation: Mapping[str, Any]) -> st.SearchStrategy[Step]:
    users = [user for user, _, _ in USERS] + ["admin-grid", "admin-maker"]
    who = st.sampled_from(users) | st.sampled_from(STRANGERS)
    given = {each["name"]: _value(variant, each["schema"]) for each in operation["parameters"]}
    in_path = {each["name"]: given[each["name"]] for each in operation["parameters"] if each["in"] == "path"}
    paths = st.fixed_dictionaries(in_path).map(
        lambda names: path.format_map({n: quote(str(v)) for n, v in names.items()})
    )
    asked = [each for each in operation["parameters"] if each["in"] == "query"]
    query = st.fixed_dictionaries(
        {each["name"]: given[each["name"]] for each in asked if each["required"]},
        optional={each["name"]: given[each["name"]] for each in asked if not each["required"]},
    ).map(lambda pairs: tuple((name, str(value)) for name, value in pairs.items()))
    return st.builds(Step, who, st.just(method.upper()), paths, query, _body(variant, operation))


def _body(variant: str, operation: Mapping[str, Any]) -> st.SearchStrategy[bytes | None]:
    if "requestBody" not in operation:
        return st.none()
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    like = _value(variant, schema).map(lambda value: json.dumps(value).encode())
    return like | like.map(lambda data: data[:-1]) | st.sampled_from([b"", b"{}", b"null", b"[]"])


def _value(variant: str, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    here = allowed(_at_home(home(variant).state, schema))
    return st.one_of(here, here, allowed(schema), spoilt(schema))


def _at_home(state: PlatformState, part: Any) -> Any:
    """The schema with names that there are in the place of any, and times of the day in the place of all."""
    if part == NAME:
        kept = (state.accounts, state.meters, state.records, state.grants, state.members, state.proposals, state.tests)
        return {"enum": [name for names in kept for name in names] + ["meter-reading", "i-1"]}
    if part == TIME:
        return {"enum": [NOW - 100, NOW - 90, NOW]}
    if isinstance(part, dict):
        return {name: _at_home(state, value) for name, value in part.items()}
    return [_at_home(state, each) for each in part] if isinstance(part, list) else part
