"""A machine refines its ideal if each of its steps is one of the ideal's, or none, and it starts as the ideal does.

Tried with a lamp of two switches, whose ideal is a light that is on or off and, under NET, can be flashed.
"""

import pytest

from meterproof.check.methods import Budget, carry_out
from meterproof.claims import explore, induction
from meterproof.errors import ModelError
from meterproof.lang import (
    Protocol,
    Sort,
    action,
    axiom,
    exists,
    forall,
    parameter,
    refines,
    require,
    rigid,
    trace,
    var,
)

Room = Sort("Room", "a room")
Switch = Sort("Switch", "a switch")


class Light(Protocol):
    lit = var(Room)

    @action
    def turn_on(s, x: Room):
        require(~s.lit[x])
        return s.set(lit={x: True})

    @action(needs="NET")
    def all_off(s):
        require(exists(Room, lambda x: s.lit[x]))
        return s.set(lit={...: False})


class Lamp(Protocol):
    """A room is lit if one of its switches is down; a switch stays down, unless somebody cuts the power."""

    down = var(Room, Switch)

    @action
    def press(s, x: Room, w: Switch):
        require(~s.down[x, w])
        return s.set(down={(x, w): True})

    @action(needs="NET")
    def cut(s):
        return s.set(down={(..., ...): False})


class Leaky(Lamp):
    """Some switch comes up by itself."""

    @action
    def come_up(s, x: Room, w: Switch):
        require(s.down[x, w])
        return s.set(down={(x, w): False})


THROUGH = {"lit": lambda s, x: exists(Switch, lambda w: s.down[x, w])}
BY = {"press": ["turn_on(x)", "nothing"], "cut": ["all_off", "nothing"]}


def claim(of, against="", **more):
    return refines(Light, of=of, id="R", title="a lamp is a light", through=THROUGH, against=against, **more)


def verdict(declared, plan) -> str:
    system = trace(declared.of, properties=[declared])
    return carry_out(plan, system, system.property("R"), Budget()).verdict


SMALL = explore(Room=2, Switch=2)


@pytest.mark.parametrize("against", ["", "NET"])
@pytest.mark.parametrize("by", [None, BY], ids=["found", "told"])
def test_a_lamp_is_a_light(against: str, by) -> None:
    declared = claim(Lamp, against, by=by)
    assert verdict(declared, SMALL) == "exhausted"
    assert verdict(declared, induction()) == "proved"


def test_what_the_ideal_does_not_do_is_a_violation() -> None:
    assert verdict(claim(Leaky), SMALL) == "violated"
    assert verdict(claim(Leaky), induction()) == "not inductive"
    assert verdict(claim(Leaky, by=BY), induction()) == "not inductive"


def test_the_ideals_adversary_is_the_one_that_the_claim_is_against() -> None:
    """Without NET the ideal is never dark again: a power cut that needs nothing is no step of it."""

    class Weak(Lamp):
        @action
        def cut(s):
            return s.set(down={(..., ...): False})

    assert verdict(claim(Weak), SMALL) == "violated"
    assert verdict(claim(Weak, "NET"), SMALL) == "exhausted"


def test_a_wrong_hint_proves_nothing() -> None:
    """The property is true, but not for the reason given; then nothing is proved, and no counterexample is shown."""
    assert verdict(claim(Lamp, by={"press": ["nothing"], "cut": ["nothing"]}), induction()) == "not inductive"
    assert verdict(claim(Lamp, by={"press": ["nothing"], "cut": ["nothing"]}), SMALL) == "exhausted"


def test_a_machine_that_starts_otherwise_is_refused() -> None:
    class Lit(Lamp):
        down = var(Room, Switch, init=True)

    with pytest.raises(ModelError, match="does not start as Light does"):
        trace(Lit, properties=[claim(Lit)])


def test_what_is_neither_mapped_nor_there_is_named() -> None:
    unmapped = refines(Light, of=Lamp, id="R", title="a lamp is a light", through={})
    with pytest.raises(ModelError, match="lit"):
        trace(Lamp, properties=[unmapped])


def test_a_hint_at_an_action_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelError, match="no action 'turn_off'"):
        trace(Lamp, properties=[claim(Lamp, by={"press": ["turn_off(x)"]})])


def test_invariants_of_the_ideal_hold_of_what_is_seen() -> None:
    """The map alone, with the ideal's own actions for a machine, changes nothing: every machine refines itself."""
    itself = refines(Light, of=Light, id="R", title="a light is a light", through={}, against="NET")
    assert verdict(itself, explore(Room=3)) == "exhausted"


class Wired(Protocol):
    """Rooms are wired before the run, all of them, and at most f are damp."""

    f = parameter(over=Room, default="floor((n-1)/3)")
    wired = rigid(Room)
    damp = rigid(Room, at_most="f")
    lit = var(Room)

    @axiom
    def all_wired(s):
        return forall(Room, lambda x: s.wired[x])

    @action
    def turn_on(s, x: Room):
        require(s.wired[x] & ~s.lit[x])
        return s.set(lit={x: True})


class Cut(Wired):
    wired = var(Room, init=True)
    all_wired = None


class Unwired(Wired):
    all_wired = None


class Damp(Wired):
    damp = rigid(Room)


@pytest.mark.parametrize(
    ("machine", "why"),
    [(Cut, "wired, which is rigid, may change"), (Unwired, "no axiom says"), (Damp, "at most f of damp")],
)
def test_what_the_ideal_fixes_before_the_run_its_machine_fixes_too(machine, why) -> None:
    with pytest.raises(ModelError, match=why):
        trace(machine, properties=[refines(Wired, of=machine, id="R", title="rooms are wired", through={})])


def test_a_machine_with_all_of_that_is_taken() -> None:
    trace(Wired, properties=[refines(Wired, of=Wired, id="R", title="rooms are wired", through={})])
