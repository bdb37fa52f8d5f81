"""The hash of a contract's meaning: the same whatever the file's comments, notes and order of keys."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from meterproof.contracts.conditions import Amounts, Clause, Dates, Hours, Weekdays, Words
from meterproof.contracts.contract import Contract, Rule

_FORMAT = "meterproof-contract-1"


def digest(contract: Contract) -> str:
    """SHA-256 of the contract's canonical form, as 64 hex digits.

    It covers the head, the definitions, the laws and the rules. Left out are comments, `about`, notes, lines, the
    order of keys and of words in a list, and that of rules except where the policy makes it law.
    """
    return hashlib.sha256(canonical(contract)).hexdigest()


def canonical(contract: Contract) -> bytes:
    """The contract as JSON in ASCII with sorted keys and no blanks; integers are written in full."""
    rules = contract.rules
    if contract.policy != "first-applicable":
        rules = tuple(sorted(rules, key=lambda rule: rule.id))
    document = {
        "format": _FORMAT,
        "contract": contract.name,
        "version": contract.version,
        "activation_height": contract.activation_height,
        "authority": contract.authority,
        "policy": contract.policy,
        "otherwise": contract.otherwise,
        "offset": contract.offset,
        "laws": dict(contract.laws),
        "vocabulary": {name: dict(words) for name, words in contract.vocabulary.items()},
        "rules": [_rule(rule) for rule in rules],
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "law": rule.law,
        "decision": rule.decision,
        "overrides": sorted(rule.overrides),
        "clauses": {clause.name: _clause(clause) for clause in rule.clauses},
    }


def _clause(clause: Clause) -> Any:
    match clause:
        case Words():
            return sorted(clause.words)
        case Amounts():
            return [clause.unit, clause.start, clause.end]
        case Hours():
            return [clause.start, clause.end]
        case Weekdays():
            return sorted(clause.days)
        case Dates():
            return [clause.start, clause.end]
