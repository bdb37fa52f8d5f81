"""Lines of generated text that are not too long."""

from __future__ import annotations

import re
from collections.abc import Iterable

WIDTH = 120


def wrapped(line: str, breaks: Iterable[str], indent: int, width: int = WIDTH) -> str:
    """The line as several where it is too long, each ending with one of `breaks`, or a comma where these don't do."""
    if len(line) <= width:
        return line
    broken = _broken(line, breaks, indent, width)
    return "\n".join(each.rstrip() for long in broken for each in _broken(long, (", ",), indent, width))


def _broken(line: str, breaks: Iterable[str], indent: int, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    lines = [""]
    for part in re.split("|".join(f"(?<={re.escape(b)})" for b in breaks), line):
        if len(lines[-1]) + len(part.rstrip()) > width and lines[-1].strip():
            lines.append(" " * indent)
        lines[-1] += part
    return lines
