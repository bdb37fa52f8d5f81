"""Mistakes in guards and names: each error names the model's line and says what to write instead."""

from __future__ import annotations

import pytest

from meterproof.errors import ModelError
from meterproof.lang import invariant, require
from tests.lang.mistakes import Mistake, Mistakes, Node, Phase, marked, move, system

mistake = Mistakes()


# Guards


@mistake("the guard is no boolean but of Node", "a comparison, a relation, or True/False")
def a_guard_that_is_an_individual():
    @move
    def go(s, n: Node):
        require(n)  # here
        return s.set(done=True)


@mistake("the guard is no boolean but a Python int: 3", "a comparison")
def a_guard_that_is_a_python_number():
    @move
    def go(s):
        require(3)  # here
        return s.set(done=True)


@mistake("the guard is no boolean but a Python NoneType", "a comparison")
def a_guard_whose_helper_returns_nothing():
    @move
    def go(s):
        require(print(end=""))  # here
        return s.set(done=True)


@mistake("ready without its arguments", "a comparison, a relation")
def a_guard_that_is_a_relation_without_arguments():
    @move
    def go(s):
        require(s.ready)  # here
        return s.set(done=True)


@mistake("phase needs its arguments", "s.phase[node]")
def a_relation_without_arguments_compared_with_a_value():
    @move
    def go(s):
        require(s.phase == Phase.idle)  # here
        return s.set(done=True)


@mistake("ready needs its arguments", "s.ready[node]")
def a_relation_without_arguments_compared_with_a_python_value():
    @move
    def go(s):
        require(s.ready != True)  # noqa: E712  # here
        return s.set(done=True)


@mistake("held needs its arguments", "s.held[node, token]")
def a_relation_without_arguments_negated():
    @move
    def go(s):
        require(~s.held)  # here
        return s.set(done=True)


@mistake("require(...) stands outside an action", "inside a function marked @action")
def require_outside_an_action():
    require(True)  # here


@mistake("require(...) stands outside an action", "inside a function marked @action")
def require_in_a_property():
    @invariant
    def never(s):
        require(s.done)  # here
        return True

    system(never=never)


@mistake("require(...) stands inside a quantifier", "require(forall(...))")
def require_in_a_pointwise_update():
    @move
    def go(s):
        def new(n):
            require(s.ready[n])  # here
            return False

        return s.set(ready=new)


@mistake("the rule 'strikt', which is not there; did you mean 'strict'", "strict, finality")
def a_guard_for_a_rule_that_is_not_there():
    @move
    def go(s):
        require(s.done, rule="strikt")  # here
        return s.set(done=True)


# Names


@mistake("unknown state variable: 'redy'; did you mean 'ready'?", "owner, phase, held, ready")
def an_unknown_variable_is_read():
    @move
    def go(s, n: Node):
        require(s.redy[n])  # here
        return s.set(done=True)


@mistake("unknown state variable: 'don'; did you mean 'done'?", "owner, phase")
def an_unknown_variable_is_updated():
    @move
    def go(s):
        return s.set(don=True)  # here


@mistake("unknown rule: 'strickt'; did you mean 'strict'?", "strict, finality")
def an_unknown_rule():
    @move
    def go(s):
        if s.rules.strickt:  # here
            require(s.done)
        return s.set(done=True)


@mistake("unknown value of rule finality: 'certificat'; did you mean 'certificate'?", "leader, certificate")
def a_value_that_the_rule_never_has():
    @move
    def go(s):
        require(s.rules.finality == "certificat")  # here
        return s.set(done=True)


@mistake("unknown value of rule finality: 'leaders'; did you mean 'leader'?", "leader, certificate")
def a_value_that_the_rule_never_has_refused():
    @move
    def go(s):
        require(s.rules.finality != "leaders")  # here
        return s.set(done=True)


@mistake("unknown value of enum Phase: 'buzy'; did you mean 'busy'?", "idle, busy")
def an_unknown_enum_value():
    @move
    def go(s, n: Node):
        return s.set(phase={n: Phase.buzy})  # here


@pytest.mark.parametrize("case", mistake)
def test_a_mistake_names_its_line_and_what_to_write(case: Mistake) -> None:
    case.check()


def test_the_whole_message_is_one_line_with_place_problem_and_remedy() -> None:
    with pytest.raises(ModelError) as caught:
        a_guard_that_is_an_individual()
    place = f"{__file__}:{marked(a_guard_that_is_an_individual)}"
    problem = "the guard is no boolean but of Node: n"
    assert str(caught.value) == f"{place}: {problem} (allowed: a comparison, a relation, or True/False)"


def test_a_mistake_in_a_helper_is_named_at_the_helpers_line() -> None:
    def helper(s, n):
        return s.raedy[n]  # here

    with pytest.raises(ModelError, match="did you mean 'ready'") as caught:

        @move
        def go(s, n: Node):
            require(helper(s, n))
            return s.set(done=True)

    assert caught.value.line == marked(helper)
