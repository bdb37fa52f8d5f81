"""Checks that need whole actions or the whole system: aliasing cells, reads of ghosts, names in thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from meterproof.errors import ModelError, nearest
from meterproof.lang.expr import Expr, read_of
from meterproof.lang.formula import Formula
from meterproof.lang.system import Action, Design, Property, Update, Variable
from meterproof.lang.types import EnumType, Sort, Type


def nodes(*roots: Expr) -> Iterator[Expr]:
    """The given expressions and every node below them, each once."""
    seen: set[int] = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node.uid in seen:
            continue
        seen.add(node.uid)
        stack.extend(reversed(node.args))
        yield node


def read_names(*roots: Expr) -> set[str]:
    """Names of the state variables that the expressions read."""
    return {read_of(n)[0] for n in nodes(*roots) if n.op == "read"}


def check_cells(action: Action) -> None:
    """Two cells of one update must differ for sure: a guard says that one of their indexes does."""
    apart = {
        frozenset(a.uid for a in test.args[0].args)
        for guard in action.guards
        for test in (guard.condition.args if guard.condition.op == "and" else (guard.condition,))
        if test.op == "not" and test.args[0].op == "eq"
    }
    named: set[str] = set()
    for update in action.updates:
        if update.variable in named:
            raise ModelError(f"{action.name} updates {update.variable} twice", file=action.file, line=action.line)
        named.add(update.variable)
        for (left, _), (right, _) in combinations(update.cells, 2):
            differ = any(frozenset((a.uid, b.uid)) in apart for a, b in zip(left, right, strict=True))
            if not differ:
                raise ModelError(
                    f"{action.name} updates two cells of {update.variable} that may alias: {left!r} and {right!r}",
                    file=action.file, line=action.line,
                    allowed="require(a != b) first, or one cell with ite(...)",
                )  # fmt: skip


def values(update: Update) -> Iterator[Expr]:
    """The indexes and new values of an update."""
    for index, value in update.cells:
        yield from (*index, value)
    if update.each is not None:
        yield update.each


def check_ghosts(variables: Mapping[str, Variable], actions: Iterable[Action]) -> None:
    """Ghosts are history for proofs: no guard, and no update of a real variable, reads one."""
    ghosts = {n for n, v in variables.items() if v.ghost}
    for action in actions:
        for guard in action.guards:
            if read := ghosts & read_names(guard.condition):
                raise ModelError(
                    f"a guard of {action.name} reads the ghost {', '.join(sorted(read))}",
                    file=guard.file, line=guard.line, allowed="state variables that are no ghosts",
                )  # fmt: skip
        for update in action.updates:
            read = ghosts & read_names(*values(update))
            if update.variable not in ghosts and read:
                raise ModelError(
                    f"{action.name} lets {update.variable} depend on the ghost {', '.join(sorted(read))}",
                    file=action.file, line=action.line, allowed="ghosts may only feed ghosts",
                )  # fmt: skip


def _formulas(actions: Iterable[Action], properties: Iterable[Property]) -> Iterator[tuple[str, str, int, Expr]]:
    """Every formula of actions and properties, with what it belongs to and its place in the model."""
    for a in actions:
        yield from ((f"a guard of {a.name}", g.file, g.line, g.condition) for g in a.guards)
        yield from ((a.name, a.file, a.line, e) for u in a.updates for e in values(u))
    for p in properties:
        parts = (e for e in (p.formula, p.then, p.witness) if e is not None)
        yield from ((f"property {p.id}", p.file, p.line, e) for e in parts)
        yield from _formulas((), p.lemmas)


def check_thresholds(design: Iterable[Design], actions: Iterable[Action], properties: Iterable[Property]) -> None:
    """Thresholds count in n, the size of their sort, and in the system's parameters; nothing else has a value."""
    known = ("n", *(d.name for d in design))
    for what, file, line, formula in _formulas(actions, properties):
        for threshold in (n.data for n in nodes(formula) if isinstance(n.data, Formula)):
            if unknown := [name for name in threshold.names if name not in known]:
                raise ModelError(
                    f"the threshold {threshold} in {what} speaks of {', '.join(unknown)}, which is no parameter",
                    file=file, line=line, allowed=", ".join(known),
                )  # fmt: skip


def check_rules(known: Iterable[str], actions: Iterable[Action]) -> None:
    """A guard stands for rules that the protocol has."""
    known = tuple(known)
    for guard in (g for action in actions for g in action.guards):
        if unknown := [name for name in guard.rules if name not in known]:
            raise ModelError(
                f"a guard stands for the rule {unknown[0]!r}, which is not there{nearest(unknown[0], known)}",
                file=guard.file, line=guard.line, allowed=", ".join(known) or "no rules at all",
            )  # fmt: skip


def types_in(
    variables: Iterable[Variable], design: Iterable[Design], actions: Iterable[Action], properties: Iterable[Property]
) -> Iterator[Type]:
    """Types in the order in which variables, parameters and formulas mention them."""
    actions = tuple(actions)
    for v in variables:
        yield from (*v.domain, v.to)
    yield from (d.over for d in design)
    for a in actions:
        yield from (p.type for p in a.params)
    for _, _, _, formula in _formulas(actions, properties):
        yield from (n.type for n in nodes(formula) if n.op == "bound")


def check_names(types: Iterable[Type]) -> None:
    """Two different types must not share a name: engines and traces tell them apart by it."""
    seen: dict[str, Type] = {}
    for type_ in types:
        if isinstance(type_, Sort | EnumType) and seen.setdefault(type_.name, type_) != type_:
            raise ModelError(
                f"two different types are called {type_.name}", allowed="one declaration, shared by import"
            )
