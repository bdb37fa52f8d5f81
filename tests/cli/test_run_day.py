"""`meterproof run` of a target that plays days: every total agrees, and a killed run ends as if nothing had been.

Where `quick` is asked for, a day without cryptography is played in place of the reference's own.
"""

from __future__ import annotations

import importlib
import json
import signal
import sqlite3
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from meterproof.ci import of_exhibits
from meterproof.cli import main, run_samples
from meterproof.cli.common import output
from meterproof.cli.exhibits import Exhibits
from meterproof.real.day_store import FILE, DayStore
from tests.cli import small_day

ROOT = Path(__file__).parents[2]
PATIENCE = 120
"""Seconds for a process to come to what a test waits for."""
HEADER = "LCLid,tstp,energy(kWh/hh)\n"
TARGET = "grid@hardened"


@pytest.fixture
def readings(tmp_path: Path) -> Path:
    """Four meters over ten half hours, one of which a meter misses; a row that is no number."""
    path = tmp_path / "readings.csv"
    rows = (
        f"M{meter},2013-01-01 {slot // 2:02}:{slot % 2 * 30:02}:00,0.{slot}{meter}\n"
        for slot in range(10)
        for meter in range(4)
        if (meter, slot) != (2, 4)
    )
    path.write_text(HEADER + "".join(rows) + "M0,2013-01-01 05:00:00,Null\n")
    return path


def asked(readings: Path, *more: str) -> list[str]:
    return ["run", TARGET, "--readings", str(readings), "--meters", "4", *more]


