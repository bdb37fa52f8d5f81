"""Who takes part: an ID that is only issued is no credential, and one that is the same everywhere gives a user away."""

from __future__ import annotations

import pytest

from meterproof.claims import explore
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State
from meterproof.schedule.moves import Moves
from properties.identity import (
    TWO_CHAINS,
    TWO_IDS,
    no_impersonation,
    no_linkage,
    no_sybils_of_the_registrar,
    unique_identity,
    warrants_link,
)
from tests.model.claims import run
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

# ---- IDs


def test_whoever_applies_twice_has_two() -> None:
    """WA-C17: nothing is stated against it, and no adversary is needed."""
    assert steps_of(found(unique_identity, TWO_IDS, LITERAL)) == ["make_key", "register", "register"]


def test_an_id_that_has_ended_is_as_good_as_before() -> None:
    """The register is in order where the registrar checks, but the chain does not hear of it."""
    assert steps_of(found(unique_identity, TWO_IDS, CHARITABLE))[-3:] == ["withdraw", "close", "send"]


PARTIES = {"Person": 2, "Id": 3, "Key": 2, "Height": 2}
REGISTERED = (("make_key", (0, 0)), ("make_key", (1, 1)), ("register", (0, 0, 0)))
"""Person 0 has ID 0 and key 0; person 1, who is dishonest, has key 1."""


def taken(of: str, *moves: tuple[str, tuple[int, ...]]) -> tuple[int, tuple[str, ...]] | None:
    """Where the moves are stopped once person 0 is registered; the first of them has the number 3."""
    return stopped(world_of(system_of(no_impersonation, of), PARTIES, dishonest=(0, 1)), *REGISTERED, *moves)


@pytest.mark.parametrize(("of", "stop"), [(LITERAL, None), (CHARITABLE, None), (HARDENED, (3, ("registration",)))])
def test_anybody_speaks_under_an_id_without_a_key(of: str, stop: tuple[int, tuple[str, ...]] | None) -> None:
    assert taken(of, ("send_as", (1, 0, 1, 0))) == stop


@pytest.mark.parametrize(("of", "stop"), [(LITERAL, None), (CHARITABLE, (3, ())), (HARDENED, (3, ()))])
def test_an_id_in_anothers_name_takes_a_centre_that_does_not_look(
    of: str, stop: tuple[int, tuple[str, ...]] | None
) -> None:
    assert taken(of, ("register_as", (1, 0, 1, 1))) == stop


def test_a_certificate_is_of_ones_own_key() -> None:
    assert taken(HARDENED, ("register", (1, 1, 0))) == (3, ())
    assert taken(HARDENED, ("register", (1, 1, 1)), ("send", (1, 1, 0))) is None


def test_a_person_comes_back_with_another_id_and_only_then() -> None:
    again = ("register", (0, 1, 0))
    assert taken(HARDENED, again) == (3, ("registration",))
    assert taken(HARDENED, ("withdraw", (0, 0)), again, ("send", (0, 1, 0))) is None
    assert taken(HARDENED, ("withdraw", (0, 0)), again, ("send", (0, 0, 0))) == (5, ("registration",))


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE, HARDENED])
def test_no_rule_makes_up_for_the_registrar(of: str) -> None:
    """WA-C18: it is a market party itself."""
    evidence = found(no_sybils_of_the_registrar, explore(Person=1, Id=2, Key=1, Height=1), of)
    assert evidence.verdict == "violated"
    if of != LITERAL:
        assert steps_of(evidence)[-1] == "issue_at_will"


# ---- names


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_one_id_takes_the_adversary_from_one_chain_to_the_others(of: str) -> None:
    """WA-C4: the records are desensitised, and it knows one of the user's names."""
    assert steps_of(found(no_linkage, TWO_CHAINS, of))[-2:] == ["meet", "recognise"]


def test_a_warrant_does_what_it_is_for() -> None:
    evidence = found(warrants_link, TWO_CHAINS)
    assert evidence.trace is not None and "unmask" in {step.action for step in evidence.trace.steps}


def closure(world: Instance, moves: Moves, state: State) -> set[tuple[int, int]]:
    """Whom the adversary can place, and where, once it has recognised all that it can."""
    while steps := [x for group in moves.enabled(state) for x in group if x.action == "recognise"]:
        state = moves.after(steps[0], state)
    table = state[world.position["placed"]]
    return {(c, p) for c in range(3) for p in range(2) if table[2 * c + p]}


@pytest.mark.parametrize("of", [CHARITABLE, HARDENED])
def test_the_adversary_places_whom_sets_say(of: str) -> None:
    """By hand: a warrant joins two chains for a person, one ID all; what is joined spreads to chains with records."""
    system = system_of(no_linkage, of)
    world = world_of(system, {"Chain": 3, "Person": 2, "Name": 6})
    moves = Moves(world, system.enabled_for(frozenset({"LEDGER", "WARRANT"})), idle=True)
    reached = set()
    for seed in range(25):
        home: dict[tuple[int, int], int] = {}
        records: set[tuple[int, int]] = set()
        met: set[tuple[int, int]] = set()
        joined: set[tuple[int, int, int]] = set()
        steps = list(run(moves, seed, 18))
        for step, _ in steps:
            if step.action == "enter":
                home[step.params[0], step.params[1]] = step.params[2]
            if step.action == "record":
                records.add(step.params[:2])
            if step.action == "meet":
                met.add(step.params[:2])
            if step.action == "unmask":
                p, c, d = step.params
                joined |= {(p, c, d), (p, d, c)}
        placed = set(met)
        while more := {
            (d, p)
            for c, p in placed
            for d, q in records
            if p == q and (d, p) not in placed and ((p, c, d) in joined or home[c, p] == home[d, p])
        }:
            placed |= more
        assert closure(world, moves, steps[-1][1]) == placed
        reached.add(len(placed - met))
    assert len(reached) > 1
