"""Wall time that an engine may use, asked for between its steps."""

from __future__ import annotations

import time


class OutOfTime(Exception):
    """The time that was given is over."""


def heed_interrupt(reason: str, spent: float, given: float) -> None:
    """Raise KeyboardInterrupt where z3 gave up, for this reason, well before the seconds that it was given.

    During a check z3 takes Ctrl-C for itself, and says "canceled", as it also does when its time is over.
    """
    if reason in ("canceled", "interrupted from keyboard") and spent < 0.9 * given:
        raise KeyboardInterrupt


class Clock:
    """Counts down from `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._begun = time.monotonic()

    @property
    def spent(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._begun

    @property
    def left(self) -> float:
        """Seconds that are left; none or less when time is over."""
        return self.seconds - self.spent

    def check(self) -> None:
        """Raise OutOfTime when time is over."""
        if self.left <= 0:
            raise OutOfTime
