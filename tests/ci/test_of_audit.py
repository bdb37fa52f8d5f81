"""Of an audit, unwanted changes are failures at the rule that explains them; what is unknown is undecided."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.audit.outcome import CHANGES, Audit, BehaviourChange, Failure, GuaranteeChange, ModelChange, RuleChange
from meterproof.ci.items import Tree
from meterproof.ci.of_audit import items, turns
from meterproof.compare.outcome import Behaviours

TREE = Tree(Path("/repo"), Path("/repo/study"))
RULE = RuleChange("vote_once", True, False, ("BA-R1",), file="spec/ballot.lax.toml", line=9)
FATAL = ("lost", "weakened", "unknown")


def change(change: str, property: str = "BA-P1", **other: object) -> GuaranteeChange:
    told = {
        "target": "ballot@lax", "base": "ballot@strict", "head": "ballot@lax (literal)", "file": "properties/b.py",
        "line": 18, **other,
    }  # fmt: skip
    return GuaranteeChange(property, None, "agreement", "proved", "violated", change, "so it is", **told)  # type: ignore[arg-type]


def audit(*changes: GuaranteeChange, failures: tuple[Failure, ...] = ()) -> Audit:
    return Audit("ballot@strict", "ballot@lax", (), changes, failures)


def test_a_lost_guarantee_is_a_failure_at_the_line_of_the_rule() -> None:
    [found] = items(audit(change("lost", rules=(RULE,))), FATAL, TREE)
    assert (found.outcome, str(found.place)) == ("failed", "study/spec/ballot.lax.toml:9")
    assert found.message == "lost: proved -> violated (so it is); shown at rule vote_once: true -> false"
    assert [str(leg.place) for leg in found.related] == ["study/properties/b.py:18"]
    assert (found.rule, found.subject) == ("ballot/BA-P1", "ballot@lax (literal)")


def test_without_a_rule_it_is_shown_where_the_model_changed_in_head_if_it_did() -> None:
    gone = ModelChange("Ballot", "cast no longer requires it", "base", "model/b.py", 5)
    new = ModelChange("Ballot", "stuff is a new move", "head", "model/b.py", 7)
    [both] = items(audit(change("weakened", model=(gone, new))), FATAL, TREE)
    [old] = items(audit(change("weakened", model=(gone,))), FATAL, TREE)
    [none] = items(audit(change("weakened")), FATAL, TREE)
    assert [str(i.place) for i in (both, old, none)] == [
        "study/model/b.py:7", "study/model/b.py:5", "study/properties/b.py:18",
    ]  # fmt: skip
    assert "as BASE has it" in old.message and "as BASE has it" not in both.message


def test_unknown_is_undecided_and_what_nobody_minds_is_told_as_skipped() -> None:
    def told(kind: str, *fatal: str) -> str:
        return items(audit(change(kind)), fatal, TREE)[0].outcome

    assert told("unknown", "unknown") == "undecided"
    assert {told(kind) for kind in ("unknown", "lost", "weakened")} == {"skipped"}
    assert {told(kind) for kind in ("kept", "gained", "strengthened")} == {"passed"}
    assert told("gained", "gained") == "failed"


KINDS = st.sampled_from(CHANGES)
FAILURES = st.builds(
    Failure, st.just("head"), st.sampled_from(["ballot@lax (literal)", "other@lax"]), st.just("SyntaxError"),
    st.sampled_from([None, "BA-P1", "BA-P9"]),
)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(KINDS, max_size=3), st.lists(FAILURES, max_size=2), st.sets(KINDS))
def test_there_is_a_finding_exactly_where_the_audit_fails(
    kinds: list[str], failures: list[Failure], fatal: set[str]
) -> None:
    """A guarantee that does not load is itself `unknown`, which the audit sees to."""
    changes = [change(k, f"BA-P{n}") for n, k in enumerate(kinds, 1)]
    unread = {f.property for f in failures if f.target == "ballot@lax (literal)"}
    seen = [change("unknown", c.property) if {None, c.property} & unread else c for c in changes]
    whole = audit(*seen, failures=tuple(failures))
    assert any(i.found for i in items(whole, fatal, TREE)) == whole.fails(fatal)


def test_code_that_does_not_load_is_told_once() -> None:
    failure = Failure("head", "ballot@lax (literal)", "SyntaxError")
    assert len(items(audit(change("unknown"), failures=(failure,)), FATAL, TREE)) == 1
    [alone] = items(audit(failures=(failure,)), FATAL, TREE)
    assert alone.message == "HEAD does not load ballot@lax (literal): SyntaxError" and alone.outcome == "undecided"


def searched(stopped: str | None) -> Behaviours:
    """A search that found nothing, and came to its end or not."""
    answer = "no" if stopped is None else "unknown"
    return Behaviours(answer, (), {"Voter": 2}, None, None, (), (), (), 1, 1, 9, 9, 2, stopped, 0.0)


def test_what_could_not_be_asked_or_decided_of_a_machine_is_never_nothing() -> None:
    asked = BehaviourChange("ballot@lax", "literal", "Ballot", {"Voter": 2}, searched(None), searched(None))
    stopped = BehaviourChange("ballot@lax", None, "Ballot", {"Voter": 2}, searched("time"), None, "no such scope")
    found = turns(Audit("ballot@strict", "ballot@lax", (), (), (), (asked, stopped)))
    assert [(t.subject, t.allowed, t.forbidden, t.is_none) for t in found] == [
        ("Ballot of ballot@lax (literal)", "nothing", "nothing", True),
        ("Ballot of ballot@lax", "undecided, time", "not asked: no such scope", False),
    ]
