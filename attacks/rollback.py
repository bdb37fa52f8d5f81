"""Rollback: the registration of a key that was replaced is sent again, and would bring the old key back (IS-C12)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.metering import displaced_keys_stay_displaced

SCOPE = fixed(Meter=1, Key=2, Epoch=2, Reading=1, Time=1, Height=1)

ATTACK = Attack(
    name="rollback",
    title="an old registration is sent again, to make a replaced key valid once more",
    claim=displaced_keys_stay_displaced,
    moves=frozenset(),  # a registration on the wire may reach the contract twice: that is the network's own doing
    attempts=(Attempt("bc-ami@hardened", None, "fails", SCOPE, found_without="epochs"),),
    cites=("IS-C1", "IS-C12"),
)

if __name__ == "__main__":
    main(ATTACK)
