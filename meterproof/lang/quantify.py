"""Quantifiers and counting: `forall`, `exists`, `count` and the threshold operator `atleast`.

The body is a Python function of the bound variables, called once:

    forall(Replica, Block, lambda r, b: implies(s.voted[r, b], s.valid[b]))
    atleast(s.rules.quorum, Replica, lambda r: s.faulty[r] | s.voted[r, b])

Bound variables are numbered by nesting depth, so the same formula traced twice is the same node.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from meterproof.lang.expr import FALSE, TRUE, Expr, boolean, constant, make
from meterproof.lang.formula import Formula
from meterproof.lang.location import at_model_line
from meterproof.lang.types import BOOL, NUMBER, EnumType, Sort

_depth: ContextVar[int] = ContextVar("binder_depth", default=0)


def in_binder() -> bool:
    """Whether the function of a quantifier, a count or a pointwise update is being traced."""
    return _depth.get() > 0


@contextmanager
def binding(domains: tuple[Sort | EnumType, ...], names: tuple[str, ...]) -> Iterator[tuple[Expr, ...]]:
    """Fresh bound variables over `domains`, numbered by how deep in binders the trace stands."""
    start = _depth.get()
    token = _depth.set(start + len(domains))
    try:
        yield tuple(make("bound", d, (), (start + i, n)) for i, (d, n) in enumerate(zip(domains, names, strict=True)))
    finally:
        _depth.reset(token)


def parameter_names(body: Callable[..., Any], wanted: int, what: str) -> tuple[str, ...]:
    """The names of the function's `wanted` parameters; an error when it takes another number."""
    names = tuple(inspect.signature(body).parameters)
    if len(names) != wanted:
        raise at_model_line(f"{what} gives its function {wanted} value(s), but the function takes {len(names)}")
    return names


def _close(what: str, arguments: tuple[object, ...]) -> tuple[tuple[Expr, ...], Expr]:
    *domains, body = arguments
    if not callable(body) or isinstance(body, Expr) or not domains:
        raise at_model_line(f"{what}(...) needs sorts and then a function", f"{what}(Replica, lambda r: ...)")
    for domain in domains:
        if not isinstance(domain, Sort | EnumType):
            raise at_model_line(f"{what} ranges over {domain!r}, which is no sort", "a Sort or an EnumType")
    sorts = tuple(d for d in domains if isinstance(d, Sort | EnumType))
    with binding(sorts, parameter_names(body, len(sorts), what)) as bound:
        return bound, boolean(body(*bound), f"body of {what}")


def forall(*arguments: Any) -> Expr:
    """For all individuals of the given sorts the body holds."""
    bound, body = _close("forall", arguments)
    return body if body.op == "const" and body is TRUE else make("forall", BOOL, (*bound, body))


def exists(*arguments: Any) -> Expr:
    """For some individuals of the given sorts the body holds."""
    bound, body = _close("exists", arguments)
    return body if body.op == "const" and body is FALSE else make("exists", BOOL, (*bound, body))


def count(*arguments: Any) -> Expr:
    """How many individuals of one sort satisfy the body; finite instances only, proofs need `atleast`."""
    bound, body = _close("count", arguments)
    if len(bound) != 1:
        raise at_model_line("count ranges over one sort", "count(Replica, lambda r: ...)")
    return make("count", NUMBER, (*bound, body))


def atleast(threshold: object, *arguments: Any) -> Expr:
    """At least `threshold` individuals of one sort satisfy the body.

    `threshold` is the spec's own formula, such as the rule value "floor((n+f)/2)+1", whose n is the size
    of the sort and whose other names are parameters of the protocol; or a plain number. A finite
    instance counts; a proof for any size reads it as "there is a quorum all of whose members ...".
    """
    bound, body = _close("atleast", arguments)
    if len(bound) != 1 or not isinstance(bound[0].type, Sort):
        raise at_model_line("atleast ranges over one sort", "atleast(s.rules.quorum, Replica, lambda r: ...)")
    if isinstance(threshold, int) and not isinstance(threshold, bool):
        threshold = Formula.parse(str(threshold), ())
    if not isinstance(threshold, Formula):
        raise at_model_line(
            f"the threshold of atleast is {threshold!r}", 'a formula rule, Formula.parse("2*f+1"), or a number'
        )
    return make("atleast", BOOL, (*bound, body), threshold)


def is_first(individual: Expr) -> Expr:
    """It is the least of its ordered sort."""
    domain = individual.type
    if not isinstance(domain, Sort):
        raise at_model_line("is_first is for ordered sorts")
    return forall(domain, lambda other: ~(other < individual))


__all__ = ["atleast", "binding", "constant", "count", "exists", "forall", "is_first", "parameter_names"]
