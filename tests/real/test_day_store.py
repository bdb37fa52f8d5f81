"""A store has whole slots and nothing else: told again as it was, refused if it was changed, and of one day only."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from meterproof.errors import InputError
from meterproof.real.day_store import FILE, DayStore

ABOUT = {"seed": "1", "version": "0"}


def row(slot: int, kind: str = "shown") -> dict[str, Any]:
    return {"slot": slot, "kind": kind, "subject": "Zoë", "detail": {"count": 2}}


def filled(folder: Path, slots: int) -> Path:
    store = DayStore.open(folder, ABOUT)
    for slot in range(slots):
        store.append([row(slot)], f"after {slot}".encode(), float(slot))
    store.close()
    return folder / FILE


def test_what_was_appended_is_found_again(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    store = DayStore.open(tmp_path, ABOUT)
    assert (store.slots, store.state, store.seconds) == (3, b"after 2", 2.0)
    assert list(store.happened()) == [row(0), row(1), row(2)]


def test_an_empty_store_has_no_state(tmp_path: Path) -> None:
    store = DayStore.open(tmp_path, ABOUT)
    assert (store.slots, store.state, list(store.happened())) == (0, None, [])


def test_it_goes_on_with_the_same_links_as_if_it_had_never_been_closed(tmp_path: Path) -> None:
    filled(tmp_path / "whole", 4)
    filled(tmp_path / "parts", 2)
    store = DayStore.open(tmp_path / "parts", ABOUT)
    for slot in (2, 3):
        store.append([row(slot)], f"after {slot}".encode(), float(slot))
    store.close()
    assert DayStore.open(tmp_path / "whole", ABOUT).link == DayStore.open(tmp_path / "parts", ABOUT).link


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("UPDATE slots SET happened = '[]' WHERE slot = 1", "slot 1 is damaged or missing"),
        ("DELETE FROM slots WHERE slot = 0", "slot 0 is damaged or missing"),
        ("UPDATE progress SET state = x'00'", "the state is not the one after slot 2"),
        ("DELETE FROM slots WHERE slot = 2", "the state is not the one after slot 1"),
    ],
)
def test_a_store_that_was_changed_is_refused(change: str, message: str, tmp_path: Path) -> None:
    file = filled(tmp_path, 3)
    connection = sqlite3.connect(file)
    connection.execute(change)
    connection.commit()
    connection.close()
    with pytest.raises(InputError, match=message):
        DayStore.open(tmp_path, ABOUT)


def test_another_day_is_refused_by_what_differs(tmp_path: Path) -> None:
    filled(tmp_path, 1)
    with pytest.raises(InputError, match="seed was 1, and is 2"):
        DayStore.open(tmp_path, {**ABOUT, "seed": "2"})


def test_two_processes_do_not_share_a_store(tmp_path: Path) -> None:
    first = DayStore.open(tmp_path, ABOUT)
    first.append([row(0)], b"", 0.0)
    with pytest.raises(InputError, match="cannot be used"):
        DayStore.open(tmp_path, ABOUT)
    first.close()


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("not a database, but long enough to be taken for one" * 40)
    with pytest.raises(InputError, match="cannot be used"):
        DayStore.open(tmp_path, ABOUT)
