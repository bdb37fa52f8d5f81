"""What can be done to a rule: take it away, or give it another of its values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from meterproof.claims import Control
from meterproof.lang.rules import Plain, Rule, RuleValues, plain, write_text


@dataclass(frozen=True)
class Change:
    """One rule with another value. `removal` says that the value stands for the rule's absence."""

    rule: str
    value: Plain
    removal: bool

    def __str__(self) -> str:
        return f"without {self.rule}" if self.removal else f"{self.rule} = {write_text(self.value)}"


def changes_of(
    rules: RuleValues, others: Iterable[RuleValues] = (), controls: Iterable[Control] = ()
) -> dict[str, tuple[Change, ...]]:
    """By rule, in order of declaration, all changes that are known: its removal first, where it can be taken away.

    A rule that is not followed anyway has none: nothing of it can be taken away. The other values are all that the rule
    can have, where they are few; of a formula those of `others` (the rules of the other variants and readings) and
    those that the study's controls give it.
    """
    known = [other.plain() for other in others] + [c.mutate(rules).plain() for c in controls]
    now = rules.plain()
    return {name: _changes(rule, now[name], [k[name] for k in known]) for name, rule in rules.schema.items()}


def _changes(rule: Rule, now: Plain, known: Iterable[Plain]) -> tuple[Change, ...]:
    removed = None if rule.removed is None else plain(rule.removed)
    if now == removed:
        return ()
    values = [*([] if removed is None else [removed]), *map(plain, rule.every), *known]
    return tuple(Change(rule.name, v, v == removed) for v in dict.fromkeys(values) if v != now)


def as_values(changes: Iterable[Change]) -> dict[str, Plain]:
    """Several changes as the values that they give."""
    return {change.rule: change.value for change in changes}
