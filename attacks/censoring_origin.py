"""Censoring origin: the node that a record reaches first keeps it out of the chain (WA-R7, WA-C5).

As published it need do nothing at all: no other node is to propose the record. Where any node may, in its turn, it
tries to have the record's number taken by another record, as the honest one would then be a duplicate.
"""

from dataclasses import replace

from attacks.play import main
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.ledger.effects import refused
from reference.sovereign_chain import inclusion_world as world_of
from reference.sovereign_chain.assembly_world import CHAIN, SERVICE
from reference.sovereign_chain.inclusion_world import CONTENT, METER, Event, InclusionWorld
from reference.sovereign_chain.records import REDACTABLE, Opening, OriginsRecord, ShownRecord, content_of
from reference.sovereign_chain.rules import Rules

NODES, BOUND, CENSOR = 4, 1, 0
OTHERS = tuple(range(1, NODES))
FORGED = 1


def play(rules: Rules, seed: int) -> Account:
    """Be silent; where that is not enough, forge a record of the same number; then let the others propose it."""
    world = world_of.deploy(rules, NODES, BOUND, seed, dishonest=(CENSOR,))
    for action, node in (("receive", CENSOR), *(("receive_later", each) for each in OTHERS)):
        world, effects = world_of.step(world, Event(action, node, 0))
        assert refused(effects) is None
    deeds = [
        Deed("A meter's record reaches a dishonest node, and later the three others.", None, ("WA-R4", "WA-R5")),
        Deed("The first receiver makes no block of it.", "ORIG", ("WA-R7", "WA-C5")),
    ]
    if rules.proposer == "any-in-turn":
        world, effects = world_of.put_forward(world, Event("include_at_will", CENSOR, 0, 0), _forged(world))
        said = f"It circulates a block of a record of the same meter and count, of {FORGED} Wh."
        deeds.append(Deed(said, "ORIG", ("WA-C3", "WA-C5"), effects))
    stopped = []
    for node in OTHERS:
        world, effects = world_of.step(world, Event("include", node, 0, len(world.blocks)))
        if (refusal := refused(effects)) is None:
            deeds.append(Deed(f"Node {node} puts the record forward in its turn, and it is stored.", None, ("WA-C5",)))
            break
        stopped.append(f"node {node}: {refusal.reason}")
    else:
        deeds.append(Deed("None of the others gets a block of it stored.", None, ("WA-R7", "WA-C5")))
    kept_out = not _is_stored(world)
    shown = "the record is on the chain" if not kept_out else f"the record is not on the chain ({'; '.join(stopped)})"
    return Account(tuple(deeds), kept_out, shown)


def _forged(world: InclusionWorld) -> bytes:
    """A record with another energy, under the number of the true one, in the form that the rules ask for."""
    node = world.nodes[CENSOR]
    if world.rules.redaction == "origins-word":
        kept = {name: value for name, value in CONTENT.items() if name not in REDACTABLE}
        said = OriginsRecord(CENSOR, METER, 0, SERVICE, {**kept, "energy": FORGED})
        return said.signed(CHAIN, node.member.pair).encode(CHAIN)
    shown = ShownRecord.decode(CHAIN, node.received[world.id(0)])
    openings = tuple(_changed(each) for each in shown.openings if each.field not in REDACTABLE)
    return replace(shown, openings=openings).encode(CHAIN)


def _changed(opening: Opening) -> Opening:
    return replace(opening, value=FORGED) if opening.field == "energy" else opening


def _is_stored(world: InclusionWorld) -> bool:
    """Whether a block has the record with the energy that the meter reported."""
    entries = [entry for block in world.blocks for entry in block.record.entries]
    return any(content_of(CHAIN, world.rules, entry)["energy"] == CONTENT["energy"] for entry in entries)


ATTACK = Exploit(
    name="censoring_origin",
    title="the first receiver of a record keeps it out of the chain",
    breaks="WA-V6",
    goal="all correct nodes have the record, have done what they may, and the chain does not have it",
    play=play,
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds"),
        Attempt("sovereign-chain@published", "charitable", "succeeds"),
        Attempt("sovereign-chain@published", "shown", "succeeds"),
        Attempt("sovereign-chain@hardened", None, "fails", found_without="proposer", stopped_by="redaction"),
        Attempt("sovereign-chain@hardened", None, "fails", found_without="redaction"),
    ),
    cites=("WA-R7", "WA-C3", "WA-C5"),
)

if __name__ == "__main__":
    main(ATTACK)
