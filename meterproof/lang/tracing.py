"""From a `Protocol` class and a spec's rule values to a `System`: each function is called once.

Inside an action, `require(...)` states a guard and `s.set(...)` the update. Rule values are ordinary
Python values, so `if s.rules.vote_once:` selects rules while tracing; `require(False)`, or a rule
comparison that is false, leaves the action out of the system.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from meterproof.errors import ModelError
from meterproof.lang.declare import ActionDecl, Parameter, PropertyDecl, Var, first_line, ids
from meterproof.lang.expr import FALSE, Expr, at_model_line, boolean, lift, make, model_line, unknown_name
from meterproof.lang.formula import Formula
from meterproof.lang.quantify import binding, parameter_names
from meterproof.lang.rules import Rule, RuleSchema, RuleValues
from meterproof.lang.system import Action, Design, Guard, Property, System, Update, Variable
from meterproof.lang.types import Enum, IntRange, Number, Sort, Type
from meterproof.lang.wellformed import check_cells, check_ghosts


class Protocol:
    """Base of protocols and of the concerns that they are put together from (by inheritance).

    Class attributes made by `var`, `rigid`, `parameter`, `@action`, `@invariant`... and by the rule
    types of `meterproof.lang.rules` are its declaration; a subclass adds to its bases.
    """

    @classmethod
    def declared(cls, kind: type) -> dict[str, Any]:
        """Declarations of one kind by name: bases from left to right, then the class's own, in textual order."""
        found: dict[str, Any] = {}
        for base in cls.__bases__:
            if issubclass(base, Protocol):
                found.update(base.declared(kind))
        found.update({n: v for n, v in vars(cls).items() if isinstance(v, kind)})
        return found

    @classmethod
    def rule_schema(cls) -> RuleSchema:
        """The rules that the protocol's concerns declare."""
        return RuleSchema(cls.declared(Rule))


class _Absent(Exception):
    """The rule values leave this action out; the message is the reason."""


@dataclass
class _Guards:
    guards: list[Guard] = field(default_factory=list)
    rules: set[str] = field(default_factory=set)


_current: ContextVar[_Guards | None] = ContextVar("guards", default=None)


def require(condition: object, cites: str | Iterable[str] = (), *, rule: str | Iterable[str] = ()) -> None:
    """A guard of the action being traced: it can happen only where `condition` holds.

    `cites` are the ids that state the guard, `rule` the rule values that it stands for. A guard that is
    False outright removes the action from this system.
    """
    context = _current.get()
    if context is None:
        raise at_model_line("require(...) stands outside an action", "inside a function marked @action")
    test = boolean(condition, "guard")
    file, line = model_line()
    if test is FALSE:
        raise _Absent(f"require at {file}:{line} is false under these rules")
    context.rules.update(ids(rule))
    if test.op != "const":
        context.guards.append(Guard(test, ids(cites), ids(rule), file, line))


class _Rules:
    """Rule values as a model sees them; remembers which ones the action being traced has read."""

    def __init__(self, values: RuleValues) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:
        known = [n for n, _ in self._values.items()]
        if name not in known:
            raise unknown_name("rule", name, known)
        context = _current.get()
        if context is not None:
            context.rules.add(name)
        return getattr(self._values, name)


class Relation:
    """A state variable with arguments, waiting for its indexes: `s.voted[r, b]`."""

    def __init__(self, variable: Variable, phase: int) -> None:
        self._variable, self._phase = variable, phase

    def __getitem__(self, index: object) -> Expr:
        return make("read", self._variable.to, _indexes(self._variable, index), (self._variable.name, self._phase))

    def __bool__(self) -> bool:
        raise at_model_line(f"{self._variable.name} needs its arguments", _usage(self._variable))


def _usage(variable: Variable) -> str:
    return f"s.{variable.name}[{', '.join(s.name.lower() for s in variable.domain)}]"


