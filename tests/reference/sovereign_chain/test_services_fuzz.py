"""Nodes of the registry, service chains and whoever mines refuse any bytes that are not meant for them, unchanged."""

from __future__ import annotations

from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import refused
from reference.sovereign_chain import (
    judging,
    mining,
    mining_world,
    quotas,
    quotas_world,
    redaction,
    redaction_world,
    registry_world,
    services,
    services_world,
)
from tests.reference import corpus
from tests.reference.sovereign_chain.messages import editions_and_services
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, Values, rules

STRANGER = KeyPair.generate(Randomness.from_seed(99))
ROOM = (registry_world.CHAIN, mining_world.CHAIN, services.POWER_DATA, redaction_world.CHAIN)


@cache
def genuine() -> tuple[bytes, ...]:
    """Messages of all kinds on all of these chains, signed by a stranger."""
    return tuple(data for chain in ROOM for data in editions_and_services(chain, STRANGER))


MANY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
ANY = corpus.changed(st.deferred(lambda: corpus.one_of(genuine()))) | st.deferred(lambda: corpus.one_of(genuine()))


@cache
def nodes(values: str) -> registry_world.RegistryWorld:
    """A node with an edition that holds from the start, and one that may follow."""
    variant: Values = HARDENED if values == "hardened" else LITERAL
    return registry_world.deploy(
        rules(variant), 1, 0, 1, original=[True, False], lawful=[1], activation=[0, 1], operations=1
    )


@MANY
@given(data=ANY, variant=st.sampled_from(["literal", "hardened"]))
def test_nodes_of_the_registry(data: bytes, variant: str) -> None:
    world = nodes(variant)
    node, source = world.nodes[0], world.sources[1]
    sent = (judging.Deliver(data), judging.Approve(data, data), judging.Approve(source, data), judging.Extend(data))
    for event in sent:
        same, effects = judging.step(node, event)
        assert same == node and refused(effects) is not None
    assert node.registry.fault(node.registry.next(data)) is not None
    assert refused(judging.sent_by_center(world.genesis, world.center, source, data)) is not None


@cache
def miners() -> mining_world.MiningWorld:
    return mining_world.deploy(rules(HARDENED), 1, persons=1, institutions=1, purposes=1, covers=[[0]])


@MANY
@given(data=ANY)
def test_the_mining_chain_its_service_and_institutions(data: bytes) -> None:
    world = miners()
    for same, effects in (mining.enter(world.chain, data), mining.answer(world.chain, world.service, data)):
        assert same == world.chain and refused(effects) is not None
    has, taken = mining.receive(world.institutions[0], world.chain, data)
    assert has == world.institutions[0] and refused(taken) is not None


@MANY
@given(data=ANY)
def test_service_chains_first_receivers_and_blocks_with_slots(data: bytes) -> None:
    [chain] = services_world.deploy(rules(LITERAL), 1, chains=1, labels=[0], fits=[[True]]).chains
    origin = redaction_world.deploy(rules(HARDENED), 1, secret=[True], reads=[[0]], values=1).origins[0]
    block = quotas_world.deploy(rules(LITERAL), 1, slots=1, shares=[0]).block
    answers = (services.take(chain, data), redaction.receive(origin, data), quotas.fill(block, 0, data))
    assert [same for same, _ in answers] == [chain, origin, block]
    assert all(refused(effects) is not None for _, effects in answers)
