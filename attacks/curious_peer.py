"""Curious peer: who executes Algorithm 1 sees the private key that it draws, whatever channel it leaves by (IS-C4)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.metering import key_exclusivity

SCOPE = fixed(Meter=1, Key=1, Epoch=1, Reading=1, Time=1, Height=1)

ATTACK = Attack(
    name="curious_peer",
    title="a peer that executes the contract keeps the private key that it has drawn for a meter",
    claim=key_exclusivity,
    moves=frozenset({"peer_reads_key"}),
    attempts=(
        Attempt("bc-ami@published", "literal", "succeeds", SCOPE),
        Attempt("bc-ami@published", "charitable", "succeeds", SCOPE),
        Attempt("bc-ami@hardened", None, "fails", SCOPE, found_without="key_generation"),
    ),
    cites=("IS-R6", "IS-R20", "IS-C4"),
)

if __name__ == "__main__":
    main(ATTACK)
