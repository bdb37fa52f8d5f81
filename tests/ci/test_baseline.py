"""Findings are new, unchanged, updated or absent against an earlier log; of what was not asked, nothing is said."""

import json
from pathlib import Path

import pytest

from meterproof.ci import baseline, sarif
from meterproof.ci.items import Item, Leg
from meterproof.errors import InputError
from tests.ci.samples import HOME, item
from tests.ci.test_sarif import VALIDATOR

OLD = [item(guarantee=f"P{n}") for n in range(4)]


def held(path: Path, now: list[Item], old: list[Item] = OLD) -> dict[str, str]:
    """The states of the results of a log with a baseline, by rule; the log is held against the schema."""
    path.write_text(sarif.write(old, "check", HOME))
    text = sarif.write(now, "check", HOME, since=baseline.read(path, "check").since(now))
    VALIDATOR.validate(json.loads(text))
    path.write_text(text)
    return {r["ruleId"]: r["baselineState"] for r in json.loads(text)["runs"][0]["results"]}


def test_every_finding_has_its_state(tmp_path: Path) -> None:
    now = [
        item(guarantee="P0", title="in other words"),
        item(guarantee="P1", run=(Leg("1. otherwise"),)),
        item(guarantee="P2", outcome="passed"),
        item(guarantee="P9"),
    ]
    assert held(tmp_path / "old.sarif", now) == {
        "ballot/P0": "unchanged", "ballot/P1": "updated", "ballot/P2": "absent", "ballot/P9": "new",
    }  # fmt: skip


def test_what_was_not_asked_is_not_called_absent(tmp_path: Path) -> None:
    assert held(tmp_path / "old.sarif", [item(guarantee="P0", outcome="skipped")]) == {}


def test_a_log_with_a_baseline_serves_as_one_and_what_is_absent_in_it_is_new_if_it_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "old.sarif"
    assert held(path, [item(guarantee="P0", outcome="passed")]) == {"ballot/P0": "absent"}
    now = [item(guarantee="P0")]
    assert list(baseline.read(path, "check").since(now).states.values()) == ["new"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "not such a log"),
        ('{"runs": [{"tool": {"driver": {"name": "other"}}, "results": []}]}', "not a log of meterproof check"),
        (sarif.write(OLD, "audit", HOME), "not a log of meterproof check"),
        (sarif.write(OLD, "check", HOME).replace("guarantee/v1", "guarantee/v0"), "not such a log"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "old.sarif").write_text(text)
    with pytest.raises(InputError, match=said):
        baseline.read(tmp_path / "old.sarif", "check")
    with pytest.raises(InputError, match="cannot be read"):
        baseline.read(tmp_path / "none.sarif", "check")
