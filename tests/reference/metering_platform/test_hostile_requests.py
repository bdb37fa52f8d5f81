"""Whatever bytes come, over a socket or by call, the answer is a 4xx with a reason, and nothing has changed."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.metering_platform.call import library
from reference.metering_platform.documents import DEEPEST, LARGEST
from reference.metering_platform.routing import Request
from reference.metering_platform.server import running
from reference.metering_platform.service import Service
from tests.reference.metering_platform.asking import Asker, Step, home
from tests.reference.metering_platform.both import Both
from tests.reference.metering_platform.variants import NOW

METER = b'{"meter":"m-9","kind":"smart"}'
BODIES = {
    "nothing": (b"", "json"),
    "a byte too many": (METER + b" " * (LARGEST + 1 - len(METER)), "size"),
    "an array in each other, without end": (b"[" * 100_000, "json"),
    "objects, one deeper than they may be": (b'{"a":' * DEEPEST + b"{}" + b"}" * DEEPEST, "json"),
    "a type that it is not": (b'{"meter":["m-9"],"kind":"smart"}', "schema"),
    "no object": (b'"m-9"', "schema"),
    "null": (b"null", "schema"),
    "a field that there is not": (METER[:-1] + b',"owned":true}', "schema"),
    "a field missing": (b'{"meter":"m-9"}', "schema"),
    "a name with a line feed": (b'{"meter":"m-9\\n","kind":"smart"}', "schema"),
    "a key twice": (METER[:-1] + b',"kind":"smart"}', "json"),
    "a key twice, once escaped": (METER[:-1] + b',"\\u006bind":"smart"}', "json"),
    "half a document": (METER[:-1], "json"),
    "two documents": (METER + METER, "json"),
    "no UTF-8": (METER.replace(b"9", b"\xff"), "json"),
    "UTF-16": (METER.decode().encode("utf-16"), "json"),
    "a byte-order mark": (b"\xef\xbb\xbf" + METER, "json"),
    "half a surrogate pair": (METER.replace(b"9", b"\\ud800"), "json"),
    "NUL": (METER.replace(b"9", b"\x00"), "json"),
    "NaN": (METER[:-1] + b',"since":NaN}', "json"),
    "infinity": (METER[:-1] + b',"since":1e999}', "json"),
    "a number without a double": (METER[:-1] + b',"since":9007199254740993}', "json"),
    "a number of 5000 digits": (METER[:-1] + b',"since":' + b"9" * 5000 + b"}", "json"),
    "a number below zero": (METER[:-1] + b',"since":-1}', "schema"),
    "half a second": (METER[:-1] + b',"since":0.5}', "schema"),
}
TARGETS = {
    "/records?subject=%zz": (400, "query"),
    "/records?subject=m-1&subject=m-2": (400, "query"),
    "/records?subject=m-1&more=1": (400, "query"),
    "/records?subject=%ff": (400, "json"),
    "/records": (400, "query"),
    "/chain/events?after=": (400, "query"),
    "/chain/status?after": (400, "query"),
    "/chain/events?after=-1": (400, "query"),
    "/chain/events?after=1e3": (400, "query"),
    "/chain/events?after=99999999999999999": (400, "query"),
    "/records/%zz": (404, "routes"),
    "/records/%72": (404, "routes"),
    "/records/..%2Fmembers": (404, "routes"),
    "/records/%00": (404, "routes"),
    "//members": (404, "routes"),
    "/members/": (404, "routes"),
    "/MEMBERS": (404, "routes"),
}
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "TRACE", "CONNECT", "BREW")


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Service, str]]:
    """A platform on a socket, which no test here changes."""
    service = Service(home("hardened").state, clock=lambda: NOW)
    with running(service) as url:
        yield service, url
    assert service.state is home("hardened").state


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_is_not_what_it_must_be_is_refused_with_a_reason(what: str) -> None:
    body, rule = BODIES[what]
    both = Both(home("hardened").state)
    response = both(Asker("hardened").request(Step("keeper", "POST", "/meters", (), body), both.state))
    assert response.status == {"size": 413, "schema": 422}.get(rule, 400)
    assert json.loads(response.body)["error"]["rule"] == rule


@pytest.mark.parametrize("what", BODIES)
def test_literally_any_json_is_read_and_still_no_body_is_an_error_of_the_platform(what: str) -> None:
    """`Both` sees that no answer is of 5xx; duplicate keys are read there, as some reader reads them."""
    both = Both(home("literal").state)
    request = Asker("literal").request(Step("keeper", "POST", "/meters", (), BODIES[what][0]), both.state)
    answers = {both.http(request).status, both.call(request).status}
    assert answers == ({201} if "twice" in what else {413} if what == "a byte too many" else answers & {400, 422})


def test_a_body_is_json_and_says_so() -> None:
    both = Both(home("hardened").state)
    request = Asker("hardened").request(Step("keeper", "POST", "/meters", (), METER), both.state)
    without = tuple(pair for pair in request.headers if pair[0] != "content-type")
    for kind in ((), (("content-type", "text/plain"),), (("content-type", "application/jsonp"),)):
        assert both(Request("POST", "/meters", (), (*without, *kind), METER)).status == 415
    assert both(Request("GET", "/members", (), (), b"{}")).status == 400


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_is_taken_as_it_is_written(target: str, served: tuple[Service, str]) -> None:
    """No path is decoded, and so none has a second spelling; a query means one thing or nothing."""
    service, url = served
    path, _, query = target.partition("?")
    pairs = tuple(httpx.QueryParams(query).multi_items())
    request = Asker("hardened").request(Step("ann", "GET", path, pairs), service.state)
    status, body = raw(url, f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers))
    assert (status, json.loads(body)["error"]["rule"]) == TARGETS[target]
    assert library(service)("GET", path, pairs, request.headers).status == status


@pytest.mark.parametrize("method", METHODS)
def test_methods_that_a_path_does_not_have_are_refused(method: str, served: tuple[Service, str]) -> None:
    service, url = served
    status, body = raw(url, f"{method} /members HTTP/1.1")
    assert status == 405
    assert body == b"" if method == "HEAD" else json.loads(body)["error"]["rule"] == "routes"
    assert library(service)(method, "/members").status == 405


def test_too_long_a_body_is_refused_before_all_of_it_has_come(served: tuple[Service, str]) -> None:
    url = served[1]
    head = ("POST /meters HTTP/1.1", "content-type: application/json", f"content-length: {1 << 40}")
    assert raw(url, *head, body=b"x" * (LARGEST + 1))[0] == 413
    assert raw(url, "GET /members HTTP/1.1")[0] == 200, "and the next is served"


def raw(url: str, *lines: str, body: bytes = b"") -> tuple[int, bytes]:
    """The status and body of the answer to these very bytes."""
    place = urlsplit(url)
    assert place.hostname is not None
    head = "".join(f"{line}\r\n" for line in (*lines, "host: portal", "connection: close"))
    with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
        connection.sendall(head.encode("latin-1") + b"\r\n" + body)
        answer = b""
        while chunk := connection.recv(1 << 16):
            answer += chunk
    headers, _, said = answer.partition(b"\r\n\r\n")
    return int(headers.split(b" ", 2)[1]), said


SOME_TEXT = st.text(max_size=8) | st.text(st.characters(categories=["Cs", "Cc", "Zl"]), max_size=4)


@settings(max_examples=150)
@given(
    st.sampled_from(["GET", "POST", "DELETE"]) | SOME_TEXT,
    st.sampled_from(["/members", "/sessions", "/log", "/meters", "/records/r1"]) | SOME_TEXT,
    st.lists(st.tuples(st.just("subject") | SOME_TEXT, SOME_TEXT), max_size=2),
    st.lists(st.tuples(st.sampled_from(["authorization", "dpop", "content-type", "x-user"]), SOME_TEXT), max_size=3),
    st.binary(max_size=8) | st.just(METER),
    st.sampled_from(["literal", "hardened"]),
)
def test_a_program_that_calls_with_any_text_is_answered(
    method: str, path: str, query: list[tuple[str, str]], headers: list[tuple[str, str]], body: bytes, variant: str
) -> None:
    """Also with text that no HTTP request can have: surrogates, control characters, names twice."""
    service = Service(home(variant).state, clock=lambda: NOW)
    response = library(service)(method, path, query, headers, body)
    assert 200 <= response.status < 500
    assert response.status < 300 or service.state is home(variant).state
    assert isinstance(json.loads(response.body), dict)