def document(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, Any]:
    """The JSON document of a day that ends with this exit code."""
    assert main([*arguments, "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, json.loads((files("meterproof") / "schemas" / "run-day.json").read_text()))
    return found


def lasting(found: dict[str, Any]) -> str:
    """All of a document but the seconds, and where it began, to the last byte."""
    return json.dumps(
        {name: value for name, value in found.items() if name not in ("seconds", "resumed_from", "store")}
    )


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days without cryptography."""
    monkeypatch.setattr(importlib.import_module("reference.grid"), "plays", small_day)


def test_every_total_agrees_every_monitor_holds_and_every_row_is_accounted_for(
    readings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = document(asked(readings, "--faults", "crash=1,device=1"), capsys)
    assert (found["rows"], found["accepted"], found["rejected"]) == (40, 39, 1)
    assert (found["slots"], found["meters"], found["played"], found["synthetic"]) == (10, 4, 39, [])
    assert set(found["agrees"]) == {"M0", "M1", "M2", "M3"} and all(found["agrees"].values())
    assert found["monitors"] and set(found["monitors"].values()) == {"held"} and found["why"] == {}
    assert found["totals"]["M0"]["file"] == "4.50"
    assert {f["kind"] for f in found["plan"]["faults"]} == {"crash", "dead"}
    assert sum(each["count"] for each in found["refused"]) == sum(
        found["happened"].get(kind, 0) for kind in ("refused", "shown-refused")
    )


def test_the_same_seed_gives_the_same_document_and_another_seed_another(
    readings: Path, capsys: pytest.CaptureFixture[str], quick: None
) -> None:
    one, same, other = (document(asked(readings, "--seed", seed), capsys) for seed in ("5", "5", "6"))
    assert lasting(one) == lasting(same)
    assert one["journal"] != other["journal"] and one["chains"] != other["chains"]


def test_the_summary_says_what_happened_and_the_picture_and_the_page_show_it(
    readings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture, page = tmp_path / "day.svg", tmp_path / "day.html"
    assert main(asked(readings, "--timeline", str(picture), "--report", str(page))) == 0
    said = capsys.readouterr().out
    assert "40 rows: 39 accepted, 1 rejected (1 not a number)" in said and "10 of 10 slots" in said
    assert "monitor GR-T1.key: held" in said and "reports included" in said
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")
    assert "<svg" in page.read_text() and "M2" in page.read_text()


def test_meters_that_the_file_has_not_are_said_not_to_exist(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], quick: None
) -> None:
    path = tmp_path / "r.csv"
    rows = (f"M,2013-01-01 {slot // 2:02}:{slot % 2 * 30:02}:00,0.5\n" for slot in range(48))
    path.write_text(HEADER + "".join(rows))
    arguments = ["run", TARGET, "--readings", str(path), "--days", "1", "--meters", "3"]
    found = document(arguments, capsys)
    assert found["synthetic"] == ["SYN1", "SYN2"] and list(found["totals"]) == ["M", "SYN1", "SYN2"]
    assert main(arguments) == 0
    assert "2 meters do not exist" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fault", "said"),
    [("lose", "differ"), ("break", "monitor kept: violated: slot 2: it is not"), ("stop", "stopped: nobody is left")],
)
def test_what_goes_wrong_is_said_with_exit_code_1(
    fault: str, said: str, readings: Path, capsys: pytest.CaptureFixture[str], quick: None
) -> None:
    assert main(asked(readings, "--faults", fault)) == 1
    assert said in capsys.readouterr().out
    document(asked(readings, "--faults", fault), capsys, code=1)


def test_a_monitor_is_told_when_its_verdict_changes_and_not_slot_by_slot(
    readings: Path, capsys: pytest.CaptureFixture[str], quick: None
) -> None:
    found = document(asked(readings, "--faults", "break"), capsys, code=1)
    told = [(row["slot"], row["detail"]["verdict"]) for row in found["events"] if row["kind"] == "monitor"]
    assert told == [(0, "held"), (2, "violated")]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--synthetic", "2x2"], "plays days"),
        (["--block", "3"], "without --block"),
        (["--days", "1"], "not enough for 1 day: there are 10 half hours"),
        (["--meters", "9"], "no further meters can be made of it"),
        (["--faults", "nap=1"], "nap=1"),
        (["--sites", "none.csv"], "cannot be read"),
        (["--replicas", "3"], "3 replicas"),
        (["--timeline", "no/where.svg"], "can't be written there"),
    ],
)
def test_what_cannot_be_played_is_wrong_input(
    more: list[str], message: str, readings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*asked(readings), *more]) == 2
    assert message in capsys.readouterr().err.replace("\n", " ")


def test_more_meters_than_sites_are_refused(readings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sites = tmp_path / "sites.csv"
    sites.write_text("name,x_km,y_km\na,0,0\nb,0,1\n")
    assert main(asked(readings, "--sites", str(sites))) == 2
    assert "4 meters, and 2 sites" in capsys.readouterr().err.replace("\n", " ")


def test_a_target_that_plays_no_days_refuses_their_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--synthetic", "2x2", "--days", "1", "--report", "x.html"]) == 2
    assert "bc-ami@hardened plays no days" in capsys.readouterr().err.replace("\n", " ")


def test_too_many_failing_replicas_stop_the_day_with_exit_code_1(
    readings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.toml"
    episode = '[[episode]]\nkind = "crash"\nreplica = {}\nfirst = 4\nuntil = 8\n'
    plan.write_text("".join(episode.format(replica) for replica in (0, 1)))
    found = document(asked(readings, "--faults", str(plan)), capsys, code=1)
    assert "no quorum" in found["stopped"]
    assert max(row["slot"] for row in found["events"]) < 4


def test_a_finished_day_is_told_again_from_its_store(
    readings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], quick: None
) -> None:
    arguments = asked(readings, "--store", str(tmp_path / "kept"))
    first, again = document(arguments, capsys), document(arguments, capsys)
    assert lasting(first) == lasting(again)
    assert (first["resumed_from"], again["resumed_from"]) == (0, 10)


def test_a_store_is_for_one_day_only(
    readings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], quick: None
) -> None:
    arguments = asked(readings, "--store", str(tmp_path / "kept"))
    document(arguments, capsys)
    other = tmp_path / "sites.csv"
    other.write_text("name,x_km,y_km\n" + "".join(f"{n},{n},0\n" for n in range(5)))
    changes = (
        (["--seed", "1"], "seed"), (["--faults", "break"], "faults"), (["--sites", str(other)], "sites"),
        (["--replicas", "5"], "replicas"), (["--meters", "3"], "readings"),
    )  # fmt: skip
    for more, what in changes:
        assert main([*arguments, *more]) == 2
        message = capsys.readouterr().err.replace("\n", " ")
        assert "the store belongs to another run" in message and f"{what} was" in message


def started(arguments: list[str], store: Path, slots: int) -> subprocess.Popen[bytes]:
    """A run in a process of its own whose store has so many slots."""
    script = "import sys; from meterproof.cli import main; sys.exit(main())"
    process = subprocess.Popen([sys.executable, "-c", script, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    ends = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < ends:
        log = store / f"{FILE}-wal"
        if log.exists() and log.stat().st_size > slots * 20_000:
            return process
        time.sleep(0.02)
    process.kill()
    raise AssertionError("it has ended before it could be killed, or did not begin")


@pytest.mark.slow
def test_a_process_that_is_killed_goes_on_and_ends_byte_for_byte_the_same(
    readings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = asked(readings, "--faults", "crash=1,lie=1,device=1,lag=1", "--seed", "2")
    arguments = [*plain, "--store", str(tmp_path / "kept")]
    process = started(arguments, tmp_path / "kept", 3)
    process.send_signal(signal.SIGKILL)
    assert process.wait(PATIENCE) == -signal.SIGKILL
    found = document(arguments, capsys)
    assert 0 < found["resumed_from"] < 10
    whole = document(plain, capsys)
    assert lasting(found) == lasting(whole)
    assert found["chains"] == whole["chains"] and found["journal"] == whole["journal"]


def test_wherever_a_day_is_interrupted_it_ends_the_same(
    readings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, quick: None
) -> None:
    """Every slot is played by a process of its own, so to speak: all state goes through the store in between."""
    plain = asked(readings, "--seed", "2")
    arguments = [*plain, "--store", str(tmp_path / "kept")]
    whole = document(plain, capsys)
    append = DayStore.append

    def once(self: DayStore, *given: Any) -> None:
        append(self, *given)
        if self.slots < 10:
            raise KeyboardInterrupt

    monkeypatch.setattr(DayStore, "append", once)
    for slot in range(1, 10):
        assert main(arguments) == 130
        assert f"{slot} of 10 slots are kept" in capsys.readouterr().err.replace("\n", " ")
    found = document(arguments, capsys)
    assert found["resumed_from"] == 9 and lasting(found) == lasting(whole)


def test_a_state_that_was_changed_is_refused(
    readings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], quick: None
) -> None:
    arguments = asked(readings, "--store", str(tmp_path))
    document(arguments, capsys)
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("UPDATE progress SET state = substr(state, 2)")
    connection.commit()
    connection.close()
    assert main(arguments) == 2
    assert "the state is not the one after slot 9" in capsys.readouterr().err.replace("\n", " ")


def test_a_bare_protocol_that_plays_days_is_its_hardened_variant(
    readings: Path, capsys: pytest.CaptureFixture[str], quick: None
) -> None:
    arguments = ["run", "grid", *asked(readings)[2:]]
    assert document(arguments, capsys)["target"] == TARGET


def test_the_documents_of_check_describe_a_day_as_run_does() -> None:
    day, check = (json.loads((files("meterproof") / "schemas" / f"{n}.json").read_text()) for n in ("run-day", "check"))
    own = ("version", "seed")
    assert check["$defs"]["day"]["properties"] == {k: v for k, v in day["properties"].items() if k not in own}
    assert check["$defs"]["day"]["required"] == [name for name in day["required"] if name not in own]


def test_a_check_of_the_whole_study_shows_a_short_day_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    days = run_samples.play_samples(0, quiet=True)
    schema = json.loads((files("meterproof") / "schemas" / "check.json").read_text())
    jsonschema.validate(days, {"$defs": schema["$defs"], **schema["properties"]["days"]})
    [day] = days
    assert day["target"] == TARGET and {f["kind"] for f in day["plan"]["faults"]} == {"crash", "lie", "cut", "dead"}
    shown = Exhibits([], [], days)
    assert shown.as_expected and shown.document()["days"] == days
    shown.show(output())
    said = capsys.readouterr().out
    assert said.startswith(f"✓ day {TARGET} on lcl_MAC000002_2013-01-01_7d.csv: 12 slots of 6 meters")
    [item] = of_exhibits.items(*shown.judged())
    assert (item.outcome, item.guarantee) == ("passed", "day-lcl_MAC000002_2013-01-01_7d.csv")
    assert not Exhibits([], [], [day | {"monitors": {"kept": "violated"}}]).as_expected


def test_parts_side_by_side_lose_what_the_rules_of_composition_keep(
    readings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The monitors can fail: the same day under rules that were taken away."""
    arguments = ["run", "grid@side-by-side", *asked(readings)[2:], "--faults", "lag=2"]
    found = document(arguments, capsys, code=1)
    fallen = {id for id, verdict in found["monitors"].items() if verdict == "violated"}
    assert fallen and fallen == found["why"].keys()
