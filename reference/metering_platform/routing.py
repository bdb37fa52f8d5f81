"""What a route is: one entry of a table, from which requests are dispatched and the OpenAPI description is made.

A route's function is pure. It returns what it answers, with a new state if it changes anything, and says that it does
not by raising `Denied`; `handle` turns that into an answer and keeps the state that there was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from reference.metering_platform.documents import Json
from reference.metering_platform.state import Event, PlatformState, Role, Service

Method = Literal["GET", "POST", "DELETE"]
Interface = Literal["http", "call"]
Dimension = Literal["identity", "router", "service", "resource"]
OPEN: frozenset[Dimension] = frozenset()
"""A route that asks nobody who he is."""
KNOWN: frozenset[Dimension] = frozenset({"identity", "router", "service"})
"""A route that asks who it is, for what service, and whether he may come this way."""
DECIDED: frozenset[Dimension] = KNOWN | {"resource"}
"""A route that asks, besides, for a decision about the resource."""
Schema = Mapping[str, Any]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """A request as either interface gives it.

    `path` is undecoded and has no query. `query` has the decoded pairs in order; `headers` has names in lower case.
    `at` is the time in seconds: nothing here reads a clock.
    """

    method: str
    path: str
    query: Pairs = ()
    headers: Pairs = ()
    body: bytes = b""
    at: int = 0
    interface: Interface = "http"

    def header(self, name: str) -> str | None:
        """The first header of this name (in lower case)."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True)
class Response:
    """What goes back. The body is JSON, or empty."""

    status: int
    headers: Pairs
    body: bytes


class Denied(Exception):
    """Why a request is not answered: an HTTP status of 4xx, the rule that refuses it, a reason, and its sources."""

    def __init__(self, status: int, rule: str, reason: str, cites: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.status, self.rule, self.reason, self.cites = status, rule, reason, cites


@dataclass(frozen=True)
class Subject:
    """Who asks, as the platform believes after looking at the token; see `access`.

    `rights` are those that the token carries, or those on the chain: by the rule `permissions`.
    """

    user: str
    role: Role
    member: str
    owns: frozenset[str] = frozenset()
    granted: frozenset[str] = frozenset()
    epoch: int = 0
    """The ACL epoch in which the token says that the rights changed last."""
    token_id: str = ""
    ends: int | None = None
    """When the token ends, in seconds; None if it does not."""
    proof: tuple[str, int] | None = None
    """The id of the proof of possession that came with the request, and when it is too old."""
    routed: bool = True
    """Whether the route counts: not on a second interface that has the token only (interfaces: "same-token")."""
    unchecked: bool = False
    """Nothing shows who it is, and nothing is decided: the interface asks nobody (interfaces: "second-unchecked")."""


@dataclass(frozen=True)
class Call:
    """A request that has a route, after the route's checks: parameters and body are as the schemas say."""

    state: PlatformState
    request: Request
    subject: Subject | None
    """None where nobody has to say who he is."""
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any = None

    @property
    def at(self) -> int:
        return self.request.at

    @property
    def who(self) -> Subject:
        """The subject of a route that is not open."""
        assert self.subject is not None, "only open routes have no subject"
        return self.subject


@dataclass(frozen=True)
class Reply:
    """What a route answers. With a `state` it changes something, and `transaction` is what the chain gets of it."""

    status: int
    body: Any
    state: PlatformState | None = None
    transaction: Json = None
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Route:
    """An entry of the table.

    `path` has parameters in braces. `query` gives each parameter's schema; `body` is None where there must be none.
    `responses` are the schemas of what succeeds, by status; what fails is described by `ERROR`.
    """

    method: Method
    path: str
    name: str
    """The operation's id: unique."""
    summary: str
    service: Service
    """The service that a token must be for (token_audience: "per-service")."""
    run: Callable[[Call], Reply]
    responses: Mapping[int, Schema]
    dimensions: frozenset[Dimension]
    """Which of the four are checked, where the rules check any (ZD-R19). None: the route is open to all."""
    roles: frozenset[Role] = frozenset()
    """Who may come this way, where "router" is a dimension."""
    query: Mapping[str, Schema] = field(default_factory=dict)
    required_query: tuple[str, ...] = ()
    body: Schema | None = None
    cites: tuple[str, ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the path, in order."""
        return tuple(each[1:-1] for each in self.path.split("/") if each.startswith("{"))

    @property
    def changes(self) -> bool:
        """Whether it may change the state."""
        return self.method != "GET" and self.name not in READING_POSTS


READING_POSTS = frozenset({"signIn", "verifyFile"})
"""Operations that change nothing although they are posted: what they are asked with has no place in a URL."""
