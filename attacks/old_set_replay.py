"""Old-set replay: a block counts by the confirmations of nodes that have been replaced (WA-R14, WA-R19, WA-C24).

Whoever sets permissions has replaced the set, and nobody is faulty besides: the old nodes have confirmed, and who has
not heard of the change, or is told the old word once more, counts over them. A vote names no set.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.membership import no_old_set_is_replayed

SCOPE = fixed(Seat=2, Node=3, Council=2, Height=1, Block=1, f=0, faulty=0)

ATTACK = Attack(
    name="old_set_replay",
    title="a block is final by the votes of a validator set that is out of force",
    claim=no_old_set_is_replayed,
    moves=frozenset({"permit"}),
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "charitable", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "shown", "succeeds", SCOPE),
        Attempt("sovereign-chain@hardened", None, "fails", SCOPE, found_without="membership"),
    ),
    cites=("WA-R14", "WA-R19", "WA-C24"),
)

if __name__ == "__main__":
    main(ATTACK)
