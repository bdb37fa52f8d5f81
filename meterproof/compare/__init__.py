"""Two versions of a protocol beside each other: their statements, their behaviours, and a run of one on the other.

Layout: `common` (variables and worlds that both have) <- `obstacle` (why one cannot follow the other) <- `outcome`
(data) <- `transplant`; `kernel`, `packed` (states and what both see of them) <- `inclusion` (all runs of one followed
by the other) <- `behaviours`; `signature` (formulas over both) <- `question` <- `distinguish` (a state that tells them
apart), `entail` (a proof that none does) <- `statement`. The engines load when `statement`, `behaviours` or
`transplant` is imported.
"""
