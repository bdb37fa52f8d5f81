"""Forged receipt: a chain is told that another has decided what it has not, and takes it for true (WA-R16, WA-C15).

Results of one chain are to be recognised by the others, and nothing says by what. In bytes the adversary has the keys
of validators whose turn is over, so that a receipt with signatures alone is as easily made up as one without.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.trade import nothing_is_hearsay

SCOPE = fixed(Trade=1, Quantity=1, Chain=1, Height=1)

ATTACK = Attack(
    name="forged_receipt",
    title="a chain takes for true what another has not decided, on a receipt that is made up",
    claim=nothing_is_hearsay,
    moves=frozenset({"forge_passed", "forge_failed", "forge_go", "forge_made"}),
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds", SCOPE),
        Attempt("sovereign-chain@published", "charitable", "succeeds", SCOPE),
        Attempt("sovereign-chain@hardened", None, "fails", SCOPE, found_without="chain_receipts"),
    ),
    cites=("WA-R16", "WA-R17", "WA-C13", "WA-C15"),
)

if __name__ == "__main__":
    main(ATTACK)
