"""A finite instance packed into machine words, and compiled loops over it that no model makes compile again.

Layout: `layout` (cells to bits of machine words) <- `program` (formulas to short-circuit branching programs)
<- `compile` (an instance to arrays), `run` (those arrays evaluated). Searches over it are in rooms of their own.
"""
