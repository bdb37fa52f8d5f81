"""Revoked key: what the key chain has revoked, a service chain goes on to accept (GR-R2, ZK-P5)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.grid import signed_under_a_valid_key

SCOPE = fixed(User=1, Meter=1, Key=1, Record=1, Chain=1, Node=1, Edition=1, Height=3)

ATTACK = Attack(
    name="revoked_key",
    title="a report is counted under a key that its meter's owner has revoked",
    claim=signed_under_a_valid_key,
    moves=frozenset(),
    attempts=(
        Attempt("grid@side-by-side", None, "succeeds", SCOPE),
        Attempt("grid@hardened", None, "fails", SCOPE, found_without="key_check"),
    ),
    cites=("GR-R2", "ZK-P5", "ZK-R34"),
)

if __name__ == "__main__":
    main(ATTACK)
