"""Framing: a corrupted node reports a violation that its user never committed, and it is recorded (WA-R12, WA-C8)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.violations import no_framing

SCOPE = fixed(Replica=4, Operation=1, Edition=1, faulty=1)

ATTACK = Attack(
    name="framing",
    title="one node has a user blamed for what he has not signed",
    claim=no_framing,
    moves=frozenset({"report_anything", "back_anything", "claim"}),
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "charitable", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "shown", "succeeds", SCOPE),
        Attempt("sovereign-chain@hardened", None, "fails", SCOPE, found_without="violation_evidence"),
    ),
    cites=("WA-R12", "WA-C8"),
)

if __name__ == "__main__":
    main(ATTACK)
