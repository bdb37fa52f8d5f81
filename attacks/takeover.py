"""Takeover: whoever copied the key in force signs a key of his own with it, and speaks for the meter (ZK-C5).

As published that is for good: the meter's own update and its revocation are then signed with a key that is in force no
more. Hardened, the record waits, and the owner, who watches the chain, vetoes it with the recovery key.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.key_control import a_watched_meter_keeps_its_key

SCOPE = fixed(Meter=1, Epoch=1, Version=2, Key=2)

ATTACK = Attack(
    name="takeover",
    title="a copied key signs another's key, which is in force for a meter whose owner looks on",
    claim=a_watched_meter_keeps_its_key,
    moves=frozenset({"generate_key", "copy_key", "forge_update"}),
    attempts=(
        Attempt("edge-keys@published", "literal", "succeeds", SCOPE),
        Attempt("edge-keys@published", "charitable", "succeeds", SCOPE),
        Attempt("edge-keys@hardened", None, "fails", SCOPE, found_without="recovery_key"),
    ),
    cites=("ZK-R32", "ZK-P6", "ZK-C5"),
)

if __name__ == "__main__":
    main(ATTACK)
