"""What is claimed of sovereign-chain, as published (in its readings) and hardened; see `meterproof.claims`."""

from properties import (
    action_counter,
    assembly,
    block_times,
    contracts,
    credit,
    denials,
    identity,
    inclusion,
    membership,
    receipts,
    redaction,
    services,
    shards,
    sovereign_rounds,
    trade,
    violations,
)

CASES = (
    *assembly.CASES,
    *sovereign_rounds.CASES,
    *inclusion.CASES,
    *block_times.CASES,
    *contracts.CASES,
    *shards.CASES,
    *identity.CASES,
    *membership.CASES,
    *redaction.CASES,
    *services.CASES,
    *violations.CASES,
    *denials.CASES,
    *action_counter.CASES,
    *trade.CASES,
    *receipts.CASES,
    *credit.CASES,
)
"""Concern by concern: each module has its own."""
