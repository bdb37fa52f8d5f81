"""pytest turns each guarantee of a study into an item, which fails where the guarantee is not as claimed."""

import re
import subprocess
import sys
from pathlib import Path

from tests.audit.ballots import edit, spec
from tests.ci.inside import claimed

ACCEPTED = '[[accepted]]\nid = "BA-P1"\ntarget = "ballot@strict"\nreason = "Next release."\nexpires = 9999-12-31\n'


def test_each_guarantee_is_an_item_and_an_accepted_one_is_expected_to_fail(tmp_path: Path) -> None:
    """Neither variant keeps what it claims, and of the strict one this is accepted."""
    root = claimed(tmp_path / "study")
    edit(root / "properties" / "ballot.py", 'holds("proved", induction(), THREE)', 'holds("exhausted", THREE)')
    (root / "spec" / "ballot.strict.toml").write_text(spec("strict", vote_once="false"))
    (root / "spec" / "accepted.toml").write_text(ACCEPTED)
    command = [sys.executable, "-m", "pytest", "-q", "-rfxp", "-p", "no:cacheprovider", "properties"]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
    told = ended.stdout.partition("short test summary info")[2]
    assert set(re.findall(r"^(\w+) properties/ballot\.py::(\S+)", told, re.MULTILINE)) == {
        ("FAILED", "ballot@lax::BA-P1"), ("XFAIL", "ballot@strict::BA-P1"), ("PASSED", "ballot@lax::BA-P2"),
        ("PASSED", "ballot@lax::BA-P3"), ("PASSED", "ballot@strict::BA-P2"), ("PASSED", "ballot@strict::BA-P3"),
    }  # fmt: skip
    assert ended.returncode == 1
    assert "expected holds, found violated by explore" in ended.stdout and "reproduction:" in ended.stdout
    assert "accepted until 9999-12-31: Next release." in told
