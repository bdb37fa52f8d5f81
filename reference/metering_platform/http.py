"""The first interface: HTTP, as an ASGI application that any ASGI server runs (ZD-R14).

It says what came and sends what `handle` answers, and decides nothing by itself. TLS is the server's, or a proxy's.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.requests import Request as Arrived
from starlette.responses import Response as Departing
from starlette.types import ASGIApp, Receive, Scope, Send

from reference.metering_platform.documents import LARGEST
from reference.metering_platform.routing import Request
from reference.metering_platform.service import Service


def application(service: Service) -> ASGIApp:
    """The platform as an ASGI application."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"{scope['type']} is not spoken here")
        arrived = Arrived(scope, receive)
        try:
            request = await _read(arrived)
        except ClientDisconnect:
            return
        response = await run_in_threadpool(service.answer, request)
        departing = Departing(response.body, response.status)
        for name, value in response.headers:
            departing.headers.append(name, value)
        await departing(scope, receive, send)

    return answer


async def _read(arrived: Arrived) -> Request:
    """The request, with no more of its body than shows that it is too large."""
    body = b""
    async for chunk in arrived.stream():
        body += chunk
        if len(body) > LARGEST:
            break
    raw: bytes = arrived.scope.get("raw_path") or arrived.scope["path"].encode()
    query: bytes = arrived.scope["query_string"]
    return Request(
        arrived.method,
        raw.partition(b"?")[0].decode("latin-1"),
        tuple(parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="surrogateescape")),
        tuple(arrived.headers.items()),
        body[: LARGEST + 1],
    )
