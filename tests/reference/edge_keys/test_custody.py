"""What a bundle has in it, who is answered, and who can read the answer."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from reference.crypto import signing
from reference.crypto.randomness import Randomness
from reference.edge_keys import bundle_queries, custody_world
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.bundle_queries import NOBODY, BundleAnswer, BundleQuery
from reference.edge_keys.bundles import Bundle
from reference.edge_keys.custody_world import Acknowledge, Crash, CustodyWorld, Of
from reference.ledger.effects import Refused, refused
from tests.reference.edge_keys.variants import CHARITABLE, HARDENED, LITERAL, rules

OWNER, OTHER, DEVICE, ELSEWHERE = 0, 1, 0, 2


def world_of(values: Mapping[str, object], **changes: object) -> CustodyWorld:
    """Both meters have joined the cluster of the first device; the second one is the adversary's."""
    world = custody_world.deploy(
        rules(values, **changes), 2, 4, 1, 5, corrupted=[DEVICE, ELSEWHERE], own=[OTHER], faulty=[DEVICE]
    )  # fmt: skip
    for meter in (OWNER, OTHER):
        world, effects = custody_world.step(world, Of("join", meter, DEVICE))
        assert refused(effects) is None
    return world


def answered(world: CustodyWorld, requester: int | None, via: int, signer: int | None) -> str | Bundle | None:
    """What comes of a request for the owner's bundle: a refusal's rule, or what its requester can read."""
    meters = world.meters
    draft = BundleQuery(meters[OWNER].name, NOBODY if requester is None else meters[requester].name, via)
    query = (draft if signer is None else draft.signed(CHAIN, meters[signer].pair)).encode(CHAIN)
    got = bundle_queries.answer(
        world.rules, CHAIN, query, world.devices[DEVICE].kept, world.known, world.clusters, Randomness.from_seed(1)
    )
    if isinstance(got, Refused):
        return got.rule
    assert BundleAnswer.decode(CHAIN, got.encode(CHAIN)) == got
    return got.opened(CHAIN, world.rules.query_answer, None if requester is None else meters[requester].sealing)


def test_as_published_a_bundle_has_the_private_key_and_hardened_it_does_not() -> None:
    for values, there in ((LITERAL, True), (CHARITABLE, True), (HARDENED, False)):
        world = world_of(values)
        bundle = Bundle.decode(CHAIN, world.devices[DEVICE].kept[world.meters[OWNER].name])
        pair = signing.pair_from_secret(bundle.secret)
        assert (pair is not None and pair.public == bundle.public) == there
        assert bundle.public == world.meters[OWNER].pair.public


@pytest.mark.parametrize(
    ("check", "by_nobody_elsewhere", "by_nobody_here", "by_the_other", "by_the_owner"),
    [
        ("none", True, True, True, True),
        ("cluster-member", False, True, True, True),
        ("owner", False, False, False, True),
    ],
)
def test_who_is_answered(
    check: str, by_nobody_elsewhere: bool, by_nobody_here: bool, by_the_other: bool, by_the_owner: bool
) -> None:
    world = world_of(LITERAL, requester_check=check)
    assert (answered(world, None, ELSEWHERE, None) != "requester_check") == by_nobody_elsewhere
    assert (answered(world, None, DEVICE, None) != "requester_check") == by_nobody_here
    assert (answered(world, OTHER, DEVICE, OTHER) != "requester_check") == by_the_other
    assert (answered(world, OWNER, DEVICE, OWNER) != "requester_check") == by_the_owner


def test_the_owners_name_with_anothers_signature_is_not_the_owners_request() -> None:
    world = world_of(HARDENED)
    assert answered(world, OWNER, DEVICE, OTHER) == "requester_check"
    assert answered(world, OWNER, DEVICE, None) == "requester_check"
    assert isinstance(answered(world, OWNER, DEVICE, OWNER), Bundle)


def test_a_sealed_answer_is_read_by_whoever_asked_and_by_no_relay() -> None:
    world = world_of(LITERAL, query_answer="sealed")
    assert answered(world, None, ELSEWHERE, None) is None
    assert isinstance(answered(world, OWNER, DEVICE, OWNER), Bundle)
    assert isinstance(answered(world, OTHER, DEVICE, OTHER), Bundle)


def test_a_meter_is_told_by_the_receipts_of_enough_devices_and_one_crash_loses_nothing() -> None:
    world = world_of(HARDENED)
    _, effects = custody_world.step(world, Acknowledge(OWNER))
    early = refused(effects)
    assert early is not None and early.rule == "key_replicas"
    for event in (Of("replicate", OWNER, 3), Acknowledge(OWNER), Crash(DEVICE), Of("ask", OWNER, DEVICE)):
        world, effects = custody_world.step(world, event)
        assert refused(effects) is None, event
    assert set(world.keepers(OWNER)) == {DEVICE, 3} and not world.devices[3].down


def test_as_published_one_crash_takes_a_cluster_with_it() -> None:
    world, effects = custody_world.step(world_of(LITERAL), Crash(DEVICE))
    assert refused(effects) is None
    _, effects = custody_world.step(world, Of("ask_unasked", OWNER, ELSEWHERE))
    stopped = refused(effects)
    assert stopped is not None and stopped.rule == "storage"
