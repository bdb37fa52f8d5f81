"""Changes of the validator set: counted over whichever set one has heard of, they fork a chain without any fault.

Hardened, each set is named by the chain. The old set's quorum is what agreement needs, and the new one's what it takes
for the chain to go on.
"""

from __future__ import annotations

import pytest

from meterproof.claims import Control, Plan, explore, induction
from meterproof.explore.explorer import explore as visit
from meterproof.lang import exists, reachable
from meterproof.lang.declare import PropertyDecl
from model.membership import Membership
from model.vocabulary import BYZ, Council, Height
from properties.membership import (
    CASES,
    ONE_SEAT,
    agreement_across_changes,
    sets_take_over,
)
from tests.model.edge import asked, controls, steps_of
from tests.model.parties import (
    CHARITABLE,
    HARDENED,
    LITERAL,
    caught,
    found,
    published,
    stopped,
    system_of,
    world_of,
)

SLOW = [(c, of, control) for c, of, control in controls(CASES) if control.plan.profile == "thorough"]


def test_agreement_rests_on_a_fact_about_quorums_of_one_set() -> None:
    assert any("share a member outside faulty" in axiom
               for axiom in found(agreement_across_changes, induction()).axioms)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("claim", "of", "control"), SLOW, ids=lambda x: getattr(x, "id", str(x)))
def test_so_are_those_that_any_quorum_needs(claim: PropertyDecl, of: str, control: Control) -> None:
    assert caught(claim, of, control).verdict == "violated"


@pytest.mark.parametrize(("claim", "of", "plan"), list(published(CASES)), ids=lambda x: getattr(x, "id", ""))
def test_as_published_nothing_of_it_holds(claim: PropertyDecl, of: str, plan: Plan) -> None:
    """WA-C24, and with correct nodes only."""
    evidence = found(claim, plan, of)
    steps = steps_of(evidence)
    assert evidence.trace is not None and not any(evidence.trace.instance.rigids["corrupted"])
    assert ("permit" in steps) == (claim is not agreement_across_changes or of == CHARITABLE)


# ---- how much two sets have to share

OLD = (0, 1, 2, 3)
SCOPE = {"Seat": 4, "Council": 2, "Height": 1, "Block": 2, "faulty": 0}


@pytest.mark.parametrize("shared", range(5))
@pytest.mark.parametrize(("quorum", "q"), [("1", 1), ("floor((n-1)/2)+2", 3), ("n", 4)])
def test_two_sets_fork_unless_they_share_enough_nodes(quorum: str, q: int, shared: int) -> None:
    """By hand: q of each have to fit side by side into the 2n-m nodes of two sets that share m, so m <= 2(n-q)."""
    new = (*OLD[:shared], *range(4, 8 - shared))
    system = system_of(agreement_across_changes, CHARITABLE, quorum=quorum)
    world = world_of(system, {**SCOPE, "Node": 8 - shared}, holder=(*OLD, *new))
    claim = system.property(agreement_across_changes.id)
    forks = visit(world, system.enabled_for(claim.against), [claim]).traces[0] is not None
    assert forks == (shared <= 2 * (4 - q))


# ---- hand-over

SWAP = {"Seat": 1, "Node": 2, "Council": 2, "Height": 2, "Block": 2, "faulty": 0}
OLD_CONFIRMS = (("confirm", (0, 0, 1)), ("finalise", (0, 0, 1)))
"""Node 0 is the first set, and confirms block 1, which names node 1 as the next."""


def moved(membership: str, *moves: tuple[str, tuple[int, ...]]) -> tuple[int, tuple[str, ...]] | None:
    """Where the moves are stopped in a world in which node 1 replaces node 0."""
    system = system_of(sets_take_over, membership=membership)
    return stopped(world_of(system, SWAP, holder=(0, 1), brings=(0, 1)), *moves)


def test_a_change_waits_for_the_new_set() -> None:
    assert moved("epochs", *OLD_CONFIRMS) == (1, ("membership", "quorum"))
    assert moved("epochs", ("confirm", (1, 0, 1)), *OLD_CONFIRMS) is None


def test_the_old_sets_quorum_alone_would_put_in_force_who_knows_of_nothing() -> None:
    assert moved("old-quorum", *OLD_CONFIRMS) is None
    assert found(agreement_across_changes, ONE_SEAT, membership="old-quorum").verdict == "exhausted"
    assert found(sets_take_over, ONE_SEAT, membership="old-quorum").verdict == "violated"


def test_a_block_that_names_the_same_set_needs_no_second_quorum() -> None:
    assert moved("epochs", ("confirm", (0, 0, 0)), ("finalise", (0, 0, 0)), ("confirm", (0, 1, 1))) is None


def test_after_the_change_the_old_sets_confirmations_count_for_nothing() -> None:
    changed = (("confirm", (1, 0, 1)), *OLD_CONFIRMS)
    assert moved("epochs", *changed, ("confirm", (0, 1, 0)), ("finalise", (1, 0, 0))) == (4, ())
    assert moved("epochs", *changed, ("confirm", (1, 1, 1)), ("finalise", (1, 1, 1))) is None


@pytest.mark.parametrize(("of", "possible"), [(LITERAL, True), (CHARITABLE, True), (HARDENED, False)])
def test_nobody_changes_the_set_by_a_word(of: str, possible: bool) -> None:
    assert ("permit" in {a.name for a in system_of(sets_take_over, of).actions}) == possible


@reachable(of=Membership, against=BYZ)
def came_back(s):  # type: ignore[no-untyped-def]
    """A set is replaced, and in force again at a later height."""
    return exists(
        Height, Height, Height, Council,
        lambda f, g, h, v: (f < g) & (g < h) & s.counted[f, v] & ~s.counted[g, v] & s.counted[h, v],
    )  # fmt: skip


def test_a_set_can_come_back() -> None:
    system = system_of(came_back)
    assert asked(system, came_back, explore(Seat=1, Node=2, Council=2, Height=3, Block=2, faulty=0)).trace is not None
