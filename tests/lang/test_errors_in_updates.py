"""Mistakes in updates and indexes: each error names the model's line and says what to write instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from meterproof.errors import ModelError
from meterproof.lang import action, adding, count, exists, forall, implies, invariant, require
from meterproof.lang.wellformed import check_cells
from tests.lang.mistakes import Colour, Mistake, Mistakes, Node, Token, move, system

mistake = Mistakes()


# Updates


@mistake("phase holds Phase, not Colour: Colour.red", "")
def a_value_of_another_enum():
    @move
    def go(s, n: Node):
        return s.set(phase={n: Colour.red})  # here


@mistake("ready holds bool, not Node: n", "")
def an_individual_instead_of_a_boolean():
    @move
    def go(s, n: Node):
        return s.set(ready={n: n})  # here


@mistake("'busy' is no value of Phase", "Phase.idle, ...")
def a_text_instead_of_an_enum_value():
    @move
    def go(s, n: Node):
        return s.set(phase={n: "busy"})  # here


@mistake("4 is outside 0..3", "0..3")
def a_number_outside_its_range():
    @move
    def go(s):
        return s.set(level=4)  # here


@mistake("True is no value of 0..3", "an expression of 0..3")
def a_boolean_instead_of_a_number():
    @move
    def go(s):
        return s.set(level=True)  # here


@mistake("level is no relation, so nothing can be added to it", "level=a new value")
def an_addition_to_a_number():
    @move
    def go(s):
        return s.set(level=adding(lambda: True))  # here


@mistake("the row of ready stands beside other cells", "one row, or a lambda for all cells")
def a_row_beside_a_cell():
    @move
    def go(s, n: Node):
        return s.set(ready={n: True, ...: False})  # here


@mistake("ready takes 1 argument(s), got 2", "s.ready[node]")
def a_row_of_too_many_arguments():
    @move
    def go(s, n: Node):
        return s.set(ready={(..., n): True})  # here


@mistake("ready holds bool, not Phase", "")
def a_pointwise_update_of_the_wrong_type():
    @move
    def go(s):
        return s.set(ready=lambda n: s.phase[n])  # here


@mistake("held gives its function 2 value(s), but the function takes 1", "")
def a_pointwise_update_with_too_few_arguments():
    @move
    def go(s):
        return s.set(held=lambda n: True)  # here


@mistake("ready takes arguments, so its update names cells", "ready={index: value} or ready=lambda ...: value")
def a_relation_set_to_one_value():
    @move
    def go(s):
        return s.set(ready=True)  # here


@mistake("owner is rigid: it is fixed before the run", "a var instead of a rigid")
def an_update_of_a_rigid():
    @move
    def go(s, t: Token, n: Node):
        return s.set(owner={t: n})  # here


@mistake("s.set(...) is called a second time", "one s.set(...) with all changes, returned")
def an_update_that_is_not_returned():
    @move
    def go(s, n: Node):
        s.set(ready={n: True})
        return s.set(done=True)  # here


@mistake("'ready' is read from the updated state", "reads from s: all updates are simultaneous")
def a_read_of_the_updated_state():
    @move
    def go(s, n: Node):
        t = s.set(ready={n: True})
        require(t.ready[n])  # here
        return t


@mistake("go updates two cells of ready that may alias: (a,) and (b,)", "require(a != b) first")
def two_cells_that_may_be_one():
    @move  # here
    def go(s, a: Node, b: Node):
        return s.set(ready={a: True, b: False})


@mistake("a guard of go reads the ghost past", "state variables that are no ghosts")
def a_guard_that_reads_a_ghost():
    @move
    def go(s, n: Node):
        require(exists(Node, lambda m: s.past[m]))  # here
        return s.set(ready={n: True})


@mistake("go lets ready depend on the ghost past", "ghosts may only feed ghosts")
def a_value_that_depends_on_a_ghost():
    @move  # here
    def go(s, n: Node):
        return s.set(ready={n: s.past[n]})


@mistake("go lets ready depend on the ghost trail", "ghosts may only feed ghosts")
def a_cell_that_a_ghost_chooses():
    @move  # here
    def go(s, n: Node):
        return s.set(ready={s.trail[n]: True})


# Indexes


@mistake("held takes 2 argument(s), got 1", "s.held[node, token]")
def too_few_indexes():
    @move
    def go(s, n: Node):
        require(s.held[n])  # here
        return s.set(done=True)


@mistake("ready takes 1 argument(s), got 2", "s.ready[node]")
def too_many_indexes_in_an_update():
    @move
    def go(s, n: Node, t: Token):
        return s.set(ready={(n, t): True})  # here


@mistake("held is indexed by Node, not by Token", "s.held[node, token]")
def indexes_in_the_wrong_order():
    @move
    def go(s, n: Node, t: Token):
        require(s.held[t, n])  # here
        return s.set(done=True)


@mistake("ready is indexed by Node, not by Token", "s.ready[node]")
def an_update_at_the_wrong_sort():
    @move
    def go(s, t: Token):
        return s.set(ready={t: True})  # here


@mistake("0 is no value of Node", "an expression of Node")
def a_number_as_an_index():
    @move
    def go(s):
        require(s.ready[0])  # here
        return s.set(done=True)


@pytest.mark.parametrize("case", mistake)
def test_a_mistake_names_its_line_and_what_to_write(case: Mistake) -> None:
    case.check()


def test_an_action_that_updates_a_variable_twice_is_refused_however_it_was_made() -> None:
    @move
    def go(s):
        return s.set(done=True)

    [made] = go.actions
    with pytest.raises(ModelError, match="go updates done twice"):
        check_cells(replace(made, updates=made.updates * 2))


def test_cells_that_a_guard_keeps_apart_are_accepted() -> None:
    @move
    def go(s, a: Node, b: Node):
        require(s.done & (a != b))
        return s.set(ready={a: True, b: False})

    assert len(go.actions[0].updates[0].cells) == 2


def test_cells_that_differ_in_one_index_for_sure_are_accepted() -> None:
    @move
    def go(s, a: Node, b: Node, t: Token, u: Token):
        require(t != u)
        return s.set(held={(a, t): True, (b, u): False})

    assert len(go.actions[0].updates[0].cells) == 2


def test_a_ghost_may_feed_a_ghost_and_a_property_may_read_it() -> None:
    @invariant
    def remembered(s):
        return forall(Node, lambda n: implies(s.ready[n], s.past[n]))

    @action
    def go(s, n: Node):
        return s.set(past={n: s.past[n] | s.ready[n]})

    assert len(system(go=go, remembered=remembered).actions) == 1


def test_numbers_may_be_counted_and_summed_into_a_bounded_integer() -> None:
    @move
    def go(s):
        return s.set(level=1 + count(Node, lambda n: s.ready[n]) - s.level)

    assert repr(go.actions[0].updates[0].cells[0][1]) == "((1 + count(n: Node: ready[n])) - level)"
