"""Key replacement: an overheard hashed identity is enough to register another key for its meter (IS-C1, IS-P8)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.metering import registrations_are_authorised

SCOPE = fixed(Meter=1, Key=2, Epoch=1, Reading=1, Time=1, Height=1)


ATTACK = Attack(
    name="key_replacement",
    title="the adversary registers a key of its own for a meter",
    claim=registrations_are_authorised,
    moves=frozenset({"impersonate"}),
    attempts=(
        Attempt("bc-ami@published", "literal", "succeeds", SCOPE),
        Attempt("bc-ami@published", "charitable", "fails", SCOPE, found_without="credential"),
        Attempt("bc-ami@hardened", None, "fails", SCOPE, found_without="credential"),
    ),
    cites=("IS-R9", "IS-R20", "IS-C1"),
)

if __name__ == "__main__":
    main(ATTACK)
