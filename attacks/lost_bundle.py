"""Lost bundle: a device crashes, or migrations overlap, and no device has the meter's keys any more (ZK-C33).

The text says that the storage location is changed, and not in which order. Whoever erases first loses the keys by one
crash; whoever erases once the other has them, by a second migration that hears late of the first. Hardened, the crash
comes to nothing, so that nothing is there to be refused: see two_owners for what the chain refuses.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.migration import no_bundle_is_lost

ATTACK = Attack(
    name="lost_bundle",
    title="a meter's keys are lost on their way from one device to the other",
    claim=no_bundle_is_lost,
    moves=frozenset({"crash", "lose", "repeat"}),
    attempts=(
        Attempt("edge-keys@published", "literal", "succeeds", fixed(Meter=1, Device=2, Move=1)),
        Attempt("edge-keys@published", "charitable", "succeeds", fixed(Meter=1, Device=2, Move=3)),
    ),
    cites=("ZK-R20", "ZK-C33", "ZK-P11"),
)

if __name__ == "__main__":
    main(ATTACK)
