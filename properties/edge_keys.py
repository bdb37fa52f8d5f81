"""What is claimed of edge-keys, as published (in four readings) and hardened; see `meterproof.claims`."""

from properties import acceptance, assignment, custody, key_control, key_records, migration, queries, rounds, routing

CASES = (
    *acceptance.CASES,
    *rounds.CASES,
    *key_records.CASES,
    *key_control.CASES,
    *custody.CASES,
    *queries.CASES,
    *migration.CASES,
    *assignment.CASES,
    *routing.CASES,
)
"""Concern by concern: each module has its own."""
