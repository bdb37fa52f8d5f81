"""The explorer: every reachable state of a finite instance, breadth first, exact states, parents kept.

Layout: `layout` (cells to bits of machine
words) <- `program` (formulas to short-circuit branching programs) <- `compile` (an instance to arrays)
<- `kernel` (compiled loops over those arrays, the same for every model) <- `explorer` (the search).
"""
