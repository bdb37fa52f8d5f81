"""The explorer: every reachable state of a finite instance, breadth first, exact states, parents kept.

Layout: `kernel` (compiled loops over a packed model, the same for every model) <- `explorer` (the search).
"""
