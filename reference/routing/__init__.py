"""Routes between edge devices: the paper's scheme, its rivals, better ones, certificates, and proofs that none exist.

Zhai et al. 2.2.2 and 3.2, eq. (8) and (9), ZK-R39 to R42. Layout: `network` (what is routed over what) <- `balance`,
`delay`, `paths` <- `ground` (by numbers) <- `placement` <- `objectives` <- `schemes` <- `backtracking`, `optimum` <-
`router`; beside it `certificate` and `smt`, which check a plan and share nothing with what made it, and `cuts` <-
`infeasible`, which prove that there is none. `rows` <- `files` <- `answer` is what `meterproof plan route` asks.
`traps` has minimal instances where the paper's scheme goes wrong, `random_networks` <- `comparison`, `gaps` the paper's
Figs. 6 and 7 and the distance to the optimum, `figures` its numbers.
"""
