"""Several mistakes of one file, told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from meterproof.errors import InputError
from meterproof.study.toml import Document, KeyPath


class InputErrors(InputError):
    """More than one thing is wrong: `problems` in the order of their lines, and one line of text for each.

    The message, file, line and allowed of the error itself are those of the first problem.
    """

    def __init__(self, problems: tuple[InputError, ...]) -> None:
        first = problems[0]
        super().__init__(first.message, file=first.file, line=first.line, allowed=first.allowed)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def refuse(problems: Iterable[InputError]) -> None:
    """Raise the problems, if there are any: one as it is, several together."""
    found = tuple(sorted(problems, key=lambda problem: problem.line or 0))
    if found:
        raise found[0] if len(found) == 1 else InputErrors(found)


@contextmanager
def placed(document: Document, key_path: KeyPath, problems: list[InputError]) -> Iterator[None]:
    """Put an InputError that the block raises at a key of the file, and keep it among `problems`."""
    try:
        yield
    except InputError as error:
        problems.append(document.error(key_path, error.message, error.allowed))
