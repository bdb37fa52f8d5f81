"""Two editions: one operation is judged by two versions of the contract, whichever each node has by then (WA-C12).

A centre writes the contracts and sends them to the nodes, and nothing says from when on an edition holds. Nobody has to
be dishonest for it: an edition that comes late to one node will do.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.contracts import one_version_an_operation

SCOPE = fixed(Replica=2, Edition=2, Height=2, Operation=1, f=0, faulty=0)

ATTACK = Attack(
    name="two_editions",
    title="one operation is judged by two editions of the contracts",
    claim=one_version_an_operation,
    moves=frozenset(),
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "charitable", "succeeds", SCOPE),
        Attempt("sovereign-chain@hardened", None, "fails", SCOPE, found_without="contract_change"),
    ),
    cites=("WA-R10", "WA-R13", "WA-C12"),
)

if __name__ == "__main__":
    main(ATTACK)
