"""Key swap: the device that holds a meter's key information shows another key for a record on the chain (ZK-C27).

The block has a signature over something that nobody else sees. No majority of devices can tell which key it is about.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.key_records import no_key_is_swapped

SCOPE = fixed(Meter=1, Epoch=1, Version=2, Key=2)

ATTACK = Attack(
    name="key_swap",
    title="one corrupted device passes its own key off as that of a meter, whose record stays as it is",
    claim=no_key_is_swapped,
    moves=frozenset({"generate_key", "show_another_key"}),
    attempts=(
        Attempt("edge-keys@published", "literal", "succeeds", SCOPE),
        Attempt("edge-keys@published", "charitable", "succeeds", SCOPE),
        Attempt("edge-keys@hardened", None, "fails", SCOPE, found_without="body"),
    ),
    cites=("ZK-R24", "ZK-R25", "ZK-R31", "ZK-C27"),
)

if __name__ == "__main__":
    main(ATTACK)
