"""What was answered is kept, whenever the platform stops; and a store that was changed is not believed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from reference.metering_platform import ledger
from reference.metering_platform.client import content
from reference.metering_platform.routing import Request
from reference.metering_platform.service import NotKept
from reference.metering_platform.state import PlatformState
from reference.metering_platform.store import Store
from tests.reference.metering_platform.day import evening, morning, reading
from tests.reference.metering_platform.diary import FOUNDED, kept, town, write
from tests.reference.metering_platform.variants import NOW, VARIANTS, Town

ROOT = Path(__file__).parents[3]
ROWS = 4
COLUMNS = ("number", "method", "path", "query", "headers", "body", "at", "interface", "tip", "digest")
SOME = settings(max_examples=60, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of some rows."""
    path = tmp_path_factory.mktemp("store") / "platform.sqlite3"
    here = town()
    with Store(path, FOUNDED) as store:
        kept(here, store)
        for number in range(ROWS):
            write(here, number)
    return path


def copied(written: Path) -> Path:
    """Another store with the same rows."""
    path = written.with_name("copy.sqlite3")
    path.write_bytes(written.read_bytes())
    return path


def replayed(path: Path, beginning: PlatformState | None = None) -> PlatformState:
    """The state that a platform has which starts from this store."""
    with Store(path, FOUNDED) as store:
        return store.replay(beginning or town().state)[0]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_day_is_played_again_to_the_same_bytes(variant: str, tmp_path: Path) -> None:
    here = Town(VARIANTS[variant])
    beginning = here.state
    with Store(tmp_path / "store", FOUNDED) as store:
        service = kept(here, store)
        morning(here, here.done)
        evening(here, here.done, lambda: service.state)
    again, state = replayed(tmp_path / "store", beginning), service.state
    assert set(again.used_proofs) <= set(state.used_proofs), "those of requests that only read are not kept"
    again, state = replace(again, used_proofs={}), replace(state, used_proofs={})
    assert again == state and again.height > beginning.height + 15
    assert repr(again) == repr(state), "in the same order, too"


def test_what_changes_nothing_is_not_kept(written: Path) -> None:
    here = town()
    with Store(copied(written), FOUNDED) as store:
        here.desk.state, since = store.replay(here.state)
        assert since == NOW
        kept(here, store, since)
        here.clients["reader"].drawn = ROWS
        assert here.ask("ann", "GET", "/meters").status == 200
        assert here.ask("ann", "POST", "/meters", {"meter": "m-2", "kind": "smart"}).status == 403
        assert len(list(store.requests())) == ROWS
        write(here, ROWS)
        assert len(list(store.requests())) == ROWS + 1


def test_a_process_that_is_killed_has_lost_nothing_that_it_answered(tmp_path: Path) -> None:
    path = tmp_path / "store"
    command = [sys.executable, "-m", "tests.reference.metering_platform.diary", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        answered = [process.stdout.readline() for _ in range(3)]
        with pytest.raises(InputError, match="locked"):
            Store(path, FOUNDED)
        os.kill(process.pid, signal.SIGKILL)
        answered += [line for line in process.stdout if line.endswith("\n")]
    assert process.returncode == -signal.SIGKILL
    with Store(path, FOUNDED) as store:
        tips = [tip for _, _, tip in store.requests()]
        state, _ = store.replay(town().state)
    assert len(answered) <= len(tips) <= len(answered) + 1
    said = [f"{record} {tip.hex()}\n" for record, tip in zip(state.records, tips, strict=True)]
    assert said[: len(answered)] == answered
    assert ledger.fault(state, tips[-1]) is None


class Failing:
    """A store that fails once: before it has written a row, or after it and before it has said so."""

    def __init__(self, store: Store, at: int, after: bool) -> None:
        self.store, self.left, self.after = store, at, after

    def append(self, request: Request, state: PlatformState) -> None:
        self.left -= 1
        if self.left != 0 or self.after:
            self.store.append(request, state)
        if self.left == 0:
            raise NotKept("the disk is full")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 3])
