"""`meterproof run`: every row is accounted for, and what the MDMS has is what the file says."""

from pathlib import Path

import pytest

from meterproof.cli import main

HEADER = "LCLid,tstp,energy(kWh/hh)\n"


def test_rejected_rows_go_to_a_file_by_line_and_nothing_is_dropped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "r.csv"
    path.write_text(HEADER + "M,2013-01-01 00:00:00,0.1\nM,not a date,0.2\nM,2013-01-01 01:00:00,0.3\n")
    assert main(["run", "--readings", str(path), "--rejects", str(tmp_path / "bad.csv")]) == 0
    said = capsys.readouterr().out
    assert "3 rows: 2 accepted, 1 rejected" in said
    assert "1 gaps in the file" in said
    assert (tmp_path / "bad.csv").read_text().splitlines()[1:] == ['3,"bad date","M,not a date,0.2"']


def test_the_published_protocol_delivers_too_but_its_keys_are_not_exclusive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "r.csv"
    path.write_text(HEADER + "M,2013-01-01 00:00:00,0.1\n")
    assert main(["run", "bc-ami@published", "--readings", str(path)]) == 0
    said = capsys.readouterr().out
    assert "monitor IS-P6: violated" in said and "unexpected" not in said


def test_a_file_with_only_a_header_is_an_empty_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "r.csv"
    path.write_text(HEADER)
    assert main(["run", "--readings", str(path)]) == 0
    assert "0 rows: 0 accepted" in capsys.readouterr().out


def test_an_unknown_header_is_refused_with_the_headers_that_are_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "r.csv"
    path.write_text("meter,time,kWh\n")
    assert main(["run", "--readings", str(path)]) == 2
    message = capsys.readouterr().err.replace("\n", "")
    assert "r.csv:1" in message and "LCLid,tstp" in message
