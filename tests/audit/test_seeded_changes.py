"""Changes of known effect, over all four protocols: the audit calls each by its name, and says what it is due to.

The effect was worked out from the protocol, not from the audit: `corpus/` says why, change by change.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from meterproof.audit.cache import Cache
from meterproof.audit.comparison import Wanted, audit
from meterproof.audit.engines import Engines
from meterproof.audit.outcome import CHANGES, Audit, GuaranteeChange, dual
from meterproof.audit.pairs import narrowed
from meterproof.audit.process import SideProcess, side_process
from meterproof.audit.reasons import Opened
from meterproof.check.methods import Budget
from meterproof.check.runner import Options
from tests.audit.seeded import CORPUS, Expected, Seeded, corpus, draft, named, study

CHANGES_SEEDED = corpus()
FEWEST = 30


class Desk:
    """Where changes are audited: a copy of the study, which one process reads, and what was answered before.

    A patch makes a copy of its own, and is read by a process of its own.
    """

    def __init__(self, root: Path, stack: ExitStack) -> None:
        self.root = root
        self.process = stack.enter_context(side_process(study(root / "study")))
        self.engines = Engines(Options(budget=Budget(60.0, 0)), Cache(None), lambda _: None)
        self.base = cache(lambda target: opened(self.process, *named(target)))

    def audited(self, change: Seeded) -> tuple[Audit, Audit]:
        """The change audited, and taken back."""
        target, reading = named(change.base)
        with ExitStack() as stack:
            if change.patch is not None:
                own = stack.enter_context(side_process(study(self.root / change.id, change.patch)))
                head = opened(own, target, reading)
            elif change.head is not None:
                head = opened(self.process, *named(change.head))
            else:
                head = opened(self.process, draft(self.root / "study", change), reading)
            wanted = Wanted(tuple(e.property for e in change.expected), False, change.frontiers, False)
            sides, names = (self.base(change.base), head), (change.base, change.id)
            return audit(names, *sides, self.engines, wanted), audit(names[::-1], *sides[::-1], self.engines, wanted)


def opened(process: SideProcess, target: str, reading: str | None) -> Opened:
    """A side as a process reads it."""
    found = process.describe(target, reading)
    assert narrowed(found.subjects, reading, target)
    return Opened(found, process)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with ExitStack() as stack:
        yield Desk(tmp_path_factory.mktemp("seeded"), stack)


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES_SEEDED, ids=lambda c: f"{c.protocol}: {c.id}")
def test_a_seeded_change_is_called_by_its_name_and_taken_back_by_the_dual(change: Seeded, desk: Desk) -> None:
    there, back = desk.audited(change)
    rows, taken_back = ({g.property: g for g in found.guarantees} for found in (there, back))
    for expected in change.expected:
        row = rows[expected.property]
        assert row.change == expected.change, f"{expected.property} is {row.change}: {row.why}"
        assert taken_back[expected.property].change == dual(row.change), expected.property
        assert_explained(row, expected)


def assert_explained(row: GuaranteeChange, expected: Expected) -> None:
    """A change of a guarantee has a reason and, where something is violated on one side only, a run of that side."""
    if expected.by:
        assert tuple(r.rule for r in row.rules) == expected.by, row.because
    if expected.model is not None:
        assert any(expected.model in m.what for m in row.model), [m.what for m in row.model]
    if {row.before, row.after} >= {"violated", "proved"}:
        assert row.trace is not None and row.trace_of == ("head" if row.after == "violated" else "base")


def test_the_corpus_has_changes_of_every_kind_over_all_protocols() -> None:
    assert len(CHANGES_SEEDED) >= FEWEST
    assert len({c.id for c in CHANGES_SEEDED}) == len(CHANGES_SEEDED)
    assert {c.protocol for c in CHANGES_SEEDED} == {"bc-ami", "edge-keys", "sovereign-chain", "metering-platform"}
    assert {e.change for c in CHANGES_SEEDED for e in c.expected} == set(CHANGES)


def test_every_patch_of_the_corpus_is_a_change() -> None:
    assert sorted(c.patch for c in CHANGES_SEEDED if c.patch) == sorted(f.name for f in CORPUS.glob("*.patch"))
