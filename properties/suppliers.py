"""Guarantees of the `Suppliers` and `SupplierTests` machines: what rivals see, and what a supplier's test is worth.

The proofs are for any number of suppliers, sub-ledgers, statements and products, of which any may be dishonest.
"""

from meterproof.claims import Case, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma
from model.suppliers import Suppliers, SupplierTests, is_found_false
from model.vocabulary import (
    ADMIN,
    LEDGER,
    SUPPLIER,
    SWAP,
    Product,
    Statement,
    Subledger,
    Supplier,
    Value,
)


def of_a_rival_is_posted(s):
    """The adversary has read a statement of one of its suppliers, and there is one of a rival that it has not read."""
    own = exists(Statement, lambda x: s.learnt[x] & s.theirs[s.of[x]])
    return own & exists(Statement, lambda x: s.posted[x] & ~s.theirs[s.of[x]] & ~s.learnt[x])


@lemma(of=Suppliers)
def sub_ledgers_are_for_one_supplier(s):
    """Who has a sub-ledger is the one supplier whose statements go there, or was let see it."""
    return forall(
        Supplier, Supplier, Subledger,
        lambda a, b, k: implies(s.member[k, a] & s.mapped[b, k], (a == b) | s.consented[b, a])
        & implies(s.mapped[a, k] & s.mapped[b, k], a == b),
    )  # fmt: skip


@lemma(of=Suppliers)
def statements_are_where_they_are_mapped(s):
    """A statement is on the sub-ledger to which its supplier's statements go."""
    return forall(Statement, Subledger, lambda x, k: implies(s.placed[x, k], s.mapped[s.of[x], k]))


@lemma(of=Suppliers)
def members_of_what_is_set_up(s):
    """A sub-ledger that somebody has, or is mapped to, is set up."""
    return forall(
        Supplier, Subledger, lambda b, k: implies(s.mapped[b, k] | s.member[k, b], s.used[k])
    )  # fmt: skip


def rivals_learn_nothing(s):
    """The adversary has read statements only of its own suppliers, and of those who have let one of them."""
    return forall(
        Statement,
        lambda x: implies(
            s.learnt[x],
            s.theirs[s.of[x]] | exists(Supplier, lambda a: s.theirs[a] & s.consented[s.of[x], a]),
        ),
    )  # fmt: skip


MAPPED = (sub_ledgers_are_for_one_supplier, statements_are_where_they_are_mapped, members_of_what_is_set_up)


@invariant(
    of=Suppliers, id="ZD-P12", cites="ZD-P12 ZD-R10 ZD-R25 ZD-C22 ZD-A22", against=LEDGER,
    witness=of_a_rival_is_posted, lemmas=MAPPED,
)  # fmt: skip
def supplier_isolation(s):
    """supplier isolation: from what they have of the ledger, rivals learn nothing of a supplier's tests and demands"""
    return rivals_learn_nothing(s)


@invariant(
    of=Suppliers, id="ZD-V31", cites="ZD-V31 ZD-P12 ZD-R10 ZD-C17 ZD-C22 ZD-A22", against=(LEDGER, ADMIN),
    witness=of_a_rival_is_posted,
)  # fmt: skip
def isolation_from_the_administrator(s):
    """supplier isolation, even if an administrator is on the rivals' side"""
    return rivals_learn_nothing(s)


# ---- tests


def tested_and_posted(s):
    """The chain has a true test of a dishonest supplier's product, and an instrument's result that is not there."""
    return exists(
        Product, Product, Value, Value,
        lambda p, q, v, w: s.dishonest[s.maker[p]] & s.posted[p, v] & s.attested[q, w] & ~s.posted[q, w]
        & (s.true[p] != s.true[q]),
    )  # fmt: skip


def found_false(s):
    """The company knows that a test on the chain is false."""
    return exists(Product, Value, lambda p, v: is_found_false(s, p, v))


def charged_beside_an_honest_supplier(s):
    """A supplier is charged with a false test, while a test of an honest one's has been looked at as well."""
    charged = exists(Product, lambda p: s.charged[p])
    return charged & exists(Product, lambda p: s.sampled[p] & ~s.dishonest[s.maker[p]])


@lemma(of=SupplierTests)
def instruments_are_right(s):
    """What an instrument has signed is what a proper test of the product finds."""
    return forall(Product, Value, lambda p, v: implies(s.attested[p, v], s.true[p] == v))


@lemma(of=SupplierTests)
def honest_suppliers_sign_what_is_so(s):
    """An honest supplier has signed what a proper test of the product finds."""
    return forall(
        Product, Value, lambda p, v: implies(s.signed[p, v] & ~s.dishonest[s.maker[p]], s.true[p] == v)
    )  # fmt: skip


@lemma(of=SupplierTests)
def tests_on_the_chain_are_signed(s):
    """The maker has signed its test that is on the chain."""
    return forall(Product, Value, lambda p, v: implies(s.posted[p, v], s.signed[p, v]))


