"""Impersonation: an overheard hashed identity is enough to register a key in a meter's name (IS-C1, IS-C2)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.metering import authentication

SCOPE = fixed(Meter=1, Key=2, Epoch=1, Reading=1, Time=2, Height=1)

ATTACK = Attack(
    name="impersonation",
    title="an overheard hashed identity is registered again, and readings are reported in the meter's name",
    claim=authentication,
    moves=frozenset({"impersonate", "forge"}),
    attempts=(
        Attempt("bc-ami@published", "literal", "succeeds", SCOPE),
        Attempt("bc-ami@published", "charitable", "fails", SCOPE, found_without="credential"),
        Attempt("bc-ami@hardened", None, "fails", SCOPE, found_without="credential"),
    ),
    cites=("IS-R5", "IS-R6", "IS-C1", "IS-C2"),
)

if __name__ == "__main__":
    main(ATTACK)
