"""The plain interpreter: what a system means, one state at a time.

It is slow and simple on purpose. Every trace of every engine is re-run here before it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from meterproof.finite.instance import Instance, Table
from meterproof.lang.expr import Expr, read_of
from meterproof.lang.system import Action, Property, Update
from meterproof.lang.types import Sort

State = tuple[Table, ...]
"""One table for each state variable, in the instance's order."""
Environment = dict[int, int]
"""Values of parameters and bound variables by the uid of their node."""
Evaluator = Callable[[State, State, Environment], int]


@dataclass(frozen=True)
class Step:
    """One move: an action with its parameter values."""

    action: str
    params: tuple[int, ...]


class OutOfRange(Exception):
    """An update leaves the range of a bounded integer; the model lacks a guard."""


class Interpreter:
    """Evaluates expressions and takes steps in one finite instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._compiled: dict[int, Evaluator] = {}
        self._actions = {a.name: a for a in instance.system.actions}

    def initial(self) -> State:
        """The initial state: each variable's `init` at each index."""
        tables: list[Table] = []
        for v in self.instance.state_variables:
            assert v.init is not None
            run = self.compile(v.init)
            cells = self.instance.cells(v)
            tables.append(tuple(run((), (), _bind(v.index, c)) for c in cells))
        return tuple(tables)

    def holds(self, formula: Expr, state: State, after: State | None = None) -> bool:
        """Whether a closed formula holds of a state, or of a step when it reads the state `after`."""
        return bool(self.compile(formula)(state, after if after is not None else (), {}))

    def enabled(self, action: Action, params: tuple[int, ...], state: State) -> bool:
        """Whether every guard of the action holds."""
        return self.blocked_by(action, params, state) is None

    def blocked_by(self, action: Action, params: tuple[int, ...], state: State) -> int | None:
        """The position of the first guard that does not hold, or None."""
        env = _bind(action.params, params)
        return next((i for i, g in enumerate(action.guards) if not self.compile(g.condition)(state, (), env)), None)

    def apply(self, action: Action, params: tuple[int, ...], state: State) -> State:
        """The state after the action's simultaneous updates (guards are not looked at)."""
        env = _bind(action.params, params)
        tables = list(state)
        for update in action.updates:
            tables[self.instance.position[update.variable]] = self._updated(update, state, env)
        return tuple(tables)

    def moves(self, state: State, actions: tuple[Action, ...]) -> Iterator[tuple[Step, State]]:
        """Every enabled move of the given actions, with the state that it leads to."""
        for action in actions:
            for params in self.instance.choices(action):
                if self.enabled(action, params, state):
                    yield Step(action.name, params), self.apply(action, params, state)

    def action(self, name: str) -> Action:
        """The action of that name; KeyError when the system has none."""
        return self._actions[name]

    def _updated(self, update: Update, state: State, env: Environment) -> Table:
        variable = self.instance.system.variable(update.variable)
        table = list(state[self.instance.position[update.variable]])
        allowed = self.instance.values(variable.to)
        if update.each is not None:
            run = self.compile(update.each)
            table = [run(state, (), env | _bind(update.index, c)) for c in self.instance.cells(variable)]
        for index, new in update.cells:
            at = tuple(self.compile(i)(state, (), env) for i in index)
            table[self.instance.offset(variable, at)] = self.compile(new)(state, (), env)
        for value in table:
            if value not in allowed:
                raise OutOfRange(f"{update.variable} would become {value}, outside {variable.to.name}")
        return tuple(int(v) for v in table)

    def compile(self, node: Expr) -> Evaluator:
        """A function that evaluates the expression; made once for each node."""
        run = self._compiled.get(node.uid)
        if run is None:
            run = self._compiled[node.uid] = self._build(node)
        return run

    def _build(self, node: Expr) -> Evaluator:
        if node.op == "const":
            value = int(node.data)  # type: ignore[call-overload]
            return lambda s, t, e: value
        if node.op in ("param", "bound"):
            uid = node.uid
            return lambda s, t, e: e[uid]
        if node.op == "read":
            return self._read(node)
        if node.op in ("forall", "exists", "count", "atleast"):
            return self._quantifier(node)
        parts = [self.compile(a) for a in node.args]
        if node.op == "and":
            return lambda s, t, e: all(p(s, t, e) for p in parts)
        if node.op == "or":
            return lambda s, t, e: any(p(s, t, e) for p in parts)
        if node.op == "not":
            body = parts[0]
            return lambda s, t, e: not body(s, t, e)
        if node.op == "ite":
            c, a, b = parts
            return lambda s, t, e: a(s, t, e) if c(s, t, e) else b(s, t, e)
        a, b = parts
        binary: Mapping[str, Evaluator] = {
            "eq": lambda s, t, e: a(s, t, e) == b(s, t, e),
            "lt": lambda s, t, e: a(s, t, e) < b(s, t, e),
            "next": lambda s, t, e: a(s, t, e) + 1 == b(s, t, e),
            "add": lambda s, t, e: a(s, t, e) + b(s, t, e),
            "sub": lambda s, t, e: a(s, t, e) - b(s, t, e),
        }
        return binary[node.op]

    def _read(self, node: Expr) -> Evaluator:
        name, phase = read_of(node)
        variable = self.instance.system.variable(name)
        index = [self.compile(a) for a in node.args]
        sizes = [len(self.instance.values(s)) for s in variable.domain]
        fixed = self.instance.rigids.get(name)
        position = self.instance.position.get(name, 0)

        def run(s: State, t: State, e: Environment) -> int:
            at = 0
            for size, i in zip(sizes, index, strict=True):
                at = at * size + i(s, t, e)
            table = fixed if fixed is not None else (t if phase else s)[position]
            return table[at]

        return run

    def _quantifier(self, node: Expr) -> Evaluator:
        *bound, body_node = node.args
        uids = [b.uid for b in bound]
        tuples = list(product(*(self.instance.values(b.type) for b in bound)))
        body = self.compile(body_node)

        def truths(s: State, t: State, e: Environment) -> Iterator[int]:
            inner = dict(e)
            for values in tuples:
                inner.update(zip(uids, values, strict=True))
                yield body(s, t, inner)

        if node.op == "forall":
            return lambda s, t, e: all(truths(s, t, e))
        if node.op == "exists":
            return lambda s, t, e: any(truths(s, t, e))
        if node.op == "count":
            return lambda s, t, e: sum(map(bool, truths(s, t, e)))
        over = bound[0].type
        assert isinstance(over, Sort)
        least = self.instance.threshold(node.data, over)  # type: ignore[arg-type]
        return lambda s, t, e: sum(map(bool, truths(s, t, e))) >= least


def _bind(nodes: tuple[Expr, ...], values: tuple[int, ...]) -> Environment:
    return {n.uid: v for n, v in zip(nodes, values, strict=True)}


def quiet(interpreter: Interpreter, state: State) -> bool:
    """Whether only the adversary can still move: no action without a capability is enabled."""
    honest = tuple(a for a in interpreter.instance.system.actions if a.needs is None)
    return next(interpreter.moves(state, honest), None) is None


def violated(interpreter: Interpreter, claim: Property, state: State, before: State | None = None) -> bool:
    """Whether the state (or the step from `before`) shows that the property fails, or reaches it if `reachable`."""
    if claim.kind == "step":
        return before is not None and not interpreter.holds(claim.formula, before, state)
    if (claim.kind == "quiescent" or claim.when_quiet) and not quiet(interpreter, state):
        return False
    if claim.kind == "reachable":
        return interpreter.holds(claim.formula, state)
    return not interpreter.holds(claim.formula, state)
