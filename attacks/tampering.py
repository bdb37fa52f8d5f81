"""Tampering: a report on its way is given another time, which a signature over the payload does not notice (IS-C7)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.metering import tampering_is_detected

SCOPE = fixed(Meter=1, Key=1, Epoch=1, Reading=1, Time=2, Height=1)

ATTACK = Attack(
    name="tampering",
    title="a field of a report is changed on its way, and peers endorse it as changed",
    claim=tampering_is_detected,
    moves=frozenset({"redate"}),
    attempts=(
        Attempt("bc-ami@published", "literal", "succeeds", SCOPE),
        Attempt("bc-ami@published", "charitable", "fails", SCOPE, found_without="signature_scope"),
        Attempt("bc-ami@hardened", None, "fails", SCOPE, found_without="signature_scope"),
    ),
    cites=("IS-R12", "IS-P16", "IS-C7"),
)

if __name__ == "__main__":
    main(ATTACK)
