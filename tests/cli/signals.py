"""What a process that a test begins does first."""

from __future__ import annotations

import signal


def listen() -> None:
    """Take Ctrl-C as it comes, also where what began the tests ignores it, as a shell's background jobs do."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
