"""Finite instances of a system, and their plain interpreter: the meaning that every engine is held to.

Layout: `scope` (sizes) <- `instance` (a system at a scope, rigids fixed) <- `interpret` (evaluate, step) <- `worlds`
(all instances of a scope), `fairness` (which moves are owed). For engines: `ground` (expressions as propositional
formulas over cells) <- `moves` (an action with its parameters, its guard and what it writes). Smaller systems with
the same verdict: `ghosts` (history left out), `polarity` <- `eager` (what the adversary can always do, done at once).
"""
