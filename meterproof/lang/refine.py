"""Refinement: each step of a machine is a step of its ideal, seen through a map, or changes nothing that is seen.

The map gives each state variable of the ideal as an expression of the machine's state. That a machine refines its ideal
is then a step property of the machine like any other, which every engine can be asked about: there is an action of the
ideal, with parameters, whose guards hold of what is seen before, and whose update is what is seen after; or what is
seen is the same. So whatever the ideal guarantees in all its runs (invariants, and steps that stutter) the machine
guarantees of what is seen. Reachability, quiescence and promises do not carry over.

The ideal's adversary is the machine's: its actions count that need nothing, or a capability that the claim is against.
That the machine starts as the ideal does is decided while tracing, and so is that what the ideal fixes before the run
is fixed in the machine too: its rigids are seen as what does not change, and its axioms and bounds are the machine's.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from meterproof.errors import ModelError
from meterproof.lang.declare import ActionDecl, PropertyDecl, StateFunction, ids
from meterproof.lang.expr import FALSE, TRUE, Expr, boolean, conjoin, disjoin, equal, ite, make, negate
from meterproof.lang.location import model_line
from meterproof.lang.quantify import binding
from meterproof.lang.rewrite import conjuncts, renamed
from meterproof.lang.system import Action, System, Update, Variable
from meterproof.lang.tracing import Protocol, State, trace
from meterproof.lang.types import BOOL, EnumType, Sort


@dataclass(frozen=True)
class Such:
    """A call of the ideal with parameters that are such as `where` says: a function of the state, of the machine's own
    parameters by name, and of those that are to be found. There is one, and the call is right for all of them."""

    call: str
    where: StateFunction


Through = Mapping[str, Callable[..., Any]]
"""By the name of a state variable of the ideal, what it is in the machine: a function of the state and the indexes."""


def refines(
    ideal: type[Protocol],
    *,
    of: type[Protocol],
    through: Through,
    id: str,
    title: str,
    cites: str | Iterable[str] = (),
    against: str | Iterable[str] = (),
    witness: StateFunction | None = None,
    lemmas: Iterable[PropertyDecl] = (),
    by: Mapping[str, Iterable[str | Such]] | None = None,
) -> PropertyDecl:
    """The step property of `of` that it refines `ideal` through the map.

    `by` helps proofs: for an action of the machine, calls of the ideal that it may be, such as `"install(m, k)"` with
    the names of its own parameters, or `_` for one that is to be found (`Such` says which), or `"nothing"`; an action
    that it leaves out changes nothing that is seen. Variables that the map leaves out are those of the same name.

    Raises ModelError, once it is traced, for a variable that is neither mapped nor there, for a call of an action that
    the ideal does not have, for a machine that does not start as the ideal does, and for one in which a rigid of the
    ideal may change, or an axiom or bound of the ideal is not its own as well.
    """
    allowed = frozenset(ids(against))
    file, line = model_line()

    def seen(s: State, t: State) -> _Seen:
        rules = ideal.rule_schema().read(s.rules.values(ideal.rule_schema()))
        return _Seen(trace(ideal, rules), through, s, t)

    def each_step(s: State, t: State) -> Expr:
        view = seen(s, t)
        own = of.rule_schema()
        if (loose := view.loose(trace(of, own.read(s.rules.values(own))))) is not None:
            raise ModelError(
                f"{loose}, in {of.__name__}, seen through {id}", file=file, line=line,
                allowed=f"a machine with what {ideal.__name__} fixes before the run",
            )  # fmt: skip
        if view.start() is not TRUE:
            raise ModelError(
                f"{of.__name__} does not start as {ideal.__name__} does, seen through {id}", file=file, line=line,
                allowed="a map under which the initial values are those of the ideal",
            )  # fmt: skip
        steps = [view.step(a) for a in view.ideal.actions if a.needs is None or a.needs in allowed]
        return disjoin(view.unchanged(), *steps)

    def hint(calls: Iterable[str | Such], names: tuple[str, ...]) -> StateFunction:
        def said(s: State, t: State, *params: Expr) -> Expr:
            view, own = seen(s, t), dict(zip(names, params, strict=True))
            return view.unchanged() if not calls else disjoin(*(view.call(each, own, allowed) for each in calls))

        parameters = [inspect.Parameter(n, inspect.Parameter.POSITIONAL_ONLY) for n in ("_before", "_after", *names)]
        said.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return said

    declared = of.declared(ActionDecl)
    hints = tuple(
        (name, hint((by or {}).get(name, ()), tuple(inspect.signature(each.function).parameters)[1:]))
        for name, each in (declared.items() if by is not None else ())
    )
    return PropertyDecl(
        "step", each_step, id, of, ids(cites), allowed, witness, tuple(lemmas), (), title, file, line, None, hints
    )  # fmt: skip


class _Seen:
    """What is seen of a step from `s` to `t`, as expressions of the machine."""

    def __init__(self, ideal: System, through: Through, s: State, t: State) -> None:
        self.ideal, self.through, self.states = ideal, through, (s, t)
        self.changing = [v for v in ideal.variables if not v.rigid]

    def read(self, name: str, phase: int, indexes: tuple[Expr, ...]) -> Expr:
        """What stands for the ideal's variable, before or after the step."""
        state = self.states[phase]
        if name in self.through:
            said: Expr = self.through[name](state, *indexes)
            return said
        own = getattr(state, name)
        return own[indexes] if indexes else own  # type: ignore[no-any-return]

    def start(self) -> Expr:
        """That the machine's initial values are seen as the ideal's; TRUE where they are the same expressions."""
        machine = self.states[0].declared()

        def initially(name: str, phase: int, indexes: tuple[Expr, ...]) -> Expr | None:
            v = machine[name]
            return None if v.init is None else renamed(v.init, _bound(v.index, indexes))

        def same(v: Variable, *indexes: Expr) -> Expr:
            assert v.init is not None
            wanted = renamed(v.init, _bound(v.index, indexes), lambda n, p, i: self.read(n, 0, i))
            return equal(renamed(self.read(v.name, 0, indexes), {}, initially), wanted)

        return conjoin(*(self._everywhere(v, same) for v in self.changing))

    def loose(self, machine: System) -> str | None:
        """What the ideal fixes before the run, and this machine, whose states these are, does not; None if nothing."""
        changing = {v.name for v in machine.variables if not v.rigid}
        bounds = {(v.name, v.domain, v.at_most) for v in machine.variables}
        for v in self.ideal.variables:
            if v.at_most is not None and (v.name in self.through or (v.name, v.domain, v.at_most) not in bounds):
                return f"at most {v.at_most} of {v.name} does not hold"
            with binding(v.domain, tuple(f"{s.name.lower()}{i}" for i, s in enumerate(v.domain))) as indexes:
                if v.rigid and not changing.isdisjoint(_read_in(self.read(v.name, 0, indexes))):
                    return f"{v.name}, which is rigid, may change"
        axioms = {part.uid for each in machine.axioms for part in conjuncts(each.condition)}
        for each in self.ideal.axioms:
            for part in conjuncts(renamed(each.condition, {}, self._now)):
                if part is not TRUE and part.uid not in axioms:
                    return f"no axiom says that {part!r}"
        other = next((each for each in self.ideal.design if each not in machine.design), None)
        return None if other is None else f"{other.name} is not what it is in {self.ideal.name}"

    def unchanged(self) -> Expr:
        """That nothing that is seen has changed."""
        return conjoin(*(self._becomes(v, None, {}) for v in self.changing))

    def call(self, written: str | Such, names: Mapping[str, Expr], capabilities: frozenset[str]) -> Expr:
        """That what is seen is this call, such as `"install(m, _)"`: a step of the ideal with such parameters."""
        if isinstance(written, Such):
            return self._such(written, names, capabilities)
        if written == "nothing":
            return self.unchanged()
        name, _, rest = written.removesuffix(")").partition("(")
        actions = {a.name: a for a in self.ideal.actions}
        if name not in actions:
            raise ModelError(f"{self.ideal.name} has no action {name!r}", allowed=", ".join(actions))
        action = actions[name]
        if action.needs is not None and action.needs not in capabilities:
            return FALSE
        given = [names.get(each.strip()) for each in rest.split(",")] if rest else []
        if len(given) != len(action.params):
            raise ModelError(
                f"{written} gives {name} {len(given)} value(s)",
                allowed=f"{len(action.params)}, or _ for one to be found",
            )
        return self.step(action, {p.uid: x for p, x in zip(action.params, given, strict=True) if x is not None})

    def _such(self, wanted: Such, names: Mapping[str, Expr], capabilities: frozenset[str]) -> Expr:
        asked = list(inspect.signature(wanted.where).parameters)[1:]
        name, _, rest = wanted.call.removesuffix(")").partition("(")
        sorts = next((a.params for a in self.ideal.actions if a.name == name), ())
        found = {
            each.strip(): p.type for each, p in zip(rest.split(","), sorts, strict=False) if each.strip() not in names
        }
        domains = tuple(s for s in found.values() if isinstance(s, Sort | EnumType))
        with binding(domains, tuple(found)) as chosen:
            known = {**names, **dict(zip(found, chosen, strict=True))}
            where = boolean(wanted.where(self.states[0], *(known[each] for each in asked)), f"where of {wanted.call}")
            right = disjoin(negate(where), self.call(wanted.call, known, capabilities))
            some = make("exists", BOOL, (*chosen, where))
            return some & make("forall", BOOL, (*chosen, right))

    def step(self, action: Action, given: Mapping[int, Expr] | None = None) -> Expr:
        """That what is seen is a step of this action of the ideal, with the parameters that are given, by uid."""
        open_ = [p for p in action.params if p.uid not in (given or {})]
        domains = tuple(p.type for p in open_ if isinstance(p.type, Sort | EnumType))
        with binding(domains, tuple(str(p.data) for p in open_)) as chosen:
            to = {**(given or {}), **_bound(open_, chosen)}
            updates = {u.variable: u for u in action.updates}
            guards = [renamed(g.condition, to, self._now) for g in action.guards]
            changes = [self._becomes(v, updates.get(v.name), to) for v in self.changing]
            body = conjoin(*guards, *changes)
            return make("exists", body.type, (*chosen, body)) if chosen and body.op != "const" else body

    def _now(self, name: str, phase: int, indexes: tuple[Expr, ...]) -> Expr:
        return self.read(name, 0, indexes)

    def _becomes(self, variable: Variable, update: Update | None, to: Mapping[int, Expr]) -> Expr:
        """That the variable is seen to have the value afterwards that the update gives it; without one, the old."""

        def same(v: Variable, *indexes: Expr) -> Expr:
            value = self.read(v.name, 0, indexes)
            if update is not None and update.each is not None:
                value = renamed(update.each, {**to, **_bound(update.index, indexes)}, self._now)
            for cell, new in () if update is None else update.cells:
                here = conjoin(
                    *(equal(i, renamed(c, to, self._now)) for i, c in zip(indexes, cell, strict=True))
                )  # fmt: skip
                value = ite(here, renamed(new, to, self._now), value) if indexes else renamed(new, to, self._now)
            return equal(self.read(v.name, 1, indexes), value)

        return self._everywhere(variable, same)

    def _everywhere(self, v: Variable, said: Callable[..., Expr]) -> Expr:
        names = tuple(f"{s.name.lower()}{i}" for i, s in enumerate(v.domain))
        with binding(v.domain, names) as indexes:
            body = said(v, *indexes)
            return make("forall", body.type, (*indexes, body)) if indexes and body.op != "const" else body


def _read_in(node: Expr) -> frozenset[str]:
    """The names of the state variables that an expression reads."""
    own = frozenset({str(node.data[0])}) if node.op == "read" and isinstance(node.data, tuple) else frozenset[str]()
    return own.union(*map(_read_in, node.args))


def _bound(nodes: Iterable[Expr], to: Iterable[Expr]) -> dict[int, Expr]:
    return {n.uid: x for n, x in zip(nodes, to, strict=True)}
