"""Credit ratings of users, from what trades and contracts came to (Wang et al., 2.2 and 3.4; WA-R15, WA-R23).

Users are rated, and those who can be trusted are rewarded; contracts identify defaults, and the rating is combined with
the chain. Of what it is computed, in which order, and what whoever disagrees can do is not stated (WA-C23). Facts come
from several chains that work in parallel, so that no two nodes need get them in the same order. As published a node
may count what it hears, and of two facts that contradict each other, such as a trade that was settled and one in
default, the one that it hears first.

Hardened, a score is computed from the set of final records: each fact counts by itself, for what it is, and not at
all once a dispute has found it void. A dispute is open to anybody, and validators evaluate the fact anew, from the
records that it names. How many points a fact is worth is arithmetic, in `reference.sovereign_chain.credit`; what is
modelled is which facts count.
"""

from meterproof.lang import Protocol, action, choice, exists, forall, implies, require, rigid, var
from model.vocabulary import BYZ, CR, NET, Fact, Person, Replica


class CreditRating(Protocol):
    """Any number of users, of facts about them, and of nodes that rate them."""

    credit_inputs = choice(
        "unspecified", "all-reports", "in-order", "final-records", removed="unspecified",
        cites=["WA-R15", "WA-R23", "WA-C23"],
        doc="What a score is computed from: what a node hears, where the first of contrary facts counts; all that it "
        "hears; final records, where the first of contrary facts counts; or the set of final records.",
    )  # fmt: skip

    about = rigid(Fact, to=Person, doc="whom it counts for or against")
    just = rigid(Fact, doc="it is so, as whoever evaluates it from the records that it names finds")
    contrary = rigid(Fact, Fact, doc="where the first fact is there before, it rules the second one out")

    reported = var(Fact, doc="the fact was reported to the network")
    final = var(Fact, doc="the chain has the fact")
    disputed = var(Fact, doc="the chain has a dispute about the fact")
    upheld = var(Fact, doc="the chain has the ruling that the fact is so")
    void = var(Fact, doc="the chain has the ruling that the fact is void")
    has = var(Replica, Fact, doc="the node has got the fact")
    has_void = var(Replica, Fact, doc="the node has got the ruling that the fact is void")
    counted = var(Replica, Fact, doc="the fact counts in the node's score of the user")

    @action(cites="WA-R15 WA-R23")
    def report(s, e: Fact):
        """{e} is reported, as it is."""
        require(s.just[e] & ~s.reported[e])
        return s.set(reported={e: True})

    @action(needs=BYZ, cites="WA-C23")
    def report_falsely(s, e: Fact):
        """{e} is reported, which is not so."""
        require(~s.just[e] & ~s.reported[e])
        return s.set(reported={e: True})

    @action(cites="WA-R15 WA-R23")
    def record(s, e: Fact):
        """The chain has {e}."""
        require(s.reported[e] & ~s.final[e])
        return s.set(final={e: True})

    @action(cites="WA-C23")
    def dispute(s, e: Fact):
        """{e} is disputed on the chain."""
        require(s.rules.credit_inputs == "final-records", "WA-C23", rule="credit_inputs")
        require(s.final[e] & ~s.disputed[e])
        return s.set(disputed={e: True})

    @action(cites="WA-C23")
    def uphold(s, e: Fact):
        """The validators evaluate {e} anew, and find it so."""
        require(s.disputed[e] & s.just[e] & ~s.upheld[e], "WA-C23")
        return s.set(upheld={e: True})

    @action(cites="WA-C23")
    def annul(s, e: Fact):
        """The validators evaluate {e} anew, and find it void."""
        require(s.disputed[e] & ~s.just[e] & ~s.void[e], "WA-C23")
        return s.set(void={e: True})

    @action(cites="WA-R15 WA-R23 WA-C23")
    def get_record(s, r: Replica, e: Fact):
        """{r} gets {e} from the chain."""
        require(s.final[e] & ~s.has[r, e])
        return s.set(has={(r, e): True}, counted={(r, e): _counts(s, r, e)})

    @action(needs=NET, cites="WA-C23")
    def hear(s, r: Replica, e: Fact):
        """{r} hears of {e}, which is not final, before others do."""
        from_the_chain = (s.rules.credit_inputs == "final-records") | (s.rules.credit_inputs == "in-order")
        require(not from_the_chain, "WA-C23", rule="credit_inputs")
        require(s.reported[e] & ~s.final[e] & ~s.has[r, e])
        return s.set(has={(r, e): True}, counted={(r, e): _counts(s, r, e)})

    @action(cites="WA-C23")
    def get_ruling(s, r: Replica, e: Fact):
        """{r} gets the ruling that {e} is void from the chain, perhaps before {e}."""
        require(s.void[e] & ~s.has_void[r, e])
        return s.set(has_void={(r, e): True}, counted={(r, e): False})

    @action(needs=CR, cites="WA-C23")
    def start_anew(s, r: Replica):
        """{r} crashes and begins again with nothing: it gets all from the chain once more, in any order."""
        return s.set(has={(r, ...): False}, has_void={(r, ...): False}, counted={(r, ...): False})


def _counts(s, r, e):
    """Whether the fact counts where the node gets it now."""
    if s.rules.credit_inputs == "final-records":
        return ~s.has_void[r, e]
    if s.rules.credit_inputs == "all-reports":
        return True
    return ~exists(Fact, lambda d: s.contrary[d, e] & s.counted[r, d])


def same_records(s, r, q, p):
    """Both nodes have got the same final records about the user, rulings among them."""
    return forall(
        Fact,
        lambda e: implies(
            (s.about[e] == p) & s.final[e], (s.has[r, e] == s.has[q, e]) & (s.has_void[r, e] == s.has_void[q, e])
        ),
    )  # fmt: skip
