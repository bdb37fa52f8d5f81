"""Leads-to under weak fairness has the answers of textbooks and of a plain fixpoint; lassos are made of real moves."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from examples.two_phase_commit import Decision, Phase, TwoPhaseCommit
from meterproof.check.leads_to import explore_leads_to
from meterproof.errors import ModelError
from meterproof.explore import liveness
from meterproof.explore.explorer import Limits
from meterproof.explore.liveness import leads_to as decide
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State, Step
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import Protocol, exists, forall, leads_to, trace, var
from meterproof.lang import action as an_action
from meterproof.lang.system import Action, Property
from meterproof.traces.trace import Trace
from meterproof.verdict import Evidence
from tests.explore.machines import machine
from tests.explore.promises import Channel, Counter, Peterson, Philosophers, Polite, Ring, Semaphore


class Commit(TwoPhaseCommit):
    """Two-phase commit, with promises."""

    @leads_to(then=lambda s: s.decision != Decision.undecided, fair="commit abort")
    def decides_if_it_may_abort(s):
        return s.decision == Decision.undecided

    @leads_to(then=lambda s: s.decision != Decision.undecided, fair="prepare hear commit")
    def decides_without_abort(s):
        return s.decision == Decision.undecided

    @leads_to(
        then=lambda s: forall(s_rm, lambda rm: (s.phase[rm] == Phase.committed) | (s.phase[rm] == Phase.aborted)),
        fair="follow_commit follow_abort",
    )
    def all_follow(s):
        return s.decision != Decision.undecided

    @leads_to(then=lambda s: forall(s_rm, lambda rm: s.phase[rm] == Phase.committed), fair="follow_commit follow_abort")
    def all_commit_in_the_end(s):
        return exists(s_rm, lambda rm: s.phase[rm] == Phase.committed)


s_rm = TwoPhaseCommit.phase.domain[0]


def verdict(protocol: type[Protocol], id: str, **sizes: int) -> Evidence:
    """What exhaustion says of a property in all interpretations of the rigids."""
    system = trace(protocol)
    return explore_leads_to(system, system.property(id), resolve(system, sizes), Limits(seconds=60))


@pytest.mark.parametrize(
    ("protocol", "id", "sizes", "holds"),
    [
        (Semaphore, "somebody_enters", {"Process": 3}, True),
        (Semaphore, "i_enter", {"Process": 1}, True),
        (Semaphore, "i_enter", {"Process": 2}, False),  # it would take strong fairness
        (Semaphore, "i_enter_unfairly", {"Process": 1}, False),
        (Peterson, "i_enter", {"Process": 2}, True),
        (Peterson, "i_enter_though_nobody_leaves", {"Process": 2}, False),
        (Ring, "it_comes_back", {"Seat": 4}, True),
        (Ring, "it_comes_back_if_somebody_hands_it_on", {"Seat": 4}, True),
        (Ring, "it_comes_back_by_itself", {"Seat": 2}, False),
        (Philosophers, "somebody_eats", {"Seat": 3}, False),
        (Polite, "somebody_eats", {"Seat": 3}, True),
        (Channel, "reliable", {"Packet": 2}, True),
        (Channel, "lossy", {"Packet": 1}, False),
        (Channel, "lossy_for_a_while", {"Packet": 2}, True),
        (Channel, "some_packet_is_sent", {"Packet": 1}, True),
        (Channel, "some_packet_is_sent", {"Packet": 2}, True),
        (Counter, "each_in_turn", {"Customer": 3}, True),
        (Counter, "somebody", {"Customer": 2}, True),  # serving the same one again would change nothing
        (Counter, "somebody", {"Customer": 3}, False),
        (Commit, "decides_if_it_may_abort", {"RM": 3}, True),
        (Commit, "decides_without_abort", {"RM": 3}, False),
        (Commit, "all_follow", {"RM": 3}, True),
        (Commit, "all_commit_in_the_end", {"RM": 3}, True),
    ],
)
def test_a_textbook_case_has_its_known_answer(
    protocol: type[Protocol], id: str, sizes: dict[str, int], holds: bool
) -> None:
    found = verdict(protocol, id, **sizes)
    assert found.verdict == ("exhausted" if holds else "violated")
    assert not found.vacuous
    assert (found.trace is None) == holds


def lasso(protocol: type[Protocol], id: str, **sizes: int) -> tuple[list[str], list[str]]:
    """The actions of a counterexample: those of the stem, and those of the loop."""
    shown = verdict(protocol, id, **sizes).trace
    assert shown is not None and shown.loop is not None
    names = [s.action for s in shown.steps]
    return names[: shown.loop], names[shown.loop :]


def test_a_run_may_stop_where_no_fair_move_is_possible() -> None:
    assert lasso(Semaphore, "i_enter_unfairly", Process=1) == (["ask"], [])
    assert lasso(Philosophers, "somebody_eats", Seat=3) == (["take_left"] * 3, [])


def test_a_loop_makes_each_fair_move_or_passes_a_state_without_it() -> None:
    assert lasso(Semaphore, "i_enter", Process=2) == (["ask"], ["ask", "enter", "leave"])
    assert lasso(Channel, "lossy", Packet=1) == ([], ["send", "lose"])
    stem, loop = lasso(Counter, "somebody", Customer=3)
    assert (stem, loop) == (["serve"], ["serve", "serve"])


def test_a_loop_begins_where_it_is_short() -> None:
    """From the first state where somebody waits it would take six steps to be fair to both and come back."""
    assert lasso(Semaphore, "nobody_waits_in_the_end", Process=2) == (["ask"] * 2, ["enter", "leave", "ask"])


def test_counts_are_those_of_the_explorer() -> None:
    """Two-phase commit with 3 and 5 managers: the numbers of states and transitions that everybody finds."""
    three, five = (verdict(Commit, "decides_if_it_may_abort", RM=n) for n in (3, 5))
    assert (three.states, three.generated) == (288, 1_146)
    assert (five.states, five.generated) == (8_832, 58_146)


def test_a_premise_that_is_never_reached_is_vacuous() -> None:
    class Idle(Protocol):
        lit = var()
        noise = var()

        @an_action
        def make_noise(s):
            return s.set(noise=True)

        @leads_to(then=lambda s: s.noise)
        def light_leads_to_noise(s):
            return s.lit

        @leads_to(then=lambda s: s.noise, fair="make_noise", witness=lambda s: s.lit)
        def silence_leads_to_noise(s):
            return ~s.noise

        @leads_to(then=lambda s: s.noise, fair="make_noise", witness=lambda s: s.noise)
        def silence_ends(s):
            return ~s.noise

    assert verdict(Idle, "light_leads_to_noise").note == "the premise was never reached"
    assert verdict(Idle, "silence_leads_to_noise").note == "the witness was never reached"
    assert verdict(Idle, "light_leads_to_noise").vacuous and verdict(Idle, "silence_leads_to_noise").vacuous
    shown = verdict(Idle, "silence_ends")
    assert (shown.verdict, shown.vacuous, shown.note) == ("exhausted", False, None)
    assert shown.witness is not None and [s.action for s in shown.witness.steps] == ["make_noise"]


def test_a_move_that_changes_nothing_is_neither_owed_nor_made() -> None:
    class Fidget(Protocol):
        lit = var()

        @an_action
        def fidget(s):
            return s.set(lit=s.lit)

        @leads_to(then=lambda s: s.lit, fair="fidget")
        def light(s):
            return ~s.lit

    assert lasso(Fidget, "light") == ([], [])


def test_limits_end_in_unknown_but_a_lasso_among_the_known_states_is_still_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(liveness, "CHUNK", 50)
    system = trace(Commit)
    (world,) = instances(system, resolve(system, {"RM": 5}))
    held = decide(world, system.actions, system.property("all_follow"), Limits(states=500))
    assert (held.lasso, held.complete, held.stopped) == (None, False, "memory: 500 states")
    assert 500 < held.states < 8_832
    timed = decide(world, system.actions, system.property("all_follow"), Limits(seconds=0.0))
    assert (timed.lasso, timed.complete, timed.stopped) == (None, False, "time: 0 s")
    broken = decide(world, system.actions, system.property("decides_without_abort"), Limits(states=4_000))
    assert broken.lasso is not None and not broken.complete and broken.states < 8_832
    small = decide(world, system.actions, system.property("all_follow"), Limits(memory=1 << 20))
    assert (small.complete, small.stopped) == (False, "memory: 0.000977 GiB")


def test_a_lasso_is_looked_for_before_all_states_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "CHUNK", 50)
    monkeypatch.setattr(liveness, "FIRST_LOOK", 100)
    found = verdict(Commit, "decides_without_abort", RM=5)
    assert found.verdict == "violated" and found.states is not None and found.states < 8_832


def test_progress_is_reported_and_a_bounded_integer_out_of_range_is_an_error() -> None:
    class Count(Channel):
        @an_action
        def overcount(s):
            return s.set(lost=s.lost + 1)

    heard = []
    system = trace(Channel)
    (world,) = instances(system, resolve(system, {"Packet": 1}))
    decide(world, system.enabled_for(frozenset()), system.property("reliable"), report=heard.append)
    assert (heard[-1].states, heard[-1].queue) == (3, 0)
    with pytest.raises(ModelError, match=r"overcount\(\) takes a bounded integer out of its range"):
        verdict(Count, "reliable", Packet=1)


Moves = dict[State, list[tuple[Step, State]]]
"""For each state the moves that change it."""


@dataclass(frozen=True)
class Case:
    """A random machine in one world, with a random promise, and which moves are fair together."""

    world: Instance
    actions: tuple[Action, ...]
    claim: Property
    fair: list[set[Step]]


MODES: dict[str, Callable[[tuple[int, ...]], object]] = {
    "": lambda params: params,
    "x0,_": lambda params: params[0],
    "_,_": lambda params: None,
}


def case(seed: int) -> Case:
    """The case of that number: two machines of three have no adversary, so that more moves can be fair."""
    dice = Random(seed)
    made = machine(seed)
    tame = dice.random() < 0.7
    actions = tuple(replace(a, needs=None if tame or dice.random() < 0.3 else a.needs) for a in made.system.actions)
    system = replace(made.system, actions=actions)
    world = dice.choice(instances(system, resolve(system, made.sizes))[:4])
    said = [p.formula for p in system.properties if p.kind in ("invariant", "reachable")]
    fair: dict[str, list[set[Step]]] = {}
    for a in actions:
        if a.needs is None and dice.random() < 0.7:
            mode = dice.choice(list(MODES)) if len(a.params) == 2 else ""
            groups: dict[object, set[Step]] = {}
            for params in world.choices(a):
                groups.setdefault(MODES[mode](params), set()).add(Step(a.name, params))
            fair[f"{a.name}({mode})" if mode else a.name] = list(groups.values())
    premise, goal = dice.choice(said), dice.choice(said)
    claim = Property("soon", "leads_to", "", premise, goal, premise, (), made.adversary, tuple(fair), (), "", 0)
    enabled = tuple(a for a in actions if a.needs is None or a.needs in made.adversary)
    return Case(world, enabled, claim, [g for groups in fair.values() for g in groups])


def graph(found: Case) -> Moves:
    """All reachable states, by the interpreter; cases that would take long are left out."""
    interpreter = Interpreter(found.world)
    moves: Moves = {}
    queue = deque([interpreter.initial()])
    while queue:
        state = queue.popleft()
        if state not in moves:
            moves[state] = [(s, after) for s, after in interpreter.moves(state, found.actions) if after != state]
            queue.extend(after for _, after in moves[state])
            assume(len(moves) <= 250)
    return moves


def broken_from(found: Case, moves: Moves) -> set[State]:
    """States from which some fair run never meets the goal: a greatest fixpoint (E. A. Emerson and C.-L. Lei, 1986).

    It keeps the states from which, for each fair set, a path through states that are kept leads to one where the set
    has no move, or has one to a state that is kept.
    """
    interpreter = Interpreter(found.world)
    assert found.claim.then is not None
    kept = {s for s in moves if not interpreter.holds(found.claim.then, s)}
    while True:
        left = set(kept)
        for group in found.fair:
            good = {
                s
                for s in kept
                if not any(step in group for step, _ in moves[s])
                or any(step in group and after in kept for step, after in moves[s])
            }
            while True:
                more = {s for s in kept - good if any(after in good for _, after in moves[s])}
                if not more:
                    break
                good |= more
            left &= good
        if left == kept:
            return kept
        kept = left


def outcome(seed: int) -> tuple[bool, Trace | None]:
    """Whether the fixpoint finds a violation, and the lasso that the engine finds."""
    found = case(seed)
    moves = graph(found)
    interpreter = Interpreter(found.world)
    broken = any(interpreter.holds(found.claim.formula, s) for s in broken_from(found, moves))
    answer = decide(found.world, found.actions, found.claim)
    assert (answer.states, answer.complete or answer.lasso is not None) == (len(moves), True)
    assert (answer.premise is None) == (not any(interpreter.holds(found.claim.formula, s) for s in moves))
    return broken, answer.lasso


def test_the_random_cases_are_of_every_sort() -> None:
    """Violated by stopping, violated by a loop, and kept though the premise is met: none is rare."""
    kinds = {"stops": 0, "loops": 0, "keeps": 0}
    for seed in range(60):
        found = case(seed)
        answer = decide(found.world, found.actions, found.claim, Limits(states=2_000))
        if answer.lasso is not None:
            kinds["stops" if answer.lasso.loop == len(answer.lasso.steps) else "loops"] += 1
        elif answer.premise is not None and answer.complete:
            kinds["keeps"] += 1
    assert min(kinds.values()) >= 5, kinds


@given(st.integers(0, 10**9))
@example(440)  # a loop that is longer than there are states and more
@settings(max_examples=150)
def test_the_engine_finds_a_lasso_exactly_where_a_plain_fixpoint_says_there_is_one(seed: int) -> None:
    broken, found = outcome(seed)
    assert (found is not None) == broken
