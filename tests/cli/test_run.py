"""`meterproof run`: every row is accounted for, what the MDMS has is what the file says, and a killed run goes on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from meterproof.cli import main
from tests.cli.signals import listen

ROOT = Path(__file__).parents[2]
PATIENCE = 120
"""Seconds for a process to come to what a test waits for."""
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


def document(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, Any]:
    """The JSON document of a run that ends with this exit code."""
    assert main(["run", *arguments, "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema = json.loads((files("meterproof") / "schemas" / "run.json").read_text())
    jsonschema.validate(found, schema)
    return found


def lasting(found: dict[str, Any]) -> dict[str, Any]:
    """All of a document but times, and where it began."""
    timed = ("seconds", "reports_per_second", "cryptography", "resumed_from", "store")
    return {name: value for name, value in found.items() if name not in timed}


def test_the_documents_of_check_describe_a_run_as_run_does() -> None:
    run, check = (
        json.loads((files("meterproof") / "schemas" / f"{verb}.json").read_text()) for verb in ("run", "check")
    )
    own = ("version", "seed")
    assert check["$defs"]["run"]["properties"] == {k: v for k, v in run["properties"].items() if k not in own}
    assert check["$defs"]["run"]["required"] == [name for name in run["required"] if name not in own]


def test_synthetic_meters_are_called_so_and_their_totals_agree(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["--synthetic", "3x4"], capsys)
    assert found["synthetic"] == {"meters": 3, "half_hours": 4} and found["readings"].startswith("synthetic 3x4")
    assert found["delivered"] == 12 and list(found["totals"]) == ["SYN1", "SYN2", "SYN3"]
    assert main(["run", "--synthetic", "3x4"]) == 0
    assert "kWh given (synthetic)" in capsys.readouterr().out


def test_the_share_of_cryptography_is_printed_and_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--synthetic", "2x4"]) == 0
    assert "of that time is cryptography" in capsys.readouterr().out
    found = document(["--synthetic", "2x4"], capsys)["cryptography"]
    assert found["operations"]["seal"]["calls"] == 8
    assert found["share"] + found["overhead"] == pytest.approx(1, abs=1e-3) and 0 < found["share"] < 1


def test_faults_up_to_f_change_no_total_and_the_summary_says_what_happened(capsys: pytest.CaptureFixture[str]) -> None:
    size = ["--synthetic", "2x24", "--block", "4"]
    calm = document(size, capsys)
    found = document([*size, "--faults", "crash=1,lie=1,cut=1"], capsys)
    assert found["totals"] == calm["totals"] and calm["faults"] is None
    assert found["faults"]["begun"] == {"crash": 1, "lie": 1, "cut": 1} and found["faults"]["at_once"] == 1
    assert main(["run", *size, "--faults", "crash=1,lie=1,cut=1"]) == 0
    said = capsys.readouterr().out
    assert "faults: 1 crash, 1 lie, 1 cut, at most 1 of 4 replicas at once (f = 1)" in said


def test_faults_beyond_f_stop_the_run_with_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--synthetic", "2x24", "--block", "4", "--faults", "crash=2,at-once=2"]
    found = document(arguments, capsys, code=1)
    assert found["stopped"].startswith("no quorum at height") and 0 < found["delivered"] < found["accepted"]
    assert main(["run", *arguments]) == 1
    assert "stopped: no quorum" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no readings"),
        (["--synthetic", "0x5"], "'0x5'"),
        (["--synthetic", "2x2", "--rejects", "x.csv"], "no row is refused"),
        (["--synthetic", "2x2", "--faults", "nap=1"], "nap=1"),
        (["bc-ami@published", "--synthetic", "4x48", "--faults", "crash=1"], "change of view"),
    ],
)
def test_what_cannot_be_run_is_wrong_input(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *arguments]) == 2
    assert message in capsys.readouterr().err.replace("\n", " ")


def test_a_finished_run_is_told_again_from_its_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--synthetic", "2x8", "--block", "4", "--store", str(tmp_path / "kept")]
    first, again = document(arguments, capsys), document(arguments, capsys)
    assert lasting(first) == lasting(again)
    assert (first["resumed_from"], again["resumed_from"]) == (0, 16)


def test_a_store_is_for_one_run_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--synthetic", "2x2", "--store", str(tmp_path)]
    document(arguments, capsys)
    for more, what in ((["--seed", "1"], "seed"), (["--block", "3"], "block"), (["bc-ami@published"], "target")):
        assert main(["run", *arguments, *more]) == 2
        message = capsys.readouterr().err.replace("\n", " ")
        assert "the store belongs to another run" in message
        if what != "target":
            assert f"{what} was" in message


def started(arguments: list[str], store: Path, height: int) -> subprocess.Popen[bytes]:
    """A run in a process of its own that has come to this height."""
    script = "import sys; from meterproof.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", script, "run", *arguments, "--store", str(store)]
    process = subprocess.Popen(command, cwd=ROOT, preexec_fn=listen)
    ends = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < ends:
        ledger = store / "ledger.sqlite-wal"
        if ledger.exists() and ledger.stat().st_size > height * 10_000:
            return process
        time.sleep(0.05)
    process.kill()
    raise AssertionError("it has ended before it could be killed, or did not begin")


@pytest.mark.slow
@pytest.mark.parametrize(("blow", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_a_process_that_is_killed_goes_on_where_it_was(
    blow: signal.Signals, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--synthetic", "2x120", "--block", "8", "--faults", "crash=1,lie=2"]
    process = started(arguments, tmp_path, 4)
    process.send_signal(blow)
    assert process.wait(PATIENCE) == code
    found = document([*arguments, "--store", str(tmp_path)], capsys)
    assert 0 < found["resumed_from"] < 240
    assert lasting(found) == lasting(document(arguments, capsys))


def test_a_protocol_without_readings_is_said_to_run_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "edge-keys@hardened", "--synthetic", "2x2"]) == 2
    assert "reference.edge_keys runs no readings" in capsys.readouterr().err.replace("\n", " ")
