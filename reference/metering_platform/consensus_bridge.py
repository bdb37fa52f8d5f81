"""The machine `Consensus` on the platform's chain: its members' nodes vote on blocks, across views.

A candidate's one transaction is a record that a member has stored by a request; where it is to be invalid, the record
is under the name of somebody who is no member. What a node audits is `nodes`.
"""

from __future__ import annotations

from reference.ledger import consensus_bridge
from reference.ledger.chain import Block
from reference.metering_platform import deploy as platform
from reference.metering_platform import issuing, stage
from reference.metering_platform.deploy import CHAIN
from reference.metering_platform.nodes import NodeState, candidate
from reference.metering_platform.rules import Rules
from reference.metering_platform.state import MemberKind
from reference.metering_platform.tables import Table

MEMBER, USER, SCHEMA = "member-0", "tester", "equipment-traceability"


def candidates(
    rules: Rules, nodes: int, bound: int, seed: int, valid: tuple[bool, ...]
) -> tuple[NodeState, tuple[Block, ...]]:
    """The state of an empty chain, and blocks for its first height, each of which an audit finds valid or not.

    Raises InputError for too few nodes.
    """
    rules.check_deployment(nodes, bound)
    founders: list[tuple[str, MemberKind]] = [(f"member-{number}", "institution") for number in range(nodes)]
    founded = platform.deploy(rules, seed, founders, [(USER, "institution", MEMBER)])
    blocks = []
    for number, is_valid in enumerate(valid):
        table = Table(SCHEMA, f"candidate {number}", stage.AT, (), ())
        body = issuing.record_body(rules, founded.members[MEMBER], f"equipment-{number}", table)
        after, said = stage.ask(founded, USER, "POST", "/records", body)
        assert "record" in said, "a member's own record is stored"
        [(_, transaction)] = stage.transactions(after.state)
        shown = transaction["store"]
        issuer = shown["record"]["issuer"] if is_valid else "nobody"
        blocks.append(candidate(founded.state, {**shown, "record": {**shown["record"], "issuer": issuer}}))
    return NodeState(founded.state), tuple(blocks)


class ConsensusBridge(consensus_bridge.ConsensusBridge):
    """See `reference.ledger.consensus_bridge`."""

    def __init__(self) -> None:
        super().__init__(CHAIN, candidates)
