"""Denied elsewhere: a denied user goes on, on a chain that the denial has not reached (WA-R12, WA-R16, WA-C13)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.denials import denials_are_enforced

SCOPE = fixed(Operation=1, Id=1, Clause=1, Chain=2, Height=3)

ATTACK = Attack(
    name="denied_elsewhere",
    title="what a user is denied on one chain he does on another, which has not heard of it",
    claim=denials_are_enforced,
    moves=frozenset(),
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "charitable", "succeeds", SCOPE),
        Attempt("sovereign-chain@hardened", None, "fails", SCOPE, found_without="denial_reach"),
    ),
    cites=("WA-R12", "WA-R16", "WA-C13"),
)

if __name__ == "__main__":
    main(ATTACK)
