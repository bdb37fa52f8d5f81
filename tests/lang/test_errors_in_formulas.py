"""Mistakes in formulas (Python's own logic, order, arithmetic, quantifiers, thresholds): each error names its line."""

from __future__ import annotations

import pytest

from meterproof.lang import (
    Formula,
    atleast,
    count,
    exists,
    forall,
    invariant,
    is_first,
    is_next,
    ite,
    require,
)
from tests.lang.mistakes import Colour, Mistake, Mistakes, Node, Phase, Tick, Token, move, system

mistake = Mistakes()


# Python's own logic


@mistake("Python asked a symbolic value for its truth", "`&`, `|`, `~`, implies(a, b), ite(c, a, b)")
def if_on_a_symbolic_value():
    @move
    def go(s, n: Node):
        if s.ready[n]:  # here
            return s.set(done=True)
        return s.set(done=False)


@mistake("Python asked a symbolic value for its truth", "`&`, `|`, `~`")
def and_between_symbolic_values():
    @move
    def go(s, n: Node):
        require(s.ready[n] and s.done)  # here
        return s.set(done=True)


@mistake("Python asked a symbolic value for its truth", "`&`, `|`, `~`")
def or_between_symbolic_values():
    @move
    def go(s, n: Node):
        require(s.ready[n] or s.done)  # here
        return s.set(done=True)


@mistake("Python asked a symbolic value for its truth", "`&`, `|`, `~`")
def not_of_a_symbolic_value():
    @move
    def go(s, n: Node):
        require(not s.ready[n])  # here
        return s.set(done=True)


@mistake("a chained comparison", "`&`, `|`, `~`")
def a_chained_comparison():
    @move
    def go(s):
        require(0 < s.level < 3)  # here
        return s.set(done=True)


@mistake("Python asked a symbolic value for its truth", "`&`, `|`, `~`")
def in_a_tuple():
    @move
    def go(s, n: Node):
        require(s.phase[n] in (Phase.idle, Phase.busy))  # here
        return s.set(done=True)


@mistake("Python asked a symbolic value for its truth", "ite(c, a, b)")
def a_conditional_expression():
    @move
    def go(s, n: Node):
        new = Phase.busy if s.done else Phase.idle  # here
        return s.set(phase={n: new})


# Order, equality and arithmetic


@mistake("Node is not ordered", 'Sort("Node", ordered=True), or == and !=')
def an_order_between_individuals_without_one():
    @move
    def go(s, a: Node, b: Node):
        require(a < b)  # here
        return s.set(done=True)


@mistake("Node is not ordered", 'Sort("Node", ordered=True)')
def the_first_individual_of_a_sort_without_an_order():
    @move
    def go(s, n: Node):
        require(is_first(n))  # here
        return s.set(done=True)


@mistake("is_first is for ordered sorts", "")
def the_first_of_an_enum():
    @move
    def go(s, n: Node):
        require(is_first(s.phase[n]))  # here
        return s.set(done=True)


@mistake("values of Phase have no order", "an ordered Sort or a number")
def an_order_between_enum_values():
    @move
    def go(s, n: Node):
        require(s.phase[n] >= Phase.busy)  # here
        return s.set(done=True)


@mistake("is_next is for ordered sorts; numbers have + and -", "")
def the_next_number():
    @move
    def go(s):
        require(is_next(s.level, s.level))  # here
        return s.set(done=True)


@mistake("a value of Token stands where Node is needed: t", "")
def individuals_of_two_sorts_compared():
    @move
    def go(s, n: Node, t: Token):
        require(n == t)  # here
        return s.set(done=True)


@mistake("a value of Colour stands where Phase is needed: Colour.red", "")
def a_choice_between_two_types():
    @move
    def go(s, n: Node):
        return s.set(phase={n: ite(s.done, Phase.idle, Colour.red)})  # here


@mistake("5 is outside 0..3", "0..3")
def a_comparison_with_a_number_that_is_never_reached():
    @move
    def go(s):
        require(s.level < 5)  # here
        return s.set(done=True)


@mistake("no arithmetic on Tick", "numbers: an IntRange or count(...)")
def arithmetic_on_an_ordered_sort():
    @move
    def go(s, t: Tick):
        require(t + 1 == t)  # here
        return s.set(done=True)


@mistake("a value of Node stands where number is needed: n", "")
def an_individual_added_to_a_number():
    @move
    def go(s, n: Node):
        return s.set(level=s.level + n)  # here


@mistake("numbers of a model are not multiplied: level * 2", "+ and -, or a Formula")
def a_product():
    @move
    def go(s):
        return s.set(level=s.level * 2)  # here


# Quantifiers, counts and thresholds


@mistake("the body of forall is no boolean but of Phase", "a comparison, a relation")
def a_quantifier_over_no_boolean():
    @move
    def go(s):
        require(forall(Node, lambda n: s.phase[n]))  # here
        return s.set(done=True)


@mistake("exists(...) needs sorts and then a function", "exists(Replica, lambda r: ...)")
def a_quantifier_without_a_function():
    @move
    def go(s, n: Node):
        require(exists(Node, s.ready[n]))  # here
        return s.set(done=True)


@mistake("forall ranges over <class 'int'>, which is no sort", "a Sort or an Enum")
def a_quantifier_over_a_python_type():
    @move
    def go(s):
        require(forall(int, lambda n: s.done))  # here
        return s.set(done=True)


@mistake("forall gives its function 1 value(s), but the function takes 2", "")
def a_quantifier_whose_function_takes_too_many_values():
    @move
    def go(s):
        require(forall(Node, lambda a, b: s.done))  # here
        return s.set(done=True)


@mistake("count ranges over one sort", "count(Replica, lambda r: ...)")
def a_count_over_two_sorts():
    @move
    def go(s):
        require(count(Node, Token, lambda n, t: s.held[n, t]) > 1)  # here
        return s.set(done=True)


@mistake("the guard is no boolean but of number", "a comparison")
def a_count_instead_of_a_comparison():
    @move
    def go(s):
        require(count(Node, lambda n: s.ready[n]))  # here
        return s.set(done=True)


@mistake("done holds bool, not number", "")
def a_count_as_a_boolean_value():
    @move
    def go(s):
        return s.set(done=count(Node, lambda n: s.ready[n]))  # here


@mistake("atleast ranges over one sort", "atleast(s.rules.quorum, Replica, lambda r: ...)")
def a_threshold_over_an_enum():
    @move
    def go(s):
        require(atleast(1, Phase, lambda p: p == Phase.idle))  # here
        return s.set(done=True)


@mistake("the threshold of atleast is '2*f+1'", 'a formula rule, Formula.parse("2*f+1"), or a number')
def a_threshold_that_is_a_text():
    @move
    def go(s):
        require(atleast("2*f+1", Node, lambda n: s.ready[n]))  # here
        return s.set(done=True)


@mistake("the threshold f+1 in a guard of go speaks of f, which is no parameter", "n")
def a_threshold_that_counts_in_a_parameter_that_is_not_there():
    @move
    def go(s):
        require(atleast(Formula.parse("f+1"), Node, lambda n: s.ready[n]))  # here
        return s.set(done=True)


@mistake("the threshold f+1 in property never speaks of f", "n")
def a_property_whose_threshold_counts_in_a_missing_parameter():
    @invariant  # here
    def never(s):
        return ~atleast(Formula.parse("f+1"), Node, lambda n: s.ready[n])

    system(never=never)


@pytest.mark.parametrize("case", mistake)
def test_a_mistake_names_its_line_and_what_to_write(case: Mistake) -> None:
    case.check()
