"""Expressions of the language as z3 terms over a `Theory`, for proofs of any size.

There are no primed symbols. A formula is read under a *view*: of the state now, of the initial state, or of the state
after an action, whose every read becomes the update's own value over the old state. So a step is a substitution.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count as counter
from itertools import product

import z3

from meterproof.lang.expr import Expr
from meterproof.lang.formula import Formula
from meterproof.lang.system import Action, System, Update, Variable
from meterproof.lang.types import BOOL, EnumType, Sort
from meterproof.prove.quorums import Term
from meterproof.prove.theory import Refused, Theory, conjunction

Environment = Mapping[int, Term]
"""Terms of parameters and bound variables by the uid of their node."""
Reader = Callable[[Variable, tuple[Term, ...]], Term]
"""The value of a state variable at an index, in some state."""
FINITE_ONLY = ("count", "add", "sub")


@dataclass(frozen=True)
class View:
    """Which states a formula talks about: `before`, and `after` for a formula about a step. `name` is unique."""

    name: str
    before: Reader
    after: Reader | None = None


@dataclass(frozen=True)
class Source:
    """What an expression belongs to, for messages: "property consistent", with its place in the model."""

    what: str
    file: str
    line: int


class Translator:
    """Translates expressions; equal ones in equal circumstances are translated once."""

    def __init__(self, theory: Theory) -> None:
        self.theory = theory
        self.now = View("now", theory.read)
        self._fresh = counter()
        self._memo: dict[tuple[object, ...], tuple[Term, tuple[Term, ...]]] = {}
        self._free: dict[int, tuple[int, ...]] = {}

    @property
    def system(self) -> System:
        """The system whose expressions are translated."""
        return self.theory.system

    def say(self, node: Expr, view: View, env: Environment, source: Source) -> Term:
        """The expression as a z3 term. Raises Refused, at the source's line, for what only a finite instance has."""
        try:
            return self.term(node, view, env)
        except Refused as refusal:
            raise Refused(
                f"{source.what} can't be proved for any size: {refusal.message}",
                file=source.file, line=source.line, allowed=refusal.allowed,
            ) from refusal  # fmt: skip

    def parameters(self, action: Action) -> dict[int, Term]:
        """An arbitrary value for each parameter of an action."""
        source = Source(f"action {action.name}", action.file, action.line)
        found = {}
        for p in action.params:
            assert isinstance(p.type, Sort | EnumType), f"a parameter of {source.what} ranges over {p.type.name}"
            found[p.uid] = z3.Const(f"{action.name}.{p.data}", self.theory.sort(p.type))
        return found

    def initial(self) -> View:
        """The initial state: each variable is its `init`."""

        def read(variable: Variable, index: tuple[Term, ...]) -> Term:
            if variable.rigid or variable.init is None:
                return self.theory.read(variable, index)
            return self.term(variable.init, self.now, _bind(variable.index, index))

        return View("initial", read)

    def following(self, action: Action, env: Environment) -> View:
        """The state after an action taken with the parameters of `env`, in terms of the state before."""
        updates = {u.variable: u for u in action.updates}

        def read(variable: Variable, index: tuple[Term, ...]) -> Term:
            update = updates.get(variable.name)
            return self.theory.read(variable, index) if update is None else self._updated(update, variable, index, env)

        return View(f"after {action.name}", read)

    def _updated(self, update: Update, variable: Variable, index: tuple[Term, ...], env: Environment) -> Term:
        if update.each is not None:
            return self.term(update.each, self.now, {**env, **_bind(update.index, index)})
        value = self.theory.read(variable, index)
        for cell, new in update.cells:
            at = [self.term(i, self.now, env) for i in cell]
            written = self.term(new, self.now, env)
            here = [i == c for i, c in zip(index, at, strict=True)]
            value = z3.If(conjunction(*here), written, value) if here else written
        return value

    def term(self, node: Expr, view: View, env: Environment) -> Term:
        """As `say`, without a place in messages."""
        used = tuple(env[u] for u in self.free(node))
        key = (node.uid, view.name, *(t.get_id() for t in used))
        if key not in self._memo:
            self._memo[key] = self._build(node, view, env), used  # keeping `used` alive keeps its ids unique
        return self._memo[key][0]

    def free(self, node: Expr) -> tuple[int, ...]:
        """Uids of the parameters and bound variables that an expression depends on."""
        if node.uid not in self._free:
            below = {node.uid} if node.op in ("param", "bound") else {u for a in node.args for u in self.free(a)}
            if node.op in ("forall", "exists", "count", "atleast"):
                below -= {b.uid for b in node.args[:-1]}
            self._free[node.uid] = tuple(sorted(below))
        return self._free[node.uid]

    def _build(self, node: Expr, view: View, env: Environment) -> Term:
        if node.op in ("param", "bound"):
            return env[node.uid]
        if node.op == "const":
            return self._constant(node)
        if node.op in FINITE_ONLY or not (isinstance(node.type, Sort | EnumType) or node.type == BOOL):
            raise Refused(
                f"it counts or calculates in {node!r}",
                allowed="atleast(...) and forall/exists; count and bounded integers are for finite instances only",
            )
        if node.op in ("forall", "exists"):
            return self._quantifier(node, view, env)
        if node.op == "atleast":
            return self._threshold(node, view, env)
        parts = [self.term(a, view, env) for a in node.args]
        if node.op == "read":
            return self._read(node, view, tuple(parts))
        if node.op == "next":
            return self._next(node, *parts)
        build: dict[str, Callable[..., Term]] = {
            "not": z3.Not, "and": z3.And, "or": z3.Or, "ite": z3.If, "eq": lambda a, b: a == b,
            "lt": lambda a, b: self._before(node)(a, b),
        }  # fmt: skip
        return build[node.op](*parts)

    def _constant(self, node: Expr) -> Term:
        if isinstance(node.type, EnumType):
            assert isinstance(node.data, int)
            return self.theory.values(node.type)[node.data]
        if node.type != BOOL:
            raise Refused(f"it uses the number {node.data}", allowed="numbers in finite instances only")
        return z3.BoolVal(bool(node.data), self.theory.context)

    def _read(self, node: Expr, view: View, index: tuple[Term, ...]) -> Term:
        assert isinstance(node.data, tuple)
        name, phase = node.data
        variable = self.system.variable(name)
        if variable.rigid:
            return self.theory.read(variable, index)
        reader = view.after if phase else view.before
        assert reader is not None, f"{name} is read after a step where there is none"
        return reader(variable, index)

    def _before(self, node: Expr) -> Term:
        sort = node.args[0].type
        assert isinstance(sort, Sort)
        return self.theory.before(sort)

    def _next(self, node: Expr, a: Term, b: Term) -> Term:
        before, c = self._before(node), self._bound(node.args[0], "c")
        return z3.And(before(a, b), z3.Not(z3.Exists([c], z3.And(before(a, c), before(c, b)))))

    def _bound(self, node: Expr, name: str) -> Term:
        """A variable for a quantifier; a new one each time, so that substitution can't capture it."""
        return z3.Const(f"{name}.{next(self._fresh)}", self.theory.sort(node.type))

    def _quantifier(self, node: Expr, view: View, env: Environment) -> Term:
        *bound, body = node.args
        enums = [b for b in bound if isinstance(b.type, EnumType)]
        sorts = [(b, self._bound(b, _name(b))) for b in bound if not isinstance(b.type, EnumType)]
        inner = {**env, **{b.uid: x for b, x in sorts}}
        bodies = [
            self.term(body, view, {**inner, **_bind(tuple(enums), values)})
            for values in product(*(self.theory.values(b.type) for b in enums if isinstance(b.type, EnumType)))
        ]
        join, quantify = (z3.And, z3.ForAll) if node.op == "forall" else (z3.Or, z3.Exists)
        whole = join(*bodies) if len(bodies) > 1 else bodies[0]
        return quantify([x for _, x in sorts], whole) if sorts else whole

    def _threshold(self, node: Expr, view: View, env: Environment) -> Term:
        bound, body = node.args
        assert isinstance(node.data, Formula) and isinstance(bound.type, Sort)
        if not node.data.names:
            return self._some(node.data.evaluate({}), bound, lambda x: self.term(body, view, {**env, bound.uid: x}))
        quorums = self.theory.quorum(node.data, bound.type)
        quorum = z3.Const(f"Q.{next(self._fresh)}", quorums.sort)
        x = self._bound(bound, _name(bound))
        voted = self.term(body, view, {**env, bound.uid: x})
        return z3.Exists([quorum], z3.ForAll([x], z3.Implies(quorums.member(quorum, x), voted)))

    def _some(self, number: int, bound: Expr, body: Callable[[Term], Term]) -> Term:
        """At least so many: that many different individuals. A plain number needs no quorums."""
        different = [self._bound(bound, _name(bound)) for _ in range(number)]
        if not different:
            return z3.BoolVal(True, self.theory.context)
        apart = [z3.Distinct(*different)] if number > 1 else []
        return z3.Exists(different, conjunction(*apart, *(body(x) for x in different)))


def _name(bound: Expr) -> str:
    assert isinstance(bound.data, tuple)
    return str(bound.data[1])


def _bind(nodes: tuple[Expr, ...], values: tuple[Term, ...]) -> dict[int, Term]:
    return {n.uid: v for n, v in zip(nodes, values, strict=True)}
