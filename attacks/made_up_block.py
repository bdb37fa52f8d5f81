"""Made-up block: who hands a chain's blocks to the platform hands it one of his own making (IS-C10, GR-P5)."""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.grid import final

SCOPE = fixed(User=1, Meter=1, Key=1, Record=1, Chain=1, Node=1, Edition=1, Height=2)

ATTACK = Attack(
    name="made_up_block",
    title="a resident is shown what no chain has, from a block made up on its way",
    claim=final,
    moves=frozenset({"substitute"}),
    attempts=(Attempt("grid@hardened", None, "fails", SCOPE, found_without="release_check", stopped_by="quorum"),),
    cites=("IS-R18", "IS-C10"),
)

if __name__ == "__main__":
    main(ATTACK)
