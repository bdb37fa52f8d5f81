"""Two residents over HTTP: the example tells what its page says, that the next tenant reads the one before."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_it_prints_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "examples" / "platform" / "residents.py"), run_name="__main__")
    told = capsys.readouterr().out
    assert told in (ROOT / "docs" / "platform.md").read_text()
    assert "bob asks for the readings of m-1 and gets 200: 1.5 kWh, 2 kWh" in told
