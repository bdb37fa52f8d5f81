"""Flooding: one person's events fill a block, and another's finds no room in it (WA-R18, WA-C25)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.services import nobody_is_crowded_out

SCOPE = fixed(Person=2, Slot=2)

ATTACK = Attack(
    name="flooding",
    title="whoever makes many events leaves no room for those of others",
    claim=nobody_is_crowded_out,
    moves=frozenset({"flood"}),
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "charitable", "succeeds", SCOPE),
        Attempt("sovereign-chain@hardened", None, "fails", SCOPE, found_without="rate_limit"),
    ),
    cites=("WA-R18", "WA-C25"),
)

if __name__ == "__main__":
    main(ATTACK)
