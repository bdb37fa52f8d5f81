"""Lowered counter: whoever serves the chain takes a violation off its counters, and all links are whole (WA-C6).

The action counter is the fourth of a block's six parts, and the text hashes the third.
"""

from dataclasses import replace

from attacks.play import main
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.crypto.randomness import Randomness
from reference.ledger.chain import GENESIS
from reference.sovereign_chain.block import Block, DataRecord, broken_link
from reference.sovereign_chain.rules import Rules

CHAIN, SERVICE, LENGTH, FROM, HOUR = "contract-database", 5, 8, 3, 3600


def play(rules: Rules, seed: int) -> Account:
    """Lower the counter in all blocks from one on, leave the rest as it is, and check the links from end to end."""
    blocks, previous, stream = list[Block](), GENESIS, Randomness.from_seed(seed)
    for height in range(LENGTH):
        record = DataRecord(SERVICE, (stream.child("violation", height).take(64),), b"script", height * HOUR)
        blocks.append(Block.build(CHAIN, height, previous, height * HOUR, 0, record, counter=height + 1))
        previous = blocks[-1].name(CHAIN, rules.hashed)
    assert broken_link(CHAIN, blocks, rules.hashed, tip=previous) is None
    edited = [
        replace(block, counter=block.counter - 1).measured(CHAIN) if height >= FROM else block
        for height, block in enumerate(blocks)
    ]
    refusal = broken_link(CHAIN, edited, rules.hashed, tip=previous)
    deeds = (
        Deed(f"Nodes record {LENGTH} violations in as many blocks.", None, ("WA-R12", "WA-R20")),
        Deed(f"From block {FROM} on, one is taken off the counters, and nothing else.", "LEDGER", ("WA-C6", "WA-C10")),
        Deed(
            "Somebody who knows the hash of the last block checks all links.", None, ("WA-R21", "WA-C6"),
            () if refusal is None else (refusal,),
        ),
    )  # fmt: skip
    count = f"{edited[-1].counter} violations by the last counter, {LENGTH} by the records"
    return Account(deeds, refusal is None, f"{count}; the links are {'whole' if refusal is None else 'broken'}")


ATTACK = Exploit(
    name="lowered_counter",
    title="a violation is taken off the action counters of old blocks, and their hashes stay the same",
    breaks="WA-P6",
    goal="a chain with lower counters has all links whole, and the hash of its last block is the same",
    play=play,
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds"),
        Attempt("sovereign-chain@published", "charitable", "succeeds"),
        Attempt("sovereign-chain@hardened", None, "fails", found_without="hashed"),
    ),
    cites=("WA-R20", "WA-R21", "WA-C6", "WA-C10"),
)

if __name__ == "__main__":
    main(ATTACK)
