"""Counted twice: a report that was counted on one service chain is handed to another (GR-R6, WA-P12)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.grid import counted_at_most_once

SCOPE = fixed(User=1, Meter=1, Key=1, Record=1, Chain=2, Node=1, Edition=1, Height=2)

ATTACK = Attack(
    name="counted_twice",
    title="one report is counted on two service chains",
    claim=counted_at_most_once,
    moves=frozenset(),
    attempts=(
        Attempt("grid@side-by-side", None, "succeeds", SCOPE),
        Attempt("grid@hardened", None, "fails", SCOPE, found_without="bound_to"),
    ),
    cites=("GR-R6", "WA-P12", "IS-C7"),
)

if __name__ == "__main__":
    main(ATTACK)
