"""Where records go: to the chain of their label, to third parties under grants, into blocks that nobody fills alone."""

from __future__ import annotations

from itertools import product

import pytest

from meterproof.claims import explore
from meterproof.errors import InputError
from meterproof.explore.explorer import explore as visit
from meterproof.finite.instance import Instance
from meterproof.lang.system import Property
from properties.services import (
    MORE_CHAINS,
    ONE_EXTRACT,
    TWO_CHAINS,
    TWO_EXTRACTS,
    TWO_SLOTS,
    label_integrity,
    mining_under_grants,
    nobody_is_crowded_out,
    nobody_is_singled_out,
)
from tests.model.edge import steps_of
from tests.model.parties import (
    CHARITABLE,
    HARDENED,
    LITERAL,
    found,
    stopped,
    system_of,
    world_of,
)

# ---- routing


@pytest.mark.parametrize(("of", "form_shared"), [(LITERAL, False), (CHARITABLE, True)])
def test_a_wrong_label_is_noticed_by_the_form_of_the_data_at_most(of: str, form_shared: bool) -> None:
    """WA-C16: data of a trade are passed off as data for mining."""
    evidence = found(label_integrity, TWO_CHAINS, of)
    assert steps_of(evidence) == ["mislabel", "store"] and evidence.trace is not None
    assert all(evidence.trace.instance.rigids["fits"]) == form_shared


@pytest.mark.parametrize("move", ["mislabel", "misroute"])
@pytest.mark.parametrize(("of", "rules"), [(LITERAL, None), (CHARITABLE, None), (HARDENED, ("label_check",))])
def test_it_does_not_matter_which_of_the_two_gives_the_wrong_label(
    of: str, rules: tuple[str, ...] | None, move: str
) -> None:
    world = world_of(system_of(label_integrity, of), {"Record": 1, "Chain": 2}, label=(0,), fits=(1, 1))
    assert stopped(world, (move, (0, 1)), ("store", (0, 1))) == (None if rules is None else (1, rules))


def test_the_right_chain_has_the_record_all_the_same() -> None:
    world = world_of(system_of(label_integrity), {"Record": 1, "Chain": 2}, label=(0,), fits=(1, 1))
    assert stopped(world, ("mislabel", (0, 1)), ("index", (0, 0)), ("store", (0, 0))) is None


def test_more_chains_make_no_difference() -> None:
    assert found(label_integrity, MORE_CHAINS).verdict == "exhausted"


# ---- mining


def test_one_persons_data_leave_by_one_step() -> None:
    """WA-C21."""
    evidence = found(mining_under_grants, ONE_EXTRACT, CHARITABLE)
    assert steps_of(evidence) == ["release"] and evidence.trace is not None
    assert sum(evidence.trace.instance.rigids["covers"]) == 1


def released(*moves: tuple[str, tuple[int, ...]], covers: tuple[int, ...] = (1, 1)) -> object:
    """Where the moves are stopped: of one extract, two institutions and two purposes."""
    scope = {"Extract": 1, "Person": 2, "Institution": 2, "Purpose": 2}
    return stopped(world_of(system_of(mining_under_grants), scope, covers=covers), *moves)


def test_a_grant_is_for_its_recipient_and_purpose_while_it_lasts() -> None:
    granted, refused = ("grant", (0, 0)), ("mining_grant",)
    assert released(granted, ("release", (0, 0, 0))) is None
    assert released(granted, ("release", (0, 1, 0))) == (1, refused)
    assert released(granted, ("release", (0, 0, 1))) == (1, refused)
    assert released(granted, ("withdraw", (0, 0)), ("release", (0, 0, 0))) == (2, refused)


def test_the_floor_is_two_persons() -> None:
    assert released(("grant", (0, 0)), ("release", (0, 0, 0)), covers=(0, 1)) == (1, ("mining_grant",))


def singled_out(world: Instance, claim: Property) -> bool:
    """Whether some run of the world shows that the claim fails."""
    return visit(world, world.system.enabled_for(claim.against), [claim]).traces[0] is not None


def test_extracts_single_a_person_out_exactly_if_one_adds_one_person_to_the_other() -> None:
    """By sets: of all pairs of extracts of three persons that reach the floor, those whose difference is one person."""
    system = system_of(nobody_is_singled_out)
    claim = system.property(nobody_is_singled_out.id)
    for first, second in product(product((0, 1), repeat=3), repeat=2):
        a, b = ({p for p in range(3) if x[p]} for x in (first, second))
        world = world_of(system, TWO_EXTRACTS.sizes, covers=(*first, *second))
        both = stopped(world, ("grant", (0, 0)), ("release", (0, 0, 0)), ("release", (1, 0, 0))) is None
        assert both == (len(a) >= 2 and len(b) >= 2)
        assert singled_out(world, claim) == (both and len(a ^ b) == 1)


# ---- quotas


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_one_person_fills_a_block(of: str) -> None:
    """WA-C25."""
    evidence = found(nobody_is_crowded_out, TWO_SLOTS, of)
    assert steps_of(evidence) == ["change", "flood", "flood"]


def test_a_slot_of_ones_own_stays_free() -> None:
    world = world_of(system_of(nobody_is_crowded_out), {"Person": 2, "Slot": 2}, share=(0, 1), dishonest=(0, 1))
    assert stopped(world, ("flood", (1, 0))) == (0, ("rate_limit",))
    assert stopped(world, ("flood", (1, 1)), ("change", (0,)), ("include", (0, 0))) is None


def test_fewer_slots_than_persons_can_be_shared_out_to_nobody() -> None:
    with pytest.raises(InputError, match="admit"):
        found(nobody_is_crowded_out, explore(Person=2, Slot=1))
