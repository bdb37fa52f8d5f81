"""Equivocation: one faulty leader has two blocks made final at one height (IS-C17; dossier 0.5).

It is found and played in one view and one round of votes, whatever `rounds` says; of all rounds and views speaks IS-P1.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.ordering import agreement_within_a_view

FOUR = fixed(Replica=4, Block=2, faulty=1)
FIVE = fixed(Replica=5, Block=2, faulty=1)

ATTACK = Attack(
    name="equivocation",
    title="one faulty replica of those that the design allows for leads, and has two blocks decided",
    claim=agreement_within_a_view,
    moves=frozenset({"equivocate", "sign", "lie"}),
    attempts=(
        Attempt("bc-ami@published", "literal", "succeeds", FOUR),
        Attempt("bc-ami@published", "charitable", "fails", FOUR, found_without="vote_once"),
        Attempt("bc-ami@published", "charitable", "succeeds", FIVE),
        Attempt("bc-ami@hardened", None, "fails", FOUR, found_without="vote_once"),
        Attempt("bc-ami@hardened", None, "fails", FIVE, found_without="vote_once"),
    ),
    cites=("IS-R15", "IS-R16", "IS-C14", "IS-C17"),
)

if __name__ == "__main__":
    main(ATTACK)
