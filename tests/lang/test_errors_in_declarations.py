"""Mistakes in declarations: actions, variables, rules and properties; each error names its line."""

from __future__ import annotations

import pytest

from meterproof.lang import (
    Enum,
    IntRange,
    Protocol,
    action,
    choice,
    flag,
    formula,
    implies,
    invariant,
    ite,
    leads_to,
    number,
    parameter,
    require,
    rigid,
    step,
    trace,
    var,
)
from tests.lang.mistakes import Base, Colour, Mistake, Mistakes, Node, Phase, Token, move, system

mistake = Mistakes()


# Actions


@mistake("go is declared twice in one class, first in line", "another name, or a subclass that replaces it")
def an_action_that_would_silently_replace_one_of_the_same_class():
    class Twice(Base):
        @action
        def go(s):
            return s.set(done=True)

        @action  # here
        def go(s):  # noqa: F811
            return s.set(done=False)

    trace(Twice)


@mistake("done is declared twice in one class, first in line", "another name, or a subclass that replaces it")
def a_variable_of_the_name_of_another():
    class Twice(Base):
        done = var(to=bool)
        done = var(to=Phase, init=Phase.idle)  # here

    trace(Twice)


@mistake("action go returns NoneType", "return s.set(...)")
def an_action_without_a_return():
    @move  # here
    def go(s):
        s.set(done=True)


@mistake("action go returns State", "return s.set(...)")
def an_action_that_returns_the_old_state():
    @move  # here
    def go(s):
        require(s.done)
        return s


@mistake("parameter 'n' of action go has no sort", "def go(s, n: Replica)")
def a_parameter_without_a_sort():
    @move  # here
    def go(s, n):
        return s.set(done=True)


@mistake("parameter 'n' of action go has no sort", "def go(s, n: Replica)")
def a_parameter_that_is_a_python_number():
    @move  # here
    def go(s, n: int):
        return s.set(done=True)


@mistake("the function of action go takes 0 argument(s)", "1, first the state")
def an_action_that_does_not_take_the_state():
    @move  # here
    def go():
        return None


# Declarations


@mistake("stage has no initial value", "init=...")
def a_variable_without_an_initial_value():
    class Case(Base):
        stage = var(to=Phase)  # here

    system(Case)


@mistake("init of stage: a value of Colour stands where Phase is needed", "")
def an_initial_value_of_another_type():
    class Case(Base):
        stage = var(to=Phase, init=Colour.red)  # here

    system(Case)


@mistake("init of size: 7 is outside 0..3", "0..3")
def an_initial_number_outside_its_range():
    class Case(Base):
        size = var(to=IntRange(0, 3), init=7)  # here

    system(Case)


@mistake("init of size may lie outside 0..3: (base + 1)", "a number, or a value of 0..3")
def an_initial_number_that_may_leave_its_range():
    class Case(Base):
        base = rigid(to=IntRange(0, 3))
        size = var(to=IntRange(0, 3), init=lambda s: s.base + 1)  # here

    system(Case)


@mistake("the function of init of stage takes 1 argument(s)", "2, first the state")
def an_initial_value_that_forgets_its_index():
    class Case(Base):
        stage = var(Node, to=Phase, init=lambda s: Phase.idle)  # here

    system(Case)


@mistake("unknown state variable: 'done'", "owner")
def an_initial_value_that_reads_the_state():
    class Case(Base):
        stage = var(init=lambda s: s.done)  # here

    system(Case)


@mistake("a variable's argument is Enum(name='Phase'", "Sorts, as in var(Replica, Block)")
def a_variable_over_an_enum():
    var(Phase)  # here


@mistake("<class 'int'> is no type of the language", "bool, a Sort, an Enum, an IntRange")
def a_variable_of_a_python_type():
    var(Node, to=int, init=0)  # here


@mistake("a variable cannot be called 'set'", "another name")
def a_variable_that_would_hide_the_update():
    class Case(Base):
        set = var(Node)  # here

    system(Case)


