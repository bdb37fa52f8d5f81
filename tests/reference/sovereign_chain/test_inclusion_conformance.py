"""Nodes that receive a meter's records and the model `Inclusion` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.inclusion import Inclusion
from reference.ledger.effects import refused
from reference.sovereign_chain import inclusion
from reference.sovereign_chain import inclusion_world as world_of
from reference.sovereign_chain.assembly import Circulated, voted_form
from reference.sovereign_chain.assembly import Receive as Arrives
from reference.sovereign_chain.assembly_world import CHAIN
from reference.sovereign_chain.inclusion import Hear, Judge, Notice, Propose, Receive
from reference.sovereign_chain.inclusion_bridge import InclusionBridge
from reference.sovereign_chain.inclusion_world import METER, Event, InclusionWorld
from reference.sovereign_chain.rules import Rules
from tests.reference.sovereign_chain.variants import CHARITABLE, HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _one_of_two(instance: Instance) -> bool:
    """Some node is honest and another is not."""
    return 0 < sum(instance.rigids["dishonest"]) < instance.scope["Replica"]


WALKER = Walker(
    Inclusion,
    InclusionBridge,
    [{"Replica": 2, "Record": 2, "Height": 3}, {"Replica": 4, "Record": 1, "Height": 3}],
    _one_of_two,
    {"receive_unaware"},
    read=Rules.from_values,
    shipped=VARIANTS,
    length=12,
)
ANY_RULES = st.fixed_dictionaries(
    {
        "record_id": st.sampled_from(("none", "meter-sequence")),
        "proposer": st.sampled_from(("first-receiver", "any-in-turn")),
        "attached": st.sampled_from(("after-acceptance", "before-vote")),
        "acceptance_evidence": st.sampled_from(("origins-word", "votes-shown")),
        "redaction": st.sampled_from(("origins-word", "unsalted-commitments", "field-commitments", "meter-opens")),
    }
)
ALL = {"receive", "receive_unaware", "receive_later", "include", "include_at_will"}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_take_every_action(variant: str) -> None:
    assert WALKER.walks(variant, 8 if variant == "hardened" else 3) == ALL


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=ANY_RULES, seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(values: Mapping[str, object], seed: int) -> None:
    WALKER.walk({**LITERAL, **values}, random.Random(seed))


@pytest.mark.parametrize("rule", ["record_id", "proposer"])
def test_the_comparison_notices_a_reference_with_another_rule(rule: str) -> None:
    """A control: nodes without the rule, held against the hardened model, must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played={**HARDENED, rule: LITERAL[rule]})


def world(values: Mapping[str, object], **how: int | tuple[int, ...]) -> InclusionWorld:
    """Two nodes, and one record that both have; only the first was first."""
    found = world_of.deploy(rules(values), 2, 0, 1, **how)
    for action, node in (("receive", 0), ("receive_later", 1)):
        found, effects = world_of.step(found, Event(action, node, 0))
        assert refused(effects) is None
    return found


@pytest.mark.parametrize(("variant", "stopped_by"), [("literal", "proposer"), ("hardened", None)])
def test_whether_another_than_the_first_receiver_proposes_a_record(variant: str, stopped_by: str | None) -> None:
    after, effects = world_of.step(world(VARIANTS[variant], dishonest=(0,)), Event("include", 1, 0, 0))
    refusal = refused(effects)
    assert (refusal.rule if refusal else None) == stopped_by
    assert len(after.blocks) == (stopped_by is None)


@pytest.mark.parametrize("values", [CHARITABLE, HARDENED])
def test_a_record_that_is_on_the_chain_comes_there_again_only_where_nobody_looks(
    values: Mapping[str, object],
) -> None:
    here, effects = world_of.step(world(values, dishonest=(0,)), Event("include_at_will", 0, 0, 0))
    assert refused(effects) is None and len(here.blocks) == 1
    after, effects = world_of.step(here, Event("include_at_will", 0, 0, 1))
    refusal = refused(effects)
    assert (refusal.rule if refusal else None) == (None if values == CHARITABLE else "record_id")
    assert len(after.blocks) == (2 if values == CHARITABLE else 1)


