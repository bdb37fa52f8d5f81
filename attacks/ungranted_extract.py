"""Ungranted extract: a third party gets what is computed from power data because it asks for it (WA-R22, WA-C21).

Nothing is said of recipients and purposes, nor of how many persons an extract must cover: here it is one.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.services import mining_under_grants

SCOPE = fixed(Extract=1, Person=1, Institution=1, Purpose=1)

ATTACK = Attack(
    name="ungranted_extract",
    title="a third party gets an extract that nobody has granted, from the data of one person",
    claim=mining_under_grants,
    moves=frozenset(),
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "charitable", "succeeds", SCOPE),
        Attempt("sovereign-chain@hardened", None, "fails", SCOPE, found_without="mining_grant"),
    ),
    cites=("WA-R15", "WA-R22", "WA-C21"),
)

if __name__ == "__main__":
    main(ATTACK)
