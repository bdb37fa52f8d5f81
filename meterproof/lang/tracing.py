"""From a `Protocol` class and a spec's rule values to a `System`: each function is called once.

Inside an action, `require(...)` states a guard and `s.set(...)` the update. Rule values are ordinary
Python values, so `if s.rules.vote_once:` selects rules while tracing; `require(False)`, or a rule
comparison that is false, leaves the action out of the system.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from meterproof.errors import ModelError
from meterproof.lang.declare import ActionDecl, AxiomDecl, Parameter, PropertyDecl, Var, first_line, where
from meterproof.lang.expr import Expr, boolean, lift, make
from meterproof.lang.formula import Formula
from meterproof.lang.guards import Absent, RuleView, collecting, note_update
from meterproof.lang.location import MISTAKES, as_model_error, at_model_line, unknown_name
from meterproof.lang.quantify import binding
from meterproof.lang.relation import Relation, Updated
from meterproof.lang.rules import Rule, RuleSchema, RuleValues
from meterproof.lang.system import Action, Design, Guard, Property, System, Update, Variable
from meterproof.lang.types import EnumType, IntRange, Sort
from meterproof.lang.updates import update
from meterproof.lang.wellformed import check_cells, check_ghosts, check_names, check_rules, check_thresholds, types_in

DECLARED = (ActionDecl, AxiomDecl, Parameter, PropertyDecl, Var)
"""What a class body declares, but for rules."""


class _Body(dict[str, object]):
    """The names of a class body while it is read: each is declared once there; a subclass may replace it."""

    def __setitem__(self, name: str, value: object) -> None:
        before = self.get(name)
        if isinstance(before, DECLARED):
            again = value if isinstance(value, DECLARED) else before
            raise ModelError(
                f"{name} is declared twice in one class, first in line {before.line}", file=again.file, line=again.line,
                allowed="another name, or a subclass that replaces it",
            )  # fmt: skip
        super().__setitem__(name, value)


class _Declaring(type):
    """Classes whose bodies are watched."""

    @classmethod
    def __prepare__(cls, name: str, bases: tuple[type, ...], /, **_: Any) -> _Body:
        return _Body()


class Protocol(metaclass=_Declaring):
    """Base of protocols and of the concerns that they are put together from (by inheritance).

    Class attributes made by `var`, `rigid`, `parameter`, `@action`, `@invariant`... and by the rule
    types of `meterproof.lang.rules` are its declaration; a subclass adds to its bases.
    """

    @classmethod
    def declared(cls, kind: type) -> dict[str, Any]:
        """Declarations of one kind by name: bases from left to right, then the class's own, in textual order.

        Which declaration a name stands for is what Python says: a class's own before its bases', left before right.
        """
        bases = [base for base in cls.__bases__ if issubclass(base, Protocol)]
        names = dict.fromkeys((*(n for base in bases for n in base.declared(kind)), *vars(cls)))
        return {n: v for n in names if isinstance(v := inspect.getattr_static(cls, n), kind)}

    @classmethod
    def rule_schema(cls) -> RuleSchema:
        """The rules that the protocol's concerns declare."""
        return RuleSchema(cls.declared(Rule))


class State:
    """What a model's function gets as `s`: state variables by name, `s.rules`, and `s.set(...)`."""

    def __init__(self, variables: Mapping[str, Variable], rules: RuleView, phase: int = 0) -> None:
        self._variables, self._phase, self.rules = variables, phase, rules

    def __getattr__(self, name: str) -> Any:
        variable = self._variables.get(name)
        if variable is None:
            raise unknown_name("state variable", name, self._variables)
        if variable.domain:
            return Relation(variable, self._phase)
        return make("read", variable.to, (), (name, self._phase))

    def declared(self) -> Mapping[str, Variable]:
        """The state variables and rigids by name."""
        return self._variables

    def set(self, *extended: Updated, **changes: Any) -> Updated:
        """The next state: `s.set(phase={rm: Phase.prepared}, total=n, known=lambda k: ...)`; the rest stays.

        A row is `heard={(rm, ...): True}`, with `...` for every individual; members of a relation are added with
        `known=adding(lambda k: ...)`. An action that extends one of a base hands on what that does:
        `s.set(Base.store(s, j), kept={j: True})`.
        """
        updates = [u for base in extended for u in base.updates]
        updates += [self._update(name, change) for name, change in changes.items()]
        names = [u.variable for u in updates]
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                raise at_model_line(f"{name} is set twice", "one update of each variable")
        updated = Updated(tuple(updates))
        note_update(updated, extended)
        return updated

    def _update(self, name: str, change: Any) -> Update:
        variable = self._variables.get(name)
        if variable is None:
            raise unknown_name("state variable", name, self._variables)
        if variable.rigid:
            raise at_model_line(f"{name} is rigid: it is fixed before the run", "a var instead of a rigid")
        return update(variable, change)


