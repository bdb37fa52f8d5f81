"""What a study's route planner offers to `meterproof plan route`, and how its answers are told.

A reference that is a package has it as its module `plan_route`. Nothing here knows how a route is found or checked.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal, Protocol, cast

from meterproof.errors import InputError

Outcome = Literal["routed", "infeasible", "unknown"]


@dataclass(frozen=True)
class Source:
    """A file that was read: its name, for messages, and its text."""

    file: str
    text: str


@dataclass(frozen=True)
class Asked:
    """A question: files with topology, demands and positions, and the bounds of a route.

    `delay` and `retransmission` are times such as 100ms. `queue` is the most packets of a link's system, `delay_bound`
    what the delay is of (path, per-node), `packet` the bytes of a packet, `directed` that links lead one way.
    """

    topology: Source
    demands: Source
    positions: Source | None = None
    scheme: str = "min-delay"
    hops: int | None = None
    delay: str | None = None
    queue: int = 20
    delay_bound: str = "path"
    retransmission: str | None = None
    packet: int = 360
    directed: bool = False
    seed: int = 0


@dataclass(frozen=True)
class LinkUse:
    """A link: its capacity, what it carried before, and what it carries with all routes, packets a second."""

    a: str
    b: str
    capacity: float
    before: float
    load: float
    up: bool

    @property
    def utilisation(self) -> float:
        """The share of the capacity that is used."""
        return self.load / self.capacity


@dataclass(frozen=True)
class RouteTold:
    """A demand with its route; `seconds` is its mean delay at most."""

    demand: str
    source: str
    target: str
    rate: float
    nodes: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Answer:
    """The answer: routes and a certificate, or why there are none.

    `by` is what found the routes: the scheme, or what was tried after it was stuck at the demand `stuck`. `says` has
    the proof that there are none, with the links, or what was tried in vain. `side` are the nodes of a cut. `checked`
    names what the certificate was checked by; `measures` has figures of the plan by name.
    """

    outcome: Outcome
    scheme: str
    by: str | None
    stuck: str | None
    says: tuple[str, ...]
    side: tuple[str, ...]
    links: tuple[LinkUse, ...]
    routes: tuple[RouteTold, ...]
    positions: Mapping[str, tuple[float, float]]
    nodes: tuple[str, ...]
    directed: bool
    measures: Mapping[str, float]
    checked: tuple[str, ...]
    certificate: Mapping[str, Any] | None


class Routes(Protocol):
    """The planner."""

    def route(self, asked: Asked) -> Answer:
        """Route the demands, or say why not. Raises InputError, with file and row, for input that is wrong."""

    def recheck(self, document: Any, file: str) -> tuple[str, ...]:
        """What is wrong with a certificate, empty if nothing. Raises InputError for what is none."""

    def schemes(self) -> Mapping[str, str]:
        """The schemes by name, each with a line about it."""


def routes_of(reference: ModuleType) -> Routes:
    """The route planner of a reference; InputError when it has none."""
    name = f"{reference.__name__}.plan_route"
    if not hasattr(reference, "__path__") or importlib.util.find_spec(name) is None:
        raise InputError(f"{reference.__name__} plans no routes", allowed="a target whose reference has plan_route")
    return cast(Routes, importlib.import_module(name))
