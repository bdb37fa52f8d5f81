"""The workflow and the entry that docs/ci.md shows work as they are written."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from meterproof.ci.accepted import load
from meterproof.ci.items import Tree
from meterproof.cli.main import load as verb
from meterproof.study.finder import locate
from tests.docs.test_tutorial import blocks

ROOT = Path(__file__).parents[2]
PAGE = {b.language: b.body for b in blocks((ROOT / "docs" / "ci.md").read_text())}
WORKFLOW: dict[str, Any] = yaml.safe_load(PAGE["yaml"])
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
COMMANDS = [s["run"] for s in STEPS if s.get("run", "").startswith("meterproof ")]


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_are_ones_that_the_verbs_take(command: str) -> None:
    name, *arguments = shlex.split(command)[1:]
    assert verb(name).make_context(name, arguments).params["github"] is True


def test_it_uploads_what_the_commands_write_and_may_do_so() -> None:
    written = set(re.findall(r"--sarif (\S+)", "\n".join(COMMANDS)))
    uploads = [s for s in STEPS if "upload-sarif" in s.get("uses", "")]
    assert {s["with"]["sarif_file"] for s in uploads} == written == {"check.sarif", "audit.sarif"}
    assert all("!cancelled()" in s["if"] for s in uploads), "what fails is uploaded, too"
    assert WORKFLOW["permissions"]["security-events"] == "write"


def test_the_audit_has_the_history_that_it_compares() -> None:
    [checkout] = [s for s in WORKFLOW["jobs"]["audit"]["steps"] if "checkout" in s.get("uses", "")]
    assert checkout["with"]["fetch-depth"] == 0


def test_the_accepted_entry_is_one(tmp_path: Path) -> None:
    [entry] = tomllib.loads(PAGE["toml"])["accepted"]
    assert entry["target"] in locate(ROOT).specs
    (tmp_path / "spec").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.meterproof]\n")
    hardened = (ROOT / "spec" / "bc-ami.hardened.toml").read_text()
    (tmp_path / "spec" / "bc-ami.hardened.toml").write_text(hardened)
    (tmp_path / "spec" / "accepted.toml").write_text(PAGE["toml"])
    [found] = load(locate(tmp_path), Tree(tmp_path, tmp_path))
    assert (found.id, found.expires.year) == ("IS-P4", 2027)
