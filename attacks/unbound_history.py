"""Unbound history: the chain's first block is exchanged, and the newest block still hangs on it (ZK-C31).

A previous hash that is the Merkle root of the previous body says nothing of that block's own previous hash. So whoever
exchanges the first block has to mend the second, at the price of one puzzle, and none of those after it, however many.
"""

from attacks.play import main
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.crypto.randomness import Randomness
from reference.crypto.signing import SIGNATURE_BYTES, KeyPair
from reference.edge_keys.acceptance_world import CHAIN, METER
from reference.edge_keys.block import Block, Entry, KeyInformation, broken_link
from reference.edge_keys.puzzle import NONCES, PUZZLES, Puzzle, solve
from reference.edge_keys.rules import Rules
from reference.ledger.chain import GENESIS

LENGTH = 8


def play(rules: Rules, seed: int) -> Account:
    """Exchange block 0, mend block 1, leave the rest as it is, and check the links from end to end."""
    root, puzzle = Randomness.from_seed(seed), PUZZLES[rules.puzzle]
    device = KeyPair.generate(root.child("device"))
    blocks, previous = list[Block](), GENESIS
    for height in range(LENGTH):
        information = KeyInformation(METER, height + 1, KeyPair.generate(root.child("key", height)).public)
        block = Block.build(previous, height, (Entry.make(CHAIN, 0, information, device).encode(CHAIN),))
        blocks.append(solved(block, puzzle, root.child("nonce", height)))
        previous = blocks[-1].header.name(CHAIN, rules.previous_hash)
    assert broken_link(CHAIN, blocks, rules.previous_hash, puzzle) is None
    deeds = [Deed(f"Devices build a chain of {LENGTH} blocks.", None, ("ZK-R23", "ZK-R28"))]
    made_up = Entry(0, root.child("made up").take(SIGNATURE_BYTES)).encode(CHAIN)
    first = solved(Block.build(GENESIS, 0, (made_up,)), puzzle, root.child("first"))
    mended = Block.build(first.header.name(CHAIN, rules.previous_hash), 1, blocks[1].body)
    second = solved(mended, puzzle, root.child("second"))
    deeds.append(Deed("Block 0 is made anew over another signature; block 1 gets its name.", "NET", ("ZK-C31",)))
    refusal = broken_link(CHAIN, (first, second, *blocks[2:]), rules.previous_hash, puzzle)
    said = () if refusal is None else (refusal,)
    deeds.append(Deed("Somebody who knows the newest block checks the links.", None, ("ZK-R26", "ZK-C31"), said))
    held = f"blocks 2 to {LENGTH - 1} {'name' if refusal is None else 'do not name'} what is before them now"
    return Account(tuple(deeds), refusal is None, held)


def solved(block: Block, puzzle: Puzzle, randomness: Randomness) -> Block:
    """The block with a nonce that solves the puzzle."""
    found = solve(block.header.template(CHAIN), randomness.integer(0, NONCES - 1), puzzle)
    assert found is not None  # 2^64 hashes do not all fail
    return block.with_nonce(found.nonce)


ATTACK = Exploit(
    name="unbound_history",
    title="the first block of a chain is exchanged, and the later ones still link up",
    breaks="ZK-P4",
    goal="a chain with another first block has all links whole, and the newest block is the same",
    play=play,
    attempts=(
        Attempt("edge-keys@published", "literal", "succeeds"),
        Attempt("edge-keys@published", "charitable", "fails", found_without="previous_hash"),
        Attempt("edge-keys@hardened", None, "fails", found_without="previous_hash"),
    ),
    cites=("ZK-R23", "ZK-C31"),
)

if __name__ == "__main__":
    main(ATTACK)
