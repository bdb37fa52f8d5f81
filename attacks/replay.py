"""Replay: a recorded report is sent again and billed again (Islam et al. 2022, section 5.4.3; IS-C7)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.metering import injective_agreement

SCOPE = fixed(Meter=1, Key=1, Epoch=1, Reading=1, Time=1, Height=2)

ATTACK = Attack(
    name="replay",
    title="a recorded report is sent once more and counted once more",
    claim=injective_agreement,
    moves=frozenset({"replay"}),
    attempts=(
        Attempt("bc-ami@published", "literal", "succeeds", SCOPE),
        Attempt("bc-ami@published", "charitable", "fails", SCOPE, found_without="freshness"),
        Attempt("bc-ami@hardened", None, "fails", SCOPE, found_without="freshness"),
    ),
    cites=("IS-R20", "IS-C7"),
)

if __name__ == "__main__":
    main(ATTACK)
