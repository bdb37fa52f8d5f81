"""One platform twice, in equal states: asked over HTTP, through its ASGI application, and by the library call."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

import httpx
from jsonschema import Draft202012Validator, ValidationError, validators

from reference.metering_platform.call import library
from reference.metering_platform.http import application
from reference.metering_platform.openapi import description
from reference.metering_platform.routing import Request, Response
from reference.metering_platform.service import Service
from reference.metering_platform.state import PlatformState
from tests.reference.metering_platform.variants import NOW


class Both:
    """A `Send` that asks both, holds each to its description, and demands equal answers and states of them."""

    def __init__(self, state: PlatformState) -> None:
        self.over_http, self.by_call = (Service(state, clock=lambda: NOW) for _ in range(2))
        self._call = library(self.by_call)
        self._transport = httpx.ASGITransport(application(self.over_http))

    @property
    def state(self) -> PlatformState:
        return self.by_call.state

    def __call__(self, request: Request) -> Response:
        height = self.state.height
        http, call = self.ask(request)
        assert (http.status, http.body) == (call.status, call.body), request
        assert self.over_http.state.height == self.state.height, request
        assert self.over_http.state.used_proofs == self.state.used_proofs, request
        assert self.state.height == height or self.over_http.state == self.state, request
        return call

    def ask(self, request: Request) -> tuple[Response, Response]:
        """The answers over HTTP and by call, both as the description has them."""
        answers = self.http(request), self.call(request)
        assert set(answers[1].headers) <= set(answers[0].headers)
        return answers

    def http(self, request: Request) -> Response:
        """The answer over HTTP: it and what it answers are as described, and one of 4xx has changed nothing."""
        before = self.over_http.state
        response = _RUNNER.run(self._http(request))
        _check(request, response, before is self.over_http.state)
        return response

    def call(self, request: Request) -> Response:
        """The answer to the library call, of which the same holds."""
        before = self.by_call.state
        response = self._call(request.method, request.path, request.query, request.headers, request.body)
        _check(request, response, before is self.by_call.state)
        return response

    async def _http(self, request: Request) -> Response:
        target = f"http://portal{request.path}" + (f"?{urlencode(request.query)}" if request.query else "")
        async with httpx.AsyncClient(transport=self._transport) as client:
            answer = await client.request(request.method, target, headers=request.headers, content=request.body)
        return Response(answer.status_code, tuple(answer.headers.items()), answer.content)


_RUNNER = asyncio.Runner()
"""One event loop for all tests: to make one takes longer than to ask."""


def _pattern(validator: Any, pattern: str, value: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value):
        yield ValidationError(f"{value!r} does not match {pattern}")


Validator = validators.extend(Draft202012Validator, {"pattern": _pattern})
"""JSON schema's patterns are ECMA's, in which $ is the end of the text. In Python's a newline may follow."""


def _check(request: Request, response: Response, unchanged: bool) -> None:
    said = json.loads(response.body)
    schema = schema_of(request.method, request.path, response.status)
    faults = [error.message for error in schema.iter_errors(said)]
    assert not faults, (request, response, faults)
    assert response.status < 300 or unchanged, request
    if response.status < 300 and request.body:
        asked = operation_of(request.method, request.path)
        assert asked is not None
        body = asked["requestBody"]["content"]["application/json"]["schema"]
        assert Validator(body).is_valid(json.loads(request.body)), request


@cache
def the_description() -> Mapping[str, Any]:
    return description()


@cache
def schema_of(method: str, path: str, status: int) -> Any:
    """What the description says of this answer; fails where it says nothing."""
    found = operation_of(method, path)
    refused = the_description()["components"]["responses"]["Refused"]
    if 400 <= status < 500:
        assert found is None or found["responses"]["4XX"] == {"$ref": "#/components/responses/Refused"}
        return _of({**refused, "components": the_description()["components"]})
    assert found is not None and str(status) in found["responses"], (method, path, status)
    return _of(found["responses"][str(status)])


def _of(response: Mapping[str, Any]) -> Any:
    schema = response["content"]["application/json"]["schema"]
    return Validator({**schema, "components": response["components"]} if "$ref" in schema else schema)


def operation_of(method: str, path: str) -> Mapping[str, Any] | None:
    """The operation that the description has for this path; of two the one with fewer parameters."""
    segments = path.split("/")
    for template in sorted(the_description()["paths"], key=lambda each: each.count("{")):
        parts = template.split("/")
        if len(parts) == len(segments) and all(
            p == s or p.startswith("{") for p, s in zip(parts, segments, strict=True)
        ):
            return the_description()["paths"][template].get(method.lower())
    return None
