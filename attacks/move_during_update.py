"""Move during update: a bundle is moved while the key in it is updated, and the new key is lost (GR-R7)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.relocation import no_key_is_left_behind

SCOPE = fixed(Meter=1, Device=2, Move=1, Version=2)

ATTACK = Attack(
    name="move_during_update",
    title="the device that becomes a meter's owner has the key of before the update",
    claim=no_key_is_left_behind,
    moves=frozenset(),
    attempts=(
        Attempt("grid@side-by-side", None, "succeeds", SCOPE),
        Attempt("grid@hardened", None, "fails", SCOPE, found_without="bundle_move"),
    ),
    cites=("GR-R7", "ZK-R20", "ZK-C33"),
)

if __name__ == "__main__":
    main(ATTACK)
