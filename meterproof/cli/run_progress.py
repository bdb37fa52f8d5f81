"""How far a run has come: a bar on stderr with rate and remaining time; nothing where stderr is no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from meterproof.cli.common import errors

T = TypeVar("T")


class Rate(ProgressColumn):
    """So many a second."""

    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:.0f}/s")


class Bar:
    """Of `total` readings or slots, `done` are behind us: gives a function that counts those that pass by."""

    def __init__(self, total: int, done: int, quiet: bool, what: str = "reports") -> None:
        console = errors()
        self._shown = not quiet and console.is_terminal
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            Rate(),
            TimeRemainingColumn(),
            console=console,
        )
        self._total, self._done, self._what = total, done, what

    def __enter__(self) -> Callable[[Iterator[T]], Iterator[T]]:
        if not self._shown:
            return lambda passing: passing
        self._progress.start()
        task = self._progress.add_task(self._what, total=self._total, completed=self._done)

        def watched(passing: Iterator[T]) -> Iterator[T]:
            for each in passing:
                yield each
                self._progress.advance(task)

        return watched

    def __exit__(self, *exception: object) -> None:
        if self._shown:
            self._progress.stop()
