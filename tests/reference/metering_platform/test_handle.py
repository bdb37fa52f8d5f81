"""`handle` is pure and total: whatever comes is answered or refused with a reason, and a refusal changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.metering_platform import documents, ledger, schemas
from reference.metering_platform.client import content, service_of
from reference.metering_platform.documents import LARGEST, Json, NotCanonical
from reference.metering_platform.handle import ROUTES, handle, route_at
from reference.metering_platform.issuing import record_body
from reference.metering_platform.routing import Request, Response
from tests.reference.metering_platform.variants import CHARITABLE, HARDENED, LITERAL, NOW, VARIANTS, Town, table

TOWNS = {name: Town(values) for name, values in VARIANTS.items()}
JSON_HEADER = (("content-type", "application/json"),)


def checked(town: Town, request: Request) -> Response:
    """The answer: of 2xx as the route's schema says, or of 4xx with a reason and the state as it was."""
    before = town.state
    after, response = handle(before, request)
    body = documents.read(response.body)
    if response.status >= 300:
        assert 400 <= response.status < 500
        assert after is before
        assert schemas.fault(schemas.ERROR, body) is None
    assert handle(before, request) == (after, response)
    return response


def borne(town: Town, user: str, request: Request, service: str) -> Request:
    """The request with a token of the user's for this service, whatever else it is."""
    client = town.clients[user]
    client.sign_in(service, NOW)
    return client.bearing(replace(request, at=NOW), client.tokens[service])


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        (b"", {400}),
        (b"\xff\xfe", {400}),
        (b'{"meter":"\\ud800","kind":"smart"}', {400, 422}),
        (b'{"meter":"m-9","kind":"smart","meter":"m-8"}', {201, 400}),
        (b'{"meter":"m-9","kind":"smart","extra":1}', {422}),
        (b'{"meter":9,"kind":"smart"}', {422}),
        (b'{"meter":"m-9"}', {422}),
        (b'{"meter":"m-9\\n","kind":"smart"}', {422}),
        (b'{"meter":"m-9","kind":"smart","since":1e400}', {400, 422}),
        (b'{"meter":"m-9","kind":"smart","since":NaN}', {400, 422}),
        (b'{"meter":"m-9","kind":"smart","since":-1}', {422}),
        (b'{"meter":"m-9","kind":"smart","owner":"nobody"}', {404}),
        (b"[" * 50_000, {400}),
        (b"null", {422}),
        (b"1" * 6000, {400}),
        (b" " * (LARGEST + 1), {413}),
    ],
)
def test_a_bad_body_is_refused_by_what_is_wrong_with_it(variant: str, body: bytes, statuses: set[int]) -> None:
    town = TOWNS[variant]
    request = borne(town, "keeper", Request("POST", "/meters", (), JSON_HEADER, body), "residents")
    response = checked(town, request)
    assert response.status in statuses
    assert (response.status == 201) == (variant != "hardened" and 201 in statuses)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (Request("GET", "/nothing"), 404),
        (Request("GET", ""), 404),
        (Request("GET", "/records/../members"), 404),
        (Request("GET", "/records/a%2fb"), 404),
        (Request("GET", "/records/" + "a" * 100), 404),
        (Request("GET", "/public/records/r1\n"), 404),
        (Request("DELETE", "/members"), 405),
        (Request("PATCH", "/records/r1"), 405),
        (Request("\x00", "/members"), 405),
        (Request("GET", "/chain/events", (("after", "x"),)), 400),
        (Request("GET", "/chain/events", (("after", "1"), ("after", "2"))), 400),
        (Request("GET", "/chain/events", (("after", "-1"),)), 400),
        (Request("GET", "/chain/events", (("after", "9" * 400),)), 400),
        (Request("GET", "/chain/events", (("\ud800", "1"),)), 400),
        (Request("GET", "/chain/events", (("after", "\ud800"),)), 400),
        (Request("GET", "/members", body=b"{}"), 400),
        (Request("GET", "/public/current"), 400),
        (Request("GET", "/meters"), 401),
        (Request("POST", "/sessions", body=b"{}"), 415),
        (Request("GET", "/members", at=-1), 400),
        (Request("GET", "/members", at=1 << 70), 400),
    ],
)
def test_a_bad_request_is_refused_before_anything_else(request_: Request, status: int) -> None:
    for town in TOWNS.values():
        assert checked(town, request_).status == status


def test_text_without_canonical_bytes_is_refused_where_any_json_is_taken() -> None:
    town = TOWNS["literal"]
    body = b'{"product":"p-1","result":"\\ud800"}'
    request = borne(town, "maker-1", Request("POST", "/suppliers/maker/tests", (), JSON_HEADER, body), "suppliers")
    response = checked(town, request)
    assert (response.status, content(response)["error"]["rule"]) == (400, "json")


NAMES = st.sampled_from(["m-1", "ann", "r1-x", "maker", "p1", "g1", "0", "7", "é", "", "a b", "\ud800", "x" * 65])
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=5) | NAMES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, Request]:
    """A user, and a request to some route with parameters and body of any kind, or near to what is asked for."""
    route = draw(st.sampled_from(ROUTES))
    path = "/".join(draw(NAMES) if part.startswith("{") else part for part in route.path.split("/"))
    query = tuple((name, draw(NAMES)) for name in route.query if draw(st.booleans()))
    body = b""
    if route.body is not None:
        properties = route.body["properties"]
        filled = {name: draw(VALUES) for name in properties if draw(st.booleans())}
        body = draw(st.binary(max_size=20)) if draw(st.booleans()) else json.dumps(filled).encode()
    user = draw(st.sampled_from(["ann", "keeper", "reader", "admin-grid", "maker-1", "tester", "officer"]))
    return user, Request(route.method, path, query, JSON_HEADER if body else (), body, NOW)


