"""The necessity matrix of one variant: every rule changed in turn, and every guarantee asked whether it still holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from meterproof.check.jobs import Job
from meterproof.check.methods import Budget, Report, carry_out
from meterproof.check.runner import Options
from meterproof.claims import induction
from meterproof.errors import InputError
from meterproof.lang.canonical import digest
from meterproof.lang.rules import RuleValues
from meterproof.necessity.baseline import Baseline, Guarantee
from meterproof.necessity.change import Change, as_values, changes_of
from meterproof.necessity.jointly import Trying, together
from meterproof.necessity.trial import DECIDED, Trial, attempt


@dataclass(frozen=True)
class Matrix:
    """What came of it. `trials` have one change each, `pairs` two; all changes that are known are in `changes`.

    `guarantees` are those that hold to begin with or should; `others` are the claims that the variant does not make
    (it is expected to violate them, or they are open). `narrowed` says that only some rules or some properties were
    asked for, so that nothing can be said of all. `with_pairs` says that pairs were tried, or were to be.
    """

    subject: Job
    changes: dict[str, tuple[Change, ...]]
    guarantees: tuple[Guarantee, ...]
    others: tuple[Job, ...]
    trials: tuple[Trial, ...]
    pairs: tuple[Trial, ...]
    some_rules: bool = False
    some_properties: bool = False
    with_pairs: bool = False
    interrupted: bool = False

    def of_rule(self, rule: str) -> tuple[Trial, ...]:
        """The trials that change this rule alone."""
        return tuple(t for t in self.trials if t.rules == (rule,))

    def of_property(self, id: str) -> tuple[Trial, ...]:
        """The trials of one property."""
        return tuple(t for t in self.trials if t.id == id)


@dataclass(frozen=True)
class Wish:
    """What is asked for: some rules or properties only (none: all of them), pairs, and who hears of progress.

    `options` bound the search for falls; `claimed` bounds what the study claims to come to an end: proofs and controls.
    """

    options: Options = field(default_factory=Options)
    claimed: Budget = field(default_factory=Budget)
    rules: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    pairs: bool = False
    say: Callable[[str], None] = lambda _: None

    def report(self, told: str) -> Report:
        """A listener that puts what is being done before how far it has come."""
        return lambda progress: self.say(f"{told}: {progress}")


def necessity(jobs: Sequence[Job], variants: Iterable[RuleValues], wish: Wish) -> Matrix:
    """The matrix of all claims on one variant under one reading.

    `variants` are the rule values of the protocol's other variants and readings. What is interrupted is returned as far
    as it came. InputError where a rule that is wished for is none of the protocol's.
    """
    rules = jobs[0].rules
    if rules is None:
        raise InputError(f"{jobs[0].name} has no rules to take away", allowed="a protocol of a study")
    controls = [c for job in jobs for c in job.stance.controls]
    wanted = [rules.schema.rule(name).name for name in wish.rules]
    changes = {n: c for n, c in changes_of(rules, variants, controls).items() if not wanted or n in wanted}
    asked = [j for j in jobs if not wish.properties or j.declared.id in wish.properties]
    touched = [j for j in asked if not wanted or any(name in j.machine.rule_schema() for name in wanted)]
    attempt_ = _Attempt(wish, changes)
    interrupted = False
    try:
        attempt_.run([j for j in touched if j.stance.expected == "holds"])
    except KeyboardInterrupt:
        interrupted = True
    return Matrix(
        jobs[0], changes, tuple(attempt_.guarantees), tuple(j for j in touched if j.stance.expected != "holds"),
        tuple(attempt_.trials), tuple(attempt_.pairs), bool(wanted), bool(wish.properties), wish.pairs, interrupted,
    )  # fmt: skip


@dataclass
class _Attempt:
    """What has come of a matrix so far."""

    wish: Wish
    changes: dict[str, tuple[Change, ...]]
    bases: list[Baseline] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)
    pairs: list[Trial] = field(default_factory=list)

    @property
    def guarantees(self) -> list[Guarantee]:
        return [base.guarantee for base in self.bases]

    def run(self, jobs: Iterable[Job]) -> None:
        """First what holds, then one rule after the other, then proofs where searches don't say enough, then pairs.

        Proofs are tried of what no search decided, and of everything under a change that makes nothing fall; by the
        thorough profile of everything that stands.
        """
        for job in jobs:
            told = f"{job.name} {job.declared.id}: unchanged"
            self.wish.say(told)
            self.bases.append(Baseline(job, self.wish.options, self.wish.claimed, self.wish.report(told)))
        held = [base for base in self.bases if base.guarantee.holds]
        for changes in self.changes.values():
            each = [(base, (change,)) for base in held for change in changes if base.has(change.rule)]
            self._attempt(each, self.trials)
        self._prove(held, lambda trial: trial.outcome == "unknown")
        fallen = {t.changes for t in self.trials if t.outcome not in DECIDED}
        every = self.wish.options.profile == "thorough"
        self._prove(held, lambda trial: trial.outcome == "stands" and (every or trial.changes not in fallen))
        if self.wish.pairs:
            for base in held:
                self._pairs(base)

    def _attempt(self, each: Sequence[tuple[Baseline, tuple[Change, ...]]], keep: list[Trial]) -> None:
        """Trials side by side; those that are done are kept in order, also where somebody interrupts the others."""
        done: dict[int, Trial] = {}
        try:
            together([self._trying(base, changes) for base, changes in each], done)
        finally:
            keep += [done[at] for at in sorted(done)]

    def _trying(self, base: Baseline, changes: tuple[Change, ...]) -> Trying:
        told = f"{base.job.name} {base.job.declared.id}: {' and '.join(map(str, changes))}"
        return attempt(base, changes, self.wish.report(told))

    def _prove(self, held: Sequence[Baseline], wanted: Callable[[Trial], bool]) -> None:
        """Try to prove guarantees for every size in spite of a change, where they are so proved without it."""
        proved = {base.job.declared.id for base in held if base.guarantee.core is not None}
        for i, trial in enumerate(self.trials):
            if trial.id in proved and trial.proof is None and wanted(trial):
                self.wish.say(f"{trial.job.name} {trial.id}: proof")
                system = trial.job.system()
                proof = carry_out(induction(), system, trial.job.claim(system), self.wish.options.budget)
                tried = replace(trial, proof=proof)
                self.trials[i] = replace(tried, outcome="stands") if tried.proved else tried

    def _pairs(self, base: Baseline) -> None:
        """Two rules at once, of which neither alone makes the property fall."""
        alone = {t.changes[0]: t for t in self.trials if t.id == base.job.declared.id}
        kept = [c for c in _strongest_changes(self.changes) if c in alone and alone[c].outcome in DECIDED]
        for pair in combinations(kept, 2):
            if self._differs(base, pair, {alone[c].ir_hash for c in pair}):
                self._attempt([(base, pair)], self.pairs)

    def _differs(self, base: Baseline, pair: tuple[Change, ...], alone: set[str | None]) -> bool:
        """Whether both changes together make another machine than one of them alone."""
        try:
            return digest(base.job.under(as_values(pair)).system()) not in alone
        except InputError:
            return True


def _strongest_changes(changes: dict[str, tuple[Change, ...]]) -> list[Change]:
    """Of each rule its removal; where it can't be taken away, all its other values."""
    return [c for each in changes.values() for c in each if c.removal or not any(x.removal for x in each)]
