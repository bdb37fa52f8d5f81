"""What two versions say otherwise is told rule by rule and move by move, and what means the same is not told."""

from dataclasses import replace

from meterproof.audit.described import RuleSaid, Subject
from meterproof.audit.differences import all_rules, code_changes, meaning, rule_changes, statement
from meterproof.audit.graft import grafted, lacking
from meterproof.audit.pairs import Pair
from meterproof.lang import Protocol, Sort, action, exists, forall, implies, invariant, require, var
from meterproof.lang.system import System
from meterproof.lang.tracing import trace

Voter = Sort("Voter")


class Before(Protocol):
    """A vote that is counted once."""

    voted = var(Voter)
    counted = var(Voter)

    @action
    def vote(s, v: Voter):
        require(~s.voted[v])
        return s.set(voted={v: True})

    @action
    def count(s, v: Voter):
        require(s.voted[v] & ~s.counted[v])
        return s.set(counted={v: True})

    @invariant
    def honest(s):
        return forall(Voter, lambda v: implies(s.counted[v], s.voted[v]))


class After(Protocol):
    """The same with other moves."""

    voted = var(Voter)
    counted = var(Voter)
    sealed = var(to=bool)

    @action
    def vote(s, w: Voter):
        require(~s.sealed)
        return s.set(voted={w: True})

    @action
    def count(s, v: Voter):
        """The same as before, in another order of words."""
        require(~s.counted[v] & s.voted[v])
        return s.set(counted={v: True})

    @action
    def seal(s):
        return s.set(sealed=True)

    @invariant
    def closed(s):
        return ~s.sealed | exists(Voter, lambda v: s.voted[v])


def subject(reading: str | None, **rules: bool | int | str) -> Subject:
    said = tuple(RuleSaid(name, value, ("A-1",), "", "spec/a.toml", 1) for name, value in rules.items())
    return Subject("a@x", reading, said)


def place(side: str, file: str) -> str:
    return side


def test_the_same_machine_has_no_changes() -> None:
    assert code_changes(trace(Before), trace(Before), place) == ()


def test_moves_guards_and_variables_are_told_and_a_rewording_is_not() -> None:
    told = [c.what for c in code_changes(trace(Before), trace(After), place)]
    assert told == [
        "vote no longer requires ~voted[v]",
        "vote now requires ~sealed",
        "seal is a new move",
        "the variable sealed is new",
    ]
    back = [c.what for c in code_changes(trace(After), trace(Before), place)]
    assert "seal is no longer possible" in back and "the variable sealed is gone" in back


def test_an_effect_that_changed_is_told() -> None:
    before = trace(Before)
    first, second = before.actions
    other = replace(before, actions=(replace(first, updates=second.updates), second))
    assert [c.what for c in code_changes(before, other, place)] == ["vote does something else"]


def test_rules_that_differ_are_told_with_both_values_and_true_is_not_one() -> None:
    pair = Pair(subject(None, a=True, b=1, c="x"), subject(None, a=1, b=1, d=False))
    assert [(c.rule, c.before, c.after) for c in rule_changes(pair)] == [
        ("a", True, 1), ("d", None, False), ("c", "x", None),
    ]  # fmt: skip


def test_a_rule_that_changes_alike_under_every_reading_is_told_once() -> None:
    base = subject(None, a=True, b=True)
    both = [Pair(base, subject(r, a=False, b=r == "literal")) for r in ("literal", "charitable")]
    assert [(c.rule, c.reading) for c in all_rules(both)] == [("a", None), ("b", "charitable")]


def test_a_side_that_does_not_load_has_no_rules_that_changed() -> None:
    broken = Subject("a@x", None, failure="no")
    assert rule_changes(Pair(subject(None, a=True), broken)) == rule_changes(Pair(None, subject(None, a=True))) == ()


def test_lemmas_are_no_part_of_the_question() -> None:
    system = trace(Before)
    [claim] = system.properties
    helped = replace(claim, lemmas=(replace(claim, id="help"),))
    assert meaning(system, claim) == meaning(system, helped)
    assert statement(system, claim) == statement(trace(After), claim)
    assert meaning(system, claim) != meaning(trace(After), claim)
    assert statement(system, claim) != statement(system, replace(claim, against=frozenset({"NET"})))


def test_a_statement_is_asked_of_a_system_that_has_all_it_speaks_of() -> None:
    before, after = trace(Before), trace(After)
    [honest], [closed] = before.properties, after.properties
    assert lacking(honest, after) is None
    assert lacking(closed, before) == "it has no variable sealed"
    other: System = replace(
        after, variables=tuple(replace(v, domain=()) if v.name == "voted" else v for v in after.variables)
    )
    assert lacking(honest, other) == "its variable voted has another type"


def test_lemmas_that_the_system_lacks_words_for_are_left_behind() -> None:
    before, after = trace(Before), trace(After)
    [honest], [closed] = before.properties, after.properties
    helped = replace(honest, lemmas=(closed, honest))
    assert [x.id for x in grafted(helped, before).lemmas] == ["honest"]
    assert [x.id for x in grafted(helped, after).lemmas] == ["closed", "honest"]


def test_a_guard_that_has_lost_a_part_is_told_by_that_part() -> None:
    system = trace(Before)
    vote, count = system.actions
    [guard] = count.guards
    less = replace(count, guards=(replace(guard, condition=guard.condition.args[0]),))
    [change] = code_changes(system, replace(system, actions=(vote, less)), lambda _, file: file)
    assert change.what == "count no longer requires ~counted[v]"
    [back] = code_changes(replace(system, actions=(vote, less)), system, lambda _, file: file)
    assert back.what == "count now requires ~counted[v]"
