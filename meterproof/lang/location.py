"""Where in the model a mistake is: the nearest line outside the language, and errors that name it."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from meterproof.errors import ModelError, nearest

LANGUAGE = __name__.rpartition(".")[0]


def model_line() -> tuple[str, int]:
    """File and line of the nearest caller outside the language: the line of the model."""
    frame = sys._getframe(1)
    while frame.f_back is not None and f"{frame.f_globals.get('__name__')}.".startswith(f"{LANGUAGE}."):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def at_model_line(message: str, allowed: str | None = None) -> ModelError:
    """A ModelError at the line of the model that called the language."""
    file, line = model_line()
    return ModelError(message, file=file, line=line, allowed=allowed)


def unknown_name(what: str, name: str, known: Iterable[str]) -> ModelError:
    """A ModelError for a name that is not there, with the nearest one that is."""
    known = tuple(known)
    return at_model_line(f"unknown {what}: {name!r}{nearest(name, known)}", ", ".join(known) or "none is declared")
