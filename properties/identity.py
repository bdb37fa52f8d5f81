"""Guarantees of the `Identity` and `Naming` machines: one person, one ID, its own, and what it gives away.

All proofs are for any number of persons, IDs, chains and heights, and given a registrar that does its work.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, violated
from meterproof.lang import exists, forall, implies, invariant, lemma, reachable
from model.identity import Identity, Naming, is_active, is_open
from model.vocabulary import CENTER, LEDGER, NET, WARRANT, Chain, Height, Id, Key, Name, Person


def replaced(s):
    """A person has an ID again after one was withdrawn."""
    return exists(Id, Id, Person, lambda d, e, p: s.got[d, p] & s.got[e, p] & s.withdrawn[d] & is_active(s, e))


def sent_and_withdrawn(s):
    """Something was taken under an ID that was withdrawn, and a later height is open."""
    return exists(
        Id, Height, Height, lambda d, g, h: s.taken[d, g] & s.ended[d, g] & (g < h) & is_open(s, h)
    )  # fmt: skip


def sent_by_an_honest_person(s):
    """Something that an honest person sent was taken while somebody dishonest had an ID, too."""
    honest = exists(Id, Height, Person, lambda d, h, p: s.taken[d, h] & s.got[d, p] & ~s.dishonest[p])
    return honest & exists(Id, Person, lambda d, p: s.got[d, p] & s.dishonest[p])


@lemma(of=Identity)
def registered_as_whom_they_are(s):
    """An ID is entered as the person's who got it."""
    return forall(Id, Person, lambda d, p: implies(s.got[d, p], s.names[d, p]))


@lemma(of=Identity)
def got_was_issued(s):
    """What somebody got, what is entered, certified or withdrawn was issued."""
    return forall(
        Id, Person, Key,
        lambda d, p, k: implies(s.got[d, p] | s.names[d, p] | s.certified[d, k] | s.withdrawn[d], s.issued[d]),
    )  # fmt: skip


@lemma(of=Identity)
def one_maker(s):
    """A key has one maker."""
    return forall(Person, Person, Key, lambda p, q, k: implies(s.made[p, k] & s.made[q, k], p == q))


@lemma(of=Identity)
def certified_for_its_maker(s):
    """A certified key was made by a person who got the ID."""
    return forall(
        Id, Key, lambda d, k: implies(s.certified[d, k], exists(Person, lambda p: s.got[d, p] & s.made[p, k]))
    )  # fmt: skip


@lemma(of=Identity)
def ended_ids_are_withdrawn(s):
    """An ID that has ended is withdrawn."""
    return forall(Id, Height, lambda d, h: implies(s.ended[d, h], s.withdrawn[d]))


@lemma(of=Identity)
def nothing_ahead(s):
    """Nothing is taken into, and no ID ends at, a height above one that is not closed."""
    return forall(
        Id, Height, Height, lambda d, g, h: implies((s.taken[d, h] | s.ended[d, h]) & (g < h), s.closed[g])
    )  # fmt: skip


def one_active_id(s):
    """No person has got two IDs that are active."""
    return forall(
        Id, Id, Person,
        lambda d, e, p: implies(s.got[d, p] & s.got[e, p] & is_active(s, d) & is_active(s, e), d == e),
    )  # fmt: skip


def nothing_after_the_end(s):
    """Nothing is taken under an ID at heights above that of its end."""
    return forall(Id, Height, Height, lambda d, g, h: implies(s.ended[d, g] & s.taken[d, h], h <= g))


@invariant(
    of=Identity, id="WA-P15", cites="WA-P15 WA-R2 WA-R3 WA-R19 WA-C17 WA-A11", against=NET,
    witness=lambda s: replaced(s) & sent_and_withdrawn(s),
    lemmas=(registered_as_whom_they_are, got_was_issued, ended_ids_are_withdrawn, nothing_ahead),
)  # fmt: skip
def unique_identity(s):
    """unique identity: a legal person has one active ID, and nothing is taken under an ID after its end"""
    return one_active_id(s) & nothing_after_the_end(s)


@invariant(
    of=Identity, id="WA-V13", cites="WA-V13 WA-R3 WA-C17 WA-A11", against=NET, witness=replaced,
    lemmas=(registered_as_whom_they_are, got_was_issued),
)  # fmt: skip
def no_sybils(s):
    """no Sybils: a legal person has one active ID at most"""
    return one_active_id(s)


@invariant(
    of=Identity, id="WA-V14", cites="WA-V14 WA-R3 WA-R4 WA-C17 WA-A11", against=NET, witness=sent_by_an_honest_person,
    lemmas=(one_maker, certified_for_its_maker),
)  # fmt: skip
def no_impersonation(s):
    """no impersonation: what is taken under an ID was sent by the person who has got it"""
    return forall(Id, Height, lambda d, h: ~s.forged[d, h])


