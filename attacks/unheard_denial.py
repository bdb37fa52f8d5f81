"""Unheard denial: who is denied by the contract chain is shown readings where nobody has heard of it (GR-R4)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.grid import released_under_the_rule_in_force

SCOPE = fixed(User=1, Meter=1, Key=1, Record=1, Chain=1, Node=1, Edition=1, Height=3)

ATTACK = Attack(
    name="unheard_denial",
    title="a node goes by its own copy of the contracts, in which a denial is not",
    claim=released_under_the_rule_in_force,
    moves=frozenset(),
    attempts=(
        Attempt("grid@side-by-side", None, "succeeds", SCOPE),
        Attempt("grid@hardened", None, "fails", SCOPE, found_without="law_check", stopped_by="denial"),
    ),
    cites=("GR-R4", "WA-R12", "WA-C13"),
)

if __name__ == "__main__":
    main(ATTACK)
