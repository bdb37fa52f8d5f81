"""What an honest user's program does over either interface: sign in, carry the token, show the key, open what comes.

It speaks to a `Send`: the platform itself (`Desk`), an HTTP client, or the library call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from reference.metering_platform import documents, proofs
from reference.metering_platform.deploy import Wallet
from reference.metering_platform.documents import Json
from reference.metering_platform.handle import handle, route_at
from reference.metering_platform.routing import Denied, Interface, Request, Response
from reference.metering_platform.state import PlatformState

Send = Callable[[Request], Response]
JSON_BODY = ("content-type", "application/json")


@dataclass
class Desk:
    """A platform that remembers what was done with it, for programs and tests: the one mutable thing here."""

    state: PlatformState

    def __call__(self, request: Request) -> Response:
        self.state, response = handle(self.state, request)
        return response


@dataclass
class Client:
    """A user's program. `drawn` counts the proofs that it made; each has an id of its own."""

    wallet: Wallet
    send: Send
    interface: Interface = "http"
    tokens: dict[str, str] = field(default_factory=dict)
    drawn: int = 0

    def sign_in(self, service: str, at: int) -> Response:
        """Ask for a token for this service, and keep it."""
        asked: Json = {"user": self.wallet.user, "password": self.wallet.password, "service": service}
        body = documents.canonical(asked)
        response = self.send(Request("POST", "/sessions", (), (JSON_BODY,), body, at, self.interface))
        if response.status == 200:
            self.tokens[service] = content(response)["token"]
        return response

    def ask(self, method: str, path: str, at: int, body: Json = None, **query: str | int) -> Response:
        """Send a request with the kept token for the service of its path, signing in first if there is none."""
        service = service_of(method, path)
        if service is not None and service not in self.tokens:
            refused = self.sign_in(service, at)
            if refused.status != 200:
                return refused
        pairs = tuple((name, str(value)) for name, value in query.items())
        headers = () if body is None else (JSON_BODY,)
        data = b"" if body is None else documents.canonical(body)
        request = Request(method, path, pairs, headers, data, at, self.interface)
        return self.send(request if service is None else self.bearing(request, self.tokens[service]))

    def bearing(self, request: Request, token: str) -> Request:
        """The request with this token, and a fresh proof that its holder has the wallet's key."""
        self.drawn += 1
        unique = f"{self.wallet.user}-{request.at}-{self.drawn}"
        proof = proofs.prove(self.wallet.signing, token, request, unique)
        return replace(request, headers=(*request.headers, ("authorization", f"Bearer {token}"), ("dpop", proof)))


def content(response: Response) -> Any:
    """The JSON of an answer."""
    return documents.read_any(response.body)


def service_of(method: str, path: str) -> str | None:
    """The service whose token a request needs; None on open routes, and where there is no route."""
    try:
        route, _ = route_at(method, path)
    except Denied:
        return None
    return route.service if route.dimensions else None
