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


MISTAKES = (NameError, TypeError, AttributeError, LookupError, ValueError, ArithmeticError)
"""What Python raises on a slip in a model's own text."""


def as_model_error(error: Exception) -> ModelError:
    """A Python error of a model's function, at the deepest line outside the language, as a ModelError."""
    deepest, frames = error.__traceback__, error.__traceback__
    while frames is not None:
        if not f"{frames.tb_frame.f_globals.get('__name__')}.".startswith(f"{LANGUAGE}."):
            deepest = frames
        frames = frames.tb_next
    file = deepest.tb_frame.f_code.co_filename if deepest is not None else None
    line = deepest.tb_lineno if deepest is not None else None
    return ModelError(f"Python says {type(error).__name__}: {error}", file=file, line=line)
