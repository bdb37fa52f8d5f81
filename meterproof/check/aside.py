"""Something else that is done meanwhile, in a process of its own, while a crew is at its jobs."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, Generic, NoReturn, TypeVar

T = TypeVar("T")


class Aside(Generic[T]):
    """A function without arguments, at work from the beginning in a copy of this process.

    Make it where a crew may be made: before engines are loaded and threads are started. What it gives is sent back, so
    it must be plain data; what it raises is raised by doing it once more here, where whoever asks can see it.
    """

    def __init__(self, function: Callable[[], T]) -> None:
        self._function = function
        context: Any = multiprocessing.get_context("fork")
        self._from, theirs = context.Pipe(duplex=False)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self._process = context.Process(target=_work, args=(function, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def result(self) -> T:
        """What the function gives; waits for it."""
        try:
            found: T = self._from.recv()
        except EOFError:
            self._process.join()
            return self._function()
        self._process.join()
        return found

    def stop(self) -> None:
        """Give it up."""
        self._process.kill()
        self._process.join()


def _work(function: Callable[[], object], to: Any) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        to.send(function())
    except Exception:
        pass  # whoever waits for it does it itself, and is told what is wrong
    finally:
        to.close()
    os._exit(0)