def test_what_may_not_be_kept_is_not_answered_and_neither_is_any_change_after_it(
    at: int, after: bool, tmp_path: Path
) -> None:
    here = town()
    beginning = here.state
    with Store(tmp_path / "store", FOUNDED) as store:
        service = kept(here, Failing(store, at, after))
        done = [write(here, number) for number in range(at - 1)]
        before = service.state
        for number in range(at, at + 2):
            refused = here.ask("reader", "POST", "/records", reading(here, NOW - 1000 + number, "1.5"))
            assert refused.status == 503 and content(refused)["error"]["rule"] == "store"
            assert service.state is before
        assert here.ask("ann", "GET", "/meters").status == 200, "what changes nothing is answered"
    again = replayed(tmp_path / "store", beginning)
    assert list(again.records)[: at - 1] == done and len(again.records) == at - 1 + after


def test_sqlite_that_can_t_write_is_a_change_that_is_not_kept(tmp_path: Path) -> None:
    here = town()
    with Store(tmp_path / "store", FOUNDED) as store:
        kept(here, store)
        write(here, 0)
    with pytest.raises(NotKept):
        store.append(Request("POST", "/meters"), here.state)


CHANGES = st.none() | st.integers(0, 9) | st.text(max_size=3) | st.binary(max_size=3)


@SOME
@given(st.integers(1, ROWS), st.sampled_from(COLUMNS[1:]), CHANGES)
def test_a_row_that_was_changed_is_named(written: Path, number: int, column: str, value: object) -> None:
    path = copied(written)
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        was = database.execute(f"SELECT {column} FROM accepted WHERE number = ?", [number]).fetchone()[0]
        if value is None:
            value = was + (b"0" if isinstance(was, bytes) else 1 if isinstance(was, int) else " ")
        database.execute(f"UPDATE accepted SET {column} = ? WHERE number = ?", [value, number])
    database.close()
    with pytest.raises(InputError, match=f"row {number}: it is not as it was written"):
        replayed(path)


@pytest.mark.parametrize("number", range(1, ROWS))
def test_a_row_that_is_missing_is_named(written: Path, number: int) -> None:
    path = copied(written)
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM accepted WHERE number = ?", [number])
    database.close()
    with pytest.raises(InputError, match=f"row {number}: it is not as it was written, or not there"):
        replayed(path)


def test_a_request_that_is_forged_with_the_right_digests_leads_elsewhere(tmp_path: Path) -> None:
    """Whoever has the file can make its digests again; the platform's own checks and the chain's tip remain."""
    here = town()
    beginning, honest = here.state, tmp_path / "honest"
    with Store(honest, FOUNDED) as store:
        service = kept(here, store)
        write(here, 0)
        request = next(store.requests())[1]
    forged = {
        "is answered with 401": replace(request, body=request.body.replace(b"1.5", b"9.5")),
        "leads to another chain": request,
    }
    for why, each in forged.items():
        with Store(tmp_path / why, FOUNDED) as store:
            store.append(each, service.state if "401" in why else beginning)
        with pytest.raises(InputError, match=f"row 1: POST /records {why}"):
            replayed(tmp_path / why, beginning)


@SOME
@given(st.data())
def test_whatever_byte_of_the_file_is_changed_no_other_state_comes_of_it(written: Path, data: st.DataObject) -> None:
    """It is noticed, or it is in a part of the file that says nothing."""
    path = copied(written)
    content = bytearray(path.read_bytes())
    used = [index for index, byte in enumerate(content) if byte]
    content[data.draw(st.sampled_from(used))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        state = replayed(path)
    except InputError as error:
        assert str(path) in str(error)
    else:
        assert state == replayed(written)


def test_a_file_that_is_none_and_another_platforms_store_are_said_to_be(written: Path, tmp_path: Path) -> None:
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"no database" * 100)
    for path, founded, why in (
        (garbage, FOUNDED, "is no store"),
        (written, "hardened, 2", "the store of another platform"),
        (tmp_path / "nowhere" / "store", FOUNDED, "unable to open"),
    ):
        with pytest.raises(InputError, match=why):
            Store(path, founded)
    with Store(written, FOUNDED), pytest.raises(InputError, match="locked"):
        Store(written, FOUNDED)
    assert len(replayed(written).records) == ROWS, "nothing of it has changed"
