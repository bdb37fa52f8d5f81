"""Captured majority: of ten nodes, as few as it takes have two blocks accepted by "most others" (WA-R9, WA-C1).

Six of ten are the origin and a majority of the nine others. Where an origin is believed, one that lies is enough; where
votes are shown, two that accept both blocks, while the text's own tolerance would be three.
"""

from attacks.play import main
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.sovereign_chain import assembly_world as world_of
from reference.sovereign_chain.capture import Tried, divide
from reference.sovereign_chain.rules import Rules

NODES, BOUND = 10, 3


def play(rules: Rules, seed: int) -> Account:
    """Try with no faulty node, then with one more each time, up to as many as the design allows for."""
    tried = divide(rules, NODES, BOUND, 0, seed)
    while not tried.forked and tried.faulty < BOUND:
        tried = divide(rules, NODES, BOUND, tried.faulty + 1, seed)
    votes = " and ".join(f"{len(tried.world.votes(block))} votes for block {block}" for block in (0, 1))
    stored = "both are stored" if tried.forked else "not both are stored"
    return Account(_deeds(tried), tried.forked, f"with {tried.faulty} of {NODES} nodes faulty, {votes}: {stored}")


def _deeds(tried: Tried) -> tuple[Deed, ...]:
    """One deed for all moves of a kind that concern one block."""
    told: dict[tuple[str, int], Deed] = {}
    for event, effects in tried.moves:
        what, needs, cites = _SAID[type(event)]
        key = (what, event.block)
        before = told.get(key, Deed(f"Block {event.block}: {what}.", needs, cites))
        told[key] = Deed(before.sentence, needs, cites, (*before.effects, *effects))
    return tuple(told.values())


_SAID: dict[type[world_of.Event], tuple[str, str | None, tuple[str, ...]]] = {
    world_of.Propose: ("its correct origin circulates and accepts it", None, ("WA-R7", "WA-R8")),
    world_of.ProposeAtWill: ("its faulty origin circulates it", "BYZ", ("WA-R7", "WA-R8")),
    world_of.Accept: ("correct nodes that hear of it accept it", None, ("WA-R9",)),
    world_of.Sign: ("the faulty nodes accept it, as they do the other", "BYZ", ("WA-C1",)),
    world_of.Announce: ("its correct origin says that most others have accepted it", None, ("WA-R9",)),
    world_of.Lie: ("its faulty origin says that most others have accepted it", "BYZ", ("WA-C1",)),
    world_of.Store: ("a correct node is shown what there is to show for it", None, ("WA-R9", "WA-R10")),
}

ATTACK = Exploit(
    name="captured_majority",
    title="few of ten nodes have most others accept two blocks, and both are stored in one place",
    breaks="WA-P1",
    goal="two correct nodes of a chain have different blocks in one place",
    play=play,
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds"),
        Attempt("sovereign-chain@published", "charitable", "succeeds"),
        Attempt("sovereign-chain@published", "shown", "succeeds"),
        Attempt("sovereign-chain@hardened", None, "fails", found_without="quorum"),
    ),
    cites=("WA-R9", "WA-C1"),
)

if __name__ == "__main__":
    main(ATTACK)
