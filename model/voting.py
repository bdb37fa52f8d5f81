"""What replicas that vote have in common: how many votes count as enough, and that a correct one does not vote twice.

Every machine that orders blocks inherits these declarations, so a spec file chooses each rule once for all of them. The
design bound f and the actual corruptions (the size of `faulty`) are separate.
"""

from meterproof.lang import Protocol, atleast, choice, flag, formula, parameter, rigid
from model.vocabulary import Replica


class Voting(Protocol):
    """Quorums of replicas, some of them corrupted."""

    quorum = formula(
        "n", "f", removed="1", cites=["IS-R15", "IS-R16", "IS-C14"], doc="How many answers make a candidate final."
    )
    resilience = formula(
        "n",
        "f",
        removed="1",
        cites=["IS-R16", "IS-C15", "IS-C19"],
        doc="The least number of replicas that the design admits.",
    )
    vote_once = flag(removed=False, cites=["IS-C17"], doc="A correct replica answers one candidate only.")

    f = parameter(Replica, default="floor((n-1)/3)", resilience="resilience", doc="design bound on faulty replicas")
    faulty = rigid(Replica, at_most="f", doc="the replica is corrupted")


class Auditing(Protocol):
    """Whether what a replica found out about a block has any weight."""

    counted = choice(
        "responses", "positive-votes", removed="responses", cites=["IS-R15", "IS-C16"],
        doc="Whether any answer counts, or only one whose audit found the candidate valid.",
    )  # fmt: skip


def quorum_of(s, voted):
    """At least a quorum of replicas satisfies `voted`, a function of the replica."""
    return atleast(s.rules.quorum, Replica, voted)
