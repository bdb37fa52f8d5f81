"""Misstated counter: the origin of a block writes another number of violations than there are (WA-R20, WA-C10)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.action_counter import no_violation_is_left_out

SCOPE = fixed(Chain=1, Operation=1, Height=1, Count=2)

ATTACK = Attack(
    name="misstated_counter",
    title="a corrupted origin leaves a violation out of its block's counter",
    claim=no_violation_is_left_out,
    moves=frozenset({"misstate"}),
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "charitable", "succeeds", SCOPE),
        Attempt("sovereign-chain@hardened", None, "fails", SCOPE, found_without="counter"),
    ),
    cites=("WA-R20", "WA-C10"),
)

if __name__ == "__main__":
    main(ATTACK)
