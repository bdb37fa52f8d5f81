"""A contract: rules over a declared vocabulary, and the policy that says which rule decides where several apply.

A *policy* is a relation between rules: which one gives way to which. Of the rules that apply, those *stand* that give
way to no other that applies.

- `most-specific` (lex specialis): a rule gives way to a narrower one, whose every clause is at least as narrow, and to
  one that says that it `overrides` it. If two rules stand that differ, the contract is in conflict.
- `deny-overrides`: a rule gives way to a more cautious one. There are no conflicts, and no exceptions to a prohibition.
- `first-applicable`: a rule gives way to one that is written before it. There are no conflicts, and the order is law.

If rules that differ stand, the most cautious outcome is taken: a contract in conflict allows nothing by accident.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal, get_args

from meterproof.contracts.conditions import WORDS, Clause, Weekdays, Words
from meterproof.contracts.request import WEEKDAYS, Request
from meterproof.errors import InputError, nearest

Outcome = Literal["allow", "deny", "escalate"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
CAUTION: Mapping[Outcome, int] = {"allow": 0, "escalate": 1, "deny": 2}
"""The more cautious outcome has the larger number."""
Policy = Literal["most-specific", "deny-overrides", "first-applicable"]
POLICIES: tuple[Policy, ...] = get_args(Policy)


@dataclass(frozen=True)
class Rule:
    """One provision: where all clauses are met, `decision`, by `law`. A clause that is not there admits everything.

    `lines` are those of the file: of each clause and key by its name, of the rule itself under "".
    """

    id: str
    law: str
    decision: Outcome
    clauses: tuple[Clause, ...] = ()
    overrides: tuple[str, ...] = ()
    note: str = field(default="", compare=False)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    def clause(self, name: str) -> Clause | None:
        """The clause of that name, if the rule has one."""
        return next((each for each in self.clauses if each.name == name), None)

    def fails(self, request: Request) -> tuple[str, ...]:
        """The names of the clauses that the request does not meet; none where the rule applies."""
        return tuple(each.name for each in self.clauses if not each.admits(request))


@dataclass(frozen=True)
class Contract:
    """A set of rules in one version, in force from `activation_height` on.

    `vocabulary` defines the words of each clause in `WORDS`, and of `unit`; `laws` gives the titles of what rules cite.
    `otherwise` is what becomes of requests that no rule decides. `offset` is that of legal time from UTC, in minutes.
    """

    name: str
    version: int
    activation_height: int
    authority: str
    policy: Policy
    otherwise: Outcome
    offset: int
    laws: Mapping[str, str]
    vocabulary: Mapping[str, Mapping[str, str]]
    rules: tuple[Rule, ...]
    file: str = field(default="", compare=False)

    def rule(self, id: str) -> Rule:
        """The rule of this id; InputError, with those that are near, if there is none."""
        for each in self.rules:
            if each.id == id:
                return each
        known = [each.id for each in self.rules]
        raise InputError(f"{self.label} has no rule {id!r}{nearest(id, known)}", allowed=", ".join(known) or "no rule")

    @property
    def label(self) -> str:
        """Name and version, such as `sovereign@1`."""
        return f"{self.name}@{self.version}"

    @cached_property
    def beaten_by(self) -> Mapping[str, tuple[str, ...]]:
        """For each rule those that it gives way to where they apply as well, in the order of the file."""
        return {r.id: tuple(s.id for s in self.rules if s is not r and self._yields(r, s)) for r in self.rules}

    def narrower(self, rule: Rule, other: Rule) -> bool:
        """Whether each clause of `rule` is at least as narrow as that of `other`, and some clause is narrower."""
        return self._inside(rule, other) and not self._inside(other, rule)

    def unknown(self, request: Request) -> tuple[str, ...]:
        """The names of what the request says in words that the vocabulary does not have."""
        words = [name for name in WORDS if getattr(request, name) not in self.vocabulary[name]]
        measured = request.unit is None or request.unit in self.vocabulary["unit"]
        return (*words, *(() if measured else ("unit",)))

    def _yields(self, rule: Rule, to: Rule) -> bool:
        match self.policy:
            case "first-applicable":
                return self.rules.index(to) < self.rules.index(rule)
            case "deny-overrides":
                return CAUTION[to.decision] > CAUTION[rule.decision]
            case "most-specific":
                return rule.id in to.overrides or self.narrower(to, rule)

    def _inside(self, rule: Rule, other: Rule) -> bool:
        for theirs in other.clauses:
            ours = rule.clause(theirs.name)
            if not self._full(theirs) and (ours is None or not ours.within(theirs)):
                return False
        return True

    def _full(self, clause: Clause) -> bool:
        """Whether a clause names all words there are, so that it excludes nothing."""
        if isinstance(clause, Words):
            return clause.words >= self.vocabulary[clause.name].keys()
        return isinstance(clause, Weekdays) and len(clause.days) == len(WEEKDAYS)


def circle(beaten_by: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Rules each of which gives way to the next, and the last to the first; none if there is no such circle."""
    done: set[str] = set()

    def search(path: tuple[str, ...]) -> tuple[str, ...]:
        if path[-1] in path[:-1]:
            return path[path.index(path[-1]) : -1]
        if path[-1] not in done:
            for each in beaten_by[path[-1]]:
                if found := search((*path, each)):
                    return found
            done.add(path[-1])
        return ()

    return next((found for rule in beaten_by if (found := search((rule,)))), ())


def legal_minute(contract: Contract, unix_seconds: int) -> int:
    """The time of a block, in seconds since 1970 UTC, as minutes of the contract's legal time (`Request.at`)."""
    return unix_seconds // 60 + contract.offset


def in_force(versions: Iterable[Contract], height: int) -> Contract | None:
    """The version whose activation height is the greatest that is not above `height`; None before the first.

    InputError if these are not versions of one contract with heights that rise with the versions.
    """
    ordered = sorted(versions, key=lambda each: each.version)
    for old, new in pairwise(ordered):
        if problems := succession(old, new):
            raise InputError(
                problems[0], file=new.file or None, allowed="the versions of one contract, one after another"
            )
    return next((each for each in reversed(ordered) if each.activation_height <= height), None)


def succession(old: Contract, new: Contract) -> tuple[str, ...]:
    """Why `new` cannot follow `old` in a registry; nothing where it can."""
    found = []
    if old.name != new.name:
        found.append(f"{new.label} is no version of {old.name}")
    if new.version <= old.version:
        found.append(f"version {new.version} does not come after version {old.version}")
    if new.activation_height <= old.activation_height:
        found.append(
            f"{new.label} is active from height {new.activation_height} on, not after {old.label}, "
            f"which is from height {old.activation_height} on"
        )
    return tuple(found)
