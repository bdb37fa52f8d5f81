"""The register: known ids are found, unknown ones refused where they are cited, and its own mistakes told by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from meterproof.errors import InputError
from tests.study.samples import REGISTER, line_of, register


def test_an_entry_is_found_by_its_id(tmp_path: Path) -> None:
    known = register(tmp_path)
    assert list(known) == ["TP-R1", "TP-R2", "TP-B1.1"]
    entry = known.get("TP-R1")
    assert (entry.section, entry.status, entry.why, entry.line) == ("4.2", "modelled", None, 1)
    assert known.get("TP-R2").section is None
    assert known.get("TP-B1.1").line == line_of(REGISTER, "TP-B1.1")


def test_entries_are_listed_by_status(tmp_path: Path) -> None:
    known = register(tmp_path)
    assert [entry.id for entry in known.having("out of scope")] == ["TP-B1.1"]
    assert known.having("planned") == ()


def test_known_ids_pass(tmp_path: Path) -> None:
    register(tmp_path).check(["TP-R1", "TP-B1.1"])


def test_an_unknown_id_is_refused_where_it_is_cited(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        register(tmp_path).check(["TP-R1", "TP-R3"], file="model/toy.py", line=7)
    error = caught.value
    assert error.message.startswith("there is no id 'TP-R3'; did you mean 'TP-R")
    assert (error.file, error.line, error.allowed) == ("model/toy.py", 7, "the ids of register.toml")


def test_an_id_like_no_other_gets_no_hint(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        register(tmp_path).get("nothing")
    assert caught.value.message == "there is no id 'nothing'"


STATUS = "'modelled', 'reference only', 'planned' or 'out of scope'"


@pytest.mark.parametrize(
    ("good", "bad", "marker", "message", "allowed"),
    [
        ('"reference only"', '"done"', '"done"', "TP-R2.status cannot be 'done'", STATUS),
        ('status = "modelled"', "", "[TP-R1]", "TP-R1.status is missing", STATUS),
        ('section = "4.2"', "section = 4.2", "section = 4.2", "TP-R1.section cannot be 4.2",
         "the section of the paper"),
        ('section = "4.2"', 'sect = "4.2"', "sect =", "unknown key TP-R1.sect; did you mean 'section'?",
         "section, says, remedy, status, why"),
        ('why = "not reproducible"', "", '["TP-B1.1"]', "TP-B1.1 is out of scope without saying why",
         "a key 'why' with the reason"),
    ],
)  # fmt: skip
def test_a_mistaken_register_is_told_with_file_line_and_what_is_allowed(
    good: str, bad: str, marker: str, message: str, allowed: str, tmp_path: Path
) -> None:
    text = REGISTER.replace(good, bad)
    with pytest.raises(InputError) as caught:
        register(tmp_path, text)
    error = caught.value
    assert (error.message, error.file, error.line, error.allowed) == (
        message, str(tmp_path / "register.toml"), line_of(text, marker), allowed,
    )  # fmt: skip
