"""Sybil join: whoever reaches the network has a key recorded in the name of any meter, installed or not (ZK-C29).

Clustering by position authenticates nobody (the text's section 1 has it so), and joins are not among the operations
that devices confirm. Charitably the device that takes a meter in authenticates it, so that it takes one corrupted one.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.key_records import no_unauthorised_join

SCOPE = fixed(Meter=1, Epoch=1, Version=2, Key=2)

ATTACK = Attack(
    name="sybil_join",
    title="a key is recorded for a meter that never asked for it",
    claim=no_unauthorised_join,
    moves=frozenset({"generate_key", "join_as", "vouch"}),
    attempts=(
        Attempt("edge-keys@published", "literal", "succeeds", SCOPE),
        Attempt("edge-keys@published", "charitable", "succeeds", SCOPE),
        Attempt("edge-keys@hardened", None, "fails", SCOPE, found_without="join"),
    ),
    cites=("ZK-R5", "ZK-R28", "ZK-C29"),
)

if __name__ == "__main__":
    main(ATTACK)
