"""Mislabelled record: a record reaches the chain of a service that its meter has not made it for (WA-C16).

The service type is given by the contracts' calling interface and added by nodes (WA-R6, WA-R11), and nobody compares it
with anything; a schema finds only those out whose form differs.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.services import label_integrity

SCOPE = fixed(Record=1, Chain=2)

ATTACK = Attack(
    name="mislabelled_record",
    title="a record gets to the chain of another service, by a label that is not its meter's",
    claim=label_integrity,
    moves=frozenset({"mislabel", "misroute"}),
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "charitable", "succeeds", SCOPE),
        Attempt("sovereign-chain@hardened", None, "fails", SCOPE, found_without="label_check"),
    ),
    cites=("WA-R6", "WA-R11", "WA-C16"),
)

if __name__ == "__main__":
    main(ATTACK)
