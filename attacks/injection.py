"""Injection: usage that no meter reported is sealed to the MDMS and handed to it as a released block (IS-C10)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.metering import authentication

SCOPE = fixed(Meter=1, Key=1, Epoch=1, Reading=1, Time=1, Height=1)

ATTACK = Attack(
    name="injection",
    title="a stranger hands the MDMS a block of its own making",
    claim=authentication,
    moves=frozenset({"inject"}),
    attempts=(
        Attempt("bc-ami@published", "literal", "succeeds", SCOPE),
        Attempt("bc-ami@published", "charitable", "fails", SCOPE, found_without="release_check"),
        Attempt("bc-ami@hardened", None, "fails", SCOPE, found_without="release_check", stopped_by="quorum"),
    ),
    cites=("IS-R18", "IS-C10"),
)

if __name__ == "__main__":
    main(ATTACK)
