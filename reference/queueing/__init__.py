"""How long packets wait at an edge device, and how many it turns away: eq. (5) to (7) of Zhai et al., and corrected.

Layout: `quantities` (what is asked and what is told, with units) <- `exponential` (M/M/1/M) and `fixed` (M/D/1/M) <-
`retransmission`, `series` (more than one node) and `simulation` <- `table1`, `search` (Table 1 beside its readings) <-
`figures`; `answer` and `told` are for the command line. `exact` has the same chains in rational numbers, for tests, and
`printed` the paper's formulas as they stand.
"""