def _indexes(variable: Variable, index: object) -> tuple[Expr, ...]:
    given = index if isinstance(index, tuple) else (index,)
    if len(given) != len(variable.domain):
        raise at_model_line(
            f"{variable.name} takes {len(variable.domain)} argument(s), got {len(given)}", _usage(variable)
        )
    for value, sort in zip(given, variable.domain, strict=True):
        if isinstance(value, Expr) and value.type != sort:
            raise at_model_line(
                f"{variable.name} is indexed by {sort.name}, not by {value.type.name}", _usage(variable)
            )
    return tuple(lift(v, s) for v, s in zip(given, variable.domain, strict=True))


@dataclass(frozen=True)
class Updated:
    """The state after an action: what `s.set` returns and an action hands back."""

    updates: tuple[Update, ...]

    def __getattr__(self, name: str) -> Any:
        raise at_model_line(
            f"{name!r} is read from the updated state",
            "reads from s: all updates are simultaneous and see the old state",
        )


class State:
    """What a model's function gets as `s`: state variables by name, `s.rules`, and `s.set(...)`."""

    def __init__(self, variables: Mapping[str, Variable], rules: _Rules, phase: int = 0) -> None:
        self._variables, self._phase, self.rules = variables, phase, rules

    def __getattr__(self, name: str) -> Any:
        variable = self._variables.get(name)
        if variable is None:
            raise unknown_name("state variable", name, self._variables)
        if variable.domain:
            return Relation(variable, self._phase)
        return make("read", variable.to, (), (name, self._phase))

    def set(self, **changes: Any) -> Updated:
        """The next state: `s.set(phase={rm: Phase.prepared}, total=n, known=lambda k: ...)`; the rest stays."""
        return Updated(tuple(self._update(name, change) for name, change in changes.items()))

    def _update(self, name: str, change: Any) -> Update:
        variable = self._variables.get(name)
        if variable is None:
            raise unknown_name("state variable", name, self._variables)
        if variable.rigid:
            raise at_model_line(f"{name} is rigid: it is fixed before the run", "a var instead of a rigid")
        if callable(change) and not isinstance(change, Expr):
            with binding(variable.domain, parameter_names(change, len(variable.domain), name)) as index:
                return Update(name, index=index, each=_value(variable, change(*index)))
        if not variable.domain:
            return Update(name, cells=(((), _value(variable, change)),))
        if not isinstance(change, Mapping):
            raise at_model_line(
                f"{name} takes arguments, so its update names cells",
                f"{name}={{index: value}} or {name}=lambda ...: value",
            )
        return Update(name, cells=tuple((_indexes(variable, i), _value(variable, v)) for i, v in change.items()))


def _value(variable: Variable, value: object) -> Expr:
    numbers = isinstance(value, Expr) and isinstance(value.type, Number) and isinstance(variable.to, IntRange)
    if isinstance(value, Expr) and value.type != variable.to and not numbers:
        raise at_model_line(f"{variable.name} holds {variable.to.name}, not {value.type.name}: {value!r}")
    return lift(value, variable.to)


def _variables(protocol: type[Protocol], rules: _Rules) -> dict[str, Variable]:
    variables: dict[str, Variable] = {}
    for name, v in protocol.declared(Var).items():
        names = tuple(f"{s.name.lower()}{i}" for i, s in enumerate(v.domain))
        with binding(v.domain, names) as index:
            init: Expr | None = None
            if not v.rigid:
                given = v.init
                if callable(given) and not isinstance(given, Expr):
                    rigids = {n: x for n, x in variables.items() if x.rigid}
                    given = given(State(rigids, rules), *index)
                if given is None and v.to.name == "bool":
                    given = False
                if given is None:
                    raise ModelError(f"{name} has no initial value", file=v.file, line=v.line, allowed="init=...")
                try:
                    init = lift(given, v.to)
                except ModelError as error:
                    raise ModelError(f"init of {name}: {error.message}", file=v.file, line=v.line) from None
            variables[name] = Variable(name, v.domain, v.to, index, init, v.ghost, v.rigid, v.at_most, v.doc)
    return variables


