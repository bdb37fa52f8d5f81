"""What the contract database records as a violation, and how its user can appeal (Wang et al., 3.2 to 3.4).

The smart contract layer finds out whether an operation or a request for data breaches the contracts. What does so is
reported with its user's identity, and recorded in the contract database, a chain of its own with validators of its own
(WA-R12, WA-R15). Who reports, what a report has to show and who looks at it is not said: as published a report is
taken at its word, and its way into the chain is by the node that received the operation first (WA-C8, WA-C5).

Hardened, a report holds the offending operation with its user's signature, and every validator evaluates it anew before
it votes for the record; so nobody is blamed for what he has not signed. That takes evaluation to be the same for all
(WA-A20). A user signs which edition of the contracts he goes by, and his operation is judged by that one. A node
refuses an operation of an edition that is out of date, but that is no violation: else whoever holds back an operation
until the contracts forbid it could turn it into one. Whichever node knows of a violation may propose its record.

A user whose violation is recorded may appeal; that a rule is bad or was read wrongly is for the validators to find,
who vote on it like on a record (WA-C9). A record stays where it is, also after an appeal has taken away its effect;
what the effect is, is the machine `Denials`.

An operation stands for its report as well: there is one record of it at most. The validators' votes are on one chain
in the end, which is the concern of the machine `Consensus`; what is counted is in `ActionCounter`.
"""

from meterproof.lang import action, choice, exists, forall, implies, is_first, require, rigid, var
from model.assembly import Accepting
from model.inclusion import Inclusion
from model.vocabulary import BYZ, Edition, Operation, Replica
from model.voting import quorum_of


