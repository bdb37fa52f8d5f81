"""Two-phase commit with one guard taken away, and the shortest counterexample by plain breadth-first search."""

from __future__ import annotations

from examples.two_phase_commit import RM, Decision, Phase, TwoPhaseCommit
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, violated
from meterproof.lang import action, require
from meterproof.lang.system import Property


class CommitsUnheard(TwoPhaseCommit):
    """The transaction manager doesn't wait for anybody."""

    @action
    def commit(s):
        """The transaction manager announces commit."""
        require(s.decision == Decision.undecided)
        return s.set(decision=Decision.commit)


class BreaksItsPromise(TwoPhaseCommit):
    """A resource manager may abort at any time."""

    @action
    def choose_to_abort(s, rm: RM):
        """{rm} aborts by itself."""
        return s.set(phase={rm: Phase.aborted})


def shortest(instance: Instance, claim: Property) -> int:
    """The number of steps to the nearest state that violates an invariant; it must have one."""
    interpreter = Interpreter(instance)
    actions = instance.system.enabled_for(claim.against)
    level, seen, depth = {interpreter.initial()}, set(), 0
    while not any(violated(interpreter, claim, state) for state in level):
        seen |= level
        level = {after for state in level for _, after in interpreter.moves(state, actions)} - seen
        depth += 1
        assert level, "every state was visited and none violates the property"
    return depth
