"""The rules that explain a loss are those that bring the guarantee back when they are put back."""

import time
from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from meterproof.audit.explain import Explanation, Hybrids
from meterproof.audit.outcome import RuleChange
from meterproof.lang.system import System
from meterproof.lang.tracing import Protocol, trace

RULES = ("a", "b", "c", "d")


class Empty(Protocol):
    """Nothing."""


def explained(back: Callable[[frozenset[str]], bool | None], touching: str = "abcd", late: bool = False) -> Explanation:
    """What explains it when putting back a set of rules brings the guarantee back as `back` says.

    Systems are told apart by their names; only the rules of `touching` make another machine.
    """

    def system(rules: frozenset[str]) -> System:
        return replace(trace(Empty), name="".join(sorted(r for r in rules if r in touching)))

    changes = [RuleChange(r, True, False, ()) for r in RULES]
    deadline = time.monotonic() + (-1 if late else 60)
    return Hybrids(changes, system, lambda s: back(frozenset(s.name)), deadline).explain()


def names(found: Explanation) -> str:
    return "".join(r.rule for r in found.rules)


def test_a_rule_that_alone_brings_it_back_explains_it() -> None:
    found = explained(lambda rules: "b" in rules)
    assert names(found) == "b" and found.because == "putting it back brings it back" and not found.code


def test_rules_that_each_bring_it_back_are_all_named() -> None:
    assert names(explained(lambda rules: bool(rules & {"a", "c"}))) == "ac"


def test_rules_that_only_together_bring_it_back_are_named_together() -> None:
    found = explained(lambda rules: {"b", "d"} <= rules)
    assert names(found) == "bd" and "together" in found.because


def test_where_no_rule_brings_it_back_the_code_has_its_part() -> None:
    found = explained(lambda rules: False, touching="ac")
    assert names(found) == "ac" and found.code


def test_without_time_nothing_is_claimed_to_be_narrowed_down() -> None:
    found = explained(lambda rules: "b" in rules, late=True)
    assert "not decided" in found.because and found.code


def test_what_could_not_be_decided_is_said_to_be_so() -> None:
    found = explained(lambda rules: True if len(rules) == 4 else None)
    assert names(found) == "abcd" and "fewer of them may do" in found.because


@given(st.sets(st.sampled_from(RULES), min_size=1).map(frozenset))
def test_what_is_named_brings_it_back_and_is_a_smallest_such_set(needed: frozenset[str]) -> None:
    assert names(explained(lambda rules: needed <= rules)) == "".join(sorted(needed))
