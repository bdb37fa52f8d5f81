"""A search: what it says when it ends early, that it repeats itself, and whom it blames for a number out of range."""

from __future__ import annotations

import inspect
from itertools import pairwise
from pathlib import Path

import pytest

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.errors import ModelError
from meterproof.explore.explorer import Limits, Progress, Search, explore
from meterproof.finite.instance import Instance
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import (
    Enum,
    IntRange,
    Protocol,
    Sort,
    System,
    action,
    atleast,
    exists,
    invariant,
    is_first,
    is_next,
    ite,
    quiescent,
    reachable,
    require,
    rigid,
    step,
    trace,
    var,
)

Lamp = Sort("Lamp")
Switch = Sort("Switch")
Hour = Sort("Hour", ordered=True)
Colour = Enum("Colour", "red", "green", "blue")


def world(system: System, **sizes: int) -> Instance:
    [instance] = instances(system, resolve(system, sizes))
    return instance


def commit(size: int, **limits: float) -> Search:
    """Search two-phase commit for anything that goes wrong, which nothing does."""
    system = trace(TwoPhaseCommit)
    given = Limits(**limits) if limits else None  # type: ignore[arg-type]
    return explore(world(system, RM=size), system.actions, [system.property("consistent")], given)


class Countdown(Protocol):
    """A counter that stops at its lower end, and one that nobody stops."""

    left = var(to=IntRange(0, 3), init=3)
    right = var(to=IntRange(0, 3), init=0)

    @action
    def count_down(s):
        require(s.left > 0)
        return s.set(left=s.left - 1)

    @action
    def count_up(s):
        require(s.left == 0)
        return s.set(right=s.right + 2)


def test_a_number_out_of_range_is_the_fault_of_the_action_that_lacks_a_guard() -> None:
    system = trace(Countdown)
    with pytest.raises(ModelError, match="takes a bounded integer out of its range") as error:
        explore(world(system), system.actions, [])
    lines, first = inspect.getsourcelines(Countdown)
    assert error.value.file is not None and Path(error.value.file) == Path(__file__)
    assert lines[(error.value.line or 0) - first :][1].strip() == "def count_up(s):"
    assert error.value.allowed == "a guard that keeps it in range"


def test_a_search_that_finds_what_it_looks_for_first_does_not_meet_the_fault() -> None:
    class Watched(Countdown):
        @invariant
        def two_left(s):
            return s.left >= 2

    system = trace(Watched)
    search = explore(world(system), system.actions, system.properties)
    assert [str(s.action) for t in search.traces if t for s in t.steps] == ["count_down", "count_down"]


def test_an_exhausted_search_is_complete_and_nothing_stopped_it() -> None:
    search = commit(3)
    assert (search.complete, search.stopped) == (True, None)


def test_a_search_that_has_found_all_it_looks_for_stops_and_is_not_complete() -> None:
    system = trace(TwoPhaseCommit)
    search = explore(world(system, RM=3), system.actions, [system.property("all_commit")])
    assert search.traces[0] is not None
    assert (search.complete, search.stopped) == (False, None)


def test_a_search_gives_up_when_its_states_are_many_and_says_so() -> None:
    search = commit(7, states=100_000)
    assert not search.complete
    assert search.stopped == "memory: 100,000 states"
    assert 100_000 < search.states < 296_448


def test_a_search_gives_up_when_its_time_is_over_and_says_so() -> None:
    search = commit(7, seconds=0.0)
    assert not search.complete
    assert search.stopped == "time: 0 s"
    assert 0 < search.states < 296_448


def test_a_search_that_ends_within_its_limits_is_complete_even_when_they_are_tight() -> None:
    search = commit(3, states=288, seconds=1000.0)
    assert (search.complete, search.stopped, search.states) == (True, None, 288)


def test_an_interrupted_search_claims_nothing_about_what_it_did_not_find() -> None:
    assert commit(7, seconds=0.0).traces == (None,)


def test_progress_only_grows_and_ends_with_an_empty_queue() -> None:
    heard: list[Progress] = []
    system = trace(TwoPhaseCommit)
    search = explore(world(system, RM=7), system.actions, [], report=heard.append)
    assert len(heard) > 1
    for earlier, later in pairwise(heard):
        assert earlier.states <= later.states and earlier.generated <= later.generated and earlier.depth <= later.depth
    assert (heard[-1].states, heard[-1].generated, heard[-1].queue) == (search.states, search.generated, 0)


def test_the_same_search_twice_gives_the_same_counts_and_the_same_trace() -> None:
    system = trace(TwoPhaseCommit)
    claims = [system.property("all_commit"), system.property("consistent")]
    first, second = (explore(world(system, RM=4), system.actions, claims) for _ in range(2))
    assert (first.states, first.generated, first.depth) == (second.states, second.generated, second.depth)
    assert first.taken == second.taken
    assert first.traces[0] is not None and second.traces[0] is not None
    assert first.traces[0].steps == second.traces[0].steps
    assert first.traces[0].states == second.traces[0].states


