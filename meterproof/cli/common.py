"""What verbs share: consoles, the study, options, and printing one JSON document."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from rich.console import Console

from meterproof.errors import InputError

if TYPE_CHECKING:
    from meterproof.study.finder import Study
    from meterproof.verdict import Solver

Word = TypeVar("Word", bound=str)

SOLVERS: tuple[Solver, ...] = ("z3", "cvc5", "both")
JSON = typer.Option(False, "--json", help="Print one JSON document on stdout and nothing else.")
SEED = typer.Option(0, "--seed", help="Seed of every random choice; it is in the result.")
READING = typer.Option(None, "--reading", help="Only this reading of a published variant: literal, charitable.")


def one_of(what: str, word: str, allowed: Sequence[Word]) -> Word:
    """The word as one of those allowed; InputError, which names them, when it is none."""
    for each in allowed:
        if each == word:
            return each
    raise InputError(f"there is no {what} {word!r}", allowed=", ".join(allowed))


def output() -> Console:
    """The console on stdout; plain where that is no terminal."""
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else _width())


def errors() -> Console:
    """The console on stderr, for progress and messages."""
    return Console(stderr=True, highlight=False)


def _width() -> int:
    return int(os.environ.get("COLUMNS", "130"))


def study() -> Study:
    """The study that the current folder is in, or else the one that ships."""
    from meterproof.study.finder import enter  # brings pydantic with it, which the help has no need of

    return enter(Path.cwd())


def print_json(document: dict[str, Any]) -> None:
    """One document on stdout."""
    print(json.dumps(document, indent=2, ensure_ascii=False))


@contextmanager
def saying(quiet: bool) -> Iterator[Any]:
    """A function that shows on stderr what is being done; silent where stderr is no terminal or JSON is printed."""
    console = errors()
    if quiet or not console.is_terminal:
        yield lambda message: None
        return
    with console.status("starting", spinner="dots") as status:
        yield status.update


def store(root: Path, name: str, text: str) -> Path:
    """Write a file into the study's `.meterproof` folder, whole or not at all; returns its path."""
    folder = root / ".meterproof" / "traces"
    folder.mkdir(parents=True, exist_ok=True)
    return write(folder / name, text)


def write(path: Path, text: str) -> Path:
    """Write a file whole or not at all; InputError when that is not possible."""
    partial = path.with_name(path.name + ".part")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise InputError(
            f"cannot be written: {error.strerror or error}", file=path, allowed="a folder that you may write to"
        ) from error
    return path
