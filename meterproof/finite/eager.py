"""The eager adversary: what it can always do is taken as done at the start, and never has to be explored.

An adversary's action that only adds members to relations, under a guard that reads rigids and parameters, can be
taken at any time, and so first of all. Where more members disable no other move and hide no violation, every run of
the system is matched by one that starts with all these members: the action is dropped, and the relation's initial
value widened. An invariant has the same verdict, and there are far fewer states: all sets of votes of the faulty
replicas become one.

The argument: let s be a state of the system, and t one of the widened system that has besides it only members gained.
A dropped action keeps this so. Any other move of s can be made in t, since its guards are monotone in what is gained,
and keeps it so, since what it writes does not depend on that. So t violates the claim where s does. The other way
needs no argument but a run: `prefix` takes the dropped moves in the system itself, and must reach the widened start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from meterproof.errors import ModelError
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, Step
from meterproof.finite.polarity import Gain, Polarity
from meterproof.lang.expr import TRUE, Expr, conjoin, disjoin, equal, make
from meterproof.lang.quantify import binding
from meterproof.lang.rewrite import conjuncts, disjuncts, free, renamed
from meterproof.lang.system import Action, Property, System, Update, Variable
from meterproof.lang.types import BOOL, EnumType, Sort

KINDS = ("invariant", "lemma", "reachable")


@dataclass(frozen=True)
class Eager:
    """The widened system, and the actions of the original that it takes as done."""

    system: System
    done: tuple[Action, ...]

    def prefix(self, instance: Instance) -> tuple[Step, ...]:
        """Moves of the original instance that lead to the widened start; ModelError when they do not."""
        interpreter = Interpreter(instance)
        state, steps = interpreter.initial(), []
        for action in self.done:
            for params in instance.choices(action):
                if interpreter.enabled(action, params, state):
                    after = interpreter.apply(action, params, state)
                    if after != state:
                        steps.append(Step(action.name, params))
                    state = after
        if state != Interpreter(Instance(self.system, instance.scope, instance.rigid)).initial():
            raise ModelError(
                f"{', '.join(a.name for a in self.done)} can't all be taken at the start", file=self.done[0].file,
                line=self.done[0].line, allowed="a plan without eager=True",
            )  # fmt: skip
        return tuple(steps)


def eager(system: System, claim: Property) -> Eager:
    """The system in which all that the claim's adversary can always do is done from the start.

    Raises ModelError, with guard or property and line, where members gained could disable a move or hide a violation,
    and where the adversary has no action that can always be taken.
    """
    if claim.kind not in KINDS:
        raise ModelError(
            f"{claim.id} is a {claim.kind} property: what the adversary leaves undone matters to it",
            file=claim.file, line=claim.line, allowed=f"eager=True for {' or '.join(KINDS)}",
        )  # fmt: skip
    rigids = frozenset(v.name for v in system.variables if v.rigid)
    actions = system.enabled_for(claim.against)
    done = {a.name: adds for a in actions if a.needs is not None and (adds := _always(system, a, rigids)) is not None}
    if not done:
        raise ModelError(
            f"no action of the adversary of {claim.id} can always be taken", file=claim.file, line=claim.line,
            allowed="one that only adds members, under a guard that reads rigids and parameters",
        )  # fmt: skip
    gains: dict[str, Gain] = {}
    for adds in done.values():
        for name, where in adds.items():
            variable = system.variable(name)
            gains[name] = Gain(variable.index, (*(gains[name].where if name in gains else ()), *where))
    polarity = Polarity(gains, rigids)
    for problem in (*_hidden(polarity, claim), *(p for a in actions if a.name not in done for p in _hurt(polarity, a))):
        raise problem
    variables = tuple(_widened(v, gains[v.name]) if v.name in gains else v for v in system.variables)
    return Eager(
        replace(system, variables=variables, actions=tuple(a for a in system.actions if a.name not in done)),
        tuple(a for a in actions if a.name in done),
    )


def _widened(v: Variable, gain: Gain) -> Variable:
    return replace(v, init=disjoin(v.init, *gain.where))


def _always(system: System, action: Action, rigids: frozenset[str]) -> dict[str, list[Expr]] | None:
    """What the action adds to which relations, whatever has happened; None where it may do anything else."""
    fixed = Polarity({}, rigids).fixed
    written = {u.variable for u in action.updates}
    given: list[Expr] = []
    for part in (p for g in action.guards for p in conjuncts(g.condition)):
        if fixed(part):
            given.append(part)
        elif not (part.op == "not" and part.args[0].op == "read" and part.args[0].data in {(w, 0) for w in written}):
            return None  # more than "it is not done yet"
    adds: dict[str, list[Expr]] = {}
    for update in action.updates:
        found = _added(system.variable(update.variable), update, fixed)
        if found is None:
            return None
        adds[update.variable] = [_of_members(system.variable(update.variable), action, [*given, *f]) for f in found]
    return adds


def _added(v: Variable, update: Update, fixed: Callable[[Expr], bool]) -> list[list[Expr]] | None:
    """For each way to join the relation its conditions, over `v.index` and the parameters; None if one may leave it."""
    if update.each is None:
        if any(value is not TRUE or not all(map(fixed, index)) for index, value in update.cells):
            return None
        return [[equal(i, x) for i, x in zip(v.index, index, strict=True)] for index, _ in update.cells]
    old, more = _growth(update)
    if old is None or not all(map(fixed, more)):
        return None
    with binding(tuple(v.domain), tuple(_name(i) for i in v.index)) as index:
        to = {a.uid: b for a, b in zip(update.index, index, strict=True)}
        return [list(conjuncts(renamed(m, to))) for m in more]


def _growth(update: Update) -> tuple[Expr | None, list[Expr]]:
    """The read of a cell's old value among the alternatives of its new one, if it is there, and the others."""
    assert update.each is not None
    parts = disjuncts(update.each)
    old = next((p for p in parts if p.op == "read" and p.data == (update.variable, 0) and p.args == update.index), None)
    return old, [p for p in parts if p is not old]


