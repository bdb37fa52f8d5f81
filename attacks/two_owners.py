"""Two owners: a bundle that is on its way, or comes a second time, makes a second device the meter's owner (ZK-C33).

Hardened, who the owner is stands on the chain, and is changed by a COMMIT in one block.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.migration import no_two_owners

SCOPE = fixed(Meter=1, Device=2, Move=2)

ATTACK = Attack(
    name="two_owners",
    title="two devices keep a meter's keys, and each is the owner",
    claim=no_two_owners,
    moves=frozenset({"repeat"}),
    attempts=(
        Attempt("edge-keys@published", "literal", "succeeds", SCOPE),
        Attempt("edge-keys@published", "charitable", "succeeds", SCOPE),
        Attempt("edge-keys@hardened", None, "fails", SCOPE, found_without="migration"),
    ),
    cites=("ZK-R20", "ZK-C12", "ZK-C33", "ZK-P11"),
)

if __name__ == "__main__":
    main(ATTACK)
