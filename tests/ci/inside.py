"""A small study in this process, though other tests have loaded another one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from tests.audit.ballots import edit, write

FOLDERS = ("model", "properties")


@contextmanager
def inside(root: Path) -> Iterator[Path]:
    """The current folder is `root`, and its packages are those that are loaded while this lasts."""
    path, hidden = list(sys.path), _take()
    try:
        with chdir(root):
            yield root
    finally:
        _take()
        sys.modules.update(hidden)
        sys.path[:] = path


def _take() -> dict[str, object]:
    names = [name for name in sys.modules if name.partition(".")[0] in FOLDERS]
    return {name: sys.modules.pop(name) for name in names}  # type: ignore[return-value]


def claimed(root: Path) -> Path:
    """The ballot of the audit's tests, whose lax variant claims what it does not keep: that one block is final."""
    write(root)
    edit(root / "properties" / "ballot.py", '"lax": violated(THREE)', '"lax": holds("exhausted", THREE)')
    return root