def tests_are_so(s):
    """A test on the chain has the result that a proper test of the product finds."""
    return forall(Product, Value, lambda p, v: implies(s.posted[p, v], s.true[p] == v))


@invariant(
    of=SupplierTests, id="ZD-V32", cites="ZD-V32 ZD-R25 ZD-C22 ZD-A23", against=SUPPLIER, witness=tested_and_posted,
    lemmas=(instruments_are_right,),
)  # fmt: skip
def tests_are_measured(s):
    """measured tests: a test on the chain is what an instrument has found in the product"""
    return tests_are_so(s)


@invariant(
    of=SupplierTests, id="ZD-V33", cites="ZD-V33 ZD-R25 ZD-C22", against=(SUPPLIER, SWAP), witness=tested_and_posted,
)  # fmt: skip
def tests_are_measured_whatever_is_shown(s):
    """measured tests, also if another piece is shown (fails by design: instruments can't know which piece it is)"""
    return tests_are_so(s)


@invariant(
    of=SupplierTests, id="ZD-V34", cites="ZD-V34 ZD-R25 ZD-C22 ZD-A23", against=(SUPPLIER, SWAP), witness=found_false,
    lemmas=(honest_suppliers_sign_what_is_so, tests_on_the_chain_are_signed),
)  # fmt: skip
def false_tests_are_attributable(s):
    """attribution: of a false test whose product the company draws its maker is dishonest, and has signed it"""
    return forall(
        Product, Value,
        lambda p, v: implies(is_found_false(s, p, v), s.signed[p, v] & s.dishonest[s.maker[p]]),
    )  # fmt: skip


@invariant(
    of=SupplierTests, id="ZD-V35", cites="ZD-V35 ZD-R25 ZD-C22 ZD-A23", against=(SUPPLIER, SWAP),
    witness=charged_beside_an_honest_supplier,
    lemmas=(honest_suppliers_sign_what_is_so, tests_on_the_chain_are_signed),
)  # fmt: skip
def no_supplier_is_framed(s):
    """no framing: no honest supplier is charged with a false test, whatever its rivals enter"""
    return forall(Product, lambda p: implies(s.charged[p], s.dishonest[s.maker[p]]))


TWO_SUPPLIERS = explore(Supplier=2, Statement=2, Subledger=2)
THREE_SUPPLIERS = thorough(explore(Supplier=3, Statement=2, Subledger=2))
ONE_PRODUCT = explore(Supplier=1, Product=1, Value=2)
TWO_PRODUCTS = explore(Supplier=2, Product=2, Value=2)

CASES = (
    Case(supplier_isolation, {
        "published literal": violated(TWO_SUPPLIERS),
        "published charitable": holds(
            "proved", induction(), TWO_SUPPLIERS, controls=removing("sub_ledgers", by=TWO_SUPPLIERS),
            note="if each supplier has a sub-ledger of its own, and nobody changes that",
        ),
        "hardened": holds(
            "proved", induction(), TWO_SUPPLIERS, THREE_SUPPLIERS, controls=removing("sub_ledgers", by=TWO_SUPPLIERS)
        ),
    }),
    Case(isolation_from_the_administrator, {
        "published literal": violated(TWO_SUPPLIERS),
        "published charitable": violated(TWO_SUPPLIERS, note="one administrator gives the sub-ledger to a rival"),
        "hardened": holds(
            "proved", induction(), TWO_SUPPLIERS, THREE_SUPPLIERS, controls=removing("sub_ledgers", by=TWO_SUPPLIERS)
        ),
    }),
    Case(tests_are_measured, {
        "published literal": violated(ONE_PRODUCT),
        "published charitable": violated(ONE_PRODUCT),
        "hardened": holds(
            "proved", induction(), TWO_PRODUCTS, controls=removing("supplier_tests", by=ONE_PRODUCT)
        ),
    }),
    Case(tests_are_measured_whatever_is_shown, {
        "published literal": violated(ONE_PRODUCT),
        "published charitable": violated(ONE_PRODUCT),
        "hardened": violated(TWO_PRODUCTS, note="what is claimed is ZD-V34"),
    }),
    Case(false_tests_are_attributable, {
        "published literal": violated(ONE_PRODUCT),
        "published charitable": violated(ONE_PRODUCT),
        "hardened": holds(
            "proved", induction(), TWO_PRODUCTS, controls=removing("supplier_tests", by=ONE_PRODUCT)
        ),
    }),
    Case(no_supplier_is_framed, {
        "published literal": violated(TWO_PRODUCTS),
        "published charitable": violated(TWO_PRODUCTS),
        "hardened": holds(
            "proved", induction(), TWO_PRODUCTS, controls=removing("supplier_tests", by=TWO_PRODUCTS)
        ),
    }),
)  # fmt: skip
"""One case a property of the two machines."""
