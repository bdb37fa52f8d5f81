"""Wall time that an engine may use, asked for between its steps."""

from __future__ import annotations

import time


class OutOfTime(Exception):
    """The time that was given is over."""


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
