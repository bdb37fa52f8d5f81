"""Stale law: whoever keeps newer blocks of the contract chain from a node keeps it from new denials, too (WA-C13).

That a node reads the contract chain is not enough (GR-R4): its last checkpoint may be as old as somebody likes.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.grid import released_under_the_rule_in_force

SCOPE = fixed(User=1, Meter=1, Key=1, Record=1, Chain=1, Node=1, Edition=1, Height=3)

ATTACK = Attack(
    name="stale_law",
    title="a node that hears of no newer block of the contract chain shows readings to somebody who is denied",
    claim=released_under_the_rule_in_force,
    moves=frozenset(),
    attempts=(Attempt("grid@hardened", None, "fails", SCOPE, found_without="law_check", found_as="latest-heard"),),
    cites=("GR-R4", "WA-C13"),
)

if __name__ == "__main__":
    main(ATTACK)
