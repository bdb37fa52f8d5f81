"""Nodes that look at a block's times and the model `BlockTimes` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.block_times import BlockTimes
from reference.ledger.chain import Certificate
from reference.ledger.effects import Effects, refused
from reference.sovereign_chain import block_times
from reference.sovereign_chain import block_times_world as world_of
from reference.sovereign_chain.block import Block, DataRecord
from reference.sovereign_chain.block_times import TOLERANCE, Draft, Judge, Node, Store, Tick
from reference.sovereign_chain.block_times_bridge import BlockTimesBridge
from reference.sovereign_chain.block_times_world import CHAIN, HOUR, BlockTimesWorld, Event
from reference.sovereign_chain.rules import Rules
from tests.reference.sovereign_chain.variants import CHARITABLE, HARDENED, LITERAL, rules
from tests.reference.walker import Walker

VARIANTS = {"literal": LITERAL, "charitable": CHARITABLE, "hardened": HARDENED}


def _half_dishonest(instance: Instance) -> bool:
    """One origin is honest and another is not."""
    return 0 < sum(instance.rigids["dishonest"]) < instance.scope["Block"]


WALKER = Walker(
    BlockTimes,
    BlockTimesBridge,
    [{"Block": 2, "Height": 2, "Time": 3}, {"Block": 3, "Height": 3, "Time": 2}],
    _half_dishonest,
    {"tick"},
    read=Rules.from_values,
    shipped=VARIANTS,
    length=10,
)


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_take_every_action_that_there_is(variant: str) -> None:
    stored = "append" if variant == "hardened" else "lock"
    assert WALKER.walks(variant, 4) == {"tick", "make", "make_at_will", stored}


@pytest.mark.parametrize("hashed", ["header", "header-and-record", "all-parts"])
@pytest.mark.parametrize("block_time", ["three-clocks", "one-increasing"])
def test_walks_agree_whatever_a_blocks_hash_covers(hashed: str, block_time: str) -> None:
    WALKER.walk({**HARDENED, "hashed": hashed, "block_time": block_time}, random.Random(hashed + block_time))


@pytest.mark.parametrize(("variant", "other"), [("hardened", "three-clocks"), ("literal", "one-increasing")])
def test_the_comparison_notices_a_reference_with_another_rule(variant: str, other: str) -> None:
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(VARIANTS[variant], random.Random(seed), played={**VARIANTS[variant], "block_time": other})


def world(time: int, **changes: object) -> BlockTimesWorld:
    """It is two o'clock, and a dishonest origin has dated a block, in hours from one o'clock."""
    found = world_of.deploy(rules(HARDENED, **changes), 1, blocks=2, dishonest=(0,))
    for event in (Event("tick", time=1), Event("make_at_will", 0, time=time)):
        found, effects = world_of.step(found, event)
        assert refused(effects) is None
    return found


def rule_of(effects: Effects) -> str | None:
    refusal = refused(effects)
    return None if refusal is None else refusal.rule


@pytest.mark.parametrize(("time", "stopped_by"), [(0, None), (1, None), (2, "block_time")])
def test_hardened_a_block_is_stored_with_its_own_time_unless_that_is_to_come(time: int, stopped_by: str | None) -> None:
    here = world(time)
    after, effects = world_of.step(here, Event("append", 0, 0, time))
    assert rule_of(effects) == stopped_by
    assert [block.lock for block in after.nodes[0].blocks] == ([] if stopped_by else [(time + 1) * HOUR])
    for lock in ((time + 1) * HOUR + 1, (time + 1) * HOUR - 1):
        _, effects = world_of.stored(here, 0, 0, lock)
        assert rule_of(effects) == "block_time"


@pytest.mark.parametrize("time", [0, 1, 2])
def test_as_published_it_is_stored_with_the_present_as_lock_time_whatever_its_own(time: int) -> None:
    here = world(time, block_time="three-clocks")
    after, effects = world_of.step(here, Event("lock", 0, 0, 1))
    assert rule_of(effects) is None
    [block] = after.nodes[0].blocks
    assert (block.header.timestamp, block.lock) == ((time + 1) * HOUR, 2 * HOUR)
    _, effects = world_of.stored(here, 0, 0, HOUR)
    assert rule_of(effects) == "lock"


def test_clocks_may_differ_by_the_tolerance_and_no_more() -> None:
    here = world(1)
    node = here.nodes[0]
    for ahead, stopped_by in ((TOLERANCE, None), (TOLERANCE + 1, "block_time")):
        draft = Draft(0, b"data", node.clock + ahead).signed(CHAIN, here.origins[0])
        _, effects = block_times.step(node, Judge(node.block(draft, draft.time)))
        assert rule_of(effects) == stopped_by


def test_a_block_is_later_than_the_one_before_it() -> None:
    here, _ = world_of.step(world(1), Event("append", 0, 0, 1))
    node = here.nodes[3]
    [before] = node.blocks
    for later, stopped_by in ((-1, "block_time"), (0, "block_time"), (1, None)):
        time = before.header.timestamp + later
        draft = Draft(1, b"more data", time).signed(CHAIN, here.origins[1])
        _, effects = block_times.step(node, Judge(node.block(draft, time)))
        assert rule_of(effects) == stopped_by


def judged(node: Node, block: Block) -> str | None:
    after, effects = block_times.step(node, Judge(block))
    assert after == node
    return rule_of(effects)


def test_a_node_looks_at_who_has_dated_a_block_and_at_every_time_in_it() -> None:
    here = world(0)
    node, draft = here.nodes[0], here.draft(0)
    assert draft is not None
    good = node.block(draft, draft.time)
    assert judged(node, good) is None
    foreign = replace(draft, time=draft.time + 1)
    assert judged(node, node.block(foreign, foreign.time)) == "origin"
    assert judged(node, node.block(replace(draft, origin=9), draft.time)) == "origin"
    later = replace(good.header, timestamp=draft.time + 1)
    assert judged(node, replace(good, header=later, lock=draft.time + 1).measured(CHAIN)) == "origin"
    assert judged(node, replace(good, lock=draft.time + 1).measured(CHAIN)) == "block_time"
    assert judged(node, replace(good, size=good.size + 1)) == "size"
    attached = replace(good.record, attached=draft.time + 1)
    assert judged(node, replace(good, record=attached).measured(CHAIN)) == "block_time"
    elsewhere = replace(good.header, previous=b"1" * 32)
    assert judged(node, replace(good, header=elsewhere).measured(CHAIN)) == "place"
    for entries in ((), (b"no draft",), (*good.record.entries, *good.record.entries)):
        block = Block.build(CHAIN, 0, node.tip, draft.time, 0, DataRecord(1, entries))
        assert judged(node, block.completed(CHAIN, b"", draft.time)) == "encoding"


def test_a_block_is_stored_once_and_on_a_quorum_only() -> None:
    here = world(0)
    stored, _ = world_of.step(here, Event("append", 0, 0, 0))
    after, effects = world_of.step(stored, Event("append", 0, 1, 0))
    assert after == stored and rule_of(effects) == "place"
    node, [block] = here.nodes[0], stored.nodes[0].blocks
    votes = Certificate.decode(CHAIN, stored.certificates[0]).votes
    for certificate, rule in ((Certificate(votes[:2]).encode(CHAIN), "quorum"), (b"", "finality")):
        same, effects = block_times.step(node, Store(block, certificate))
        assert same == node and rule_of(effects) == rule
    after, effects = block_times.step(stored.nodes[0], Store(block, stored.certificates[0]))
    assert after == stored.nodes[0] and rule_of(effects) == "place"
    same, effects = block_times.step(node, Tick(node.clock))
    assert same == node and rule_of(effects) == "clock"


def test_what_cannot_be_deployed_or_played_is_refused_with_a_message() -> None:
    bridge, scope = BlockTimesBridge(), {"Block": 1, "Height": 1, "Time": 1}
    with pytest.raises(InputError, match="no Time"):
        bridge.start(rules(LITERAL), {"Block": 1, "Height": 1}, {}, 1)
    with pytest.raises(InputError, match="does not exist"):
        world_of.deploy(rules(LITERAL), 1, blocks=1, dishonest=[1])
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("wait", {"t": 0})
    assert not bridge.apply("make", {"b": 7, "t": 0}).accepted
