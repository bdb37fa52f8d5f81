"""Each side's code is read in a process of its own: what it says comes back as data, however the code behaves."""

import pickle
from pathlib import Path

import pytest

from meterproof.audit.described import Described, Stated, Unread
from meterproof.audit.process import Unreadable, side_process
from meterproof.errors import InputError
from meterproof.lang.canonical import digest
from tests.audit.ballots import MODEL, edit, spec, write

STRICT = "ballot@strict"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "study")


def described(root: Path) -> Described:
    with side_process(root) as process:
        return process.describe(STRICT, None)


def test_a_side_tells_rules_with_their_places_and_guarantees_with_their_systems(root: Path) -> None:
    [subject] = described(root).subjects
    assert subject.name == STRICT and subject.failure is None
    assert [(r.name, r.value) for r in subject.rules] == [
        ("vote_once", True), ("quorum", "floor(n/2)+1"), ("sealed", True),
    ]  # fmt: skip
    rule = subject.rules[1]
    assert (rule.file, rule.cites) == ("spec/ballot.strict.toml", ("BA-R2",))
    assert (root / rule.file).read_text().splitlines()[rule.line - 1] == 'value = "floor(n/2)+1"'
    assert [(g.id, g.machine) for g in subject.guarantees] == [
        ("BA-P1", "Ballot"), ("BA-P2", "Ballot"), ("BA-P3", "Mailbox"),
    ]  # fmt: skip
    first = subject.guarantees[0]
    assert isinstance(first, Stated) and [p.method for p in first.plans] == ["induction", "explore"]
    assert described(root).place(first.claim.file) == "properties/ballot.py"


def test_systems_of_two_processes_are_made_of_the_same_nodes(root: Path) -> None:
    one, other = (described(root).subjects[0].guarantees[0] for _ in range(2))
    assert isinstance(one, Stated) and isinstance(other, Stated)
    assert one.claim.formula is other.claim.formula
    assert pickle.loads(pickle.dumps(one.claim.formula)) is one.claim.formula
    assert digest(one.system) == digest(other.system)


def test_a_machine_is_traced_again_under_other_rules(root: Path) -> None:
    with side_process(root) as process:
        guarantee = process.describe(STRICT, None).subjects[0].guarantees[0]
        assert isinstance(guarantee, Stated)
        values = {"vote_once": True, "quorum": "n", "sealed": False}
        again = process.system(guarantee.number, values)
        assert again.rules.plain() == values and digest(again) != digest(guarantee.system)
        with pytest.raises(InputError, match="quorum"):
            process.system(guarantee.number, {**values, "quorum": "x+1"})


def test_a_target_that_is_not_there_is_an_error_of_whoever_asks(root: Path) -> None:
    with side_process(root) as process, pytest.raises(InputError, match="no target") as told:
        process.describe("ballot@nope", None)
    assert STRICT in (told.value.allowed or "")


def test_a_spec_that_does_not_load_leaves_the_others_alone(root: Path) -> None:
    (root / "spec" / "ballot.lax.toml").write_text(spec("lax", quorum='"x+1"'))
    with side_process(root) as process:
        lax, strict = process.describe(None, None).subjects
    assert strict.failure is None and len(strict.guarantees) == 3
    assert lax.target == "ballot@lax" and "spec/ballot.lax.toml:" in (lax.failure or "")


def test_a_machine_that_does_not_load_leaves_the_others_alone(root: Path) -> None:
    edit(root / "model" / "ballot.py", "return s.set(posted={b: True})", "return s.set(sent={b: True})")
    [subject] = described(root).subjects
    assert [type(g).__name__ for g in subject.guarantees] == ["Stated", "Stated", "Unread"]
    reason = getattr(subject.guarantees[2], "reason", "")
    line = MODEL[: MODEL.index("s.set(posted")].count("\n") + 1
    assert f"model/ballot.py:{line}" in reason and "sent" in reason


def test_what_the_code_prints_is_no_answer(root: Path) -> None:
    edit(root / "model" / "ballot.py", "Voter = Sort", "print('hello')\nVoter = Sort")
    assert described(root).subjects[0].failure is None


def test_a_side_is_read_by_today_s_workbench_though_it_may_hold_another(root: Path) -> None:
    (root / "meterproof").mkdir()
    (root / "meterproof" / "__init__.py").write_text("raise ImportError('an old workbench')\n")
    assert described(root).subjects[0].failure is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("import os; os._exit(3)", "ended the process"),
        ("import time; time.sleep(60)", "not read within 1 s"),
    ],
)
def test_code_that_ends_or_holds_its_process_is_told(root: Path, line: str, reason: str) -> None:
    edit(root / "model" / "ballot.py", "Voter = Sort", f"{line}\nVoter = Sort")
    with side_process(root, 5.0 if "exit" in line else 1.0) as process, pytest.raises(Unreadable, match=reason):
        process.describe(STRICT, None)


def test_code_that_asks_to_end_is_a_reason_like_any_other(root: Path) -> None:
    edit(root / "model" / "ballot.py", "Voter = Sort", "raise SystemExit('enough')\nVoter = Sort")
    assert described(root).subjects[0].failure == "SystemExit: enough (model/ballot.py:3)"


def test_only_the_machines_asked_for_are_traced_and_the_others_are_named(root: Path) -> None:
    """A mistake in a machine that nobody asks for is not met."""
    edit(root / "model" / "ballot.py", "return s.set(posted={b: True})", "return s.set(lost={b: True})")
    with side_process(root) as process:
        [subject] = process.describe(STRICT, None, ["Ballot"]).subjects
        assert [type(g) for g in subject.guarantees] == [Stated, Stated]
        assert subject.others == (("BA-P3", "Mailbox"),) and subject.machines == ("Ballot", "Mailbox")
        first = subject.guarantees[0]
        assert isinstance(first, Stated)
        values = {r.name: r.value for r in subject.rules}
        assert digest(process.system(first.number, values)) == digest(first.system)
        [named] = process.describe(STRICT, None, []).subjects
        assert named.guarantees == () and [id for id, _ in named.others] == ["BA-P1", "BA-P2", "BA-P3"]
        [whole] = process.describe(STRICT, None).subjects
        assert whole.others == () and isinstance(whole.guarantees[2], Unread)
