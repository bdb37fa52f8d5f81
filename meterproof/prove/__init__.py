"""Proofs by z3: for any number of individuals by induction, and bounded ones in a finite scope.

Layout, any size: `quorums` (facts about sets of at least q of n, from the spec's formulas) <- `theory` (a system's
sorts, functions and axioms in z3) <- `terms` (expressions as z3 terms; a step is a substitution) <- `obligations`
(what has to be shown, by name) <- `smtlib` (the same as text), `fragment` (is it decidable?), `solvers` (who answers)
and `counterexample` (what a refused induction looks like) <- `induct` (the verdict).
Finite scope: `unroll` (the explorer's grounded instance, step by step in a solver) <- `bmc` (runs from the start) <-
`kinduct` (and paths from anywhere). `arithmetic` says what a system's thresholds are worth.
"""

from meterproof.prove.bmc import bounded
from meterproof.prove.induct import Attempt, attempt, prove
from meterproof.prove.kinduct import kinduction
from meterproof.prove.obligations import Obligation, Obligations, obligations
from meterproof.prove.theory import Refused

__all__ = [
    "Attempt",
    "Obligation",
    "Obligations",
    "Refused",
    "attempt",
    "bounded",
    "kinduction",
    "obligations",
    "prove",
]
