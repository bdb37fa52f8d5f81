"""Guarantees of the `Erasure` machine: what the chain tells of a person, and whether that can be ended."""

from meterproof.claims import Case, changing, explore, holds, induction, removing, violated
from meterproof.lang import exists, forall, implies, invariant, leads_to, step
from model.erasure import Erasure, erased
from model.vocabulary import LEAK, LEDGER, Custodian, User


def kept_of_one_and_forgotten_of_another(s):
    """One user's demand is met, and a custodian still has data of another."""
    kept = exists(Custodian, User, lambda c, u: s.kept[c, u])
    return kept & exists(User, lambda u: erased(s, u))


def something_is_kept(s):
    """A custodian has data of a user, of whom the chain has an entry."""
    return exists(Custodian, User, lambda c, u: s.kept[c, u] & s.entered[u])


def is_forgotten(s, u):
    """The user has demanded to be forgotten, and no custodian has anything of the user's any more."""
    return s.demanded[u] & ~exists(Custodian, lambda c: s.kept[c, u])


@step(
    of=Erasure, id="ZD-V27", cites="ZD-V27 ZD-R24 ZD-C24 ZD-A21", against=(LEDGER, LEAK),
    witness=kept_of_one_and_forgotten_of_another,
)  # fmt: skip
def what_is_erased_is_gone(s, t):
    """erasure: once no custodian has data of a user who demands to be forgotten, nobody learns them from anywhere"""
    return forall(User, lambda u: implies(is_forgotten(s, u), implies(t.learnt[u], s.learnt[u])))


@invariant(of=Erasure, id="ZD-V28", cites="ZD-V28 ZD-R24 ZD-C24 ZD-A21", against=LEDGER, witness=something_is_kept)
def the_chain_tells_nothing(s):
    """nothing personal on the chain: from a replica nobody learns personal data, before and after they are erased"""
    return forall(User, lambda u: ~s.learnt[u])


@leads_to(
    of=Erasure, id="ZD-V29", cites="ZD-V29 ZD-R24 ZD-C24", against=(LEDGER, LEAK), fair="delete",
    witness=kept_of_one_and_forgotten_of_another,
    then=lambda s: forall(User, lambda u: implies(s.demanded[u], erased(s, u))),
)  # fmt: skip
def demands_are_met(s):
    """the right to erasure: whoever demands to be forgotten is, in the end, if custodians do delete"""
    return exists(User, lambda u: s.demanded[u])


@invariant(
    of=Erasure, id="ZD-V30", cites="ZD-V30 ZD-C24", against=(LEDGER, LEAK),
    witness=kept_of_one_and_forgotten_of_another,
)  # fmt: skip
def nobody_remembers(s):
    """nobody remembers (fails by design: who has had the data before they were erased may have kept them)"""
    return forall(User, lambda u: implies(is_forgotten(s, u), ~s.learnt[u]))


ONE = explore(User=1, Custodian=1)
TWO = explore(User=2, Custodian=2)

CASES = (
    Case(what_is_erased_is_gone, {
        "published literal": violated(ONE),
        "published charitable": violated(ONE),
        "hardened": holds(
            "proved", induction(), TWO,
            controls=removing("personal_data", by=ONE) + changing("personal_data", "hashed-off-chain", by=ONE),
        ),
    }),
    Case(the_chain_tells_nothing, {
        "published literal": violated(ONE),
        "published charitable": violated(ONE),
        "hardened": holds(
            "proved", induction(), TWO,
            controls=removing("personal_data", by=ONE) + changing("personal_data", "hashed-off-chain", by=ONE),
        ),
    }),
    Case(demands_are_met, {
        "published literal": violated(ONE),
        "published charitable": violated(ONE),
        "hardened": holds("exhausted", TWO, controls=removing("personal_data", by=ONE)),
    }),
    Case(nobody_remembers, {
        "published literal": violated(ONE),
        "published charitable": violated(ONE),
        "hardened": violated(ONE, note="what is claimed is ZD-V27"),
    }),
)  # fmt: skip
"""One case a property of the machine."""
