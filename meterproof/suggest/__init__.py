"""Lemma help: candidates from a finite instance, generalised over the sorts and tried for any size.

A person decides what becomes a lemma; nothing is written into a model or its properties.

Layout: `sample` (reachable states as arrays) <- `evaluate` (expressions over them at once) <- `vocabulary` (templates:
variables and atoms) <- `hitting`, `clause` (candidates that exclude a state) <- `pool` (those that samples satisfy);
`induction` (counterexamples to induction in an instance) <- `search` (which candidates are needed) <- `naming`,
`anysize` (the prover's verdicts) <- `suggest` (the whole); `source` (a lemma as Python text).
"""

from meterproof.suggest.source import definition
from meterproof.suggest.suggest import Outcome, Suggestion, suggest

__all__ = ["Outcome", "Suggestion", "definition", "suggest"]
