"""`meterproof figures`: each number that a paper prints has a row, verdict and reason; the page shows today's rows."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from meterproof.cli import main
from meterproof.study.finder import locate

STUDY = locate(Path(__file__))


PAPERS = {"edge-keys": "ZK", "sovereign-chain": "WA", "metering-platform": "ZD"}


@pytest.mark.parametrize("protocol", PAPERS)
def test_every_printed_number_of_the_register_has_a_figure(protocol: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figures", protocol, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(
        json.loads((files("meterproof") / "schemas" / "figures.json").read_text())
    ).validate(found)
    register = STUDY.register()
    printed = {id for id in register if id.startswith(f"{PAPERS[protocol]}-B")}
    assert {row["id"] for row in found["figures"]} == printed
    told = {id: set(re.split(r": |, ", register.get(id).why or "")[1:]) for id in printed}
    assert told == {id: {row["verdict"] for row in found["figures"] if row["id"] == id} for id in printed}


@pytest.mark.parametrize("protocol", PAPERS)
def test_the_page_has_what_the_command_writes(protocol: str, tmp_path: Path) -> None:
    page = tmp_path / "figures.md"
    assert main(["figures", protocol, "--format", "markdown", "-o", str(page)]) == 0
    assert page.read_text() == (STUDY.root / "docs" / "figures" / f"{protocol}.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bc-ami"], "reference.bc_ami compares no figures (allowed: a target whose reference has figures)"),
        (["edge-keys", "--verdict", "fine"], "agrees, contradicted, not reproducible"),
        (["edge-keys", "--format", "pdf"], "text, markdown"),
    ],
)
def test_what_there_is_not_is_said_in_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["figures", *arguments]) == 2
    assert said in capsys.readouterr().err.replace("\n", " ")


def test_figures_of_one_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figures", "edge-keys", "--verdict", "contradicted"]) == 0
    told = capsys.readouterr().out
    assert "contradicted" in told and "agrees" not in told.splitlines()[-1]
