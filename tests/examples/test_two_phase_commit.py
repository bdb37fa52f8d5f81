"""The shipped example: its exact numbers of states, and that its guards carry weight.

The numbers are pinned, and small ones are counted a second time by a search written here in plain Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from examples.two_phase_commit import RM, Decision, Phase, TwoPhaseCommit
from meterproof.explore.explorer import Search, explore
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import Protocol, action, require, trace


def search(protocol: type[Protocol], size: int, *claims: str) -> Search:
    system = trace(protocol)
    [instance] = instances(system, resolve(system, {"RM": size}))
    return explore(instance, system.actions, [system.property(claim) for claim in claims])


COUNTS = [(3, 288, 1_146), (5, 8_832, 58_146), (7, 296_448, 2_744_706)]


@pytest.mark.parametrize(("size", "states", "generated"), COUNTS)
def test_the_numbers_of_states_and_transitions_are_exact(size: int, states: int, generated: int) -> None:
    found = search(TwoPhaseCommit, size, "consistent")
    assert found.traces == (None,)
    assert found.complete
    assert (found.states, found.generated) == (states, generated)


def by_hand(size: int) -> tuple[int, int]:
    """States and transitions (with the start) of two-phase commit, without meterproof."""

    def moves(state: tuple[tuple[str, ...], str, frozenset[int], frozenset[int]]) -> Iterator[Any]:
        phase, decision, said, heard = state
        for i in range(size):

            def becomes(new: str, i: int = i) -> tuple[str, ...]:
                return (*phase[:i], new, *phase[i + 1 :])

            if phase[i] == "working":
                yield becomes("prepared"), decision, said | {i}, heard
                yield becomes("aborted"), decision, said, heard
            if decision == "undecided" and i in said:
                yield phase, decision, said, heard | {i}
            if decision == "commit":
                yield becomes("committed"), decision, said, heard
            if decision == "abort":
                yield becomes("aborted"), decision, said, heard
        if decision == "undecided":
            yield phase, "abort", said, heard
            if len(heard) == size:
                yield phase, "commit", said, heard

    start = (("working",) * size, "undecided", frozenset[int](), frozenset[int]())
    seen, queue, generated = {start}, [start], 1
    while queue:
        for after in moves(queue.pop()):
            generated += 1
            if after not in seen:
                seen.add(after)
                queue.append(after)
    return len(seen), generated


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_a_search_by_hand_counts_the_same(size: int) -> None:
    found = search(TwoPhaseCommit, size)
    assert (found.states, found.generated) == by_hand(size)


def test_every_lemma_holds_and_every_action_happens() -> None:
    lemmas = [p.id for p in trace(TwoPhaseCommit).properties if p.kind == "lemma"]
    found = search(TwoPhaseCommit, 3, *lemmas)
    assert len(lemmas) >= 4
    assert found.traces == (None,) * len(lemmas)
    assert all(found.taken.values())


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_all_commit_after_each_has_prepared_was_heard_and_followed(size: int) -> None:
    [witness] = search(TwoPhaseCommit, size, "all_commit").traces
    assert witness is not None
    assert len(witness.steps) == 3 * size + 1
    assert [s.action for s in witness.steps].count("commit") == 1


class Hasty(TwoPhaseCommit):
    """The transaction manager commits without having heard from all."""

    @action
    def commit(s):
        require(s.decision == Decision.undecided)
        return s.set(decision=Decision.commit)


class Fickle(TwoPhaseCommit):
    """A manager that has promised may still abort by itself."""

    @action
    def choose_to_abort(s, rm: RM):
        require((s.phase[rm] == Phase.working) | (s.phase[rm] == Phase.prepared))
        return s.set(phase={rm: Phase.aborted})


class Undecided(TwoPhaseCommit):
    """The transaction manager may change its mind."""

    @action
    def abort(s):
        return s.set(decision=Decision.abort)


@pytest.mark.parametrize(("mutant", "length"), [(Hasty, 3), (Fickle, 7), (Undecided, 8)])
def test_without_a_guard_managers_disagree_and_the_trace_is_the_shortest(mutant: type[Protocol], length: int) -> None:
    [found] = search(mutant, 2, "consistent").traces
    assert found is not None
    assert len(found.steps) == length


def test_a_hasty_commit_needs_three_steps_to_go_wrong() -> None:
    [found] = search(Hasty, 2, "consistent").traces
    assert found is not None
    assert sorted(s.action for s in found.steps) == ["choose_to_abort", "commit", "follow_commit"]
    assert sorted(found.states[-1][0]) == [Phase.values.index("committed"), Phase.values.index("aborted")]
