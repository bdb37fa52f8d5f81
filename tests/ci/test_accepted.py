"""`accepted.toml` says what may stand, why, and until when; every mistake in it is told with its line."""

from datetime import date
from pathlib import Path

import pytest

from meterproof.ci.accepted import load
from meterproof.ci.items import Acceptance, Place, Tree
from meterproof.errors import InputError
from meterproof.study.finder import Study, locate
from tests.audit.ballots import spec

ENTRY = '[[accepted]]\nid = "BA-P1"\ntarget = "ballot@lax"\nreason = "Next release."\nexpires = 2027-03-31\n'
READINGS = '\n[readings.literal]\nreason = "as it stands"\n'


def study(root: Path, accepted: str | None) -> Study:
    (root / "spec").mkdir()
    (root / "pyproject.toml").write_text("[tool.meterproof]\n")
    (root / "spec" / "ballot.lax.toml").write_text(spec("lax") + READINGS)
    if accepted is not None:
        (root / "spec" / "accepted.toml").write_text(accepted)
    return locate(root)


def loaded(root: Path, accepted: str | None) -> tuple[Acceptance, ...]:
    return load(study(root, accepted), Tree(root, root))


def test_a_study_without_the_file_accepts_nothing(tmp_path: Path) -> None:
    assert loaded(tmp_path, None) == ()


def test_an_entry_names_guarantee_target_reason_and_last_day(tmp_path: Path) -> None:
    again = ENTRY.replace("expires", 'reading = "literal"\nexpires')
    first, second = loaded(tmp_path, f"# why\n{ENTRY}\n{again}")
    place = Place("spec/accepted.toml", 2)
    assert first == Acceptance("BA-P1", "ballot@lax", None, "Next release.", date(2027, 3, 31), place)
    assert (second.reading, second.place.line) == ("literal", 8)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (ENTRY.replace("ballot@lax", "ballot@lux"), 3, "did you mean 'ballot@lax'"),
        (ENTRY + 'reading = "kind"\n', 6, "allowed: literal"),
        (ENTRY.replace("2027-03-31", '"soon"'), 5, "a date, such as 2027-03-31"),
        (ENTRY.replace("2027-03-31", "2027-03-31T00:00:00"), 5, "a date, such as 2027-03-31"),
        (ENTRY.replace("expires", "until"), 5, "unknown key accepted.0.until"),
        (ENTRY.replace('reason = "Next release."\n', ""), 1, "why the finding may stand"),
        (ENTRY.replace("Next release.", " "), 4, "why the finding may stand"),
        (ENTRY + ENTRY, 7, "accepted twice"),
        (ENTRY.replace("[[accepted]]", "[[allowed]]"), 1, "unknown key allowed"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(InputError) as raised:
        loaded(tmp_path, text)
    assert said in str(raised.value) and f"accepted.toml:{line}: " in str(raised.value)
