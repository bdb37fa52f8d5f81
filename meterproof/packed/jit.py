"""Compiled functions whose stored machine code is never older than any source that it was made from.

numba notices a change of a cached function's own file, not of the functions it calls from other files. So the store's
name depends on the text of every compiled file of the workbench, and of what such files import: numba compiles
constants and intrinsics in.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba

PACKAGE = Path(__file__).parents[1]
NAME = "meterproof.packed.jit"
DAY = 24 * 60 * 60


def sources(package: Path = PACKAGE) -> list[Path]:
    """The files that hold compiled functions, those that name this module, and the files that they import from."""
    own = {f: f.read_text(encoding="utf-8") for f in package.glob("*/*.py")}
    own = {f: text for f, text in own.items() if NAME in text}
    named = {m for text in own.values() for m in re.findall(r"^from meterproof\.([\w.]+) import", text, re.MULTILINE)}
    beside = (package / f"{m.replace('.', '/')}.py" for m in named)
    return sorted({*own, *(f for f in beside if f.exists())})


@cache
def store() -> Path:
    """The folder for machine code: beside the package, or in the user's cache where that can't be written."""
    text = hashlib.sha256()
    for file in sources():
        text.update(file.read_bytes())
    beside = PACKAGE / "__pycache__"
    if not os.access(beside if beside.exists() else PACKAGE, os.W_OK):
        beside = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "meterproof"
    mine = beside / f"compiled-{text.hexdigest()[:16]}"
    if not mine.exists():
        _forget(beside)
    return mine


def _forget(beside: Path) -> None:
    """Remove what other versions stored, unless it is so young that they may be running."""
    for old in beside.glob("compiled-*"):
        if time.time() - old.stat().st_mtime > DAY:
            shutil.rmtree(old, ignore_errors=True)


def compiled(function: Callable[..., Any] | None = None, /, **options: Any) -> Callable[..., Any]:
    """`numba.njit` with its code stored in `store()`."""

    def mark(f: Callable[..., Any]) -> Callable[..., Any]:
        others = numba.config.CACHE_DIR  # type: ignore[attr-defined]
        numba.config.CACHE_DIR = str(store())  # type: ignore[attr-defined]
        try:
            made: Callable[..., Any] = numba.njit(cache=True, **options)(f)
            return made
        finally:
            numba.config.CACHE_DIR = others  # type: ignore[attr-defined]

    return mark if function is None else mark(function)


bare = compiled(_nrt=False)
"""`compiled` without reference counts, which take most of the time of small functions. They may make no array."""
