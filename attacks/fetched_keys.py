"""Fetched keys: the master station has a meter's key sent, and the device that it passes through keeps it (ZK-C28).

The text has the master station obtain "the corresponding key" before it asks for a meter's data (ZK-R6). As the same
key signs the meter's updates, whoever reads it on the way speaks for the meter.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.custody import key_secrecy

SCOPE = fixed(Meter=1, Device=1, f=0, faulty=0)

ATTACK = Attack(
    name="fetched_keys",
    title="a corrupted device reads the private key that goes to the master station",
    claim=key_secrecy,
    moves=frozenset({"read_fetched"}),
    attempts=(
        Attempt("edge-keys@published", "literal", "succeeds", SCOPE),
        Attempt("edge-keys@published", "charitable", "succeeds", SCOPE),
        Attempt("edge-keys@hardened", None, "fails", SCOPE, found_without="master_keys"),
    ),
    cites=("ZK-R6", "ZK-C28"),
)

if __name__ == "__main__":
    main(ATTACK)