def test_a_block_with_one_record_twice_is_refused() -> None:
    node = world(HARDENED).nodes[0]
    held = node.service.received(node.received[METER, 0])
    entry = held.without({"user", "terms"}).encode(CHAIN)  # type: ignore[union-attr]
    block = node.block(0, entry, 60)
    twice = replace(block, record=replace(block.record, entries=(entry, entry)))
    other = replace(block, record=replace(block.record, service=2))
    assert node.service.fault(block) is None
    assert node.service.fault(twice).rule == "record_id"  # type: ignore[union-attr]
    assert node.service.fault(other).rule == "service"  # type: ignore[union-attr]


def test_a_record_that_no_meter_has_signed_is_neither_received_nor_voted_for() -> None:
    here = world_of.deploy(rules(HARDENED), 2, 0, 1, dishonest=(0,))
    foreign = world_of.deploy(rules(HARDENED), 2, 0, 2).records[0]
    after, effects = inclusion.step(here.nodes[0], Receive(foreign))
    assert after == here.nodes[0] and refused(effects).rule == "redaction"  # type: ignore[union-attr]
    same, stopped = world_of.put_forward(here, Event("include_at_will", 0, 0, 0), foreign)
    assert same == here and refused(stopped).rule == "redaction"  # type: ignore[union-attr]


def test_a_notice_counts_only_if_its_node_has_signed_it() -> None:
    here = world_of.deploy(rules(HARDENED), 2, 0, 1)
    pairs = [node.member.pair for node in here.nodes]
    for forged in (Notice(1, METER, 0).signed(CHAIN, pairs[0]), Notice(2, METER, 0).signed(CHAIN, pairs[0])):
        node, effects = inclusion.step(here.nodes[0], Hear(forged.encode(CHAIN)))
        assert node == here.nodes[0] and refused(effects).rule == "notice"  # type: ignore[union-attr]
    heard, _ = inclusion.step(here.nodes[0], Hear(Notice(1, METER, 0).signed(CHAIN, pairs[1]).encode(CHAIN)))
    after, _ = inclusion.step(heard, Receive(here.records[0]))
    assert not after.first and after.received


def test_a_record_is_proposed_for_the_next_place_only_and_once() -> None:
    node = world(HARDENED).nodes[0]
    for height in (1, 2):
        same, effects = inclusion.step(node, Propose((METER, 0), height, 60))
        assert same == node and refused(effects).rule == "place"  # type: ignore[union-attr]
    stored, _ = world_of.step(world(LITERAL), Event("include", 0, 0, 0))
    again, effects = world_of.step(stored, Event("include", 0, 0, 1))
    assert again == stored and refused(effects).rule == "record"  # type: ignore[union-attr]


def test_nobody_proposes_or_votes_for_a_block_of_a_place_that_is_taken() -> None:
    here = world(CHARITABLE, records=2, dishonest=(1,))
    for action, node, record in (("include", 0, 0), ("receive", 0, 1)):
        here, effects = world_of.step(here, Event(action, node, record, 0))
        assert refused(effects) is None
    node = here.nodes[0]
    same, effects = inclusion.step(node, Propose((METER, 1), 0, 60))
    assert same == node and refused(effects).rule == "place"  # type: ignore[union-attr]
    block = voted_form(here.rules, CHAIN, here.nodes[1].block(0, here.blocks[0].record.entries[0], 120))
    message = Circulated.make(CHAIN, 0, block, here.nodes[1].member.pair).encode(CHAIN)
    heard, effects = inclusion.step(node, Arrives(message))
    assert refused(effects) is None
    same, effects = inclusion.step(heard, Judge(0, block.ballot(CHAIN, 0).digest(CHAIN)))
    assert same == heard and refused(effects).rule == "place"  # type: ignore[union-attr]


def test_what_cannot_be_deployed_is_refused_with_a_message() -> None:
    bridge, scope = InclusionBridge(), {"Replica": 2, "Record": 1, "Height": 1}
    with pytest.raises(InputError, match="no Height"):
        bridge.start(rules(LITERAL), {"Replica": 2, "Record": 1}, {}, 1)
    with pytest.raises(InputError, match="accept no block"):
        bridge.start(rules(LITERAL), {**scope, "Replica": 1}, {}, 1)
    with pytest.raises(InputError, match="does not exist"):
        world_of.deploy(rules(LITERAL), 2, 0, 1, dishonest=[2])
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("keep_out", {"r": 0, "m": 0})
    assert not bridge.apply("receive", {"r": 7, "m": 0}).accepted
    assert not bridge.apply("receive", {"r": 0, "m": 7}).accepted
