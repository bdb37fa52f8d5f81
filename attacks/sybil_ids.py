"""Sybil IDs: one person is registered twice, in its own name or another's, and is two participants (WA-R3, WA-C17).

A registration centre that is told who applies, and asked for nothing else, issues an ID each time. Charitably it looks
at who it is, which is enough against this, and against nothing that is done under an ID afterwards (`borrowed_id`).
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.identity import no_sybils

SCOPE = fixed(Person=2, Id=2, Key=1, Height=1)

ATTACK = Attack(
    name="sybil_ids",
    title="one legal person has two IDs at a time",
    claim=no_sybils,
    moves=frozenset({"register_as"}),
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "charitable", "fails", SCOPE, found_without="registration"),
        Attempt("sovereign-chain@hardened", None, "fails", SCOPE, found_without="registration"),
    ),
    cites=("WA-R2", "WA-R3", "WA-C17"),
)

if __name__ == "__main__":
    main(ATTACK)
