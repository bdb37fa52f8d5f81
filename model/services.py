"""Which chain a record gets to, what leaves it for mining, and who fills its blocks (Wang et al., 3.2, 3.4, 4.1 and 5).

There is a chain for each service type. The type of a record is given twice, by the contracts' calling interface and by
the nodes, which add it to the data; nobody compares the two, or either with the data (WA-C16). Hardened, the type is
part of what the meter signs, and the nodes of a chain take no record with another one.

`Mining` is what third parties get: the text shares data with research institutions, and says neither for what, nor how
coarse, nor who keeps account (WA-C21). Hardened, an extract leaves under a grant for its recipient and purpose, covers
at least so many persons, and is logged. The least number is two here; a larger one changes nothing of what is said.
That several extracts together single nobody out does not follow, nor is it seen what a recipient does with them.

`Quotas` is one block: any event makes one and is broadcast (WA-R18), which whoever makes many events exploits (WA-C25).
Hardened, each person has a slot of its own in a block. Fees, and blocks that are empty, are not modelled.
"""

from meterproof.lang import (
    Protocol,
    action,
    axiom,
    choice,
    exists,
    flag,
    forall,
    implies,
    require,
    rigid,
    var,
)
from model.vocabulary import CENTER, LEDGER, ORIG, Chain, Extract, Institution, Person, Purpose, Record, Slot


class Services(Protocol):
    """Any number of records and chains."""

    label_check = choice(
        "none", "schema", "meter-signed", removed="none", cites=["WA-R6", "WA-R11", "WA-R17", "WA-C16"],
        doc="What a chain's nodes compare a record's service type with: nothing, the form of the data, or also the "
        "type that the meter has signed.",
    )  # fmt: skip

    label = rigid(Record, to=Chain, doc="the service type that the meter has given the record")
    fits = rigid(Record, Chain, doc="the data have the form that the chain's records have")

    tagged = var(Record, Chain, doc="the record is indexed for this chain, and on its way there")
    stored = var(Record, Chain, doc="the chain has the record")

    @axiom
    def data_fit_their_own_chain(s):
        """What a meter gives a service type to has its form."""
        return forall(Record, lambda r: s.fits[r, s.label[r]])

    @action(cites="WA-R6 WA-R11")
    def index(s, r: Record, c: Chain):
        """{r} is indexed for {c}, as its meter says."""
        require((s.label[r] == c) & ~s.tagged[r, c])
        return s.set(tagged={(r, c): True})

    @action(needs=ORIG, cites="WA-R11 WA-C16")
    def mislabel(s, r: Record, c: Chain):
        """The dishonest original node adds the service type of {c} to {r}."""
        require(~s.tagged[r, c])
        return s.set(tagged={(r, c): True})

    @action(needs=CENTER, cites="WA-R6 WA-C16")
    def misroute(s, r: Record, c: Chain):
        """The contracts' calling interface gives {c} as the service type of {r}."""
        require(~s.tagged[r, c])
        return s.set(tagged={(r, c): True})

    @action(cites="WA-R17 WA-R18")
    def store(s, r: Record, c: Chain):
        """The nodes of {c} take {r}."""
        require(s.tagged[r, c] & ~s.stored[r, c])
        if s.rules.label_check != "none":
            require(s.fits[r, c], "WA-C16", rule="label_check")
        if s.rules.label_check == "meter-signed":
            require(s.label[r] == c, "WA-C16", rule="label_check")
        return s.set(stored={(r, c): True})


class Mining(Protocol):
    """Any number of extracts from the records of any number of persons, for institutions and purposes."""

    mining_grant = choice(
        "none", "granted", removed="none", cites=["WA-R15", "WA-R22", "WA-C21"],
        doc="What lets data go to a third party: its wish, or a grant for the recipient and the purpose, a floor on "
        "how many persons an extract covers, and an entry in the log.",
    )  # fmt: skip

    covers = rigid(Extract, Person, doc="the extract is computed from the person's records, among others")

    granted = var(Institution, Purpose, doc="a grant for the institution and the purpose is in force")
    released = var(Extract, Institution, Purpose, doc="the institution has got the extract for the purpose")
    logged = var(Extract, Institution, Purpose, doc="the chain has an entry of it")
    strayed = var(Extract, Institution, Purpose, ghost=True, doc="it was released while no grant was in force")

    @action(cites="WA-C21")
    def grant(s, i: Institution, p: Purpose):
        """{i} is granted extracts for {p}."""
        require(~s.granted[i, p])
        return s.set(granted={(i, p): True})

    @action(cites="WA-C21")
    def withdraw(s, i: Institution, p: Purpose):
        """The grant of {i} for {p} is withdrawn."""
        require(s.granted[i, p])
        return s.set(granted={(i, p): False})

    @action(cites="WA-R15 WA-R22 WA-C21")
    def release(s, x: Extract, i: Institution, p: Purpose):
        """{i} gets {x} for {p}."""
        require(~s.released[x, i, p] & exists(Person, lambda u: s.covers[x, u]))
        if s.rules.mining_grant == "granted":
            require(s.granted[i, p], "WA-C21", rule="mining_grant")
            require(reaches_the_floor(s, x), "WA-C21", rule="mining_grant")
            return s.set(released={(x, i, p): True}, logged={(x, i, p): True}, strayed={(x, i, p): ~s.granted[i, p]})
        return s.set(released={(x, i, p): True}, strayed={(x, i, p): ~s.granted[i, p]})


class Quotas(Protocol):
    """One block, any number of persons and slots."""

    rate_limit = flag(removed=False, cites=["WA-R18", "WA-C25"], doc="Each person has a slot in a block, and no other.")

    dishonest = rigid(Person, doc="the person makes as many events as it can")
    share = rigid(Person, to=Slot, doc="the person's own slot")

    waiting = var(Person, doc="the person has an event to be recorded")
    served = var(Person, doc="the person has had an event recorded in the block")
    taken = var(Slot, Person, doc="the slot has an event of the person's")

    @axiom
    def shares_are_apart(s):
        """No slot is the share of two persons."""
        return forall(Person, Person, lambda p, q: implies(s.share[p] == s.share[q], p == q))

    @action(cites="WA-R18")
    def change(s, p: Person):
        """{p} has an event, the first for this block."""
        require(~s.waiting[p] & ~s.served[p])
        return s.set(waiting={p: True})

    @action(cites="WA-R18")
    def include(s, p: Person, t: Slot):
        """The event of {p} is put into {t}."""
        require(s.waiting[p])
        return _fill(s, p, t)

    @action(needs=LEDGER, cites="WA-R18 WA-C25")
    def flood(s, p: Person, t: Slot):
        """The dishonest {p} makes one more event, which is put into {t}."""
        require(s.dishonest[p])
        return _fill(s, p, t)


def reaches_the_floor(s, x):
    """The extract covers enough persons: two at least."""
    return exists(Person, Person, lambda u, w: (u != w) & s.covers[x, u] & s.covers[x, w])


def is_free(s, t):
    """Nothing is in the slot."""
    return ~exists(Person, lambda p: s.taken[t, p])


def is_open_to(s, t, p):
    """The slot is free, and one that the person's events may take."""
    return is_free(s, t) & ((s.share[p] == t) if s.rules.rate_limit else True)


def _fill(s, p, t):
    """The person's event takes the slot, its own where slots are shared out."""
    require(is_open_to(s, t, p), "WA-R18 WA-C25", rule="rate_limit")
    return s.set(taken={(t, p): True}, waiting={p: False}, served={p: True})
