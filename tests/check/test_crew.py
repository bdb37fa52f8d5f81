"""Several processes check what one would: the same rows in the same order, and nothing is lost with a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


CASES = (
    "two_say_what_one_says",
    "a_refusal_comes_in_its_turn",
    "one_is_killed",
    "all_are_interrupted",
    "as_many_as_are_worth_it",
)


@pytest.mark.parametrize("case", CASES)
def test_processes_that_work_together(case: str) -> None:
    """Each case in a process of its own, which has loaded no engine when it is forked."""
    script = f"from tests.check import crews; crews.{case}()"
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
