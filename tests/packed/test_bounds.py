"""Compiled code reads and writes inside its arrays only.

numba checks no index unless it is told to, and what lies behind an array is mostly harmless. So a few tests are run
once more on a copy of the project, compiled with checks.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.trial import Copy

TESTS = (
    "tests/packed/test_canonical_wide.py", "tests/packed/test_thresholds.py", "tests/packed/test_overflow.py",
    "tests/explore/test_visited.py", "tests/explore/test_depth.py", "tests/explore/test_liveness_walk.py",
    "tests/explore/test_leads_to.py::test_limits_end_in_unknown_but_a_lasso_among_the_known_states_is_still_found",
    "tests/walk/test_walks.py::test_walks_come_to_all_states_of_a_small_protocol",
)  # fmt: skip


@pytest.mark.slow
def test_no_index_is_out_of_range(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_BOUNDSCHECK", "1")
    trial = Copy(tmp_path / "copy").run(TESTS, limit=400)
    assert trial.outcome == "survived", trial.said
