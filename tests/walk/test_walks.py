"""Walks as evidence: what they find, what they say they have done, and that a seed is all that there is to them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from examples.two_phase_commit import COUNTS, TwoPhaseCommit
from meterproof.errors import InputError, ModelError
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import (
    IntRange,
    Protocol,
    Sort,
    System,
    action,
    exists,
    invariant,
    leads_to,
    quiescent,
    reachable,
    require,
    rigid,
    step,
    trace,
    var,
)
from meterproof.traces.trace import rerun
from meterproof.verdict import Evidence
from meterproof.walk import Interrupted, Progress, Walks, kernel, walk, walker, walks
from meterproof.walk.walker import Bounds
from tests.schedule.mutants import BreaksItsPromise, CommitsUnheard, shortest

Token = Sort("Token")


def tried(protocol: type[Protocol], property: str, *, steps: int = 20_000, seed: int = 0, **sizes: int) -> Evidence:
    system = trace(protocol)
    return walk(system, system.property(property), resolve(system, sizes), steps=steps, length=100, seed=seed)


def toured(
    system: System, bounds: Bounds, *properties: str, seed: int = 0, weighted: bool = True, **sizes: int
) -> Walks:
    worlds = instances(system, resolve(system, sizes))
    claims = [system.property(p) for p in properties]
    return walks(worlds, system.actions, claims, bounds, seed=seed, weighted=weighted)


@pytest.mark.parametrize("mutant", [CommitsUnheard, BreaksItsPromise])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_missing_guard_is_found_and_its_run_cut_down_to_a_shortest_one(mutant: type[Protocol], seed: int) -> None:
    system = trace(mutant)
    claim = system.property("consistent")
    found = tried(mutant, "consistent", seed=seed, RM=4)
    assert (found.method, found.verdict, found.scope, found.seed) == ("walk", "violated", {"RM": 4}, seed)
    assert found.trace is not None
    assert found.depth == len(found.trace.steps) == shortest(found.trace.instance, claim)
    assert rerun(found.trace.instance, found.trace.steps, claim) == found.trace


def test_walks_come_to_all_states_of_a_small_protocol() -> None:
    """The count is that of the explorer, so the coverage of states is 1."""
    done = toured(trace(TwoPhaseCommit), Bounds(200_000, states=1_000), "consistent", RM=3)
    assert (done.traces, done.stopped, done.steps) == ((None,), None, 200_000)
    assert (done.coverage.states, done.coverage.full) == (COUNTS[3][0], False)
    assert sum(done.coverage.actions.values()) == done.steps and done.coverage.never == ()
    assert done.longest == 3 * 3 + 1


def test_walks_come_to_most_states_of_a_larger_one_and_to_nothing_else() -> None:
    done = toured(trace(TwoPhaseCommit), Bounds(500_000, states=20_000), "consistent", RM=5)
    assert done.coverage.states is not None and not done.coverage.full
    assert 0.75 < done.coverage.states / COUNTS[5][0] <= 1


def test_a_passing_property_is_tested_and_the_note_says_how_much() -> None:
    found = tried(TwoPhaseCommit, "consistent", RM=3)
    assert (found.verdict, found.generated, found.states, found.trace) == ("tested", 20_000, None, None)
    assert found.witness is not None and found.witness.steps[-1].action == "follow_commit"
    assert found.note is not None
    assert (
        found.note.startswith(f"20,000 steps in {found.schedules:,} walks") and "every action was taken" in found.note
    )


def test_the_same_seed_gives_the_same_evidence_and_another_does_not() -> None:
    first, again, other = (replace(tried(TwoPhaseCommit, "consistent", seed=s, RM=4), seconds=0.0) for s in (5, 5, 6))
    assert first == again
    assert first.note != other.note


def test_seeds_and_environments_have_no_walk_in_common() -> None:
    """Walk w of a stream begins at w + 1 golden steps from its seed: no two seeds may be few golden steps apart."""
    golden = int(kernel.GOLDEN)
    seeds = [walker.stream(seed, world) for seed in range(-3, 30) for world in range(8)]
    apart = {(a - b) * pow(golden, -1, 2**64) % 2**64 for a in seeds for b in seeds if a != b}
    assert len(set(seeds)) == len(seeds) and min(apart) > 2**40


def test_how_often_the_clock_is_looked_at_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    system = trace(TwoPhaseCommit)
    whole = toured(system, Bounds(20_000), "consistent", RM=3)
    monkeypatch.setattr(walker, "FIRST", 7)
    monkeypatch.setattr(walker, "SLICE", 333)
    parts = toured(system, Bounds(20_000), "consistent", RM=3)
    assert replace(whole, seconds=0.0) == replace(parts, seconds=0.0)


class Ladder(Protocol):
    """Rungs to climb, and many ways to fall from any of them."""

    rung = var(to=IntRange(0, 9), init=0)

    @action
    def climb(s):
        require(s.rung < 9)
        return s.set(rung=s.rung + 1)

    @action
    def fall(s, t: Token):
        require(s.rung < 9)
        return s.set(rung=0)

    @invariant
    def never_on_top(s):
        return s.rung < 9


def test_weights_reach_what_walks_without_them_do_not() -> None:
    """To climb nine times in a row has a chance of 1 in 10 ** 9 where each of ten moves is as likely."""
    system = trace(Ladder)
    bounds = Bounds(100_000, length=100)
    alike = toured(system, bounds, "never_on_top", weighted=False, Token=9)
    assert alike.traces == (None,) and alike.steps == 100_000
    weighed = toured(system, bounds, "never_on_top", Token=9)
    assert weighed.traces[0] is not None and weighed.steps < 10_000
    assert [s.action for s in weighed.traces[0].steps] == ["climb"] * 9


def test_moves_that_change_nothing_are_no_steps() -> None:
    """On the ground a fall changes nothing, and is drawn often."""
    done = toured(trace(Ladder), Bounds(10_000, length=50), Token=9)
    assert done.idle > 100 and done.steps == 10_000
    assert done.coverage.actions["climb"] + done.coverage.actions["fall"] == done.steps


class Lamp(Protocol):
    """A lamp with a timer: the honest part goes on by itself, the adversary can hold it up."""

    lit = var()
    late = var()
    touched = var()
    broken = var()

    @action
    def light(s):
        require(~s.lit & ~s.late)
        return s.set(lit=True)

    @action
    def touch(s):
        require(s.lit)
        return s.set(touched=True)

    @action(needs="NET")
    def delay(s):
        require(~s.lit)
        return s.set(late=True)

    @action(needs="NET")
    def smash(s):
        require(s.late)
        return s.set(broken=True)

    @quiescent(against="NET")
    def lit_in_the_end(s):
        return s.lit

    @quiescent
    def lit_if_left_alone(s):
        return s.lit & s.touched

    @quiescent(against="NET")
    def quiet_when_whole(s):
        return ~s.touched

    @step
    def every_step_shows(s, t):
        return s.lit != t.lit

    @step
    def a_touch_is_the_last_step(s, t):
        return ~s.touched

    @reachable(against="NET")
    def broken_in_the_dark(s):
        return s.broken & ~s.lit

    @reachable
    def broken_by_itself(s):
        return s.broken

    @leads_to(then=lambda s: s.lit)
    def comes_on(s):
        return ~s.late


def test_a_quiescent_property_is_held_against_quiet_states_only() -> None:
    found = tried(Lamp, "lit_in_the_end")
    assert found.verdict == "violated" and found.trace is not None
    assert [s.action for s in found.trace.steps] == ["delay"]


def test_an_honest_move_that_changes_nothing_is_still_a_move() -> None:
    """Who has touched the lamp can touch it again and again: that state is never quiet."""
    assert tried(Lamp, "quiet_when_whole").verdict == "tested"
    assert tried(Lamp, "lit_if_left_alone").verdict == "tested"


def test_a_step_that_changes_nothing_can_break_a_step_property() -> None:
    found = tried(Lamp, "every_step_shows")
    assert found.verdict == "violated" and found.trace is not None
    assert [s.action for s in found.trace.steps] == ["light", "touch"]


def test_a_move_taken_again_at_once_is_looked_at_though_it_changes_nothing() -> None:
    found = tried(Lamp, "a_touch_is_the_last_step")
    assert found.verdict == "violated" and found.trace is not None
    assert [s.action for s in found.trace.steps] == ["light", "touch", "touch"]


def test_a_reachable_property_is_tested_when_reached_and_unknown_when_not() -> None:
    reached = tried(Lamp, "broken_in_the_dark")
    assert reached.verdict == "tested" and reached.trace is not None
    assert [s.action for s in reached.trace.steps] == ["delay", "smash"]
    alone = tried(Lamp, "broken_by_itself")
    assert (alone.verdict, alone.trace) == ("unknown", None)


def test_leads_to_is_no_matter_for_walks() -> None:
    found = tried(Lamp, "comes_on")
    assert found.verdict == "not run" and "leads_to" in (found.note or "")


class Locked(Protocol):
    """A door whose key is somewhere, or nowhere; it can be rattled at."""

    key = rigid(Token)
    open = var()

    @action
    def unlock(s, t: Token):
        require(s.key[t])
        return s.set(open=True)

    @action
    def rattle(s):
        return s.set(open=s.open)

    @invariant(witness=lambda s: s.open)
    def shut(s):
        return ~s.open

    @invariant(witness=lambda s: s.open & ~exists(Token, lambda t: s.key[t]))
    def a_door(s):
        return s.open | ~s.open


def test_every_environment_is_walked() -> None:
    found = tried(Locked, "shut", Token=2)
    assert found.verdict == "violated" and found.trace is not None
    assert any(found.trace.instance.rigids["key"])


def test_a_premise_that_was_never_reached_is_said() -> None:
    note = tried(Locked, "a_door", Token=1).note or ""
    assert "the premise was never reached" in note


def test_only_some_of_very_many_environments_are_walked_and_the_note_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walker, "WORLDS", 2)
    found = tried(Locked, "a_door", Token=3)
    assert "2 of 4 environments" in (found.note or "")


def test_where_nothing_can_happen_nothing_was_tested() -> None:
    done = toured(trace(Locked), Bounds(1000), Token=1)
    assert (done.stopped, done.of) == (None, 2)
    dead = walks(
        instances(trace(Locked), resolve(trace(Locked), {"Token": 1}))[:1], trace(Locked).actions, [], Bounds(9), seed=0
    )
    assert (dead.stopped, dead.steps, dead.coverage.never) == ("stuck", 0, ("unlock", "rattle"))
    system = replace(trace(Ladder), actions=())
    stuck = walk(system, system.property("never_on_top"), resolve(system, {"Token": 1}))
    assert (stuck.verdict, stuck.generated) == ("unknown", 0)
    assert "nothing can happen at the start" in (stuck.note or "")


def test_time_ends_walks_with_what_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    system = trace(TwoPhaseCommit)
    claim, scope = system.property("consistent"), resolve(system, {"RM": 3})
    found = walk(system, claim, scope, steps=10**9, timeout=0.0)
    assert found.verdict == "tested" and found.generated is not None and 0 < found.generated < 10**6
    assert "stopped by time" in (found.note or "")


def test_an_interrupt_keeps_what_was_done() -> None:
    system = trace(TwoPhaseCommit)
    heard: list[Progress] = []

    def report(progress: Progress) -> None:
        heard.append(progress)
        if len(heard) == 2:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stop:
        walk(system, system.property("consistent"), resolve(system, {"RM": 3}), steps=10**9, report=report)
    assert stop.value.walks.stopped == "interrupted"
    assert 0 < heard[0].steps < heard[1].steps == stop.value.walks.steps


class Overflows(Protocol):
    """A counter that nobody stops."""

    number = var(to=IntRange(0, 3), init=0)

    @action
    def count(s):
        return s.set(number=s.number + 1)


def test_a_number_out_of_range_is_the_fault_of_the_action_that_lacks_a_guard() -> None:
    with pytest.raises(ModelError, match=r"count\(\) takes a bounded integer out of its range") as error:
        toured(trace(Overflows), Bounds(100))
    assert error.value.file == __file__


@pytest.mark.parametrize(("name", "value"), [("steps", 0), ("length", 0), ("states", -1)])
def test_a_walk_of_no_length_is_refused(name: str, value: int) -> None:
    system = trace(Ladder)
    with pytest.raises(InputError, match=f"{name} is {value}"):
        walk(system, system.property("never_on_top"), resolve(system, {"Token": 1}), **{name: value})  # type: ignore[arg-type]
