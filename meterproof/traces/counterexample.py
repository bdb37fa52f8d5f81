"""A counterexample to induction: steps from a state that no run need reach, told like a trace but never taken for one.

Counterexample to induction: agreement is preserved by decide
Voting with Replica=2, Value=2
Given: faulty = {}

Before: decided = {(replica0, value0)}; vote = {(replica1, value1)}

1. replica1 decides value1.
     decided(replica1, value1): false -> true

After step 1 agreement fails for a = replica0, b = replica1, v = value0, w = value1: No two replicas decide ...
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from meterproof.finite.instance import Instance, Table
from meterproof.finite.interpret import State, Step
from meterproof.lang.system import Property, Variable
from meterproof.lang.types import BOOL, Sort
from meterproof.traces.changes import changes
from meterproof.traces.sentences import action_of, sentence, source_note
from meterproof.traces.text import change_lines, valuation, wrapped


@dataclass(frozen=True)
class QuorumSet:
    """One quorum of a counterexample: the individuals of `over` that are in it.

    A proof for any size knows of quorums only what is proved of them, so the set need not have `threshold` members.
    """

    threshold: str
    over: Sort
    members: tuple[int, ...]


@dataclass(frozen=True)
class Counterexample:
    """From a state where all that is assumed holds, steps of the model lead to one where `fails` does not.

    `states` has one more entry than `steps`; without steps the initial state itself fails. `where` is the instance of
    an outermost `forall` that fails, `smallest` whether no smaller universe has a counterexample. Every one was
    re-run on the interpreter before it is shown.
    """

    obligation: str
    instance: Instance
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    fails: Property
    where: tuple[tuple[str, str], ...] = ()
    quorums: tuple[QuorumSet, ...] = ()
    smallest: bool = True

    def __repr__(self) -> str:
        """Short: states and system would fill pages where a test prints its arguments."""
        moves = ", ".join(f"{s.action}{s.params}" for s in self.steps)
        return f"<counterexample to {self.obligation}: {self.instance.scope}: {moves or 'no move'}>"


def render(found: Counterexample, *, width: int = 110) -> str:
    """The whole counterexample as text of at most `width` columns."""
    return "\n".join(_lines(found, width)) + "\n"


def _lines(found: Counterexample, width: int) -> Iterator[str]:
    instance = found.instance
    yield wrapped(f"Counterexample to induction: {found.obligation}", width, "", "  ")
    yield f"{instance.system.name} with {instance.scope}"
    given = [valuation(instance, instance.system.variable(name), table) for name, table in instance.rigid]
    if given:
        yield wrapped("Given: " + "; ".join(given), width, "", "  ")
    for line in _quorums(found):
        yield wrapped(line, width, "", "  ")
    yield ""
    first = "Before" if found.steps else "The initial state"
    yield wrapped(f"{first}: " + ("; ".join(_told(found)) or "all as initially declared, or false"), width, "", "  ")
    for at, step in enumerate(found.steps):
        action = action_of(instance, step)
        yield ""
        yield wrapped(f"{at + 1}. {sentence(instance, step)}{source_note(action)}", width, "", "   ")
        turns = changes(instance, found.states[at], found.states[at + 1])
        for turn in turns:
            yield from change_lines(turn, width)
        if not turns:
            yield "     nothing changes"
    yield ""
    yield wrapped(_end(found), width, "", "  ")
    if found.steps:
        yield wrapped("No run need lead to the state before, so this is no violation.", width, "", "  ")


def _told(found: Counterexample) -> Iterator[str]:
    """Variables of the first state that are not false, or not as they are declared to begin."""
    instance = found.instance
    for variable, table in zip(instance.state_variables, found.states[0], strict=True):
        if not _default(variable, table):
            yield valuation(instance, variable, table)


def _default(variable: Variable, table: Table) -> bool:
    if variable.to == BOOL:
        return not any(table)
    declared = variable.init
    return declared is not None and declared.op == "const" and all(value == declared.data for value in table)


def _quorums(found: Counterexample) -> Iterator[str]:
    kinds = dict.fromkeys((q.threshold, q.over) for q in found.quorums)
    for threshold, over in kinds:
        sets = [q.members for q in found.quorums if (q.threshold, q.over) == (threshold, over)]
        each = ("{" + ", ".join(found.instance.element(over, m) for m in members) + "}" for members in sets)
        yield f"Quorums of {threshold} {over.name}, by what is proved of them: {', '.join(each)}"


def _end(found: Counterexample) -> str:
    last, claim = len(found.steps), found.fails
    when = f"After step {last}" if last else "There"
    if claim.kind == "step":
        when = f"In step {last}"
    where = f" for {', '.join(f'{name} = {value}' for name, value in found.where)}" if found.where else ""
    what = f": {claim.title}" if claim.title not in ("", claim.id) else ""
    return f"{when} {claim.id} fails{where}{what}"
