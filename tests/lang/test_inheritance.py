"""Protocols are put together from concerns by inheritance: which declarations there are, and in what order."""

from __future__ import annotations

from meterproof.lang import Enum, Protocol, action, flag, invariant, require, trace, var
from meterproof.lang.declare import ActionDecl, PropertyDecl, Var
from meterproof.lang.rules import Rule

Phase = Enum("Phase", "idle", "busy")


class Base(Protocol):
    """Declarations that others build on."""

    first = var()
    second = var()

    @action
    def go(s):
        return s.set(first=True)


class Left(Base):
    third = var()

    @action
    def go(s):
        require(s.third)
        return s.set(first=True)


class Right(Base):
    fourth = var()


class Joined(Left, Right):
    fifth = var()
    second = var(to=Phase, init=Phase.idle)

    @invariant
    def fine(s):
        return s.second == Phase.idle


def test_declarations_come_in_the_order_of_the_bases_and_then_of_the_text() -> None:
    assert list(Joined.declared(Var)) == ["first", "second", "third", "fourth", "fifth"]
    assert list(Joined.declared(ActionDecl)) == ["go"]
    assert list(Joined.declared(PropertyDecl)) == ["fine"]


def test_a_class_overrides_its_bases_and_a_left_base_the_right_one() -> None:
    joined = trace(Joined)
    assert joined.variable("second").to == Phase
    assert [repr(g.condition) for g in joined.actions[0].guards] == ["third"]


def test_a_class_may_take_a_declaration_of_its_base_away() -> None:
    class Without(Left):
        go = None

    assert trace(Without).actions == ()


def test_what_a_class_adds_does_not_change_its_bases() -> None:
    assert list(Base.declared(Var)) == ["first", "second"]
    assert trace(Base).variable("second").to.name == "bool"


def test_rules_of_all_concerns_make_one_schema() -> None:
    class Strict(Base):
        strict = flag(doc="A rule.")

    class Both(Strict, Joined):
        loud = flag(doc="Another rule.")

    assert list(Both.rule_schema()) == list(Both.declared(Rule)) == ["strict", "loud"]
