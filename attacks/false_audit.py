"""False audit: answers that found a block invalid are counted as answers, and finalise it (IS-C16)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.ordering import validity

SCOPE = fixed(Replica=4, Block=1, faulty=1)

ATTACK = Attack(
    name="false_audit",
    title="one faulty leader has a block decided that every honest audit refuses",
    claim=validity,
    moves=frozenset({"equivocate", "sign", "lie"}),
    attempts=(
        Attempt("bc-ami@published", "literal", "succeeds", SCOPE),
        Attempt("bc-ami@published", "charitable", "fails", SCOPE, found_without="counted", stopped_by="endorsements"),
        Attempt("bc-ami@hardened", None, "fails", SCOPE, found_without="counted", stopped_by="endorsements"),
    ),
    cites=("IS-R15", "IS-C16"),
)

if __name__ == "__main__":
    main(ATTACK)
