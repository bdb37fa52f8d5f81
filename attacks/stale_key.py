"""Stale key: the device that is asked lags, or lies, and hands out a key that was superseded or revoked (ZK-C9).

An old key block is said to be "automatically invalid", as a search from the tail does not reach it (ZK-R32). That is so
in a replica that has the new one.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.queries import read_freshness

SCOPE = fixed(Replica=4, Version=2, Query=1, f=1, faulty=1)

ATTACK = Attack(
    name="stale_key",
    title="an old record is taken for the one in force, though a quorum has confirmed the new one",
    claim=read_freshness,
    moves=frozenset({"answer_anything", "sign"}),
    attempts=(
        Attempt("edge-keys@published", "literal", "succeeds", SCOPE),
        Attempt("edge-keys@published", "charitable", "succeeds", SCOPE),
        Attempt("edge-keys@hardened", None, "fails", SCOPE, found_without="query_scope"),
    ),
    cites=("ZK-R30", "ZK-R32", "ZK-C9"),
)

if __name__ == "__main__":
    main(ATTACK)