class Lamps(Protocol):
    """Each lamp goes red, green, blue; an adversary may put all of them out at once."""

    colour = var(Lamp, to=Colour, init=Colour.red)
    dark = var()

    @action
    def change(s, lamp: Lamp):
        require(s.colour[lamp] != Colour.blue)
        require(~s.dark)
        now = s.colour[lamp]
        return s.set(colour=lambda x: next_colour(x == lamp, now, s.colour[x]))

    @action(needs="CUT")
    def cut(s):
        require(atleast(2, Lamp, lambda x: s.colour[x] == Colour.blue))
        return s.set(dark=True)

    @reachable
    def two_colours_at_once(s):
        return exists(Lamp, lambda x: (s.colour[x] == Colour.red) & (s.colour[x] == Colour.green))

    @quiescent
    def all_blue_at_rest(s):
        return ~exists(Lamp, lambda x: s.colour[x] != Colour.blue)

    @step
    def nothing_changes_in_the_dark(s, t):
        return ~s.dark | ~exists(Lamp, lambda x: s.colour[x] != t.colour[x])


def next_colour(here, now, otherwise):
    """What a lamp becomes: the next colour here, what it was elsewhere."""
    return ite(here, ite(now == Colour.red, Colour.green, Colour.blue), otherwise)


def test_one_lamp_never_has_two_colours() -> None:
    system = trace(Lamps)
    search = explore(world(system, Lamp=2), system.actions, [system.property("two_colours_at_once")])
    assert search.traces == (None,) and search.complete


def test_quiet_means_that_only_the_adversary_can_move() -> None:
    system = trace(Lamps)
    claim = system.property("all_blue_at_rest")
    honest = explore(world(system, Lamp=3), system.enabled_for(frozenset()), [claim])
    assert honest.traces == (None,)
    [early] = explore(world(system, Lamp=3), system.enabled_for(frozenset({"CUT"})), [claim]).traces
    assert early is not None
    assert [s.action for s in early.steps] == ["change"] * 4 + ["cut"]


def test_the_search_counts_how_often_each_action_was_taken() -> None:
    system = trace(Lamps)
    search = explore(world(system, Lamp=1), system.actions, [])
    assert search.taken == {"change": 2, "cut": 0}
    assert (search.states, search.generated, search.depth) == (3, 3, 2)


def test_a_claim_that_fails_at_the_start_has_a_trace_without_steps() -> None:
    class Lit(Lamps):
        @invariant
        def never_red(s):
            return ~exists(Lamp, lambda x: s.colour[x] == Colour.red)

    system = trace(Lit)
    [found] = explore(world(system, Lamp=2), system.actions, [system.property("never_red")]).traces
    assert found is not None and found.steps == () and len(found.states) == 1


class Switches(Protocol):
    """Switches that go up and down as they like, in the second word of a state; the first word never changes."""

    fixed = var(Lamp, init=True)
    up = var(Switch)

    @action
    def turn(s, switch: Switch):
        return s.set(up={switch: ~s.up[switch]})


def test_states_that_differ_in_their_last_word_only_are_kept_apart() -> None:
    system = trace(Switches)
    search = explore(world(system, Lamp=64, Switch=16), system.actions, [])
    assert (search.states, search.generated, search.depth) == (2**16, 1 + 16 * 2**16, 16)


class Places(Protocol):
    """A marble that may be put anywhere else."""

    start = rigid(to=Lamp)
    there = var(Lamp, init=lambda s, x: s.start == x)

    @action
    def put(s, old: Lamp, new: Lamp):
        require(old != new)
        require(s.there[old] & ~s.there[new])
        return s.set(there={old: False, new: True})


def test_guards_may_bear_on_two_words_and_moves_be_thousands() -> None:
    search = explore(world(trace(Places), Lamp=70), trace(Places).actions, [])
    assert (search.states, search.generated, search.depth) == (70, 1 + 70 * 69, 1)


class Clock(Protocol):
    """A hand that moves to the next hour and stops at the last."""

    hour = var(Hour, init=lambda s, h: is_first(h))

    @action
    def move(s, now: Hour, then: Hour):
        require(s.hour[now] & is_next(now, then))
        return s.set(hour=lambda h: h == then)


def test_the_next_individual_is_the_one_right_behind() -> None:
    search = explore(world(trace(Clock), Hour=6), trace(Clock).actions, [])
    assert (search.states, search.generated, search.depth) == (6, 6, 5)


def test_a_system_without_moves_has_one_state() -> None:
    class Still(Protocol):
        dark = var()

    search = explore(world(trace(Still)), (), [])
    assert (search.states, search.generated, search.depth, search.complete) == (1, 1, 0, True)