def _parameter_sorts(decl: ActionDecl, protocol: type[Protocol]) -> list[tuple[str, Sort | Enum]]:
    names = list(inspect.signature(decl.function).parameters.items())[1:]
    scope = {**{n: v for b in protocol.__mro__ for n, v in vars(b).items()}, **decl.function.__globals__}
    found = []
    for name, parameter in names:
        sort = parameter.annotation
        if isinstance(sort, str):
            sort = scope.get(sort, inspect.getclosurevars(decl.function).nonlocals.get(sort, sort))
        if not isinstance(sort, Sort | Enum):
            raise ModelError(
                f"parameter {name!r} of action {decl.name} has no sort", file=decl.file, line=decl.line,
                allowed=f"def {decl.name}(s, {name}: Replica)",
            )  # fmt: skip
        found.append((name, sort))
    return found


@contextmanager
def _tracing() -> Iterator[_Guards]:
    context = _Guards()
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def _action(decl: ActionDecl, protocol: type[Protocol], state: State) -> Action:
    params = tuple(make("param", sort, (), name) for name, sort in _parameter_sorts(decl, protocol))
    with _tracing() as context:
        result = decl.function(state, *params)
    if not isinstance(result, Updated):
        raise ModelError(
            f"action {decl.name} returns {type(result).__name__}",
            file=decl.file,
            line=decl.line,
            allowed="return s.set(...)",
        )
    sentence = first_line(decl.function) or f"{decl.name.replace('_', ' ')} of " + ", ".join(
        f"{{{p.data}}}" for p in params
    )
    return Action(
        decl.name, params, tuple(context.guards), result.updates, decl.needs, sentence, decl.cites,
        tuple(sorted(context.rules)), decl.file, decl.line,
    )  # fmt: skip


def _property(decl: PropertyDecl, before: State, after: State) -> Property:
    def say(function: Callable[..., Any], *states: State) -> Expr:
        return boolean(function(*states), f"property {decl.id}")

    states = (before, after) if decl.kind == "step" else (before,)
    return Property(
        decl.id, decl.kind, decl.title, say(decl.function, *states),
        None if decl.extra is None else say(decl.extra, before),
        None if decl.witness is None else say(decl.witness, before),
        tuple(_property(x, before, after) for x in decl.lemmas),
        decl.against, decl.fair, decl.cites, decl.file, decl.line,
    )  # fmt: skip


def _types(variables: Iterable[Variable], actions: Iterable[Action]) -> Iterator[Type]:
    for v in variables:
        yield from (*v.domain, v.to)
    for a in actions:
        yield from (p.type for p in a.params)


def trace(protocol: type[Protocol], rules: RuleValues | None = None, properties: Iterable[PropertyDecl] = ()) -> System:
    """The system that `protocol` is under `rules`, with its own properties and the given ones."""
    values = rules if rules is not None else protocol.rule_schema().read({})
    view = _Rules(values)
    variables = _variables(protocol, view)
    before, after = State(variables, view), State(variables, view, 1)
    actions, absent = [], []
    for decl in protocol.declared(ActionDecl).values():
        try:
            actions.append(_action(decl, protocol, before))
        except _Absent as reason:
            absent.append((decl.name, str(reason)))
    declared = (*protocol.declared(PropertyDecl).values(), *properties)
    traced = tuple(_property(d, before, after) for d in declared)
    types = list(dict.fromkeys(_types(variables.values(), actions)))
    design = tuple(_design(p, values) for p in protocol.declared(Parameter).values())
    for a in actions:
        check_cells(a)
    check_ghosts(variables, actions)
    return System(
        name=protocol.__name__,
        doc=first_line_of(protocol),
        sorts=tuple(t for t in types if isinstance(t, Sort)),
        enums=tuple(t for t in types if isinstance(t, Enum)),
        variables=tuple(variables.values()),
        design=design,
        actions=tuple(actions),
        axioms=(),
        properties=traced,
        rules=values,
        absent=tuple(absent),
    )


def first_line_of(protocol: type) -> str:
    """The first paragraph of a class's docstring."""
    return " ".join((protocol.__doc__ or "").strip().split("\n\n")[0].split())


def _design(parameter: Parameter, rules: RuleValues) -> Design:
    resilience = None if parameter.resilience is None else getattr(rules, parameter.resilience)
    return Design(parameter.name, parameter.over, Formula.parse(parameter.default, ("n",)), resilience)
