"""What a check of a whole study finds beside its verdicts, made by hand: no engine and no reference is run for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from meterproof.check.ladders import Standing
from meterproof.claims import Ladder
from meterproof.lang import Sort
from meterproof.lang.formula import Formula
from meterproof.prove.arithmetic import ThresholdFacts
from meterproof.prove.quorums import Fact, Tolerance
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit, ExploitResult
from meterproof.real.play import Refusal
from meterproof.report.checks import check_page
from meterproof.report.exhibits import attacks, readings, summary
from meterproof.report.page import Section
from meterproof.report.standings import ladders, quorums
from meterproof.report.traceability import traceability
from meterproof.study.coverage import Coverage, Dangling, RuleUse, Statement
from meterproof.study.register import Entry
from tests.necessity.gate import kept, paid
from tests.report.pages import RULES, checks

HOSTILE = "</script><img src=x onerror=alert(1)>\"'&"


class Stopped:
    """An effect of a reference that refuses."""

    rule, reason, cites = "ticket", "no ticket is shown", ("G-R1",)


def attempt(outcome: str, *, expected: str = "fails") -> ExploitResult:
    """A thief at the door, who gets in or does not."""
    stopped = outcome == "fails"
    deeds = (
        Deed("The thief comes.", "NET", ("G-R1",)),
        Deed("He goes in.", "NET", (), (Stopped(),) if stopped else ()),
    )
    shown = "nobody is inside" if stopped else HOSTILE
    thief = Exploit("thief", HOSTILE, "paid", "who is inside has paid", _unplayed, (), ("G-R2",))
    told = Attempt("gate@built", None, expected)  # type: ignore[arg-type]
    assert deeds[1].refusal == (Refusal("ticket", "no ticket is shown", ("G-R1",)) if stopped else None)
    return ExploitResult(thief, told, Account(deeds, not stopped, shown), None, 0)


def _unplayed(rules: Any, seed: int) -> Account:
    raise AssertionError("it is only told")


def a_run(**changed: Any) -> dict[str, Any]:
    """A run as `meterproof run` has it, of one meter whose total agrees."""
    return {
        "target": "gate@built", "reading": None, "readings": HOSTILE, "rows": 3, "accepted": 2, "rejected": 1,
        "reasons": {"no number": 1}, "delivered": 2, "totals": {"m1": {"file": "1.5", "mdms": "1.50"}},
        "monitors": {"paid": "held"}, "expected": {"paid": "holds"}, "blocks": 1, "ledger": "ab" * 32,
        "stopped": None, **changed,
    }  # fmt: skip


def standing(strongest: str | None, *undecided: str) -> Standing:
    """Where a variant stands on a ladder of two levels."""
    return Standing(Ladder("how safe", {"kept": kept, "paid": paid}), "gate", "gate@built", None, strongest, undecided)


def threshold(holds: bool | None) -> ThresholdFacts:
    """A threshold of which only the last fact is in question."""
    sure = Fact("every quorum has a member that is not ill", True)
    asked = Fact("those who are not ill are a quorum", holds, (("n", 4), ("f", 1)) if holds is False else ())
    formula = Formula.parse("2*f+1", ("n", "f"))
    return ThresholdFacts(formula, Sort("Person"), sure, sure, asked, (Tolerance("3*f+1", "f"),))


def statements() -> Coverage:
    """One statement with much that came of it, one with nothing, and an id that no register has."""
    entry = Entry("G-R1", "2", HOSTILE, None, "modelled", None, 1)
    uses = tuple(RuleUse(f"gate@{v}", "ticket", True, "spec/gate.toml:3") for v in ("built", "drawn"))
    tests = ("tests/a.py", "tests/b.py", "tests/c.py")
    full = Statement(entry, uses, model=("model/gate.py:7",), properties=("paid",), attacks=("thief",), tests=tests)
    bare = Statement(Entry("G-R2", None, "nobody cites it", None, "modelled", None, 9))
    return Coverage((full, bare), (Dangling("G-R9", "model/gate.py:8"),))


def sections() -> tuple[list[Section], list[Section]]:
    """Those that stand right behind the verdicts, and those at the end."""
    played = [attempt("fails"), attempt("succeeds")]
    runs = [(a_run(), True)]
    above = [ladders([standing("kept", "paid")]), quorums([("gate@built", threshold(False))])]
    return above, [attacks(played, RULES), readings(runs), traceability(statements(), RULES)]


def the_whole() -> str:
    """A check with all of it."""
    above, below = sections()
    also = summary([attempt("fails"), attempt("succeeds")], [(a_run(), True)])
    root = Path("/study")
    return check_page(
        checks(), RULES, seed=7, profile="quick", also=also, above=above, below=below, root=root
    )  # fmt: skip
