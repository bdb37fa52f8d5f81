"""Bundle on the way: a device that relays a migration reads the meter's keys, which may be private ones (ZK-C33)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.migration import relays_learn_nothing

SCOPE = fixed(Meter=1, Device=2, Move=1)

ATTACK = Attack(
    name="bundle_on_the_way",
    title="a corrupted relay reads the bundle that goes from one device to the other",
    claim=relays_learn_nothing,
    moves=frozenset({"overhear"}),
    attempts=(
        Attempt("edge-keys@published", "literal", "succeeds", SCOPE),
        Attempt("edge-keys@published", "charitable", "succeeds", SCOPE),
        Attempt("edge-keys@hardened", None, "fails", SCOPE, found_without="transfer"),
    ),
    cites=("ZK-R20", "ZK-C10", "ZK-C33"),
)

if __name__ == "__main__":
    main(ATTACK)
