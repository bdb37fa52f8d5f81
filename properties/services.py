"""Guarantees of the `Services`, `Mining` and `Quotas` machines: records get where they belong, and no further.

The proofs are for any number of records, chains, extracts, persons and slots.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, violated
from meterproof.lang import exists, forall, implies, invariant, lemma
from model.services import Mining, Quotas, Services, is_open_to, reaches_the_floor
from model.vocabulary import CENTER, LEDGER, ORIG, Chain, Extract, Institution, Person, Purpose, Record, Slot


def stored_though_mislabelled(s):
    """A chain has a record that was indexed for another one, too."""
    return exists(Record, Chain, Chain, lambda r, c, d: (c != d) & s.stored[r, c] & s.tagged[r, d])


@invariant(
    of=Services, id="WA-P12", cites="WA-P12 WA-R6 WA-R11 WA-R16 WA-R17 WA-C16 WA-A14", against=(ORIG, CENTER),
    witness=stored_though_mislabelled,
)  # fmt: skip
def label_integrity(s):
    """label integrity: a record is on the chain only of the service type that its meter has signed, and has its form"""
    return forall(Record, Chain, lambda r, c: implies(s.stored[r, c], (s.label[r] == c) & s.fits[r, c]))


@invariant(
    of=Services, id="WA-V50", cites="WA-V50 WA-R11 WA-C16", against=(ORIG, CENTER), witness=stored_though_mislabelled
)  # fmt: skip
def schemas_hold(s):
    """schemas hold: a chain has only records of its form"""
    return forall(Record, Chain, lambda r, c: implies(s.stored[r, c], s.fits[r, c]))


# ---- mining


def released_and_withdrawn(s):
    """An institution has an extract, and its grant was withdrawn since."""
    return exists(
        Extract, Institution, Purpose, lambda x, i, p: s.released[x, i, p] & s.logged[x, i, p] & ~s.granted[i, p]
    )  # fmt: skip


def two_released(s):
    """An institution has two extracts about different persons."""
    return exists(
        Extract, Extract, Institution, Purpose, Person,
        lambda x, y, i, p, u: s.released[x, i, p] & s.released[y, i, p] & s.covers[x, u] & ~s.covers[y, u],
    )  # fmt: skip


@invariant(
    of=Mining, id="WA-V51", cites="WA-V51 WA-R15 WA-R22 WA-C21 WA-A15", witness=released_and_withdrawn
)  # fmt: skip
def mining_under_grants(s):
    """mining under grants: what leaves had a grant for recipient and purpose, reaches the floor, and is in the log"""
    return forall(
        Extract, Institution, Purpose,
        lambda x, i, p: implies(
            s.released[x, i, p], ~s.strayed[x, i, p] & reaches_the_floor(s, x) & s.logged[x, i, p]
        ),
    )  # fmt: skip


@invariant(of=Mining, id="WA-V52", cites="WA-V52 WA-R22 WA-C21", witness=two_released)
def nobody_is_singled_out(s):
    """nobody is singled out: no two extracts of one institution differ by one person (fails by design)"""

    def adds_one(x, y):
        return exists(
            Person, lambda u: s.covers[x, u] & ~s.covers[y, u]
            & forall(Person, lambda w: implies(w != u, s.covers[x, w] == s.covers[y, w])),
        )  # fmt: skip

    return forall(
        Extract, Extract, Institution, Purpose, Purpose,
        lambda x, y, i, p, q: implies(s.released[x, i, p] & s.released[y, i, q], ~adds_one(x, y)),
    )  # fmt: skip


# ---- quotas


def waiting_beside_a_flood(s):
    """A person waits with its event, and somebody dishonest has filled a slot."""
    filled = exists(Slot, Person, lambda t, p: s.taken[t, p] & s.dishonest[p])
    return filled & exists(Person, lambda p: s.waiting[p] & ~s.dishonest[p])


@lemma(of=Quotas)
def filled_by_its_owner(s):
    """A slot has the event of the person only whose share it is."""
    return forall(Slot, Person, lambda t, p: implies(s.taken[t, p], s.share[p] == t))


@lemma(of=Quotas)
def served_waits_no_more(s):
    """Who has a slot of the block has nothing waiting, unless it is dishonest."""
    return forall(Slot, Person, lambda t, p: implies(s.taken[t, p], s.served[p] & ~s.waiting[p]))


@invariant(
    of=Quotas, id="WA-V53", cites="WA-V53 WA-R18 WA-C25", against=LEDGER, witness=waiting_beside_a_flood,
    lemmas=(filled_by_its_owner, served_waits_no_more),
)  # fmt: skip
def nobody_is_crowded_out(s):
    """nobody is crowded out: for an honest person's event that waits there is a slot, whatever others make"""
    return forall(
        Person, lambda p: implies(s.waiting[p] & ~s.dishonest[p], exists(Slot, lambda t: is_open_to(s, t, p)))
    )  # fmt: skip


TWO_CHAINS = explore(Record=1, Chain=2)
MORE_CHAINS = explore(Record=2, Chain=3)
TWO_EXTRACTS = explore(Extract=2, Person=3, Institution=1, Purpose=1)
ONE_EXTRACT = explore(Extract=1, Person=2, Institution=2, Purpose=1)
TWO_SLOTS = explore(Person=2, Slot=2)
THREE_SLOTS = explore(Person=3, Slot=3)

CASES = (
    Case(label_integrity, {
        "published literal": violated(TWO_CHAINS),
        "published charitable": violated(TWO_CHAINS, note="data of two services can have one form"),
        "hardened": holds(
            "proved", induction(), TWO_CHAINS,
            controls=removing("label_check", by=TWO_CHAINS) + changing("label_check", "schema", by=TWO_CHAINS),
        ),
    }),
    Case(schemas_hold, {
        "published literal": violated(TWO_CHAINS),
        "published charitable": holds(
            "proved", induction(), TWO_CHAINS, controls=removing("label_check", by=TWO_CHAINS)
        ),
        "hardened": holds("proved", induction(), TWO_CHAINS, controls=removing("label_check", by=TWO_CHAINS)),
    }),
    Case(mining_under_grants, {
        "published literal": violated(ONE_EXTRACT),
        "published charitable": violated(ONE_EXTRACT),
        "hardened": holds(
            "proved", induction(), ONE_EXTRACT, TWO_EXTRACTS, controls=removing("mining_grant", by=ONE_EXTRACT)
        ),
    }),
    Case(nobody_is_singled_out, {
        "published literal": violated(TWO_EXTRACTS),
        "published charitable": violated(TWO_EXTRACTS),
        "hardened": violated(TWO_EXTRACTS, note="by subtraction: a floor holds for each extract by itself"),
    }),
    Case(nobody_is_crowded_out, {
        "published literal": violated(TWO_SLOTS),
        "published charitable": violated(TWO_SLOTS),
        "hardened": holds("proved", induction(), TWO_SLOTS, THREE_SLOTS, controls=removing("rate_limit", by=TWO_SLOTS)),
    }),
)  # fmt: skip
"""One case a property of the three machines."""
