"""Man in the middle: the concentrator that relays a registration reads the private key in the answer (IS-C3)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.metering import key_exclusivity

SCOPE = fixed(Meter=1, Key=1, Epoch=1, Reading=1, Time=1, Height=1)

ATTACK = Attack(
    name="man_in_the_middle",
    title="the concentrator between meter and contract learns the meter's private key",
    claim=key_exclusivity,
    moves=frozenset({"dc_reads_key"}),
    attempts=(
        Attempt("bc-ami@published", "literal", "succeeds", SCOPE),
        Attempt("bc-ami@published", "charitable", "fails", SCOPE, found_without="credential"),
        Attempt("bc-ami@hardened", None, "fails", SCOPE, found_without="key_generation"),
    ),
    cites=("IS-R6", "IS-R8", "IS-R20", "IS-C3"),
)

if __name__ == "__main__":
    main(ATTACK)
