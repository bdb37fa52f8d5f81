"""Endless denial: one violation, and a user is refused all that he asks for, for ever (WA-R12, WA-C9)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.denials import lockout_is_bounded

SCOPE = fixed(Operation=2, Id=1, Clause=1, Chain=1, Height=2)

ATTACK = Attack(
    name="endless_denial",
    title="a user who broke a rule once is refused all that he asks for, without end",
    claim=lockout_is_bounded,
    moves=frozenset(),
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "charitable", "fails", SCOPE, found_without="denial"),
        Attempt("sovereign-chain@hardened", None, "fails", SCOPE, found_without="denial"),
    ),
    cites=("WA-R12", "WA-C9"),
)

if __name__ == "__main__":
    main(ATTACK)
