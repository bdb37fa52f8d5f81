"""Sovereign contract rules: a language for regulators, decisions by a pure function, and what z3 finds in a rule book.

    contract = load("spec/contracts/sovereign.toml")
    request = Request("household", "power-trading", "submit", "trade-order", "mainland", at, Amount(5000, "Wh"))
    decision = decide(contract, request)

Layout: `request` (what is asked) <- `conditions` (clauses) <- `contract` (rules, policies, versions) <- `decide` (the
decision), `canonical` (the hash), `fields` <- `read` (files), `wording` (all of it in words). `terms` (a contract in
z3) <- `witness` (the first request of a kind) <- `spread` (what all of a kind have in common) <- `analyse` (one
contract) and `compare` (two); only these load z3, so they are imported by name. Nothing here knows a protocol: the
vocabulary is the file's.
"""

from meterproof.contracts.canonical import digest
from meterproof.contracts.contract import Contract, Rule, in_force, legal_minute
from meterproof.contracts.decide import Decision, Standing, decide
from meterproof.contracts.read import load, parse
from meterproof.contracts.request import Amount, Request, moment

__all__ = [
    "Amount",
    "Contract",
    "Decision",
    "Request",
    "Rule",
    "Standing",
    "decide",
    "digest",
    "in_force",
    "legal_minute",
    "load",
    "moment",
    "parse",
]
