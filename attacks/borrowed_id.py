"""Borrowed ID: what is sent under an ID is signed by nobody, so that whoever can read the ID can use it (WA-C17).

IDs are known to all chains, and are broadcast with each violation (WA-R12, WA-R17).
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.identity import no_impersonation

SCOPE = fixed(Person=2, Id=1, Key=2, Height=1)

ATTACK = Attack(
    name="borrowed_id",
    title="a chain takes what somebody else sends under a person's ID",
    claim=no_impersonation,
    moves=frozenset({"send_as"}),
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "charitable", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "shown", "succeeds", SCOPE),
        Attempt("sovereign-chain@hardened", None, "fails", SCOPE, found_without="registration"),
    ),
    cites=("WA-R3", "WA-R17", "WA-C17"),
)

if __name__ == "__main__":
    main(ATTACK)
