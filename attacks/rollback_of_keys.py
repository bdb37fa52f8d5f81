"""Rollback of keys: an update that was recorded once is recorded once more, and an old key is in force again (ZK-C8).

As published an update has the new key and no more, so that it counts whenever its signer is accepted as "the old key":
of any earlier key at once, and of the latest as soon as the meter goes back to a key that it has had.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.key_records import versions_in_order

SCOPE = fixed(Meter=1, Epoch=1, Version=4, Key=2)

ATTACK = Attack(
    name="rollback_of_keys",
    title="an update is taken from the wire a second time, and a superseded key is in force again",
    claim=versions_in_order,
    moves=frozenset(),
    attempts=(
        Attempt("edge-keys@published", "literal", "succeeds", SCOPE),
        Attempt("edge-keys@published", "charitable", "succeeds", SCOPE),
        Attempt("edge-keys@hardened", None, "fails", SCOPE, found_without="record_link"),
    ),
    cites=("ZK-R32", "ZK-C8"),
)

if __name__ == "__main__":
    main(ATTACK)
