"""The canonical hash of random systems: every edit changes it, no reordering does."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from meterproof.lang import System
from meterproof.lang.canonical import digest
from meterproof.lang.expr import negate
from tests.explore.machines import machine


def edits(dice: Random, system: System) -> list[System]:
    """The system with one thing changed, in several ways."""
    changed = []
    for at, each in enumerate(system.actions):

        def swapped(new: Any, at: int = at) -> System:
            return replace(system, actions=(*system.actions[:at], new, *system.actions[at + 1 :]))

        changed.append(replace(system, actions=(*system.actions[:at], *system.actions[at + 1 :])))
        changed.append(swapped(replace(each, needs="another capability")))
        changed.append(swapped(replace(each, name="another name")))
        if each.updates:
            changed.append(swapped(replace(each, updates=each.updates[1:])))
        if each.guards:
            guard = replace(each.guards[0], condition=negate(each.guards[0].condition))
            changed.append(swapped(replace(each, guards=(guard, *each.guards[1:]))))
            changed.append(swapped(replace(each, guards=each.guards[1:])))
    for at, each in enumerate(system.properties):
        other = replace(each, formula=negate(each.formula))
        quiet = replace(each, when_quiet=not each.when_quiet)
        for new in (other, quiet, replace(each, id="another id")):
            changed.append(replace(system, properties=(*system.properties[:at], new, *system.properties[at + 1 :])))
    return changed


@given(st.integers(0, 10**6))
def test_no_edit_of_a_random_system_keeps_its_hash(seed: int) -> None:
    system = machine(seed).system
    hashes = [digest(each) for each in edits(Random(seed), system)]
    assert digest(system) not in hashes


@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_of_a_random_systems_parts_does_not_matter(seed: int, dice: Random) -> None:
    system = machine(seed).system

    def shuffled(parts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(dice.sample(parts, len(parts)))

    actions = tuple(replace(a, guards=shuffled(a.guards), updates=shuffled(a.updates)) for a in system.actions)
    turned = replace(
        system, actions=shuffled(actions), properties=shuffled(system.properties), variables=shuffled(system.variables)
    )
    assert digest(turned) == digest(system)
