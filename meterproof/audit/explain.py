"""Which of the changed rules explain it: those that, put back, bring the guarantee back.

It is asked of the side that violates the guarantee, with its own code: rules take the other side's values, the machine
is traced anew, and the plan that found the violation is run on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from meterproof.audit.outcome import RuleChange
from meterproof.lang.canonical import digest
from meterproof.lang.system import System


@dataclass(frozen=True)
class Explanation:
    """Rules that explain a change, and in what sense, in words.

    `code` says that putting back the rules is not enough, so that the model's code must have its part in it.
    """

    rules: tuple[RuleChange, ...]
    because: str
    code: bool


@dataclass
class Hybrids:
    """The violating side's machine with some of the changed rules put back.

    `system` traces it, None where that can't be; `restored` says whether the guarantee is shown to hold there, None
    where that is not decided. `deadline`, on the clock of `time.monotonic`, ends the asking.
    """

    changes: Sequence[RuleChange]
    system: Callable[[frozenset[str]], System | None]
    restored: Callable[[System], bool | None]
    deadline: float
    undecided: bool = False

    def explain(self) -> Explanation:
        """The rules that bring the guarantee back: each alone if there are such, else a smallest set together."""
        own = self.system(frozenset())
        if own is None or not self.changes:
            return Explanation((), "no rule changed" if not self.changes else "the machine could not be traced", True)
        named = [c.rule for c in self.changes]
        relevant = [rule for rule in named if self._touches(rule, own)]
        whole = frozenset(named)
        if not self._back(whole):
            if self.undecided:
                said = "these rules changed; whether putting them back brings it back was not decided within the time"
            else:
                said = "these rules changed, and putting them back does not bring it back"
            return self._told(relevant, said, code=True)
        alone = [rule for rule in relevant if self._back(frozenset((rule,)))]
        if alone:
            said = "putting it back brings it back" if len(alone) == 1 else "putting back any one brings it back"
            return self._told(alone, said)
        needed = self._needed(relevant if self._back(frozenset(relevant)) else named)
        if self.undecided:
            return self._told(
                needed, "putting them back brings it back; fewer of them may do: not decided within the time"
            )
        return self._told(needed, "putting them back together brings it back, and none can be left out")

    def _needed(self, rules: Sequence[str]) -> list[str]:
        """A smallest part of the rules that brings it back, by taking one after another away."""
        needed = list(rules)
        for rule in rules:
            fewer = frozenset(needed) - {rule}
            if self._back(fewer):
                needed.remove(rule)
        return needed

    def _touches(self, rule: str, own: System) -> bool:
        """Whether the rule by itself makes another machine; if it does not, it may still do so with others."""
        put_back = self.system(frozenset((rule,)))
        return put_back is None or digest(put_back) != digest(own)

    def _back(self, rules: frozenset[str]) -> bool:
        if time.monotonic() > self.deadline:
            self.undecided = True
            return False
        system = self.system(rules)
        found = False if system is None else self.restored(system)
        self.undecided = self.undecided or found is None
        return bool(found)

    def _told(self, rules: Iterable[str], because: str, *, code: bool = False) -> Explanation:
        wanted = set(rules)
        return Explanation(tuple(c for c in self.changes if c.rule in wanted), because, code)
