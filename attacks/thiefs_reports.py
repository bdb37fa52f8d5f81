"""Thief's reports: with a copy of a key a thief goes on reporting once the key is revoked (GR-R2, ZK-C5)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.grid import a_thiefs_time_is_bounded

SCOPE = fixed(User=1, Meter=1, Key=1, Record=1, Chain=1, Node=1, Edition=1, Height=3)

ATTACK = Attack(
    name="thiefs_reports",
    title="a thief's reports are counted under a key that was revoked to stop them",
    claim=a_thiefs_time_is_bounded,
    moves=frozenset({"copy_key", "forge"}),
    attempts=(
        Attempt("grid@side-by-side", None, "succeeds", SCOPE),
        Attempt("grid@hardened", None, "fails", SCOPE, found_without="key_check"),
    ),
    cites=("GR-R2", "ZK-P6", "ZK-C5"),
)

if __name__ == "__main__":
    main(ATTACK)
