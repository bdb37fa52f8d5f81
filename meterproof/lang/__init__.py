"""The modelling language: everything that a model or a property file imports.

Layout: `location` (the model's line, for errors) <- `types` <- `expr` (the hash-consed graph), `enums` <- `quantify`,
`declare` <- `system` (the traced result) <- `guards`, `relation` <- `updates` (what a model's functions use),
`wellformed`, `canonical`, `rewrite` <- `tracing` (functions to system) <- `refine`. `formula` and `rules` are what
specs choose.
"""

from meterproof.lang.declare import (
    action,
    axiom,
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
from meterproof.lang.enums import Enum
from meterproof.lang.expr import Expr, implies, is_next, ite
from meterproof.lang.formula import Formula
from meterproof.lang.guards import require
from meterproof.lang.quantify import atleast, count, exists, forall, is_first
from meterproof.lang.refine import Such, refines
from meterproof.lang.rules import choice, flag, formula, number
from meterproof.lang.system import System
from meterproof.lang.tracing import Protocol, trace
from meterproof.lang.types import IntRange, Sort
from meterproof.lang.updates import adding

__all__ = [
    "Enum", "Expr", "Formula", "IntRange", "Protocol", "Sort", "Such", "System", "action", "adding", "atleast", "axiom",
    "choice", "count", "exists", "flag", "forall", "formula", "implies", "invariant", "is_first", "is_next", "ite",
    "leads_to", "lemma", "number", "parameter", "quiescent", "reachable", "refines", "require", "rigid", "step",
    "trace", "var",
]  # fmt: skip
