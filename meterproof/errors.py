"""What a person did wrong, said in one line: file, line, what was found and what would be allowed.

Every error that a user can cause derives from `InputError`; the command line prints it without a
traceback and exits with code 2 (docs/design.md, "Exit codes").
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class InputError(Exception):
    """The input is wrong: a spec, a model, a reading file, a trace, or the command's own arguments.

    `file` and `line` (1-based) say where, `allowed` says what would have been right.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        line: int | None = None,
        allowed: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = None if file is None else str(file)
        self.line = line
        self.allowed = allowed

    def __str__(self) -> str:
        where = "" if self.file is None else self.file if self.line is None else f"{self.file}:{self.line}"
        head = f"{where}: {self.message}" if where else self.message
        return f"{head} (allowed: {self.allowed})" if self.allowed else head


class ModelError(InputError):
    """A model says something that the language cannot mean: the message names the line and what to write instead."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint such as "; did you mean 'quorum'?", or nothing when no known name is near."""
    near = difflib.get_close_matches(name, list(known), n=2)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
