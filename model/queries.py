"""Which record of a meter's key is in force, asked of one device or of several (Zhai et al., 2.2.1 (2) to (4)).

Devices agree on one chain of records of the meter: how they do is the machine `Consensus`, here the chain is ideal
(ZK-A21). Each record, a revocation too, supersedes those before it, and is final once a quorum has confirmed it; a
device learns of it sooner or later, in the order of the chain, and some may be cut off for long. As published, whoever
asks is answered by one device, from the tail of its own chain: so a device that lags, or is corrupted, hands out a key
that was superseded or revoked (ZK-C9). Hardened, no record is taken before a read quorum of devices has shown one that
is no later. Where too few answer there is no answer, rather than a stale one.

An answer carries the record and its confirmations, so that no device can make one up; correct ones answer what they
hold when they are asked, and faulty ones any record of the chain, to each question as often as they like. Links lose
nothing, but what is sent may never be looked at. All devices hold the first record, with which the meter enrolled.
"""

from meterproof.lang import (
    action,
    atleast,
    choice,
    exists,
    forall,
    formula,
    implies,
    is_first,
    ite,
    require,
    var,
)
from model.vocabulary import BYZ, Query, Replica, Version
from model.voting import Voting, quorum_of


class Queries(Voting):
    """The records of one meter, any number of devices that hold a part of them, and any number of questions."""

    query_scope = choice(
        "local-tail", "read-quorum", removed="local-tail", cites=["ZK-R30", "ZK-C9"],
        doc="Whether one device answers from its own chain, or several have to.",
    )  # fmt: skip
    read_quorum = formula(
        "n", "f", removed="1", cites=["ZK-C9"],
        doc="How many devices must have shown no later record than the one that is taken.",
    )  # fmt: skip

    issued = var(Version, init=lambda s, v: is_first(v), doc="the record is on the chain")
    confirmed = var(Replica, Version, init=lambda s, r, v: is_first(v), doc="the device has signed for the record")
    final = var(Version, init=lambda s, v: is_first(v), doc="a quorum has signed for the record")
    asked = var(Query, doc="the question has been asked")
    shown = var(Query, Replica, Version, doc="the device has answered the question with this record")
    taken = var(Query, Version, doc="this record was taken for the answer")

    signed = var(
        Replica, Version, init=lambda s, r, v: is_first(v), ghost=True,
        doc="the device had signed for the record when it became final",
    )  # fmt: skip
    due = var(Query, Version, ghost=True, doc="the record was final when the question was asked")

    @action(cites="ZK-R32 ZK-R34")
    def issue(s, v: Version):
        """The record {v} is appended to the chain, be it an update or a revocation."""
        require(~s.issued[v] & forall(Version, lambda u: implies(u < v, s.issued[u])))
        return s.set(issued={v: True})

    @action(cites="ZK-R21 ZK-R26")
    def confirm(s, r: Replica, v: Version):
        """{r} learns of {v}, having all records before it, and signs for it."""
        require(~s.faulty[r] & s.issued[v] & ~s.confirmed[r, v])
        require(forall(Version, lambda u: implies(u < v, s.confirmed[r, u])))
        return s.set(confirmed={(r, v): True})

    @action(needs=BYZ)
    def sign(s, r: Replica, v: Version):
        """The faulty {r} signs for {v}."""
        require(s.faulty[r] & s.issued[v] & ~s.confirmed[r, v])
        return s.set(confirmed={(r, v): True})

    @action(cites="ZK-R20 ZK-R21 ZK-C1")
    def finalise(s, v: Version):
        """Enough devices have signed for {v}: it is final."""
        require(~s.final[v] & quorum_of(s, lambda r: s.confirmed[r, v]), "ZK-R21", rule="quorum")
        return s.set(final={v: True}, signed=lambda r, u: ite(u == v, s.confirmed[r, v], s.signed[r, u]))

    @action(cites="ZK-R30")
    def ask(s, q: Query):
        """Somebody asks {q}, which record is in force."""
        require(~s.asked[q])
        return s.set(asked={q: True}, due=lambda p, v: ite(p == q, s.final[v], s.due[p, v]))

    @action(cites="ZK-R30")
    def answer(s, q: Query, r: Replica, v: Version):
        """{r} answers {q} with {v}, the tail of its own chain."""
        require(~s.faulty[r] & s.asked[q] & ~exists(Version, lambda u: s.shown[q, r, u]))
        require(s.confirmed[r, v] & ~exists(Version, lambda u: s.confirmed[r, u] & (v < u)), "ZK-R30")
        return s.set(shown={(q, r, v): True})

    @action(needs=BYZ, cites="ZK-C9")
    def answer_anything(s, q: Query, r: Replica, v: Version):
        """The faulty {r} answers {q} with {v}, a record of its choice."""
        require(s.faulty[r] & s.asked[q] & s.issued[v] & ~s.shown[q, r, v])
        return s.set(shown={(q, r, v): True})

    @action(cites="ZK-R30 ZK-C9")
    def take(s, q: Query, v: Version):
        """{v} is taken for the answer to {q}."""
        require(~s.taken[q, v] & exists(Replica, lambda r: s.shown[q, r, v]))
        if s.rules.query_scope == "read-quorum":
            require(atleast(s.rules.read_quorum, Replica, lambda r: showed_no_later(s, q, r, v)), "ZK-C9",
                    rule=("query_scope", "read_quorum"))  # fmt: skip
        return s.set(taken={(q, v): True})


def showed_no_later(s, q, r, v):
    """The device has answered the question with this record, or an earlier one."""
    return exists(Version, lambda u: s.shown[q, r, u] & (u <= v))
