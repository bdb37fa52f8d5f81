"""Captured shard: of twenty nodes in five chains of four, two that are in one chain fork it (WA-R16, WA-C14).

Every chain has nodes of its own, and the other chains are to recognise its results. The two are a tenth of all nodes,
and half of that chain's: more than it can stand, where a committee of all twenty would stand six.
"""

from attacks.play import main
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.ledger.chain import ANNOUNCEMENT
from reference.sovereign_chain.assembly_world import certificate
from reference.sovereign_chain.capture import Everybody, checkpoints, divide
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.shards import recognised

CHAINS, NODES, CAPTURED = 5, 4, 2


def play(rules: Rules, seed: int) -> Account:
    """Fork a chain of four nodes with two of them, and show two other chains one of the blocks each."""
    tried = divide(rules, NODES, 1, CAPTURED, seed)
    world = tried.world
    deeds = [
        Deed(
            f"Of {CHAINS * NODES} nodes {CAPTURED} are faulty, both among the {NODES} of one chain; they circulate two "
            "blocks for one place, and accept both.", "BYZ", ("WA-R16", "WA-C14"),
        ),
        Deed("The two others of the chain hear of one block each, and accept it.", None, ("WA-R9",)),
    ]  # fmt: skip
    everybody = Everybody.of(rules, tuple(node.pair for node in world.nodes), CHAINS * NODES, seed)
    shown = checkpoints(everybody, (world.ballot(0), world.ballot(1)), CAPTURED)
    taken = 0
    for block in (0, 1):
        said = [each.data for each in world.wire if each.kind == ANNOUNCEMENT]
        evidence = certificate(world, block) if rules.acceptance_evidence == "votes-shown" else said[block]
        ballot, own = world.ballot(block), world.committee(block)
        refusal = recognised(rules, own, everybody.committee, ballot, evidence, shown[block])
        taken += refusal is None
        sentence = f"Another chain is shown block {block} with all that there is to show for it."
        deeds.append(Deed(sentence, "NET", ("WA-R16", "WA-C14"), () if refusal is None else (refusal,)))
    return Account(tuple(deeds), taken == 2, f"{taken} of the two blocks for one place are recognised by another chain")


ATTACK = Exploit(
    name="captured_shard",
    title="two of twenty nodes fork one of five chains, and other chains recognise either branch",
    breaks="WA-P14",
    goal="two chains take different blocks for what a third one has in one place",
    play=play,
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds"),
        Attempt("sovereign-chain@published", "charitable", "succeeds"),
        Attempt("sovereign-chain@published", "shown", "succeeds"),
        Attempt("sovereign-chain@hardened", None, "fails", found_without="shards"),
    ),
    cites=("WA-R16", "WA-C14"),
)

if __name__ == "__main__":
    main(ATTACK)
