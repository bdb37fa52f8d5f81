"""What is claimed of metering-platform, as published (in its readings) and hardened; see `meterproof.claims`."""

from properties import (
    access,
    administration,
    certificates,
    classes,
    confidential,
    custodians,
    demands,
    documents,
    erasure,
    links,
    member_sets,
    platform_rounds,
    revocation,
    supersession,
    suppliers,
    tokens,
)

CASES = (
    *access.CASES,
    *tokens.CASES,
    *revocation.CASES,
    *confidential.CASES,
    *erasure.CASES,
    *certificates.CASES,
    *custodians.CASES,
    *supersession.CASES,
    *classes.CASES,
    *documents.CASES,
    *links.CASES,
    *suppliers.CASES,
    *demands.CASES,
    *administration.CASES,
    *member_sets.CASES,
    *platform_rounds.CASES,
)
"""Concern by concern: each module has its own."""
