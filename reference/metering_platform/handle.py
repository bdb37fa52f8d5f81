"""The platform as a pure function: `handle(state, request) -> (state, response)`, whatever bytes come.

The order of checks is fixed: route, size, who asks, who may come this way, parameters, body, and what the route itself
asks. What is not answered with 2xx leaves the state as it was. No check is made twice and none elsewhere: both
interfaces, HTTP and the library call, end here (ZD-P11).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference.metering_platform import access, documents, ledger, schemas
from reference.metering_platform.documents import NotCanonical
from reference.metering_platform.routes import (
    certificates,
    governance,
    overview,
    records,
    residents,
    sessions,
    supervision,
    suppliers,
)
from reference.metering_platform.routing import Call, Denied, Reply, Request, Response, Route, Subject
from reference.metering_platform.state import PlatformState

ROUTES: tuple[Route, ...] = (
    *sessions.ROUTES,
    *overview.ROUTES,
    *records.ROUTES,
    *certificates.ROUTES,
    *residents.ROUTES,
    *suppliers.ROUTES,
    *governance.ROUTES,
    *supervision.ROUTES,
)
"""The table of all routes: whatever has no entry does not exist."""

JSON_HEADERS = (("content-type", "application/json"), ("cache-control", "no-store"))


def handle(state: PlatformState, request: Request) -> tuple[PlatformState, Response]:
    """What the platform answers at `request.at`, and its state afterwards. Never raises.

    A response of 4xx has `{"error": {"rule", "reason", "cites"}}` and comes with the state unchanged.
    """
    before = state
    try:
        route, path = route_at(request.method, request.path)
        subject, reply = _answer(state, route, path, request)
        body = documents.canonical(reply.body)
        if reply.state is not None:
            state = ledger.settle(state, reply, log_line(request))
        state = access.spent(state, None if subject is None else subject.proof, request.at)
    except Denied as denied:
        return before, refusal(denied)
    except NotCanonical as reason:
        return before, refusal(Denied(400, "json", printable(f"has no bytes on the chain: {reason}"), ("ZD-C21",)))
    return state, Response(reply.status, JSON_HEADERS, body)


def _answer(
    state: PlatformState, route: Route, path: Mapping[str, str], request: Request
) -> tuple[Subject | None, Reply]:
    if len(request.body) > documents.LARGEST:
        raise Denied(413, "size", f"a body has at most {documents.LARGEST} bytes")
    if not 0 <= request.at <= schemas.LATEST:
        raise Denied(400, "time", "the platform's clock is out of range")
    subject = access.subject(state, route, request)
    query = _query(route, access.without_token(state.rules, request.query))
    body = _body(state, route, request)
    return subject, route.run(Call(state, request, subject, path, query, body))


def route_at(method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    """The entry for this path and method, and the path's parameters; literal segments win. Raises Denied (404, 405)."""
    segments = path.split("/")
    at_path = [(route, found) for route, template in _TEMPLATES if (found := _match(template, segments)) is not None]
    if not at_path:
        raise Denied(404, "routes", "there is nothing at this path")
    fewest = min(len(found) for _, found in at_path)
    for route, found in at_path:
        if len(found) == fewest and route.method == method:
            return route, found
    raise Denied(405, "routes", "this path is not for this method")


def _match(template: list[str], segments: list[str]) -> Mapping[str, str] | None:
    if len(template) != len(segments):
        return None
    path = dict[str, str]()
    for expected, given in zip(template, segments, strict=True):
        if expected.startswith("{"):
            if schemas.fault(schemas.NAME, given) is not None:
                return None
            path[expected[1:-1]] = given
        elif expected != given:
            return None
    return path


_TEMPLATES = [(route, route.path.split("/")) for route in ROUTES]


def _query(route: Route, pairs: tuple[tuple[str, str], ...]) -> Mapping[str, Any]:
    query = dict(pairs)
    if len(query) < len(pairs):
        raise Denied(400, "query", "a parameter comes twice")
    if unknown := sorted(set(query) - set(route.query)):
        raise Denied(400, "query", f"there is no parameter {unknown[0][:40]!a}")
    if missing := [name for name in route.required_query if name not in query]:
        raise Denied(400, "query", f"the parameter {missing[0]} is missing")
    values = {name: schemas.from_text(route.query[name], value) for name, value in query.items()}
    for name, value in values.items():
        if (reason := schemas.fault(route.query[name], value)) is not None:
            raise Denied(400, "query", printable(f"{name}: {reason}"))
    return values


def _body(state: PlatformState, route: Route, request: Request) -> Any:
    if route.body is None:
        if request.body:
            raise Denied(400, "body", "this route takes no body")
        return None
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Denied(415, "body", "a body is application/json")
    try:
        body = documents.read(request.body) if state.rules.json == "canonical" else documents.read_any(request.body)
    except NotCanonical as reason:
        raise Denied(400, "json", printable(str(reason)), ("ZD-R15", "ZD-C21")) from reason
    if (fault := schemas.fault(route.body, body)) is not None:
        raise Denied(422, "schema", printable(fault), ("ZD-R16", "ZD-C21"))
    return body


def printable(reason: str) -> str:
    """The reason with whatever is not ASCII escaped, so that any answer has canonical bytes."""
    return reason.encode("ascii", "backslashreplace").decode("ascii")


def refusal(denied: Denied) -> Response:
    error = {"rule": denied.rule, "reason": denied.reason, "cites": list(denied.cites)}
    headers = (*JSON_HEADERS, ("www-authenticate", "Bearer")) if denied.status == 401 else JSON_HEADERS
    return Response(denied.status, headers, documents.canonical({"error": error}))


def log_line(request: Request) -> str:
    """What a log has of a request: its method and its URL, as received."""
    query = "&".join(f"{name}={value}" for name, value in request.query)
    return printable(f"{request.at} {request.method} {request.path}{'?' if query else ''}{query}")
