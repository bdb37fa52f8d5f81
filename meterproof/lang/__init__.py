"""The modelling language: everything that a model or a property file imports.

Layout: `types` (sorts, enums) <- `expr` (the hash-consed graph) <- `quantify`, `declare` <- `system`
(the traced result) <- `guards`, `relation` (what a model's functions use), `wellformed`, `canonical`,
`printing` <- `tracing` (functions to system).
"""

from meterproof.lang.declare import (
    action,
    invariant,
    leads_to,
    lemma,
    parameter,
    quiescent,
    reachable,
    rigid,
    step,
    var,
)
from meterproof.lang.expr import Expr, implies, is_next, ite
from meterproof.lang.formula import Formula
from meterproof.lang.guards import require
from meterproof.lang.quantify import atleast, count, exists, forall, is_first
from meterproof.lang.rules import choice, flag, formula, number
from meterproof.lang.system import System
from meterproof.lang.tracing import Protocol, trace
from meterproof.lang.types import Enum, IntRange, Sort

__all__ = [
    "Enum", "Expr", "Formula", "IntRange", "Protocol", "Sort", "System", "action", "atleast", "choice", "count",
    "exists", "flag", "forall", "formula", "implies", "invariant", "is_first", "is_next", "ite", "leads_to", "lemma",
    "number", "parameter", "quiescent", "reachable", "require", "rigid", "step", "trace", "var",
]  # fmt: skip
