"""How many messages a decision of n replicas takes, where nothing goes wrong: a message to k replicas counts k times.

The paper does not count them (IS-B3.12). Its round has one collecting leader, but the audit results that all nodes
broadcast to each other make it quadratic, as PBFT is (Castro and Liskov, OSDI 1999, section 4).
"""

from __future__ import annotations

from collections.abc import Mapping


def audit_round(n: int) -> Mapping[str, int]:
    """The round of section 4.2.3, by what is sent (IS-R15). Who else learns that the block is final is not counted."""
    others = n - 1
    return {"candidate": others, "audit results": others * others, "responses": others}


def three_phases(n: int) -> Mapping[str, int]:
    """PBFT: the leader's pre-prepare stands for its prepare vote, and everybody commits."""
    others = n - 1
    return {"pre-prepare": others, "prepare": others * others, "commit": n * others}


def total(messages: Mapping[str, int]) -> int:
    """All messages of a decision: for n = 4, 7, 10, 13 the audit round has 15, 48, 99, 168, PBFT 24, 84, 180, 312."""
    return sum(messages.values())