class Violations(Accepting):
    """The validators of the contract database, any number of operations and of editions of the contracts."""

    violation_evidence = choice(
        "report-only", "re-evaluated", removed="report-only", cites=["WA-R12", "WA-C8"],
        doc="What a record of a violation rests on: somebody's report, or the signed operation, evaluated by each "
        "validator.",
    )  # fmt: skip
    judged_by = choice(
        "current-edition", "signed-edition", removed="current-edition", cites=["WA-R13", "WA-C8", "WA-C12"],
        doc="Which edition of the contracts says whether an operation is a violation: the one in force when it is "
        "judged, or the one that its user has signed.",
    )  # fmt: skip
    proposer = Inclusion.proposer
    appeal = choice(
        "none", "quorum", removed="none", cites=["WA-C9"],
        doc="What ends a denial before its time: nothing, or a decision of the validators.",
    )  # fmt: skip

    first = rigid(Operation, to=Replica, doc="the node that is the first to receive the operation")
    breaks = rigid(Operation, Edition, doc="the edition of the contracts denies the operation")
    unjust = rigid(Operation, doc="the denial would be wrong, as every correct validator finds on an appeal")

    active = var(Edition, init=lambda s, v: is_first(v), doc="the edition is, or has been, in force")
    signed = var(Operation, Edition, doc="the operation's user has signed it, going by this edition")
    seen = var(Replica, Operation, doc="the node has seen the signed operation, and the contracts deny it")
    reported = var(Operation, doc="the record of the operation as a violation is proposed to the contract database")
    backed = var(Replica, Operation, doc="the validator has voted for the record")
    recorded = var(Operation, doc="the operation is recorded as a violation of its user's")
    appealed = var(Operation, doc="the user has appealed")
    granted = var(Replica, Operation, doc="the validator has voted for the appeal")
    overturned = var(Operation, doc="the appeal is upheld: the violation has no effect from here on")

    @action(cites="WA-R13 WA-C12")
    def change(s, v: Edition):
        """{v} of the contracts comes into force."""
        require(~s.active[v] & forall(Edition, lambda u: implies(u < v, s.active[u])))
        return s.set(active={v: True})

    @action(cites="WA-R5")
    def sign(s, o: Operation, v: Edition):
        """The user signs {o}, going by {v}, and sends it."""
        require(s.active[v] & ~exists(Edition, lambda u: s.signed[o, u]))
        return s.set(signed={(o, v): True})

    @action(cites="WA-R12")
    def observe(s, r: Replica, o: Operation):
        """{r} has {o} before it, which the contracts deny, and tells the other nodes."""
        require(~s.faulty[r] & is_violation(s, o) & ~s.seen[r, o])
        return s.set(seen={(r, o): True})

    @action(cites="WA-R7 WA-R12 WA-C5 WA-C8")
    def report(s, r: Replica, o: Operation):
        """{r} proposes to record {o} as a violation."""
        require(~s.faulty[r] & known_to_a_correct_node(s, o) & ~s.reported[o])
        require(may_propose(s, r, o), "WA-R7 WA-C5", rule="proposer")
        return s.set(reported={o: True})

    @action(needs=BYZ, cites="WA-C8")
    def report_anything(s, r: Replica, o: Operation):
        """The faulty {r} proposes to record {o} as a violation, whatever the user has done."""
        require(s.faulty[r] & ~s.reported[o])
        return s.set(reported={o: True})

    @action(cites="WA-R9 WA-R12 WA-C8")
    def back(s, r: Replica, o: Operation):
        """{r} votes for the record of {o}."""
        require(~s.faulty[r] & s.reported[o] & ~s.backed[r, o])
        require(worth_a_vote(s, o), "WA-C8", rule="violation_evidence")
        return s.set(backed={(r, o): True})

    @action(needs=BYZ, cites="WA-C8")
    def back_anything(s, r: Replica, o: Operation):
        """The faulty {r} votes for the record of {o}."""
        require(s.faulty[r] & ~s.backed[r, o])
        return s.set(backed={(r, o): True})

    @action(cites="WA-R9 WA-R12 WA-R15")
    def record(s, o: Operation):
        """Enough validators have voted for it: the violation {o} is recorded with its user's identity."""
        require(~s.recorded[o] & quorum_of(s, lambda r: s.backed[r, o]), "WA-R9", rule="quorum")
        return s.set(recorded={o: True})

    @action(needs=BYZ, cites="WA-C1 WA-C8")
    def claim(s, r: Replica, o: Operation):
        """The faulty {r} says that the record of {o} is accepted, and it is recorded."""
        require(s.rules.acceptance_evidence == "origins-word", "WA-C1", rule="acceptance_evidence")
        require(s.faulty[r] & s.reported[o] & ~s.recorded[o])
        return s.set(recorded={o: True})

    @action(cites="WA-C9")
    def lodge(s, o: Operation):
        """The user appeals against the record of {o}."""
        require(s.recorded[o] & ~s.appealed[o])
        return s.set(appealed={o: True})

    @action(cites="WA-C9 WA-C18")
    def grant(s, r: Replica, o: Operation):
        """{r} finds the denial for {o} unjust, and votes for the appeal."""
        require(s.rules.appeal == "quorum", "WA-C9", rule="appeal")
        require(~s.faulty[r] & s.appealed[o] & s.unjust[o] & ~s.granted[r, o])
        return s.set(granted={(r, o): True})

    @action(needs=BYZ, cites="WA-C9 WA-C18")
    def grant_anything(s, r: Replica, o: Operation):
        """The faulty {r} votes for the appeal against {o}."""
        require(s.rules.appeal == "quorum", "WA-C9", rule="appeal")
        require(s.faulty[r] & ~s.granted[r, o])
        return s.set(granted={(r, o): True})

    @action(cites="WA-C9")
    def overturn(s, o: Operation):
        """Enough validators have voted for it: the denial for {o} ends."""
        require(s.rules.appeal == "quorum", "WA-C9", rule="appeal")
        require(s.appealed[o] & ~s.overturned[o] & quorum_of(s, lambda r: s.granted[r, o]), "WA-C9", rule="quorum")
        return s.set(overturned={o: True})


def known_to_a_correct_node(s, o):
    """A correct node knows that the operation is a violation."""
    return exists(Replica, lambda r: ~s.faulty[r] & s.seen[r, o])


def may_propose(s, r, o):
    """The node may propose the record of the operation: it was the first to receive it, or any node may in its turn."""
    return s.first[o] == r if s.rules.proposer == "first-receiver" else True


def worth_a_vote(s, o):
    """A correct validator votes for the record: it takes any report, or finds that the operation is a violation."""
    return is_violation(s, o) if s.rules.violation_evidence == "re-evaluated" else True


def committed(s, o):
    """The user has signed the operation, and the edition that he signed denies it."""
    return exists(Edition, lambda v: s.signed[o, v] & s.breaks[o, v])


def is_violation(s, o):
    """What whoever evaluates the signed operation finds: it is a violation."""
    if s.rules.judged_by == "signed-edition":
        return committed(s, o)
    signed = exists(Edition, lambda v: s.signed[o, v])
    return signed & exists(Edition, lambda v: in_force(s, v) & s.breaks[o, v])


def in_force(s, v):
    """The edition is the latest that has come into force."""
    return s.active[v] & ~exists(Edition, lambda u: s.active[u] & (v < u))
