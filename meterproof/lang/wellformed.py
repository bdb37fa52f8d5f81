"""Checks on traced actions that need the whole action: aliasing cells and reads of ghosts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from meterproof.errors import ModelError
from meterproof.lang.expr import Expr, read_of
from meterproof.lang.system import Action, Update, Variable


def reads(*roots: Expr) -> Iterator[Expr]:
    """Every `read` node below the given expressions, each once."""
    seen: set[int] = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node.uid in seen:
            continue
        seen.add(node.uid)
        stack.extend(node.args)
        if node.op == "read":
            yield node


def read_names(*roots: Expr) -> set[str]:
    """Names of the state variables that the expressions read."""
    return {read_of(n)[0] for n in reads(*roots)}


def check_cells(action: Action) -> None:
    """Two cells of one update must differ for sure: by constants, or because a guard says so."""
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
            differ = any(
                frozenset((a.uid, b.uid)) in apart or (a.op == b.op == "const" and a is not b)
                for a, b in zip(left, right, strict=True)
            )
            if not differ:
                raise ModelError(
                    f"{action.name} updates two cells of {update.variable} that may alias: {left!r} and {right!r}",
                    file=action.file, line=action.line,
                    allowed="require(a != b) first, or one cell with ite(...)",
                )  # fmt: skip


def _values(update: Update) -> Iterator[Expr]:
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
            read = ghosts & read_names(*_values(update))
            if update.variable not in ghosts and read:
                raise ModelError(
                    f"{action.name} lets {update.variable} depend on the ghost {', '.join(sorted(read))}",
                    file=action.file, line=action.line, allowed="ghosts may only feed ghosts",
                )  # fmt: skip
