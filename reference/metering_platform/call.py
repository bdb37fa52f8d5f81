"""The second interface: a call from Python, as the paper's dynamic link library is one from a program (ZD-R14).

It carries the same token and proof as HTTP does, and ends in the same `handle`. What the published platform lets it do
beside that is a rule (`interfaces`, ZD-C20), and decided there, not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from reference.metering_platform.routing import Request, Response
from reference.metering_platform.service import Service

Pairs = Iterable[tuple[str, str]]


def library(service: Service) -> Callable[..., Response]:
    """The platform as a function `call(method, path, query=(), headers=(), body=b"")`."""

    def call(method: str, path: str, query: Pairs = (), headers: Pairs = (), body: bytes = b"") -> Response:
        """The platform's response. Names of headers count in any case."""
        named = tuple((name.lower(), value) for name, value in headers)
        return service.answer(Request(method, path, tuple(query), named, body, interface="call"))

    return call
