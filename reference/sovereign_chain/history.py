"""What a whole chain is checked for besides its links: times, counters, and records that come twice (WA-P6, P11, P16).

Each check is a rule's; where the rule is not set, nothing is checked.
"""

from __future__ import annotations

from collections.abc import Sequence

from reference.crypto.encoding import Malformed
from reference.ledger import chain
from reference.ledger.effects import Refused
from reference.sovereign_chain.block import Block, broken_link
from reference.sovereign_chain.counters import miscounted, uncountable
from reference.sovereign_chain.records import record_id
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.violations import Register, ViolationRecord

TOLERANCE = 30
"""By how many seconds a block may be ahead of the clock of whoever checks it."""


def fault(
    chain_id: str, rules: Rules, blocks: Sequence[Block], now: int, previous: bytes = chain.GENESIS
) -> Refused | None:
    """Why these blocks are no chain under the rules, at the time `now` in seconds; None if they are."""
    return broken_link(chain_id, blocks, rules.hashed, previous) or time_fault(rules, blocks, now)


def time_fault(rules: Rules, blocks: Sequence[Block], now: int) -> Refused | None:
    """Why the blocks' times are wrong: hardened, one time a block, which grows and is not in the future (WA-C11)."""
    if rules.block_time == "three-clocks":
        return None
    last = -1
    for height, block in enumerate(blocks):
        time = block.header.timestamp
        if not time == block.lock == block.record.attached:
            return Refused("block_time", f"block {height} has several times", ("WA-R20", "WA-C11"))
        if not last < time <= now + TOLERANCE:
            return Refused("block_time", f"block {height} is before its predecessor or ahead of time", ("WA-C11",))
        last = time
    return None


def counter_fault(register: Register, blocks: Sequence[Block], before: int = 0) -> Refused | None:
    """Why the counters are not the numbers of valid and distinct violations up to their blocks (WA-R20, WA-C10)."""
    if register.rules.counter == "written-by-origin":
        return None
    seen = list[bytes]()
    for height, block in enumerate(blocks):
        for entry in block.record.entries:
            if (refusal := uncountable(register, seen, entry)) is not None:
                return Refused(refusal.rule, f"block {height}: {refusal.reason}", refusal.cites)
            seen.append(ViolationRecord.decode(register.chain_id, entry).operation)
        if (refusal := miscounted(register.rules, block, before + len(seen))) is not None:
            return Refused(refusal.rule, f"block {height}: {refusal.reason}", refusal.cites)
    return None


def repeated(chain_id: str, rules: Rules, blocks: Sequence[Block]) -> Refused | None:
    """Why a record is on the chain twice; None if none is, or nobody can tell (WA-R7, WA-C5)."""
    if rules.record_id == "none":
        return None
    seen = set[tuple[bytes, int]]()
    for height, block in enumerate(blocks):
        for entry in block.record.entries:
            try:
                identity = record_id(chain_id, rules, entry)
            except Malformed as malformed:
                return Refused("encoding", str(malformed), ("WA-R8",))
            if identity in seen:
                return Refused("record_id", f"block {height} has a record again", ("WA-R7", "WA-C5"))
            seen.add(identity)
    return None
