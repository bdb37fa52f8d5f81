"""A meter's bundle moves: erased first it is lost in a crash, installed first it has two owners, in two phases neither.

Two phases are a lock, a signed storing before the commit, an abort, and cleaning up after each end before the next
bundle is stored. Each part is left out once, and then missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from meterproof.claims import Plan
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State, Step
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import action, require, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.schedule.moves import Moves
from model.migration import Migration, Phase
from model.vocabulary import CR, Move
from properties.migration import (
    ONE_MOVE,
    THREE_MOVES,
    TWO_MOVES,
    migrations_end,
    no_bundle_is_lost,
    no_two_owners,
    one_copy_in_the_end,
    one_owner_that_keeps_the_bundle,
    relays_learn_nothing,
)
from tests.model.edge import (
    CHARITABLE,
    LITERAL,
    asked,
    found,
    rules_of,
    steps_of,
    system_of,
)

MOVED = ["begin", "take_out", "send", "receive", "install"]


# ---- as published


def test_erased_first_a_crash_loses_the_keys() -> None:
    """ZK-C33: the source had them in its memory only."""
    assert steps_of(found(no_bundle_is_lost, ONE_MOVE, LITERAL)) == ["begin", "take_out", "crash"]


def test_installed_first_there_are_two_owners_and_after_a_crash_for_ever() -> None:
    assert steps_of(found(no_two_owners, ONE_MOVE, CHARITABLE)) == MOVED
    assert steps_of(found(one_copy_in_the_end, ONE_MOVE, CHARITABLE)) == [*MOVED, "crash"]


def test_erased_first_a_repeated_message_makes_a_second_owner() -> None:
    """The bundle comes back, and what the network repeats is installed at the device that it has left."""
    steps = steps_of(found(no_two_owners, TWO_MOVES, LITERAL))
    assert steps == [*MOVED, *MOVED, "repeat", "receive", "install"]


def test_installed_first_two_migrations_at_once_lose_the_keys_though_nothing_crashes() -> None:
    """The second of them hears late that it may erase its copy, which is by then the only one, come back by a third."""
    steps = steps_of(found(no_bundle_is_lost, THREE_MOVES, CHARITABLE))
    assert not {"crash", "lose", "repeat"} & set(steps)
    assert steps.count("begin") == 3 and steps[-2:] == ["erase_old", "erase_old"]
    assert found(no_bundle_is_lost, TWO_MOVES, CHARITABLE).verdict == "exhausted"


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_a_migration_may_never_end(of: str) -> None:
    evidence = found(migrations_end, ONE_MOVE, of)
    assert evidence.trace is not None and evidence.trace.loop is not None


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_a_relay_reads_what_is_not_sealed(of: str) -> None:
    assert steps_of(found(relays_learn_nothing, ONE_MOVE, of)) == ["begin", "take_out", "send", "overhear"]


# ---- the parts of two phases


class WithoutLock(Migration):
    """The chain begins a migration whether or not another of the meter is open."""

    @action
    def begin(s, j: Move):  # type: ignore[no-untyped-def]
        """Begin."""
        require((s.phase[j] == Phase.none) & s.owner[s.meter[j], s.source[j]] & ~s.owner[s.meter[j], s.target[j]])
        return s.set(phase={j: Phase.open})


class CommitBeforeStored(Migration):
    """The chain commits a migration though its target has not signed that it has the bundle."""

    @action
    def commit(s, j: Move):  # type: ignore[no-untyped-def]
        """Commit."""
        require(s.phase[j] == Phase.open)
        return s.set(
            phase={j: Phase.committed},
            owner=lambda m, d: ((m != s.meter[j]) & s.owner[m, d]) | ((m == s.meter[j]) & (d == s.target[j])),
        )


class SignedOnArrival(Migration):
    """The target signs as soon as it has the bundle in its memory, and stores it later."""

    @action
    def receive(s, j: Move):  # type: ignore[no-untyped-def]
        """Receive and sign."""
        require(s.under_way[j] & ~s.arrived[j])
        return s.set(under_way={j: False}, arrived={j: True}, stored={j: True})


class ErasedBeforeTheEnd(Migration):
    """The source erases its copy as soon as the target has signed."""

    @action
    def erase_early(s, j: Move):  # type: ignore[no-untyped-def]
        """Erase."""
        require(s.stored[j] & s.keeps[s.source[j], s.meter[j]])
        return s.set(keeps={(s.source[j], s.meter[j]): False})


class StoredOutOfOrder(Migration):
    """A target stores a bundle though it has not seen how earlier migrations have ended."""

    @action
    def store(s, j: Move):  # type: ignore[no-untyped-def]
        """Store."""
        require(s.arrived[j] & (s.phase[j] != Phase.none) & ~s.stored[j] & ~s.ended[s.target[j], j])
        return s.set(arrived={j: False}, stored={j: True}, keeps={(s.target[j], s.meter[j]): True})


class WithoutAbort(Migration):
    """No migration is ever given up."""

    @action
    def abort(s, j: Move):  # type: ignore[no-untyped-def]
        """Never."""
        require(False)
        return s.set(phase={j: Phase.aborted})


class WithoutCleaningUp(Migration):
    """Nobody erases a copy that is no longer wanted."""

    clean_up = None


@pytest.mark.parametrize(
    ("mutant", "claim", "plan"),
    [
        (WithoutLock, one_owner_that_keeps_the_bundle, TWO_MOVES),
        (CommitBeforeStored, one_owner_that_keeps_the_bundle, ONE_MOVE),
        (SignedOnArrival, one_owner_that_keeps_the_bundle, ONE_MOVE),
        (ErasedBeforeTheEnd, one_owner_that_keeps_the_bundle, ONE_MOVE),
        (StoredOutOfOrder, one_owner_that_keeps_the_bundle, TWO_MOVES),
        (WithoutAbort, migrations_end, ONE_MOVE),
        (WithoutCleaningUp, one_copy_in_the_end, ONE_MOVE),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_no_part_can_be_left_out(mutant: type[Migration], claim: PropertyDecl, plan: Plan) -> None:
    system = trace(mutant, rules_of(Migration), [claim.under(mutant)])
    assert asked(system, claim, plan).verdict == "violated"


# ---- a crash between any two steps

WHOLE = ("begin", "take_out", "send", "receive", "store", "commit", "clean_up", "clean_up")


def quiet(moves: Moves, state: State, dice: Random) -> State:
    """Where honest moves end, made in any order; an abort is made only where nothing else can be."""
    while groups := moves.enabled(state):
        steps = [step for group in groups for step in group]
        state = moves.after(dice.choice([x for x in steps if x.action != "abort"] or steps), state)
    return state


def one_world() -> tuple[Instance, Moves, Moves]:
    """A migration of one meter from its home to another device: its moves without, and with, crashes."""
    system = system_of(one_owner_that_keeps_the_bundle)
    worlds = instances(system, resolve(system, ONE_MOVE.sizes))
    [world] = [w for w in worlds if w.rigids["source"] == w.rigids["home"] != w.rigids["target"]]
    return world, *(Moves(world, system.enabled_for(frozenset(c)), idle=True) for c in ((), (CR,)))


def prefix(moves: Moves, length: int) -> State:
    """The state after so many steps of a migration that nothing disturbs."""
    state = moves.initial()
    for name in WHOLE[:length]:
        step = next(x for group in moves.enabled(state) for x in group if x.action == name)
        state = moves.after(step, state)
    return state


@pytest.mark.parametrize("device", [0, 1], ids=["one", "other"])
@pytest.mark.parametrize("made", range(len(WHOLE) + 1))
def test_whenever_a_device_crashes_the_bundle_is_at_its_owner_in_the_end(made: int, device: int) -> None:
    """What a crash has erased is taken out, or sent, once more, so that the bundle is moved all the same."""
    world, honest, crashing = one_world()
    crashed = crashing.after(Step("crash", (device,)), prefix(honest, made))
    for seed in range(5):
        state = quiet(honest, crashed, Random(seed))
        keeps, owner = (state[world.position[name]] for name in ("keeps", "owner"))
        assert keeps == owner and sum(keeps) == 1
        assert keeps[world.rigids["target"][0]] == 1


def runs(moves: Moves) -> Iterator[State]:
    for seed in range(40):
        dice, state = Random(seed), moves.initial()
        for _ in range(30):
            state = moves.after(dice.choice(dice.choice(moves.enabled(state))), state)
        yield state


def test_a_migration_that_is_aborted_leaves_the_bundle_where_it_was() -> None:
    world, honest, crashing = one_world()
    outcomes = set()
    for state in runs(crashing):
        end = quiet(honest, state, Random(0))
        phase, keeps, owner = (end[world.position[name]] for name in ("phase", "keeps", "owner"))
        where = world.rigids["target" if phase[0] == Phase.committed.data else "home"][0]
        assert keeps == owner == tuple(int(d == where) for d in range(2))
        outcomes.add(phase[0])
    assert len(outcomes) == 2
