"""Guarantees of the `Migration` machine: one owner that keeps the bundle, whatever crashes, and an end to all of them.

What is said of all times is proved for any number of meters, devices and migrations; what comes in the end is explored
at small scopes.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, leads_to, lemma, quiescent
from model.migration import Migration, Phase, has_ended, idle, on_its_way, owns, same_meter, up_to_date
from model.vocabulary import CR, EDGE, NET, Device, Meter, Move


def moved(s):
    """A migration is over and has succeeded."""
    return exists(Move, lambda j: s.phase[j] == Phase.committed)


def moved_back(s):
    """A meter has gone to another device and come back."""
    return exists(
        Move, Move,
        lambda i, j: same_meter(s, i, j) & (s.phase[i] == Phase.committed) & (s.phase[j] == Phase.committed)
        & (s.target[j] == s.home[s.meter[j]]),
    )  # fmt: skip


def something_sent(s):
    """A bundle was sent."""
    return exists(Move, lambda j: s.sent[j])


@lemma(of=Migration)
def all_before_an_open_one_are_earlier(s):
    """While a migration is open, the chain had all others of the meter before it, and they have ended."""
    return forall(
        Move, Move,
        lambda i, j: implies(
            same_meter(s, i, j) & (s.phase[j] == Phase.open) & (s.phase[i] != Phase.none),
            s.earlier[i, j] & has_ended(s, i),
        ),
    )  # fmt: skip


@lemma(of=Migration)
def an_open_source_owns(s):
    """The source of an open migration is the owner still."""
    return forall(Move, lambda j: implies(s.phase[j] == Phase.open, s.owner[s.meter[j], s.source[j]]))


@lemma(of=Migration)
def an_open_target_does_not(s):
    """The target of an open migration is not the owner."""
    return forall(Move, lambda j: implies(s.phase[j] == Phase.open, ~s.owner[s.meter[j], s.target[j]]))


@lemma(of=Migration)
def stored_was_opened(s):
    """A bundle is stored for a migration that was opened."""
    return forall(Move, lambda j: implies(s.stored[j], s.phase[j] != Phase.none))


@lemma(of=Migration)
def a_storing_target_keeps(s):
    """While a migration is open whose target has stored the bundle, it keeps it."""
    return forall(
        Move, lambda j: implies((s.phase[j] == Phase.open) & s.stored[j], s.keeps[s.target[j], s.meter[j]])
    )  # fmt: skip


@lemma(of=Migration)
def a_storing_target_is_up_to_date(s):
    """A target that has stored the bundle has seen to all earlier migrations of the meter in which it takes part."""
    return forall(Move, lambda j: implies(s.stored[j], up_to_date(s, j, s.target[j])))


@lemma(of=Migration)
def an_owner_has_nothing_to_erase(s):
    """No migration is left in which the owner has to erase its copy."""
    return forall(
        Move, Device,
        lambda j, d: implies(s.owner[s.meter[j], d] & has_ended(s, j) & idle(s, j, d), s.ended[d, j]),
    )  # fmt: skip


@lemma(of=Migration)
def an_owner_keeps_the_bundle(s):
    """Every meter has an owner, which keeps its bundle."""
    return forall(Meter, lambda m: exists(Device, lambda d: s.owner[m, d] & s.keeps[d, m]))


@lemma(of=Migration)
def one_owner_at_most(s):
    """No meter has two owners on the chain."""
    return forall(Meter, Device, Device, lambda m, d, e: implies(s.owner[m, d] & s.owner[m, e], d == e))


TWO_PHASES = (
    all_before_an_open_one_are_earlier,
    an_open_source_owns,
    an_open_target_does_not,
    stored_was_opened,
    a_storing_target_keeps,
    a_storing_target_is_up_to_date,
    an_owner_has_nothing_to_erase,
)
"""Why the chain can change the owner in one block."""


@invariant(
    of=Migration, id="ZK-P11", cites="ZK-P11 ZK-R20 ZK-C12 ZK-C33 ZK-A20", against=(CR, NET), witness=moved_back,
    lemmas=(one_owner_at_most, an_owner_keeps_the_bundle, *TWO_PHASES),
)  # fmt: skip
def one_owner_that_keeps_the_bundle(s):
    """one owner: at all times a meter has exactly one owner, which has its bundle in stable storage"""
    one = forall(Meter, Device, Device, lambda m, d, e: implies(owns(s, m, d) & owns(s, m, e), d == e))
    return one & forall(Meter, lambda m: exists(Device, lambda d: owns(s, m, d) & s.keeps[d, m]))


@invariant(
    of=Migration, id="ZK-V25", cites="ZK-V25 ZK-C33 ZK-A20", against=(CR, NET), witness=moved,
    lemmas=(an_owner_keeps_the_bundle, *TWO_PHASES),
)  # fmt: skip
def no_bundle_is_lost(s):
    """no bundle is lost: a device keeps it, or it is on its way"""
    return forall(Meter, lambda m: exists(Device, lambda d: s.keeps[d, m]) | on_its_way(s, m))


@invariant(of=Migration, id="ZK-V26", cites="ZK-V26 ZK-C33 ZK-A20", against=(CR, NET), witness=moved)
def no_two_owners(s):
    """no two owners: a meter has one owner at most"""
    return forall(Meter, Device, Device, lambda m, d, e: implies(owns(s, m, d) & owns(s, m, e), d == e))


@quiescent(of=Migration, id="ZK-V27", cites="ZK-V27 ZK-R20 ZK-C33 ZK-A20", against=(CR, NET), witness=moved_back)
def one_copy_in_the_end(s):
    """one copy in the end: when only the adversary can still move, exactly the owner keeps the bundle"""
    kept = forall(Meter, lambda m: exists(Device, lambda d: s.keeps[d, m]))
    return kept & forall(
        Meter, Device, Device, lambda m, d, e: implies(s.keeps[d, m] & s.keeps[e, m], (d == e) & owns(s, m, d))
    )  # fmt: skip


def one_open(s):
    """A migration has begun and not ended."""
    return exists(Move, lambda j: s.phase[j] == Phase.open)


@leads_to(
    of=Migration, id="ZK-V28", cites="ZK-V28 ZK-C33 ZK-A20", against=(CR, NET), witness=one_open,
    then=lambda s: ~one_open(s), fair="take_out send receive install commit abort",
)  # fmt: skip
def migrations_end(s):
    """migrations end: the chain commits or aborts what it has begun, though devices crash and bundles get lost"""
    return one_open(s)


@invariant(
    of=Migration, id="ZK-V29", cites="ZK-V29 ZK-R20 ZK-C10 ZK-C33", against=(EDGE, CR, NET), witness=something_sent
)  # fmt: skip
def relays_learn_nothing(s):
    """relays learn nothing: no device on the way of a bundle reads it"""
    return forall(Meter, lambda m: ~s.read[m])


ONE_MOVE = explore(Meter=1, Device=2, Move=1)
TWO_MOVES = explore(Meter=1, Device=2, Move=2)
THREE_MOVES = explore(Meter=1, Device=2, Move=3)
MORE_MOVES = thorough(THREE_MOVES)
THREE_DEVICES = thorough(explore(Meter=1, Device=3, Move=2))
TWO_METERS = thorough(explore(Meter=2, Device=2, Move=2))

CASES = (
    Case(one_owner_that_keeps_the_bundle, {
        "published literal": violated(ONE_MOVE, note="while it is moved, nobody owns it; after a crash, for ever"),
        "published charitable": violated(ONE_MOVE),
        "hardened": holds(
            "proved", induction(), TWO_MOVES, THREE_DEVICES, TWO_METERS,
            controls=removing("migration", by=ONE_MOVE) + changing("migration", "install-first", by=ONE_MOVE),
        ),
    }),
    Case(no_bundle_is_lost, {
        "published literal": violated(ONE_MOVE),
        "published charitable": violated(
            THREE_MOVES, note="two migrations at once: the second hears late that it may erase; nothing crashes"
        ),
        "hardened": holds(
            "proved", induction(), TWO_MOVES,
            controls=removing("migration", by=ONE_MOVE) + changing("migration", "install-first", by=THREE_MOVES),
        ),
    }),
    Case(no_two_owners, {
        "published literal": violated(TWO_MOVES, note="what the network repeats is installed once more"),
        "published charitable": violated(ONE_MOVE),
        "hardened": holds(
            "proved", induction(), TWO_MOVES,
            controls=removing("migration", by=TWO_MOVES) + changing("migration", "install-first", by=ONE_MOVE),
        ),
    }),
    Case(one_copy_in_the_end, {
        "published literal": violated(ONE_MOVE),
        "published charitable": violated(ONE_MOVE),
        "hardened": holds(
            "exhausted", TWO_MOVES, THREE_DEVICES, MORE_MOVES,
            controls=removing("migration", by=ONE_MOVE) + changing("migration", "install-first", by=ONE_MOVE),
        ),
    }),
    Case(migrations_end, {
        "published literal": violated(ONE_MOVE),
        "published charitable": violated(ONE_MOVE),
        "hardened": holds(
            "exhausted", TWO_MOVES, THREE_DEVICES, MORE_MOVES,
            controls=removing("migration", by=ONE_MOVE) + changing("migration", "install-first", by=ONE_MOVE),
            note="by an abort, if need be: success is not promised where devices crash again and again",
        ),
    }),
    Case(relays_learn_nothing, {
        "published literal": violated(ONE_MOVE),
        "published charitable": violated(ONE_MOVE),
        "hardened": holds("proved", induction(), TWO_MOVES, controls=removing("transfer", by=ONE_MOVE)),
    }),
)  # fmt: skip
"""One case a property of the machine."""
