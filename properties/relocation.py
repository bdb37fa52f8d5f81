"""Guarantees of the `Relocation` machine: no key is left behind where its bundle was."""

from meterproof.claims import Case, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma
from model.migration import Phase
from model.relocation import Relocation
from model.vocabulary import CR, NET, Device, Meter, Move
from properties.migration import TWO_PHASES, one_owner_at_most


def moved_after_an_update(s):
    """A meter's bundle has been moved, and its key has been updated before."""
    return exists(Move, lambda j: (s.phase[j] == Phase.committed) & (s.newest[s.meter[j]] != s.initial))


@lemma(of=Relocation)
def what_was_confirmed_is_kept(s):
    """While a migration is open, its target keeps the version that it has confirmed."""
    return forall(
        Move,
        lambda j: implies(
            s.stored[j] & (s.phase[j] == Phase.open),
            s.keeps[s.target[j], s.meter[j]] & (s.kept[s.target[j], s.meter[j]] == s.confirmed[j]),
        ),
    )  # fmt: skip


@lemma(of=Relocation)
def committed_was_stored(s):
    """The chain commits what the target has stored."""
    return forall(Move, lambda j: implies(s.phase[j] == Phase.committed, s.stored[j]))


@invariant(
    of=Relocation, id="GR-P7", cites="GR-P7 GR-R7 ZK-P11 ZK-R32 ZK-C33 ZK-A20", against=(CR, NET),
    witness=moved_after_an_update,
    lemmas=(one_owner_at_most, *TWO_PHASES, committed_was_stored, what_was_confirmed_is_kept),
)  # fmt: skip
def no_key_is_left_behind(s):
    """no key is left behind: a meter's owner keeps the bundle of the version in force, whatever is moved and updated"""
    return forall(
        Device, Meter, lambda d, m: implies(s.owner[m, d], s.keeps[d, m] & (s.kept[d, m] == s.newest[m]))
    )  # fmt: skip


ONE_MOVE = explore(Meter=1, Device=2, Move=1, Version=2)
TWO_MOVES = thorough(explore(Meter=1, Device=2, Move=2, Version=2))
THREE_VERSIONS = thorough(explore(Meter=1, Device=2, Move=1, Version=3))

CASES = (
    Case(no_key_is_left_behind, {
        "side-by-side": violated(ONE_MOVE, note="the key is updated after the bundle was sent"),
        "hardened": holds(
            "proved", induction(), ONE_MOVE, TWO_MOVES, THREE_VERSIONS,
            controls=removing("bundle_move", "migration", by=ONE_MOVE),
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
