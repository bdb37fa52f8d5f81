"""Foreign answer: a meter of the adversary's, enrolled like any other, asks for another meter's bundle (ZK-C10).

To seal the answer is not enough: it would be sealed to the one that asks. Nor is it that the two are of one cluster.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.custody import answers_open_to_the_owner_only

SCOPE = fixed(Meter=2, Device=1, f=0, faulty=0)

ATTACK = Attack(
    name="foreign_answer",
    title="a device hands a meter's bundle out to another meter",
    claim=answers_open_to_the_owner_only,
    moves=frozenset({"ask_by_own_meter"}),
    attempts=(
        Attempt("edge-keys@published", "literal", "succeeds", SCOPE),
        Attempt("edge-keys@published", "charitable", "succeeds", SCOPE),
        Attempt("edge-keys@hardened", None, "fails", SCOPE, found_without="requester_check"),
    ),
    cites=("ZK-R31", "ZK-C10"),
)

if __name__ == "__main__":
    main(ATTACK)
