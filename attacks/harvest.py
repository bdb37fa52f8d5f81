"""Harvest: one corrupted edge device has the others hand it the private keys of their meters, one by one (ZK-C10).

The text says that keys are not exchanged with other edge devices, so that one that is compromised leaks nothing of the
others' (ZK-R25); and that whoever has a block's body returns all of its information to the device that asks (ZK-R31).
"""

from attacks.play import main
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.edge_keys import custody_world as world_of
from reference.edge_keys.rules import Rules
from reference.ledger.effects import Effects, refused

DEVICES, METERS, BOUND = 13, 300, 4
"""As many devices and meters as in the text's simulation; here every cluster has 23 or 24 meters."""
CORRUPTED = 0


def play(rules: Rules, seed: int) -> Account:
    """Device 0 asks for the bundle of every meter of the other clusters."""
    world = world_of.deploy(rules, METERS, DEVICES, BOUND, seed, corrupted=[CORRUPTED])
    for meter in range(METERS):
        world, effects = world_of.step(world, world_of.Of("join", meter, meter % DEVICES))
        assert refused(effects) is None
    asked: dict[str | None, tuple[int, Effects]] = {}
    for meter in (each for each in range(METERS) if each % DEVICES != CORRUPTED):
        world, effects = world_of.step(world, world_of.Of("ask_unasked", meter, CORRUPTED))
        stopped = refused(effects)
        number, first = asked.get(stopped and stopped.rule, (0, effects))
        asked[stopped and stopped.rule] = (number + 1, first)
    learnt = len(world.learnt)
    deeds = [Deed(f"{METERS} meters join the clusters of {DEVICES} devices.", None, ("ZK-R24", "ZK-R28"))]
    for number, effects in asked.values():
        said = f"Device {CORRUPTED} asks for the bundles of {number} meters of other clusters, which have not asked it."
        deeds.append(Deed(said, "EDGE", ("ZK-R31", "ZK-C10"), effects))
    return Account(tuple(deeds), learnt > 0, f"it has the private keys of {learnt} of them")


ATTACK = Exploit(
    name="harvest",
    title="one corrupted device asks the others for their meters' keys, and gets them",
    breaks="ZK-P9",
    goal="the adversary has private keys of meters in the clusters of other devices",
    play=play,
    attempts=(
        Attempt("edge-keys@published", "literal", "succeeds"),
        Attempt("edge-keys@published", "charitable", "fails", found_without="requester_check"),
        Attempt("edge-keys@hardened", None, "fails", stopped_by="requester_check"),
    ),
    cites=("ZK-R25", "ZK-R31", "ZK-C10", "ZK-C28"),
)

if __name__ == "__main__":
    main(ATTACK)
