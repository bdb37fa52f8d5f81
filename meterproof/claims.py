"""What a study claims of each property: expected outcome, the least verdict that counts, and how it is tried.

A claim belongs to one property, variant and reading. `Case` writes the claims of one property side by
side, so that a properties file reads as a table:

    Case(agreement, {
        "published literal": violated(explore(Replica=4, Block=2, faulty=1)),
        "hardened": holds("proved", induction(), explore(Replica=4, Block=2, faulty=1),
                          controls=removing("vote_once", by=explore(Replica=4, Block=2, faulty=1))),
    })
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from meterproof.lang.declare import PropertyDecl
from meterproof.lang.rules import RuleValues
from meterproof.verdict import Method, Verdict

Profile = Literal["quick", "thorough"]
Expected = Literal["holds", "violated"]


@dataclass(frozen=True)
class Plan:
    """One method with its scope.

    `depth` is for bmc, (as k) kinduction and (as length) walk; `schedules` is for schedule, `steps` for schedule and
    walk, `eager` for explore and walk; `symmetry` for explore.
    """

    method: Method
    scope: tuple[tuple[str, int], ...] = ()
    depth: int = 0
    schedules: int = 0
    steps: int = 0
    eager: bool = False
    symmetry: tuple[str, ...] = ()
    profile: Profile = "quick"

    @property
    def sizes(self) -> dict[str, int]:
        """The scope as a mapping."""
        return dict(self.scope)


def explore(*, eager: bool = False, symmetry: Iterable[str] = (), **scope: int) -> Plan:
    """Visit every reachable state of this scope; if `eager`, what the adversary can always do is done at the start.

    States that differ by an exchange of individuals of the sorts named by `symmetry` (`["all"]`: of any unordered
    sort) are visited once.
    """
    return Plan("explore", tuple(scope.items()), eager=eager, symmetry=tuple(symmetry))


def bmc(depth: int, **scope: int) -> Plan:
    """Ask z3 for a run of at most `depth` steps in this scope."""
    return Plan("bmc", tuple(scope.items()), depth=depth)


def kinduction(k: int = 10, **scope: int) -> Plan:
    """Show it in this scope for all depths, by induction over at most k steps, with the property's lemmas."""
    return Plan("kinduction", tuple(scope.items()), depth=k)


def schedule(schedules: int = 50, steps: int = 20, **scope: int) -> Plan:
    """Let Hypothesis drive so many schedules of so many steps."""
    return Plan("schedule", tuple(scope.items()), schedules=schedules, steps=steps)


def walk(steps: int = 1_000_000, length: int = 1_000, *, eager: bool = False, **scope: int) -> Plan:
    """Take so many random steps, in walks of at most `length`; `eager` is as in `explore`."""
    return Plan("walk", tuple(scope.items()), depth=length, steps=steps, eager=eager)


def induction() -> Plan:
    """Prove it for every size, with the property's lemmas."""
    return Plan("induction")


def thorough(plan: Plan) -> Plan:
    """The plan, left out of the quick profile."""
    return replace(plan, profile="thorough")


@dataclass(frozen=True)
class Control:
    """A mutation control: with the rule taken away, or set to `value`, the plan must find a violation."""

    rule: str
    plan: Plan
    value: str | None = None

    def mutate(self, rules: RuleValues) -> RuleValues:
        """The rule values with this one weakened."""
        return rules.remove(self.rule) if self.value is None else rules.replace(**{self.rule: self.value})

    def __str__(self) -> str:
        return f"without {self.rule}" if self.value is None else f"{self.rule} = {self.value}"


@dataclass(frozen=True)
class Ladder:
    """Guarantees by the names of their levels, from the weakest to the strongest: each implies those before it.

    A properties module lists its ladders as `LADDERS`; a check reports the strongest level that holds.
    """

    title: str
    levels: Mapping[str, PropertyDecl]


def removing(*rules: str, by: Plan) -> tuple[Control, ...]:
    """Controls that each take one rule away; add other controls with +."""
    return tuple(Control(rule, by) for rule in rules)


def changing(rule: str, value: str, *, by: Plan) -> tuple[Control, ...]:
    """The control that gives `rule` another value."""
    return (Control(rule, by, value),)


@dataclass(frozen=True)
class Stance:
    """What is expected, by which plans, and the controls that keep the check honest."""

    expected: Expected | None
    least: Verdict
    plans: tuple[Plan, ...]
    controls: tuple[Control, ...] = ()
    note: str | None = None


def holds(least: Verdict, *plans: Plan, controls: Iterable[Control] = (), note: str | None = None) -> Stance:
    """It holds, and only a verdict of at least `least` counts as having shown so."""
    return Stance("holds", least, plans, tuple(controls), note)


def violated(*plans: Plan, note: str | None = None) -> Stance:
    """It fails: some plan must find a trace."""
    return Stance("violated", "violated", plans, (), note)


def open_question(*plans: Plan, note: str) -> Stance:
    """Nothing is expected; without plans it is reported as not run, with the note as the reason."""
    return Stance(None, "not run", plans, (), note)


@dataclass(frozen=True)
class Case:
    """One property and its stance for each `"variant reading"` or `"variant"`."""

    property: PropertyDecl
    stances: Mapping[str, Stance]

    def stance(self, variant: str, reading: str | None) -> Stance | None:
        """The stance for a variant and reading, or None when nothing is claimed."""
        return self.stances.get(variant if reading is None else f"{variant} {reading}")
