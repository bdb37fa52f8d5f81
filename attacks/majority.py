"""Majority: t*+1 replicas sign two blocks at one height, where t* = 2q-n-1 is what the quorum q tolerates (IS-P17)."""

from attacks.play import main
from meterproof.lang.rules import RuleValues
from meterproof.real.attack import Attack, Attempt, Sizes
from properties.ordering import agreement_beyond_the_bound

N, F = 4, 1


def corrupted(beyond: int) -> Sizes:
    """Four replicas, two candidate blocks, and `beyond` corruptions more than the variant's quorum tolerates."""

    def sizes(rules: RuleValues) -> dict[str, int]:
        quorum = rules.quorum.evaluate({"n": N, "f": F})
        return {"Replica": N, "Block": 2, "f": F, "faulty": 2 * quorum - N - 1 + beyond}

    return sizes


ATTACK = Attack(
    name="majority",
    title="corrupted replicas sign two blocks at one height",
    claim=agreement_beyond_the_bound,
    moves=frozenset({"equivocate", "sign", "lie"}),
    attempts=(
        Attempt("bc-ami@published", "literal", "succeeds", corrupted(0)),
        Attempt("bc-ami@published", "charitable", "succeeds", corrupted(1), beyond=True),
        Attempt("bc-ami@published", "charitable", "fails", corrupted(0), found_with=corrupted(1)),
        Attempt("bc-ami@hardened", None, "succeeds", corrupted(1), beyond=True),
        Attempt("bc-ami@hardened", None, "fails", corrupted(0), found_with=corrupted(1)),
    ),
    cites=("IS-P17", "IS-C17", "IS-C20"),
)

if __name__ == "__main__":
    main(ATTACK)
