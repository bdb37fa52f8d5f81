"""Backdated lock time: a block that came after a legal deadline is given a lock time before it (WA-C6, WA-C11).

The lock time, a block's creation time in the chain, is the last of its six parts, and the text hashes the third. The
attached timestamp stands in the data record, where no reading has it under the Merkle root: it comes after the vote.
"""

from dataclasses import replace

from attacks.play import main
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.crypto.randomness import Randomness
from reference.ledger.chain import GENESIS
from reference.sovereign_chain.block import Block, DataRecord, broken_link
from reference.sovereign_chain.rules import Rules

CHAIN, SERVICE, LENGTH, LATE, HOUR, DEADLINE = "power-trading", 1, 6, 4, 3600, 3 * 3600 + 1800


def play(rules: Rules, seed: int) -> Account:
    """Give one block an earlier lock time, leave the rest as it is, and check the links from end to end."""
    blocks, previous, stream = list[Block](), GENESIS, Randomness.from_seed(seed)
    for height in range(LENGTH):
        record = DataRecord(SERVICE, (stream.child("trade", height).take(64),))
        block = Block.build(CHAIN, height, previous, height * HOUR, 0, record)
        blocks.append(block.completed(CHAIN, b"script", height * HOUR))
        previous = blocks[-1].name(CHAIN, rules.hashed)
    assert broken_link(CHAIN, blocks, rules.hashed, tip=previous) is None
    late = blocks[LATE]
    early = replace(late, lock=DEADLINE - HOUR, record=replace(late.record, attached=DEADLINE - HOUR)).measured(CHAIN)
    refusal = broken_link(CHAIN, (*blocks[:LATE], early, *blocks[LATE + 1 :]), rules.hashed, tip=previous)
    deeds = (
        Deed(f"Nodes store a block an hour; block {LATE} comes half an hour after a deadline.", None, ("WA-R20",)),
        Deed("Its lock time and the attached timestamp are set to before the deadline.", "LEDGER", ("WA-C6", "WA-C11")),
        Deed(
            "Somebody who knows the hash of the last block checks all links.", None, ("WA-R21", "WA-C6"),
            () if refusal is None else (refusal,),
        ),
    )  # fmt: skip
    shown = f"block {LATE} is locked at {early.lock} s and not at {late.lock} s, the deadline is at {DEADLINE} s"
    return Account(deeds, refusal is None, f"{shown}; the links are {'whole' if refusal is None else 'broken'}")


ATTACK = Exploit(
    name="backdated_lock_time",
    title="a block's lock time is moved before a deadline, and its hash stays the same",
    breaks="WA-P5",
    goal="a chain with another lock time has all links whole, and the hash of its last block is the same",
    play=play,
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds"),
        Attempt("sovereign-chain@published", "charitable", "succeeds"),
        Attempt("sovereign-chain@hardened", None, "fails", found_without="hashed"),
    ),
    cites=("WA-R20", "WA-R21", "WA-C6", "WA-C11"),
)

if __name__ == "__main__":
    main(ATTACK)