@mistake("a variable cannot be called 'rules'", "another name")
def a_variable_that_would_hide_the_rules():
    class Case(Base):
        rules = var(Node)  # here

    system(Case)


@mistake("Enum 'Lone' needs two or more different values, got ['only']", "")
def an_enum_with_one_value():
    Enum("Lone", "only")  # here


@mistake("Enum 'Twice' needs two or more different values, got ['a', 'a']", "")
def an_enum_with_the_same_value_twice():
    Enum("Twice", "a", "a")  # here


@mistake("Enum 'Odd' cannot have a value 'name'", "a plain name that is not name or values")
def an_enum_value_that_could_not_be_reached():
    Enum("Odd", "name", "address")  # here


@mistake("IntRange(3, 0) is empty", "the smaller bound first")
def an_empty_range():
    IntRange(3, 0)  # here


@mistake("at_most belongs to a set", "")
def a_bound_on_a_relation_with_two_arguments():
    rigid(Node, Token, at_most="f")  # here


@mistake("at most 'g' of faulty: there is no such parameter", "f")
def a_bound_that_is_no_parameter():
    class Case(Base):
        f = parameter(Node, default="0")
        faulty = rigid(Node, at_most="g")  # here

    system(Case)


@mistake("a parameter's n is the size of a sort", "parameter(Replica, default=...)")
def a_parameter_of_the_design_over_an_enum():
    parameter(Phase, default="0")  # here


@mistake("formula 'm-1', column 1: the name 'm' is not known here", "whole numbers, n")
def a_parameter_of_the_design_whose_default_is_no_formula_in_n():
    parameter(Node, default="m-1")  # here


@mistake("the resilience of f is 'strict', which is no formula rule", "least")
def a_resilience_that_is_no_formula():
    class Case(Protocol):
        least = formula("n", "f", doc="A formula.", removed="1")
        strict = flag(doc="No formula.")
        f = parameter(Node, default="0", resilience="strict")  # here

    trace(Case, Case.rule_schema().read({"least": "1", "strict": True}))


@mistake("a choice needs at least two different values, not ['one']", "")
def a_choice_of_one():
    choice("one", doc="No choice.")  # here


@mistake("a number from 3 to 1 can have no value", "")
def an_empty_number():
    number(3, 1, doc="No number.")  # here


@mistake("a flag cannot be 'no' when it is removed", "true or false")
def a_rule_whose_absence_is_none_of_its_values():
    flag(doc="A flag.", removed="no")  # here


# Properties


@mistake("the property never is no boolean but of Phase", "a comparison, a relation")
def a_property_that_is_no_boolean():
    @invariant  # here
    def never(s):
        return exists_phase(s)

    system(never=never)


def exists_phase(s):
    return ite(s.done, Phase.idle, Phase.busy)


@mistake("the property never is no boolean but a Python NoneType", "a comparison")
def a_property_without_a_return():
    @invariant  # here
    def never(s):
        implies(s.done, True)

    system(never=never)


@mistake("the property never is no boolean but a Python NoneType", "a comparison")
def a_witness_that_is_no_boolean():
    @invariant(
        witness=lambda s: None,  # here
    )
    def never(s):
        return s.done

    system(never=never)


@mistake("the function of property moves takes 1 argument(s)", "2, first the state")
def a_step_property_of_one_state():
    @step  # here
    def moves(s):
        return s.done

    system(moves=moves)


@mistake("the function of property never takes 2 argument(s)", "1, first the state")
def an_invariant_of_two_states():
    @invariant  # here
    def never(s, t):
        return s.done

    system(never=never)


@mistake("property soon does not say what it leads to", "@leads_to(then=lambda s: ...)")
def a_promise_without_a_fulfilment():
    @leads_to  # here
    def soon(s):
        return s.done

    system(soon=soon)


@pytest.mark.parametrize("case", mistake)
def test_a_mistake_names_its_line_and_what_to_write(case: Mistake) -> None:
    case.check()
