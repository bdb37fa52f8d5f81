"""Stale checkpoint: whoever keeps newer blocks of the key chain from a service chain keeps it from revocations, too.

That a chain reads the key chain is not enough (GR-R2, WA-C13): its last checkpoint may be as old as somebody likes.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.grid import signed_under_a_valid_key

SCOPE = fixed(User=1, Meter=1, Key=1, Record=1, Chain=1, Node=1, Edition=1, Height=3)

ATTACK = Attack(
    name="stale_checkpoint",
    title="a chain that hears of no newer block of the key chain counts what was signed with a revoked key",
    claim=signed_under_a_valid_key,
    moves=frozenset(),
    attempts=(Attempt("grid@hardened", None, "fails", SCOPE, found_without="key_check", found_as="latest-heard"),),
    cites=("GR-R2", "WA-C13"),
)

if __name__ == "__main__":
    main(ATTACK)
