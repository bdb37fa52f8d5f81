"""A platform that runs: the state that changes, a clock, and a store that has every change before anybody hears of it.

Both interfaces hand their requests to one `Service`, and so to one `handle`. They come one after the other: a change is
decided, written down, and answered before the next is looked at.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from reference.metering_platform.handle import handle, refusal
from reference.metering_platform.routing import Denied, Request, Response
from reference.metering_platform.state import PlatformState


class NotKept(Exception):
    """A change was not written down, as far as its log can tell."""


class Log(Protocol):
    """Where accepted changes are kept, in order."""

    def append(self, request: Request, state: PlatformState) -> None:
        """Keep a request that was accepted, and how the chain stands after it; it is safe when this returns.

        Raises NotKept if it may be lost.
        """
        ...


class Service:
    """One running platform. `clock` gives seconds; a clock that goes back stands still here."""

    def __init__(
        self, state: PlatformState, log: Log | None = None, clock: Callable[[], float] = time.time, since: int = 0
    ) -> None:
        self._state, self._log, self._clock, self._latest = state, log, clock, since
        self._one_at_a_time = threading.Lock()
        self._in_doubt = False

    @property
    def state(self) -> PlatformState:
        """The state of this moment."""
        return self._state

    def answer(self, request: Request) -> Response:
        """The response to a request, which comes now whatever its `at` says.

        A change that could not be written down has not happened, and the answer is 503: to every change from then on,
        as what the log has is in doubt until it is read again. What changes nothing is still answered.
        """
        with self._one_at_a_time:
            self._latest = max(self._latest, int(self._clock()))
            request = replace(request, at=self._latest)
            after, response = handle(self._state, request)
            if after.height > self._state.height and not self._is_kept(request, after):
                return refusal(
                    Denied(503, "store", "nothing can be written down: the platform has to be started again")
                )
            self._state = after
            return response

    def _is_kept(self, request: Request, after: PlatformState) -> bool:
        if self._log is not None and not self._in_doubt:
            try:
                self._log.append(request, after)
            except NotKept:
                self._in_doubt = True
        return not self._in_doubt
