"""Checking claims: which jobs a target means, how each is run, and what came out as one row.

Layout: `jobs` (targets to jobs), `reduction` (what is explored instead) <- `methods` (one plan to evidence)
<- `runner` (a job to a `Check`) <- `matrix` (checks as a table for people) and `document` (checks as JSON).
"""
