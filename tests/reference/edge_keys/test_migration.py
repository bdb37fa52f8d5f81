"""What crosses between devices when a bundle is moved, and what the chain makes of receipts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.edge_keys import bundle_keeper, migration_world, move_log
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.bundles import Bundle, Stored, Transferred
from reference.edge_keys.migration_world import CleanUp, Crash, MigrationWorld, Of
from reference.ledger.effects import refused
from tests.reference.edge_keys.variants import CHARITABLE, HARDENED, LITERAL, rules

SEED = 3


def world_of(values: object, *moves: tuple[int, int, int]) -> MigrationWorld:
    return migration_world.deploy(rules(values), 3, [0], moves or [(0, 0, 1)], SEED)  # type: ignore[arg-type]


def after(world: MigrationWorld, *happening: migration_world.Event) -> MigrationWorld:
    for event in happening:
        world, effects = migration_world.step(world, event)
        assert refused(effects) is None, (event, effects)
    return world


def refusal(world: MigrationWorld, event: migration_world.Event) -> str:
    same, effects = migration_world.step(world, event)
    why = refused(effects)
    assert why is not None and why.cites and same == world
    return why.rule


def sent(values: object) -> MigrationWorld:
    return after(world_of(values), Of("begin", 0), Of("take_out", 0), Of("send", 0))


def test_as_published_the_private_key_travels_in_clear() -> None:
    world = sent(LITERAL)
    data = world.last_sent(world.moves[0])
    assert data is not None
    bundle = Transferred.decode(CHAIN, data).opened(CHAIN, "plain", None)
    assert bundle is not None and len(bundle.secret) == 32 and bundle.secret in data


def test_hardened_the_bundle_is_sealed_to_the_target_and_to_its_move_and_has_no_private_key() -> None:
    world = sent(HARDENED)
    data = world.last_sent(world.moves[0])
    assert data is not None
    message = Transferred.decode(CHAIN, data)
    bundle = message.opened(CHAIN, "sealed", world.devices[1].sealing)
    assert bundle is not None and bundle.secret == b"" and bundle.public not in data
    assert message.opened(CHAIN, "sealed", world.devices[2].sealing) is None
    assert message.opened(CHAIN, "sealed", None) is None
    elsewhere = replace(message, move=message.move._replace(number=1))
    assert elsewhere.opened(CHAIN, "sealed", world.devices[1].sealing) is None


@pytest.mark.parametrize("values", [LITERAL, CHARITABLE, HARDENED])
def test_a_bundle_that_the_source_has_not_signed_is_not_taken_in(values: object) -> None:
    """ZK-A20: nobody but the source can make up a bundle."""
    world = sent(values)
    move, target = world.moves[0], world.devices[1]
    thief = KeyPair.generate(Randomness.from_seed(9))
    made_up = Bundle(move.meter, thief.public).encode(CHAIN)
    draft = Transferred.make(
        CHAIN, world.rules.transfer, move, made_up, target.sealing.public, Randomness.from_seed(10)
    )  # fmt: skip
    for wrong in (draft, draft.signed(CHAIN, thief), draft.signed(CHAIN, target.pair)):
        same, effects = bundle_keeper.step(target, world.log, bundle_keeper.Receive(wrong.encode(CHAIN)))
        stopped = refused(effects)
        assert stopped is not None and stopped.rule == "transfer" and same == target


def test_a_commit_needs_the_targets_own_receipt_for_this_move() -> None:
    world = after(world_of(HARDENED, (0, 0, 1), (0, 0, 2)), Of("begin", 0))
    move, other = world.moves
    bundle = world.devices[0].kept[move.meter]
    target, stranger = world.devices[1].pair, world.devices[2].pair
    for wrong in (
        b"",
        Stored.make(CHAIN, move, bundle, stranger).encode(CHAIN),
        Stored.make(CHAIN, other, bundle, stranger).encode(CHAIN),
        replace(Stored.make(CHAIN, move, bundle, target), bundle=bytes(32)).encode(CHAIN),
    ):
        same, effects = move_log.step(world.log, move_log.Commit(wrong))
        stopped = refused(effects)
        assert stopped is not None and stopped.rule == "migration" and same == world.log
    log, _ = move_log.step(world.log, move_log.Commit(Stored.make(CHAIN, move, bundle, target).encode(CHAIN)))
    assert log.owner(move.meter) == 1 and world.log.owner(move.meter) == 0


def test_the_owner_changes_in_one_block_and_the_old_copy_is_erased_after_it() -> None:
    world = after(sent(HARDENED), Of("receive", 0), Of("store", 0))
    meter = world.moves[0].meter
    assert (world.keepers(meter), world.log.owner(meter)) == ({0, 1}, 0)
    world = after(world, Of("commit", 0))
    assert (world.keepers(meter), world.log.owner(meter)) == ({0, 1}, 1)
    world = after(world, CleanUp(0, 0), CleanUp(0, 1))
    assert (world.keepers(meter), world.log.owner(meter)) == ({1}, 1)


def test_a_crash_at_any_point_of_two_phases_leaves_the_owner_with_its_bundle() -> None:
    path = [Of(act, 0) for act in ("begin", "take_out", "send", "receive", "store", "commit")]
    for until in range(len(path) + 1):
        world = after(world_of(HARDENED), *path[:until], Crash(0), Crash(1))
        meter = world.moves[0].meter
        assert world.log.owner(meter) in world.keepers(meter)
        if 0 < until < len(path):
            world = after(world, Of("abort", 0), CleanUp(0, 0), CleanUp(0, 1))
            assert world.keepers(meter) == {0}
            assert refusal(world, Of("commit", 0)) == "migration"


def test_a_second_move_of_the_meter_waits_for_the_first_to_end() -> None:
    world = after(world_of(HARDENED, (0, 0, 1), (0, 0, 2)), Of("begin", 0))
    assert refusal(world, Of("begin", 1)) == "migration"
    after(world, Of("abort", 0), Of("begin", 1))
    after(world_of(LITERAL, (0, 0, 1), (0, 0, 2)), Of("begin", 0), Of("begin", 1))


def test_whoever_erases_first_loses_the_bundle_by_one_crash() -> None:
    world = after(world_of(LITERAL), Of("begin", 0), Of("take_out", 0), Crash(0))
    assert world.keepers(world.moves[0].meter) == frozenset()


def test_sealing_to_what_is_no_key_is_refused() -> None:
    world = after(world_of(HARDENED), Of("begin", 0), Of("take_out", 0))
    sending = bundle_keeper.Send(world.moves[0], b"", Randomness.from_seed(1))
    same, effects = bundle_keeper.step(world.devices[0], world.log, sending)
    stopped = refused(effects)
    assert stopped is not None and stopped.rule == "transfer" and same == world.devices[0]


def test_a_device_stores_nothing_new_before_it_has_erased_what_is_old() -> None:
    """Or its late cleaning up after the first move would erase what the second one has brought back."""
    world = after(world_of(HARDENED, (0, 0, 1), (0, 1, 0)), *(Of(act, 0) for act in _PATH))
    world = after(world, *(Of(act, 1) for act in _PATH[:4]))
    assert refusal(world, Of("store", 1)) == "chain"
    world = after(world, CleanUp(0, 0), Of("store", 1), Of("commit", 1), CleanUp(1, 1), CleanUp(0, 1))
    assert world.keepers(world.moves[0].meter) == {0}


_PATH: tuple[migration_world.Act, ...] = ("begin", "take_out", "send", "receive", "store", "commit")
