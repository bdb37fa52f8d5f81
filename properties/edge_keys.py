"""What is claimed of edge-keys, as published (in four readings) and hardened; see `meterproof.claims`."""

from properties import (
    acceptance,
    assignment,
    custody,
    edge_rounds,
    key_control,
    key_records,
    migration,
    queries,
    routing,
)

CASES = (
    *acceptance.CASES,
    *edge_rounds.CASES,
    *key_records.CASES,
    *key_control.CASES,
    *custody.CASES,
    *queries.CASES,
    *migration.CASES,
    *assignment.CASES,
    *routing.CASES,
)
"""Concern by concern: each module has its own."""
