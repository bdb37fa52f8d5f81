"""Promela: what Spin finds on it is what the explorer finds, state by state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

import pytest

from meterproof.check.targets import jobs
from meterproof.errors import InputError
from meterproof.explore.explorer import explore
from meterproof.export import promela, spin
from meterproof.export.formats import Request, promela_files
from meterproof.export.subjects import subjects
from meterproof.finite.ghosts import without_ghosts
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import IntRange, Protocol, Sort, action, invariant, require, trace, var
from meterproof.lang.expr import FALSE
from meterproof.lang.system import Property
from tests.explore.machines import machine
from tests.export.study import EXAMPLE, Everything, need_spin, reach

QUICK = ("-O0", *spin.EXACT[1:])
"""What is compiled quickly is enough for small searches."""


def compare(instance: Instance, claim: Property) -> tuple[int, int]:
    """Let both search everything; their states, moves and verdicts are the same. Returns states and Spin's errors."""
    need_spin()
    found = spin.run(promela.render(instance, claim), flags=QUICK)
    endless = replace(claim, id="", kind="reachable", formula=FALSE)  # never decided: the search goes on to the end
    search = explore(instance, instance.system.enabled_for(claim.against), [claim, endless])
    assert found.complete and search.complete
    assert found.states == search.states
    assert found.transitions - found.errors == search.generated
    assert (found.errors > 0) == (search.traces[0] is not None)
    return found.states, found.errors


def worlds(target: str, id: str, reading: str | None = None, **sizes: int) -> list[tuple[Instance, Property]]:
    [subject] = subjects(jobs([target], properties=[id], reading=reading, scope=sizes))
    [(job, claim)] = subject.claims()
    bare = without_ghosts(subject.system, [claim])  # what only other properties read would tell states apart for Spin
    return [(w, claim) for w in instances(bare, subject.scope(job, sizes))]


@pytest.mark.parametrize(("managers", "states"), [(3, 288), (5, 8_832)])
def test_two_phase_commit(managers: int, states: int) -> None:
    [(instance, claim)] = worlds(EXAMPLE, "consistent", RM=managers)
    assert compare(instance, claim) == (states, 0)


def test_two_phase_commit_reaches_commit() -> None:
    [(instance, claim)] = worlds(EXAMPLE, "all_commit", RM=3)
    assert compare(instance, claim) == (288, 1)


@pytest.mark.slow
def test_ordering_at_four_replicas_under_every_interpretation_of_the_rigids() -> None:
    found = worlds("bc-ami@hardened", "IS-V1", Replica=4, Block=2, faulty=1)
    assert len(found) == 6
    assert all(compare(*each)[1] == 0 for each in found)


@pytest.mark.slow
def test_ordering_in_quiet_states_where_liveness_fails() -> None:
    found = worlds("bc-ami@published", "IS-V14", "charitable", Replica=4, Block=2, faulty=1)
    assert any(compare(*each)[1] > 0 for each in found[:3])


def test_a_file_has_no_ghost_that_its_property_leaves() -> None:
    """`seen` is history for IS-V3 and nothing else; Spin would tell states apart by it."""
    for id, there in (("IS-P4", False), ("IS-V3", True)):
        found = subjects(jobs(["bc-ami@hardened"], properties=[id]))
        [text] = promela_files(Request(found, {}, "", Path(), None)).files.values()
        assert ("seen" in text) == there, id


def test_metering_where_the_property_holds_and_where_it_fails() -> None:
    small = {"Meter": 1, "Key": 2, "Epoch": 1, "Reading": 1, "Time": 2, "Height": 2}
    [hardened] = worlds("bc-ami@hardened", "IS-P4", **small)
    [published] = worlds("bc-ami@published", "IS-P4", "literal", **(small | {"Key": 1}))
    assert compare(*hardened)[1] == 0
    assert compare(*published)[1] > 0


def test_a_step_property_is_judged_move_by_move() -> None:
    [hardened] = worlds("bc-ami@hardened", "IS-V3", Meter=1, Key=2, Epoch=2, Reading=1, Time=1, Height=1)
    assert compare(*hardened)[1] == 0


def small_machines() -> Iterator[tuple[int, Instance, Property, Everything]]:
    """Random machines that reach between 5 and 500 states, each with another of its properties."""
    for seed in count():
        m = machine(seed)
        claim = m.system.properties[seed % len(m.system.properties)]
        plain = reach(m.worlds[0], m.system.enabled_for(claim.against), limit=500)
        if plain is not None and len(plain.states) > 4:
            yield seed, m.worlds[0], claim, plain


@pytest.mark.slow
def test_random_machines_with_integers_enums_and_orders() -> None:
    """Spin counts one error for every state that fails, and of a step property for every move."""
    need_spin()
    kinds = set()
    for seed, instance, claim, plain in islice(small_machines(), 8):
        found = spin.run(promela.render(instance, claim), flags=QUICK)
        failing = plain.failing(Interpreter(instance), claim)
        assert (found.states, found.errors) == (len(plain.states), failing), seed
        assert found.transitions - found.errors == 1 + len(plain.steps), seed
        kinds.add((claim.kind, failing > 0))
    assert len(kinds) > 3


Slot = Sort("Slot")


class Swap(Protocol):
    """Two variables that exchange their values at once, and a counter."""

    left = var(to=IntRange(-1, 3), init=0)
    right = var(to=IntRange(-1, 3), init=-1)
    register = var(Slot)

    @action
    def swap(s):  # type: ignore[no-untyped-def]
        return s.set(left=s.right, right=s.left)

    @action
    def up(s, x: Slot):  # type: ignore[no-untyped-def, valid-type]
        require(s.left < 3)
        return s.set(left=s.left + 1, register={x: True})

    @invariant
    def apart(s):  # type: ignore[no-untyped-def]
        return s.left != s.right


def swap() -> tuple[Instance, Property]:
    system = trace(Swap)
    return instances(system, resolve(system, {"Slot": 2}))[0], system.property("apart")


def test_simultaneous_updates_read_the_old_state() -> None:
    instance, claim = swap()
    plain = reach(instance, instance.system.actions)
    assert plain is not None
    assert compare(instance, claim) == (65, plain.failing(Interpreter(instance), claim))


def test_comments_end_where_they_should_and_words_of_c_are_no_names() -> None:
    text = promela.render(*swap(), heading=["ends */ too early"])
    assert "ends * / too early" in text
    assert "register_slot0" in text


def test_spin_is_told_where_a_bounded_integer_leaves_its_range() -> None:
    need_spin()
    system = trace(type("Open", (Swap,), {"more": action(lambda s: s.set(right=s.right + 1))}))
    instance = instances(system, resolve(system, {"Slot": 1}))[0]
    found = spin.run(promela.render(instance, system.property("apart")), every_error=False)
    assert found.errors == 1
    assert "assert(right + 1 >= -1 && right + 1 <= 3)" in promela.render(instance, system.property("apart"))


def test_a_search_that_is_too_deep_is_not_called_complete() -> None:
    need_spin()
    [(instance, claim)] = worlds(EXAMPLE, "consistent", RM=3)
    assert not spin.run(promela.render(instance, claim), depth=3).complete


def test_what_spin_does_not_read_is_an_input_error() -> None:
    need_spin()
    with pytest.raises(InputError, match="spin refuses the model"):
        spin.run("active proctype p() { x = ; }")
