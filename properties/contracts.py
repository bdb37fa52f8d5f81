"""Guarantees of the machine `Contracts`: one operation is judged by one version, and that one is lawful."""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma
from model.contracts import Contracts, is_approved, is_in_force
from model.vocabulary import BYZ, CENTER, Edition, Height, Operation, Replica


def judged_by_two(s):
    """Two correct nodes have judged an operation by a version that did not hold from the start."""
    return exists(
        Replica, Replica, Operation, Edition,
        lambda q, r, o, v: (q != r) & ~s.faulty[q] & ~s.faulty[r] & ~s.original[v]
        & s.judged[q, o, v] & s.judged[r, o, v],
    )  # fmt: skip


def judged_by_a_later_version(s):
    """A correct node has judged by a version that did not hold from the start."""
    return exists(
        Replica, Operation, Edition, lambda r, o, v: ~s.faulty[r] & s.judged[r, o, v] & ~s.original[v]
    )  # fmt: skip


@lemma(of=Contracts)
def an_operation_is_included_once(s):
    """An operation is in one block."""
    return forall(Operation, Height, Height, lambda o, g, h: implies(s.included[o, g] & s.included[o, h], g == h))


@lemma(of=Contracts)
def versions_are_registered_before_they_hold(s):
    """A version is registered below the height from which it holds."""
    return forall(Edition, Height, lambda v, h: implies(s.registered[v, h], h < s.activation[v]))


@lemma(of=Contracts)
def there_are_no_gaps(s):
    """Below a block there are only blocks."""
    return forall(Height, Height, lambda g, h: implies(s.filled[h] & (g < h), s.filled[g]))


@lemma(of=Contracts)
def included_in_a_block(s):
    """An operation is included in a block."""
    return forall(Operation, Height, lambda o, h: implies(s.included[o, h], s.filled[h]))


@lemma(of=Contracts)
def blocks_are_read_in_order(s):
    """A node that has a block has all those below it."""
    return forall(Replica, Height, Height, lambda r, g, h: implies(s.read[r, h] & (g < h), s.read[r, g]))


@lemma(of=Contracts)
def judged_by_what_is_in_force(s):
    """A correct node judges by the version that is in force at the height at which the operation is included."""
    return forall(
        Replica, Operation, Edition, Height,
        lambda r, o, v, h: implies(~s.faulty[r] & s.judged[r, o, v] & s.included[o, h], is_in_force(s, v, h)),
    )  # fmt: skip


@lemma(of=Contracts)
def judged_when_included(s):
    """An operation that was judged is in a block."""
    return forall(
        Replica, Operation, Edition,
        lambda r, o, v: implies(s.judged[r, o, v], exists(Height, lambda h: s.included[o, h])),
    )  # fmt: skip


@lemma(of=Contracts)
def registered_versions_are_approved(s):
    """A version that is registered has been approved by a quorum."""
    return forall(Edition, Height, lambda v, h: implies(s.registered[v, h], is_approved(s, v)))


@lemma(of=Contracts)
def approved_versions_are_lawful(s):
    """A correct node approves lawful versions only."""
    return forall(Replica, Edition, lambda r, v: implies(~s.faulty[r] & s.approved[r, v], s.lawful[v]))


@lemma(of=Contracts)
def judged_by_a_registered_version(s):
    """A correct node judges by a version that held from the start, or by one that is registered."""
    return forall(
        Replica, Operation, Edition,
        lambda r, o, v: implies(
            ~s.faulty[r] & s.judged[r, o, v], s.original[v] | exists(Height, lambda h: s.registered[v, h])
        ),
    )  # fmt: skip


@invariant(
    of=Contracts, id="WA-P13", cites="WA-P13 WA-R10 WA-R13 WA-C12", against=(BYZ, CENTER), witness=judged_by_two,
    lemmas=(
        an_operation_is_included_once, versions_are_registered_before_they_hold, there_are_no_gaps,
        included_in_a_block, blocks_are_read_in_order, judged_when_included, judged_by_what_is_in_force,
    ),
)  # fmt: skip
def one_version_an_operation(s):
    """version pinning: whenever and whichever correct nodes judge an operation, it is by one version of the contract"""
    return forall(
        Replica, Replica, Operation, Edition, Edition,
        lambda q, r, o, v, w: implies(
            ~s.faulty[q] & ~s.faulty[r] & s.judged[q, o, v] & s.judged[r, o, w], v == w
        ),
    )  # fmt: skip


@invariant(
    of=Contracts, id="WA-V8", cites="WA-V8 WA-P13 WA-R13 WA-R14 WA-C12 WA-C18", against=(BYZ, CENTER),
    witness=judged_by_a_later_version,
    lemmas=(registered_versions_are_approved, approved_versions_are_lawful, judged_by_a_registered_version),
)  # fmt: skip
def versions_are_lawful(s):
    """lawful versions: correct nodes judge by versions that held from the start, or that the legislator has decided"""
    return forall(
        Replica, Operation, Edition,
        lambda r, o, v: implies(~s.faulty[r] & s.judged[r, o, v], s.original[v] | s.lawful[v]),
    )  # fmt: skip


ONE_NODE = explore(Replica=1, Edition=2, Height=1, Operation=1, faulty=0)
TWO_NODES = explore(Replica=2, Edition=2, Height=2, Operation=1, f=0, faulty=0)
FOUR_NODES = explore(eager=True, symmetry=["all"], Replica=4, Edition=2, Height=2, Operation=1, faulty=1)
MORE_NODES = thorough(FOUR_NODES)
MORE_HEIGHTS = thorough(explore(eager=True, symmetry=["all"], Replica=4, Edition=2, Height=3, Operation=1, faulty=1))
THREE_VERSIONS = thorough(explore(Replica=2, Edition=3, Height=3, Operation=1, f=0, faulty=0))

CASES = (
    Case(one_version_an_operation, {
        "published literal": violated(ONE_NODE, TWO_NODES, note="nobody is dishonest: a version reaches a node later"),
        "published charitable": violated(ONE_NODE, TWO_NODES),
        "hardened": holds(
            "proved", induction(), TWO_NODES, MORE_NODES, MORE_HEIGHTS, THREE_VERSIONS,
            controls=removing("contract_change", by=TWO_NODES) + changing("contract_change", "quorum", by=TWO_NODES),
        ),
    }),
    Case(versions_are_lawful, {
        "published literal": violated(ONE_NODE),
        "published charitable": violated(ONE_NODE),
        "hardened": holds(
            "proved", induction(), TWO_NODES, MORE_NODES, MORE_HEIGHTS,
            controls=removing("contract_change", by=TWO_NODES) + removing("quorum", by=FOUR_NODES),
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
