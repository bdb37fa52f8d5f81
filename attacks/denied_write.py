"""Denied write: a denied user trades, on the chain that has denied him, as only access to data is (WA-R12, WA-C26)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.denials import denials_are_enforced

SCOPE = fixed(Operation=1, Id=1, Clause=1, Chain=1, Height=3)

ATTACK = Attack(
    name="denied_write",
    title="a user who is denied access to data goes on writing",
    claim=denials_are_enforced,
    moves=frozenset(),
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "charitable", "succeeds", SCOPE),
        Attempt("sovereign-chain@hardened", None, "fails", SCOPE, found_without="gate"),
    ),
    cites=("WA-R12", "WA-C26"),
)

if __name__ == "__main__":
    main(ATTACK)