def _of_members(v: Variable, action: Action, conditions: list[Expr]) -> Expr:
    """The conditions as one formula over `v.index`: "for some parameters", those that an index names put in."""
    with binding(tuple(v.domain), tuple(_name(i) for i in v.index)):
        left = {p.uid: p for p in action.params}
        parts = [renamed(c, {}) for c in conditions]
        while pair := next(((p, x) for p in left.values() for c in parts if (x := _named(p, c)) is not None), None):
            del left[pair[0].uid]
            parts = [renamed(c, {pair[0].uid: pair[1]}) for c in parts]
        whole = conjoin(*parts)
        open_ = [p for p in free(whole) if p.uid in left]
        if not open_:
            return whole
        domains = tuple(p.type for p in open_ if isinstance(p.type, Sort | EnumType))
        with binding(domains, tuple(str(p.data) for p in open_)) as bound:
            body = renamed(whole, {p.uid: b for p, b in zip(open_, bound, strict=True)})
        return make("exists", BOOL, (*bound, body))


def _named(parameter: Expr, condition: Expr) -> Expr | None:
    """What an equation says that the parameter is."""
    if condition.op == "eq" and any(a is parameter for a in condition.args):
        other = condition.args[1] if condition.args[0] is parameter else condition.args[0]
        return other if all(f is not parameter for f in free(other)) else None
    return None


def _name(bound: Expr) -> str:
    assert isinstance(bound.data, tuple)
    return str(bound.data[1])


def _hidden(polarity: Polarity, claim: Property) -> Iterator[ModelError]:
    """Members that, gained, could hide a violation of the claim, or what it or its witness wants to reach."""
    wanted = [(claim.formula, claim.kind == "reachable", claim.id)]
    if claim.witness is not None:
        wanted.append((claim.witness, True, f"the witness of {claim.id}"))
    for formula, positive, what in wanted:
        for read in polarity.against(formula, positive):
            yield _refused(f"{what} could be hidden by", read, claim.file, claim.line)


def _hurt(polarity: Polarity, action: Action) -> Iterator[ModelError]:
    """Members that, gained, could disable the action or change what else it does."""
    given = tuple(p for g in action.guards for p in conjuncts(g.condition) if polarity.fixed(p))
    for guard in action.guards:
        for read in polarity.against(guard.condition, True, given):
            yield _refused(f"a guard of {action.name} could be made false by", read, guard.file, guard.line)
    for update in action.updates:
        for term in _written(update, update.variable in polarity.gains):
            for read in polarity.against(term, None, given):
                what = f"what {action.name} does to {update.variable} could be changed by"
                yield _refused(what, read, action.file, action.line)
        if update.variable in polarity.gains and not _grows(update):
            yield ModelError(
                f"{action.name} may take members from {update.variable}, which the adversary can always add",
                file=action.file, line=action.line, allowed="a plan without eager=True",
            )  # fmt: skip


def _written(update: Update, gaining: bool) -> Iterator[Expr]:
    """Terms of an update that must not depend on what is gained; that members stay members is no such dependence."""
    for index, new in update.cells:
        yield from (*index, new)
    if update.each is not None:
        yield from _growth(update)[1] if gaining else (update.each,)


def _grows(update: Update) -> bool:
    """Whether the relation keeps all its members, by the form of the update."""
    return all(value is TRUE for _, value in update.cells) and (update.each is None or _growth(update)[0] is not None)


def _refused(what: str, read: Expr, file: str, line: int) -> ModelError:
    return ModelError(f"{what} more members: {read!r}", file=file, line=line, allowed="a plan without eager=True")
