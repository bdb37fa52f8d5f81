"""How much of a run's time is cryptography: a stopwatch around every operation with keys.

Outside `measuring` the wrapped functions run as they are. What they return never depends on the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from time import perf_counter
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Stopwatch:
    """Seconds and calls so far by operation: draw (a signing pair), sign, verify, seal, open.

    Hashes, Merkle trees and encodings are not operations with keys: they count as the work around cryptography.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """Seconds of all operations together; none contains another."""
        return sum(self.seconds.values())

    def add(self, other: Stopwatch) -> None:
        """Go on from another's times as well."""
        for operation, seconds in other.seconds.items():
            self.seconds[operation] = self.seconds.get(operation, 0.0) + seconds
            self.calls[operation] = self.calls.get(operation, 0) + other.calls[operation]


_running: ContextVar[Stopwatch | None] = ContextVar("stopwatch", default=None)


@contextmanager
def measuring(watch: Stopwatch) -> Iterator[Stopwatch]:
    """Add the time of every operation in the block to this stopwatch."""
    token = _running.set(watch)
    try:
        yield watch
    finally:
        _running.reset(token)


def timed(operation: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let the running stopwatch, if there is one, count this function under the name of its operation."""

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def measured(*args: P.args, **kwargs: P.kwargs) -> R:
            watch = _running.get()
            if watch is None:
                return function(*args, **kwargs)
            begun = perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                watch.seconds[operation] = watch.seconds.get(operation, 0.0) + perf_counter() - begun
                watch.calls[operation] = watch.calls.get(operation, 0) + 1

        return measured

    return wrap