def _variables(protocol: type[Protocol], rules: RuleView) -> dict[str, Variable]:
    variables: dict[str, Variable] = {}
    bounds = protocol.declared(Parameter)
    for name, v in protocol.declared(Var).items():
        if name.startswith("_") or name == "rules" or hasattr(State, name):
            raise ModelError(f"a variable cannot be called {name!r}", file=v.file, line=v.line, allowed="another name")
        if v.at_most is not None and v.at_most not in bounds:
            raise ModelError(
                f"at most {v.at_most!r} of {name}: there is no such parameter", file=v.file, line=v.line,
                allowed=", ".join(bounds) or "none is declared",
            )  # fmt: skip
        names = tuple(f"{s.name.lower()}{i}" for i, s in enumerate(v.domain))
        with binding(v.domain, names) as index:
            init: Expr | None = None
            if not v.rigid:
                given = v.init
                if callable(given) and not isinstance(given, Expr):
                    rigids = {n: x for n, x in variables.items() if x.rigid}
                    given = _called(f"init of {name}", given, State(rigids, rules), *index)
                if given is None and v.to.name == "bool":
                    given = False
                if given is None:
                    raise ModelError(f"{name} has no initial value", file=v.file, line=v.line, allowed="init=...")
                try:
                    init = lift(given, v.to)
                except ModelError as error:
                    raise ModelError(
                        f"init of {name}: {error.message}", file=v.file, line=v.line, allowed=error.allowed
                    ) from None
                if isinstance(v.to, IntRange) and init.type != v.to:
                    raise ModelError(
                        f"init of {name} may lie outside {v.to.name}: {init!r}", file=v.file, line=v.line,
                        allowed=f"a number, or a value of {v.to.name}",
                    )  # fmt: skip
            variables[name] = Variable(name, v.domain, v.to, index, init, v.ghost, v.rigid, v.at_most, v.doc)
    return variables


def _parameter_sorts(decl: ActionDecl, protocol: type[Protocol]) -> list[tuple[str, Sort | EnumType]]:
    names = list(inspect.signature(decl.function).parameters.items())[1:]
    scope = {**{n: v for b in protocol.__mro__ for n, v in vars(b).items()}, **decl.function.__globals__}
    found = []
    for name, parameter in names:
        sort = parameter.annotation
        if isinstance(sort, str):
            sort = scope.get(sort, inspect.getclosurevars(decl.function).nonlocals.get(sort, sort))
        if not isinstance(sort, Sort | EnumType):
            raise ModelError(
                f"parameter {name!r} of action {decl.name} has no sort", file=decl.file, line=decl.line,
                allowed=f"def {decl.name}(s, {name}: Replica)",
            )  # fmt: skip
        found.append((name, sort))
    return found


def _action(decl: ActionDecl, protocol: type[Protocol], state: State) -> Action:
    params = tuple(make("param", sort, (), name) for name, sort in _parameter_sorts(decl, protocol))
    with collecting() as context:
        result = _called(f"action {decl.name}", decl.function, state, *params)
    if not isinstance(result, Updated):
        raise ModelError(
            f"action {decl.name} returns {type(result).__name__}",
            file=decl.file,
            line=decl.line,
            allowed="return s.set(...)",
        )
    context.check(result)
    sentence = first_line(decl.function) or f"{decl.name.replace('_', ' ')} of " + ", ".join(
        f"{{{p.data}}}" for p in params
    )
    return Action(
        decl.name, params, tuple(context.guards), result.updates, decl.needs, sentence, decl.cites,
        tuple(sorted(context.rules)), decl.file, decl.line,
    )  # fmt: skip


def _axiom(decl: AxiomDecl, rigids: State, variables: Mapping[str, Variable]) -> Guard:
    try:
        condition = boolean(_called(f"axiom {decl.name}", decl.function, rigids), f"axiom {decl.name}")
    except ModelError as error:
        changing = any(repr(name) in error.message for name, v in variables.items() if not v.rigid)
        hint = "rigids only: an axiom says what is fixed before the run" if changing else error.allowed
        raise ModelError(error.message, file=error.file, line=error.line, allowed=hint) from None
    return Guard(condition, decl.cites, (), decl.file, decl.line)


