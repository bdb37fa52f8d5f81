"""`fair=` names moves: each by itself, some together, or all of an action; what it cannot mean is an error."""

from __future__ import annotations

import pytest

from meterproof.errors import ModelError
from meterproof.finite.fairness import fair_sets
from meterproof.finite.interpret import Interpreter, Step
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import Enum, Protocol, Sort, System, action, forall, leads_to, require, trace, var

Replica = Sort("Replica", "a replica")
Mood = Enum("Mood", "calm", "alert")


def post(fair: str | list[str]) -> System:
    """A protocol with one promise, under this fairness."""

    class Post(Protocol):
        got = var(Replica, to=Mood, init=Mood.calm)

        @action
        def deliver(s, r: Replica, m: Mood):
            return s.set(got={r: m})

        @action
        def rest(s):
            return s.set(got=lambda r: Mood.calm)

        @action
        def hurry(s):
            require(False)
            return s.set(got=lambda r: Mood.alert)

        @action(needs="NET")
        def disturb(s, r: Replica):
            return s.set(got={r: Mood.alert})

        @leads_to(then=lambda s: forall(Replica, lambda r: s.got[r] == Mood.alert), fair=fair)
        def soon(s):
            return forall(Replica, lambda r: s.got[r] == Mood.calm)

    return trace(Post)


def sets(fair: str | list[str]) -> dict[str, int]:
    """The fair sets by name, with how many moves each has, for two replicas."""
    system = post(fair)
    (world,) = instances(system, resolve(system, {"Replica": 2}))
    return {found.name: len(found.steps) for found in fair_sets(world, system.property("soon"))}


def test_an_action_by_its_name_is_fair_move_by_move() -> None:
    assert sets("deliver rest") == {
        "deliver(replica0, calm)": 1, "deliver(replica0, alert)": 1,
        "deliver(replica1, calm)": 1, "deliver(replica1, alert)": 1, "rest()": 1,
    }  # fmt: skip
    assert sets("deliver") == sets("deliver(r, m)") == sets(["deliver(r,m)"])


def test_what_is_left_out_of_the_brackets_counts_together() -> None:
    assert sets("deliver(r,_)") == {"deliver(replica0, _)": 2, "deliver(replica1, _)": 2}
    assert sets("deliver(_, m) rest()") == {"deliver(_, calm)": 2, "deliver(_, alert)": 2, "rest()": 1}
    assert sets(["deliver(_, _)", "rest"]) == {"deliver(_, _)": 4, "rest()": 1}


def test_each_set_counts_once_and_absent_actions_have_none() -> None:
    assert sets("rest rest hurry") == {"rest()": 1}
    assert sets("") == {}


@pytest.mark.parametrize(
    ("fair", "message"),
    [
        ("send", r"fair= of soon: there is no action 'send' \(allowed: deliver, rest\)"),
        ("disturb", r"disturb is a move of the adversary \(NET\), who owes nobody a move \(allowed: deliver, rest\)"),
        ("deliver(m, r)", r"deliver\(m, r\) does not fit deliver\(r, m\)"),
        ("deliver(_)", r"deliver\(_\) does not fit deliver\(r, m\)"),
        ("rest(_)", r"rest\(_\) does not fit rest\(\)"),
        ("deliver(r, _", r"'deliver\(r, _' cannot be read"),
        ("deliver, rest", r"'deliver, rest' cannot be read"),
    ],
)
def test_a_slip_is_told_with_its_line_and_what_was_allowed(fair: str, message: str) -> None:
    with pytest.raises(ModelError, match=message) as told:
        sets(fair)
    assert told.value.file == __file__ and told.value.line is not None


def test_a_set_is_possible_where_one_of_its_moves_would_change_something() -> None:
    system = post("deliver(r,_) rest")
    (world,) = instances(system, resolve(system, {"Replica": 2}))
    interpreter = Interpreter(world)
    calm = interpreter.initial()
    first, second, rest = fair_sets(world, system.property("soon"))
    assert first.possible(interpreter, calm) and second.possible(interpreter, calm)
    assert not rest.possible(interpreter, calm)
    assert Step("deliver", (0, 0)) in first.steps and rest.possible(interpreter, ((0, 1),))
