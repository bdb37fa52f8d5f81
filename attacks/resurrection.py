"""Resurrection: after a meter's keys are revoked, somebody else has a key of his own recorded for it (ZK-C7).

As published a revocation is the empty key, which is "the old key" of the next update, and whatever is said to be signed
with it may pass. Charitably nothing verifies under it, so that what stops this attack keeps the meter out for good too.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.key_records import revoked_stays_revoked

SCOPE = fixed(Meter=1, Epoch=1, Version=3, Key=2)

ATTACK = Attack(
    name="resurrection",
    title="a revoked meter has a valid key again, signed with nothing",
    claim=revoked_stays_revoked,
    moves=frozenset({"generate_key", "sign_with_the_empty_key"}),
    attempts=(
        Attempt("edge-keys@published", "literal", "succeeds", SCOPE),
        Attempt("edge-keys@published", "charitable", "fails", SCOPE, found_without="revocation"),
        Attempt("edge-keys@hardened", None, "fails", SCOPE, found_without="revocation"),
    ),
    cites=("ZK-R32", "ZK-R34", "ZK-C7"),
)

if __name__ == "__main__":
    main(ATTACK)
