"""Content swap: between the acceptance of a block and its storage, its origin attaches what it likes (WA-C2)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.assembly import stored_is_accepted

SCOPE = fixed(Replica=4, Block=2, faulty=1)

ATTACK = Attack(
    name="content_swap",
    title="two nodes store different scripts or timestamps for one accepted block, as its origin sends them",
    claim=stored_is_accepted,
    moves=frozenset({"propose_at_will", "complete_at_will"}),
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "charitable", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "shown", "succeeds", SCOPE),
        Attempt("sovereign-chain@hardened", None, "fails", SCOPE, found_without="attached"),
    ),
    cites=("WA-R9", "WA-R10", "WA-C2"),
)

if __name__ == "__main__":
    main(ATTACK)
