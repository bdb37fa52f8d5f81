"""Substitution: whoever performs the transfer hands the MDMS a block of its own making (IS-C10)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.metering import injective_agreement_despite_the_transfer

SCOPE = fixed(Meter=1, Key=1, Epoch=1, Reading=1, Time=1, Height=1)

ATTACK = Attack(
    name="substitution",
    title="the database, or whoever speaks for it, hands the MDMS a block of its own making",
    claim=injective_agreement_despite_the_transfer,
    moves=frozenset({"substitute"}),
    attempts=(
        Attempt("bc-ami@published", "literal", "succeeds", SCOPE),
        Attempt("bc-ami@published", "charitable", "succeeds", SCOPE),
        Attempt("bc-ami@hardened", None, "fails", SCOPE, found_without="release_check", stopped_by="quorum"),
    ),
    cites=("IS-R18", "IS-C10"),
)

if __name__ == "__main__":
    main(ATTACK)
