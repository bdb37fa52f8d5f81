"""A Hypothesis strategy for runs of a system, for the search and for users' own tests.

    @given(schedules(system, resolve(system, {"RM": 3}), steps=20))
    def test_a_promise_is_kept(run):
        ...run.steps, run.states...

Each step draws one position among the enabled moves, ordered by action as declared and then by
parameters; every enabled action is as likely as another, however many parameters it has. Smaller
positions are simpler, so shrunk runs are short and name the first individuals; they need not be the
shortest, which is what `minimise` is for. Some runs leave a drawn set of actions
asleep (A. Groce et al., *Swarm Testing*, ISSTA 2012): what always comes first, such as an early abort,
else hides everything behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from meterproof.finite.interpret import State, Step
from meterproof.finite.scope import Scope
from meterproof.finite.worlds import instances
from meterproof.lang.system import System
from meterproof.schedule.moves import Moves
from meterproof.traces.trace import Trace

Until = Callable[[Moves, State, State | None], bool]
"""Says of a state, and of the one before it, that the run may end here."""

_DIGIT = 64
_RATES = 8
"""Each run draws how likely an action is to sleep: 0, 1/8, ... 7/8."""
_LENGTHS = 24
"""One in so many steps ends a run whose length is free: runs are some two dozen steps long on average."""


def schedules(
    system: System, scope: Scope, *, steps: int = 50, against: frozenset[str] = frozenset(), idle: bool = False
) -> SearchStrategy[Trace]:
    """Runs of up to `steps` moves, with an adversary of the capabilities `against`.

    The environment (who is faulty, who leads) is drawn too. Moves that change nothing are left out unless
    `idle`. A run ends early where no move is left. Each is a `Trace` without a claim.
    """
    return runs(worlds(system, scope, against, idle=idle), steps, None)


def worlds(system: System, scope: Scope, against: frozenset[str], *, idle: bool) -> list[Moves]:
    """The moves of each instance of the scope, for an adversary of these capabilities; see `Moves` for `idle`."""
    actions = system.enabled_for(against)
    return [Moves(instance, actions, idle=idle) for instance in instances(system, scope)]


@st.composite
def runs(draw: DrawFn, worlds: Sequence[Moves], steps: int, until: Until | None) -> Trace:
    """A run in one of the worlds: up to the first state that `until` names, or of a drawn length when it is None."""
    moves = worlds[draw(below(len(worlds)))]
    asleep = draw(_sleepers(tuple(a.name for a in moves.actions)))
    state, before = moves.initial(), None
    taken: list[Step] = []
    states: list[State] = [state]
    while len(taken) < steps and not (until is not None and until(moves, state, before)):
        if until is None and draw(below(_LENGTHS)) == 0:
            break
        enabled = moves.enabled(state)
        if not enabled:
            break
        awake = [choices for choices in enabled if choices[0].action not in asleep] or enabled
        most = max(map(len, awake))
        action, move = divmod(draw(below(len(awake) * most)), most)
        step = awake[action][move % len(awake[action])]
        before, state = state, moves.after(step, state)
        taken.append(step)
        states.append(state)
    return Trace(moves.instance, tuple(taken), tuple(states))


@st.composite
def _sleepers(draw: DrawFn, actions: Sequence[str]) -> frozenset[str]:
    """Actions that a run leaves out while others are enabled."""
    rate = draw(below(_RATES))
    return frozenset(a for a in actions if rate and draw(below(_RATES)) >= _RATES - rate)


@cache
def below(count: int) -> SearchStrategy[int]:
    """A position among `count`, the first being the simplest.

    Hypothesis salts integers of 100 and more with numbers that it finds in the source of whatever modules
    are loaded. Drawing digits below 100 keeps a seed's schedules the same wherever it is run.
    """
    if count <= 1:
        return st.just(0)
    if count <= _DIGIT:
        return st.integers(0, count - 1)
    high = below(-(-count // _DIGIT))
    return st.tuples(high, below(_DIGIT)).map(lambda d: (d[0] * _DIGIT + d[1]) % count)
