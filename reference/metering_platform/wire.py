"""Requests over real HTTP: what `client.Client` sends goes through a socket, and its answer comes back through it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import httpx

from reference.metering_platform.client import Send
from reference.metering_platform.routing import Request, Response

SECONDS = 20.0


@contextmanager
def over(url: str) -> Iterator[Send]:
    """A way to send requests to the platform at this URL, while the context lasts: gives its `Send`.

    The platform's clock counts, and a request's `at` does not.
    """
    with httpx.Client(base_url=url, timeout=SECONDS, trust_env=False, verify=url.startswith("https")) as connection:

        def send(request: Request) -> Response:
            target = request.path + (f"?{urlencode(request.query)}" if request.query else "")
            answer = connection.request(request.method, target, headers=list(request.headers), content=request.body)
            headers = tuple((name.lower(), value) for name, value in answer.headers.items())
            return Response(answer.status_code, headers, answer.content)

        yield send
