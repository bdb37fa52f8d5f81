"""The explorer: every reachable state of a finite instance, breadth first, exact states, parents kept.

Layout: `kernel` (compiled loops over a packed model, the same for every model) <- `explorer` (the search).
Leads-to: `liveness_kernel` (the graph of all states, and what lies in it) <- `liveness_graph` (its growing arrays) <-
`liveness` (a lasso, or none).
"""
