"""Double vote: of thirteen edge devices, as few as it takes confirm two records of one key version (ZK-C2).

The paper's thresholds differ in what they stand: where nothing keeps a device from confirming twice, or a solved puzzle
is enough, correct devices part by themselves; where each confirms once, one faulty device of thirteen is enough for
more than half, and none is for all, which one silent device then stops for ever (ZK-V4).
"""

from attacks.play import main
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.edge_keys import acceptance_world as world_of
from reference.edge_keys.double_voting import Tried, divide
from reference.edge_keys.rules import Rules

DEVICES, BOUND = 13, 4


def play(rules: Rules, seed: int) -> Account:
    """Try with no faulty device, then with one more each time, up to as many as the design allows for."""
    tried = divide(rules, DEVICES, BOUND, 0, seed)
    while not tried.forked and tried.faulty < BOUND:
        tried = divide(rules, DEVICES, BOUND, tried.faulty + 1, seed)
    parts = " and ".join(f"{len(each)} of them hold block {block}" for block, each in enumerate(tried.holders))
    faulty = f"{tried.faulty} of {DEVICES} devices faulty"
    return Account(_deeds(tried), tried.forked, f"with {faulty}, of the correct devices that were asked {parts}")


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
    world_of.Propose: ("the correct device that a request has reached signs and broadcasts it", None, ("ZK-R28",)),
    world_of.ProposeAtWill: ("a faulty device signs and broadcasts it", "BYZ", ("ZK-R28",)),
    world_of.Solve: ("a correct device solves its puzzle, takes it for its own and broadcasts it", None, ("ZK-R29",)),
    world_of.Confirm: ("correct devices that hear of it confirm it", None, ("ZK-R20", "ZK-R21")),
    world_of.Sign: ("the faulty devices confirm it, as they do the other", "BYZ", ("ZK-C2",)),
    world_of.Announce: ("its correct device announces that it is confirmed", None, ("ZK-R21",)),
    world_of.Lie: ("its faulty device announces that it is confirmed", "BYZ", ("ZK-C1",)),
    world_of.Decide: ("a correct device is shown what there is to show for it", None, ("ZK-R20", "ZK-R29")),
}

ATTACK = Exploit(
    name="double_vote",
    title="few devices of thirteen confirm two records of one key version, and both are accepted",
    breaks="ZK-P1",
    goal="two correct devices hold different records in one place of their chains",
    play=play,
    attempts=(
        Attempt("edge-keys@published", "literal", "succeeds"),
        Attempt("edge-keys@published", "charitable", "succeeds"),
        Attempt("edge-keys@published", "unanimous", "fails", found_without="quorum"),
        Attempt("edge-keys@published", "solver", "succeeds"),
        Attempt("edge-keys@hardened", None, "fails", found_without="quorum"),
    ),
    cites=("ZK-R20", "ZK-R21", "ZK-R26", "ZK-R29", "ZK-C1", "ZK-C2"),
)

if __name__ == "__main__":
    main(ATTACK)
