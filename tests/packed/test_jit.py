"""Stored machine code belongs to the exact text of all compiled files: a change in any of them is a new store."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from meterproof.packed import jit

INNER = """from meterproof.packed.jit import compiled
from meterproof.packed.numbers import THIRD

@compiled
def inner(x):
    return x + {number} + THIRD
"""
NUMBERS = """THIRD = {number}
"""
OUTER = """from meterproof.packed.jit import compiled
from meterproof.packed.inner import inner

@compiled
def outer(x):
    return inner(x)

print(outer(40))
"""


def test_a_caller_notices_that_a_function_or_a_constant_of_another_file_changed(tmp_path: Path) -> None:
    room = tmp_path / "meterproof" / "packed"
    room.mkdir(parents=True)
    (room.parent / "__init__.py").touch()
    (room / "__init__.py").touch()
    shutil.copy(jit.__file__, room / "jit.py")
    (room / "outer.py").write_text(OUTER)
    told = []  # without bytecode: Python takes it for current where size and second of the source are the same
    for number, third in ((2, 0), (2, 0), (3, 0), (3, 1)):
        (room / "inner.py").write_text(INNER.format(number=number))
        (room / "numbers.py").write_text(NUMBERS.format(number=third))
        command = [sys.executable, "-m", "meterproof.packed.outer"]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
        told.append(done.stdout.strip())
    assert told == ["42", "42", "43", "44"]
    assert len(list((room.parent / "__pycache__").glob("compiled-*"))) == 3


def test_every_compiled_file_is_counted() -> None:
    """A file that calls numba by itself would store code that nobody invalidates."""
    direct = [f.name for f in jit.PACKAGE.glob("*/*.py") if "from numba import njit" in f.read_text()]
    assert direct == []
    assert jit.sources()