@invariant(
    of=Identity, id="WA-V15", cites="WA-V15 WA-R3 WA-R14 WA-C18", against=(NET, CENTER), witness=replaced,
)  # fmt: skip
def no_sybils_of_the_registrar(s):
    """no Sybils of the registrar's either (fails by design: the registrar is what the guarantee rests on)"""
    return one_active_id(s)


# ---- names


def placed_by_warrant(s):
    """The adversary has placed somebody on one chain, whom it had met on another, with a warrant."""
    return exists(Chain, Person, lambda c, p: s.placed[c, p] & ~s.met[c, p] & s.warranted[p])


def met_on_one_and_seen_on_another(s):
    """The adversary has met a person on one chain, and there are records of the same person on another."""
    return exists(
        Chain, Chain, Person, Name,
        lambda c, d, p, n: (c != d) & s.met[c, p] & s.named[d, p, n] & s.shown[d, n] & ~s.warranted[p],
    )  # fmt: skip


@lemma(of=Naming)
def names_are_given_once(s):
    """No name stands for two persons, or for one person on two chains."""
    return forall(
        Chain, Chain, Person, Person, Name,
        lambda c, d, o, p, n: implies(s.named[c, o, n] & s.named[d, p, n], (c == d) & (o == p)),
    )  # fmt: skip


@lemma(of=Naming)
def joined_by_warrant(s):
    """Names are joined of those persons only for whom there is a warrant."""
    return forall(Person, Chain, Chain, lambda p, c, d: implies(s.joined[p, c, d], s.warranted[p]))


@invariant(
    of=Naming, id="WA-P4", cites="WA-P4 WA-R8 WA-R12 WA-R17 WA-C4 WA-A12", against=(LEDGER, WARRANT),
    witness=met_on_one_and_seen_on_another, lemmas=(names_are_given_once, joined_by_warrant),
)  # fmt: skip
def no_linkage(s):
    """no linkage: without a warrant, nobody finds a person's records but on the chains where they have met"""
    return forall(Chain, Person, lambda c, p: implies(s.placed[c, p] & ~s.warranted[p], s.met[c, p]))


@reachable(of=Naming, id="WA-V16", cites="WA-V16 WA-R14 WA-C4", against=(LEDGER, WARRANT))
def warrants_link(s):
    """warrants work: some run has a warrant lead to the records of a person on a chain where they have not met"""
    return placed_by_warrant(s)


TWO_IDS = explore(Person=1, Id=2, Key=1, Height=2)
IMPOSTOR = explore(Person=2, Id=2, Key=2, Height=1)
TWO_CHAINS = explore(Chain=2, Person=1, Name=2)
TWO_NAMED = explore(Chain=2, Person=2, Name=4)

CASES = (
    Case(unique_identity, {
        "published literal": violated(TWO_IDS),
        "published charitable": violated(TWO_IDS, note="the register is in order, but no chain hears that an ID ends"),
        "hardened": holds(
            "proved", induction(), TWO_IDS,
            controls=removing("registration", by=TWO_IDS) + changing("registration", "registrar-checked", by=TWO_IDS),
        ),
    }),
    Case(no_sybils, {
        "published literal": violated(TWO_IDS),
        "published charitable": holds("proved", induction(), TWO_IDS, controls=removing("registration", by=TWO_IDS)),
        "hardened": holds("proved", induction(), TWO_IDS, controls=removing("registration", by=TWO_IDS)),
    }),
    Case(no_impersonation, {
        "published literal": violated(IMPOSTOR),
        "published charitable": violated(IMPOSTOR, note="an ID has no key, and everybody can read it"),
        "hardened": holds(
            "proved", induction(), IMPOSTOR,
            controls=removing("registration", by=IMPOSTOR) + changing("registration", "registrar-checked", by=IMPOSTOR),
        ),
    }),
    Case(no_sybils_of_the_registrar, {
        "published literal": violated(TWO_IDS),
        "published charitable": violated(TWO_IDS),
        "hardened": violated(TWO_IDS, note="certificates bind everybody but who issues them"),
    }),
    Case(no_linkage, {
        "published literal": violated(TWO_CHAINS),
        "published charitable": violated(TWO_CHAINS),
        "hardened": holds(
            "proved", induction(), TWO_CHAINS, TWO_NAMED, controls=removing("identity_names", by=TWO_CHAINS)
        ),
    }),
    Case(warrants_link, {"hardened": holds("exhausted", TWO_CHAINS)}),
)  # fmt: skip
"""One case a property of the two machines."""