def _property(decl: PropertyDecl, before: State, after: State, actions: Sequence[Action]) -> Property:
    def say(function: Callable[..., Any], *arguments: object) -> Expr:
        said = _called(f"property {decl.id}", function, *arguments)
        try:
            return boolean(said, f"property {decl.id}")
        except ModelError as error:
            file, line = where(function)
            raise ModelError(error.message, file=file, line=line, allowed=error.allowed) from None

    if decl.kind == "leads_to" and decl.extra is None:
        raise ModelError(
            f"property {decl.id} does not say what it leads to", file=decl.file, line=decl.line,
            allowed="@leads_to(then=lambda s: ...)",
        )  # fmt: skip

    states = (before, after) if decl.kind == "step" else (before,)
    formula = say(decl.function, *states)
    unless_given = formula if decl.kind == "leads_to" else None  # a promise is empty where its premise never holds
    return Property(
        decl.id, decl.kind, decl.title, formula,
        None if decl.extra is None else say(decl.extra, before),
        unless_given if decl.witness is None else say(decl.witness, before),
        tuple(_property(x, before, after, actions) for x in decl.lemmas),
        decl.against, decl.fair, decl.cites, decl.file, decl.line,
        hints=tuple((a.name, say(hint, before, after, *a.params)) for name, hint in decl.hints for a in actions
                    if a.name == name),
    )  # fmt: skip


def _called(what: str, function: Callable[..., Any], *arguments: object) -> Any:
    """What a function of the model returns; a ModelError at its line for a slip, or a wrong number of arguments."""
    takes = inspect.signature(function).parameters
    if len(takes) != len(arguments):
        file, line = where(function)
        raise ModelError(
            f"the function of {what} takes {len(takes)} argument(s)", file=file, line=line,
            allowed=f"{len(arguments)}, first the state",
        )  # fmt: skip
    try:
        return function(*arguments)
    except MISTAKES as error:
        raise as_model_error(error) from error


def trace(protocol: type[Protocol], rules: RuleValues | None = None, properties: Iterable[PropertyDecl] = ()) -> System:
    """The system that `protocol` is under `rules`, with its own properties and the given ones."""
    values = rules if rules is not None else protocol.rule_schema().read({})
    view = RuleView(values)
    variables = _variables(protocol, view)
    before, after = State(variables, view), State(variables, view, 1)
    rigids = {name: v for name, v in variables.items() if v.rigid}
    actions, absent = [], []
    for decl in protocol.declared(ActionDecl).values():
        try:
            actions.append(_action(decl, protocol, before))
        except Absent as reason:
            absent.append((decl.name, str(reason)))
    declared = (*protocol.declared(PropertyDecl).values(), *properties)
    traced = tuple(_property(d, before, after, actions) for d in declared)
    design = tuple(_design(p, values) for p in protocol.declared(Parameter).values())
    types = list(dict.fromkeys(types_in(variables.values(), design, actions, traced)))
    check_names(types)
    for a in actions:
        check_cells(a)
    check_ghosts(variables, actions)
    check_thresholds(design, actions, traced)
    check_rules((name for name, _ in values.items()), actions)
    return System(
        name=protocol.__name__,
        doc=first_line_of(protocol),
        sorts=tuple(t for t in types if isinstance(t, Sort)),
        enums=tuple(t for t in types if isinstance(t, EnumType)),
        variables=tuple(variables.values()),
        design=design,
        actions=tuple(actions),
        axioms=tuple(_axiom(d, State(rigids, view), variables) for d in protocol.declared(AxiomDecl).values()),
        properties=traced,
        rules=values,
        absent=tuple(absent),
    )


def first_line_of(protocol: type) -> str:
    """The first paragraph of a class's docstring."""
    return " ".join((protocol.__doc__ or "").strip().split("\n\n")[0].split())


def _design(parameter: Parameter, rules: RuleValues) -> Design:
    resilience = None if parameter.resilience is None else dict(rules.items()).get(parameter.resilience)
    if not isinstance(resilience, Formula | None) or (resilience is None and parameter.resilience is not None):
        formulas = [name for name, value in rules.items() if isinstance(value, Formula)]
        raise ModelError(
            f"the resilience of {parameter.name} is {parameter.resilience!r}, which is no formula rule",
            file=parameter.file, line=parameter.line, allowed=", ".join(formulas) or "a formula rule; none is declared",
        )  # fmt: skip
    return Design(parameter.name, parameter.over, Formula.parse(parameter.default, ("n",)), resilience)
