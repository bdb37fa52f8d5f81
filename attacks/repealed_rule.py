"""Repealed rule: what was counted under a rule is shown by it, though it is repealed since (GR-R5, WA-C12)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.grid import released_under_the_rule_in_force

SCOPE = fixed(User=1, Meter=1, Key=1, Record=1, Chain=1, Node=1, Edition=2, Height=4)

ATTACK = Attack(
    name="repealed_rule",
    title="the rule changes between the inclusion of a reading and its release",
    claim=released_under_the_rule_in_force,
    moves=frozenset(),
    attempts=(
        Attempt("grid@side-by-side", None, "succeeds", SCOPE),
        Attempt("grid@hardened", None, "fails", SCOPE, found_without="judged_at"),
    ),
    cites=("GR-R5", "WA-C12", "WA-P13"),
    without=frozenset({"deny", "pardon", "revoke", "hand_over"}),
)

if __name__ == "__main__":
    main(ATTACK)