@pytest.mark.parametrize("variant", ["literal", "hardened"])
@given(drawn=requests())
@settings(max_examples=40)
def test_whatever_is_asked_on_any_route_is_answered_or_refused(variant: str, drawn: tuple[str, Request]) -> None:
    user, request = drawn
    town = TOWNS[variant]
    service = service_of(request.method, request.path) or "records"
    try:
        given_ = borne(town, user, request, service)
    except NotCanonical:  # an honest program can prove no path that is no text
        given_ = request
    checked(town, given_)


@pytest.mark.parametrize("variant", VARIANTS)
def test_answers_are_as_the_routes_schemas_say(variant: str) -> None:
    town = Town(VARIANTS[variant])
    body = record_body(town.rules, town.key("laboratory"), "e-1", table("equipment-traceability", NOW - 10, "1"))
    record = town.done("tester", "POST", "/records", body)["record"]
    asked = [
        ("officer", "GET", "/log", {}), ("bob", "GET", "/members", {}), ("bob", "GET", "/chain/status", {}),
        ("officer", "GET", "/chain/blocks/0", {}), ("bob", "GET", "/chain/events", {"after": 1}),
        ("bob", "GET", "/chain/overview", {}), ("bob", "GET", f"/records/{record}", {}),
        ("bob", "GET", "/institutions", {}), ("ann", "GET", "/meters", {}), ("ann", "GET", "/meters/m-1", {}),
        ("ann", "GET", "/meters/m-1/readings", {"since": 5}), ("ann", "GET", "/users/ann/personal", {}),
        ("admin-grid", "GET", "/proposals", {}), ("maker-1", "GET", "/suppliers/maker/demands", {}),
        ("bob", "GET", f"/public/records/{record}/history", {}),
        ("bob", "GET", "/current", {"subject": "e-1", "schema": "equipment-traceability"}),
    ]  # fmt: skip
    for user, method, path, query in asked:
        answer = town.done(user, method, path, None, **query)
        route, _ = route_at(method, path)
        assert schemas.fault(route.responses[200], answer) is None, route.name


def test_the_second_interface_decides_alike_only_where_one_decision_is_made() -> None:
    """What `bob`, who owns nothing, gets of ann's reading by a library call, and what the first interface says."""
    answers = {}
    for name, values in (("literal", LITERAL), ("charitable", CHARITABLE), ("hardened", HARDENED)):
        town = Town(values)
        body = record_body(town.rules, town.key("grid"), "m-1", table("meter-reading", NOW - 10, "1.5"))
        record = town.done("reader", "POST", "/records", body)["record"]
        unclaimed = Request("GET", f"/records/{record}", at=NOW, interface="call")
        statuses = [handle(town.state, unclaimed)[1].status]
        for interface in ("http", "call"):
            client = replace(town.clients["ann"], interface=interface, tokens={})
            statuses.append(client.ask("POST", "/schemas/meter-reading/class", NOW, {"class": "II"}).status)
        answers[name] = statuses
    assert answers == {"literal": [200, 200, 200], "charitable": [401, 403, 403], "hardened": [401, 403, 403]}


def test_an_interface_that_has_no_routes_takes_the_wrong_one_for_a_right_one() -> None:
    """ann may read her reading; whether she may disclose it is for its issuer to say (ZD-C20)."""
    statuses = {}
    for name, values in (("charitable", CHARITABLE), ("hardened", HARDENED)):
        town = Town(values)
        body = record_body(town.rules, town.key("grid"), "m-1", table("meter-reading", NOW - 10, "1.5"))
        record = town.done("reader", "POST", "/records", body)["record"]
        for interface in ("http", "call"):
            client = replace(town.clients["ann"], interface=interface, tokens={})
            statuses[name, interface] = client.ask("POST", f"/records/{record}/withdrawal", NOW).status
    assert statuses.pop(("charitable", "call")) == 200
    assert set(statuses.values()) == {403}


@pytest.mark.parametrize("change", ["leaf", "header", "evidence", "order"])
def test_a_changed_byte_of_the_chain_is_found_by_whoever_has_the_tip(change: str) -> None:
    town = Town(HARDENED)
    for number in range(2, 5):
        town.done("keeper", "POST", "/meters", {"meter": f"m-{number}", "kind": "smart"})
    tip, blocks = ledger.tip(town.state), list(town.state.blocks)
    final = blocks[1]
    if change == "leaf":
        leaf = final.block.leaves[0].replace(b"smart", b"smarT")
        blocks[1] = replace(final, block=replace(final.block, leaves=(leaf,)))
    elif change == "header":
        blocks[1] = replace(final, block=replace(final.block, header=replace(final.block.header, state=bytes(32))))
    elif change == "evidence":
        blocks[1] = replace(final, evidence=blocks[2].evidence)
    else:
        blocks[1], blocks[2] = blocks[2], blocks[1]
    assert ledger.fault(town.state, tip) is None
    assert ledger.fault(replace(town.state, blocks=tuple(blocks)), tip) is not None
    assert ledger.fault(replace(town.state, blocks=town.state.blocks[:-1]), tip) is not None


def test_the_same_requests_lead_to_the_same_state_byte_by_byte() -> None:
    one, other = Town(HARDENED), Town(HARDENED)
    for town in (one, other):
        body = record_body(town.rules, town.key("grid"), "m-1", table("meter-reading", NOW - 10, "1.5"))
        town.done("reader", "POST", "/records", body)
        town.done("ann", "POST", "/grants", {"user": "bob", "resource": "m-1"})
    assert one.state == other.state
    assert ledger.tip(one.state) == ledger.tip(other.state)
    assert Town(HARDENED, seed=2).state.blocks != Town(HARDENED).state.blocks
