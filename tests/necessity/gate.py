"""A small protocol for the tests: people enter a house by tickets, and a thief comes at night.

`ticket` carries one guarantee alone, `guard` and `camera` stand in for each other, `paint` buys nothing, without
`counter` nobody ever gets in, and `least` only says how many people a house is for. No rule carries `clocks_agree`.
"""

from __future__ import annotations

from typing import Any

from meterproof.check.jobs import Job
from meterproof.check.runner import Options
from meterproof.claims import Stance, explore, holds, removing
from meterproof.lang import (
    Protocol,
    Sort,
    action,
    choice,
    exists,
    flag,
    forall,
    formula,
    implies,
    invariant,
    parameter,
    reachable,
    require,
    var,
)
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.rules import RuleValues
from meterproof.necessity import Matrix, Wish, necessity

Person = Sort("Person")


class Gate(Protocol):
    """A house with a counter, a door and a clock."""

    ticket = flag(removed=False, doc="Who enters has a ticket.")
    guard = flag(removed=False, doc="A guard watches at night.")
    camera = flag(removed=False, doc="A camera watches at night.")
    paint = choice("none", "red", "blue", removed="none", doc="How the door is painted.")
    counter = choice("closed", "open", "late", removed="closed", doc="When tickets are sold.")
    least = formula("n", "f", removed="1", doc="How many people there must be.")

    f = parameter(Person, default="0", resilience="least", doc="how many are ill")

    night = var(to=bool, doc="the sun has set")
    dark = var(to=bool, doc="the second clock says night")
    stolen = var(to=bool, doc="something is gone")
    has = var(Person, doc="the person has a ticket")
    inside = var(Person, doc="the person is in the house")

    @action
    def sell(s, p: Person):
        """{p} buys a ticket."""
        require(s.rules.counter != "closed", rule="counter")
        require(~s.has[p] & ((s.rules.counter == "late") | ~s.night))
        return s.set(has={p: True})

    @action
    def enter(s, p: Person):
        """{p} goes in."""
        require(exists(Person, lambda q: s.has[q]) & ~s.inside[p])
        if s.rules.ticket:
            require(s.has[p], rule="ticket")
        return s.set(inside={p: True})

    @action
    def sunset(s):
        """The sun sets."""
        require(~s.night)
        return s.set(night=True, dark=True)

    @action
    def steal(s):
        """The thief takes something."""
        require(s.night & ~s.stolen)
        if s.rules.guard:
            require(~s.night, rule="guard")
        if s.rules.camera:
            require(~s.night, rule="camera")
        return s.set(stolen=True)


@invariant(of=Gate, witness=lambda s: exists(Person, lambda p: s.inside[p]))
def paid(s: Any) -> Any:
    """who is inside has a ticket"""
    return forall(Person, lambda p: implies(s.inside[p], s.has[p]))


@invariant(of=Gate, witness=lambda s: s.night)
def kept(s: Any) -> Any:
    """nothing is stolen"""
    return ~s.stolen


@invariant(of=Gate, witness=lambda s: s.night)
def clocks_agree(s: Any) -> Any:
    """both clocks say the same"""
    return s.night == s.dark


@reachable(of=Gate)
def somebody_gets_in(s: Any) -> Any:
    """somebody can get in"""
    return exists(Person, lambda p: s.inside[p])


TWO = explore(Person=2)
FOLLOWED = {"ticket": True, "guard": True, "camera": True, "paint": "red", "counter": "open", "least": "n"}
SHOWN = holds("exhausted", TWO)
CARRIED = holds("exhausted", TWO, controls=removing("ticket", by=TWO))


def rules(**other: Any) -> RuleValues:
    """The rules of the house, some of them changed."""
    return Gate.rule_schema().read({**FOLLOWED, **other})


def claim(declared: PropertyDecl, stance: Stance = SHOWN, **other: Any) -> Job:
    """A claim on the house."""
    return Job("gate@built", "gate", "built", None, Gate, declared, stance, rules(**other))


def matrix(*jobs: Job, variants: tuple[RuleValues, ...] = (), **wish: Any) -> Matrix:
    """The matrix of some claims."""
    return necessity(jobs, variants, Wish(wish.pop("options", Options()), **wish))
