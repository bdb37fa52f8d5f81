"""Chains with real blocks and receipts and the model `Trading` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import trace
from model.trade import Trading
from reference.ledger.effects import refused
from reference.sovereign_chain import trade as trade_chains
from reference.sovereign_chain import trade_world
from reference.sovereign_chain.receipts import receipt_of
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.trade_bridge import TradeBridge
from tests.reference.sovereign_chain.variants import CHARITABLE, HARDENED, LITERAL, rules
from tests.reference.walker import Walker, check

VARIANTS = {"literal": LITERAL, "charitable": CHARITABLE, "hardened": HARDENED}


def _rivals(instance: Instance) -> bool:
    """Two trades are of one quantity."""
    return len(set(instance.rigids["quantity"])) == 1


WALKER = Walker(
    Trading,
    TradeBridge,
    [
        {"Trade": 2, "Quantity": 1, "Chain": 1, "Height": 2},
        {"Trade": 2, "Quantity": 2, "Chain": 2, "Height": 2},
    ],
    _rivals,
    {"grow", "expire", "calm_down", "lose", "crash_at_trading", "crash_at_dispatch", "crash_at_database"},
    length=40,
    read=Rules.from_values,
    shipped=VARIANTS,
)
_ALWAYS = {
    *("grow", "propose", "submit", "accept", "refuse", "enter_contract", "settle", "find_secure", "find_insecure"),
    *("make_contract", "carry_request", "carry_passed", "carry_failed", "carry_go", "carry_made", "calm_down"),
    *("crash_at_trading", "crash_at_dispatch", "crash_at_database", "lose"),
}
_FORGED = {"forge_passed", "forge_failed", "forge_go", "forge_made"}
ALLOWED = {
    "literal": _ALWAYS | _FORGED | {"settle_in_parallel"},
    "charitable": _ALWAYS | _FORGED | {"settle_in_parallel"},
    "hardened": _ALWAYS | {"expire"},
}
CHOICES: Mapping[str, tuple[object, ...]] = {
    "trade_order": ("parallel", "gated"),
    "chain_receipts": ("none", "record-only", "any-set", "certified"),
    "trade_locks": ("none", "per-chain", "held", "timeout"),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})


WAYS: Mapping[str, str] = {
    "the whole way": "propose submit carry_request find_secure carry_passed accept carry_go make_contract carry_made "
    "enter_contract settle",
    "rejected": "propose submit carry_request find_insecure carry_failed refuse",
    "lost, and asked again": "propose submit carry_request lose carry_request crash_at_dispatch crash_at_database "
    "crash_at_trading carry_request find_secure calm_down carry_passed accept",
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_what_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 4) <= ALLOWED[variant]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("way", WAYS)
def test_a_trade_goes_its_way_in_bytes_as_in_the_model(variant: str, way: str) -> None:
    for name, before in zip(WAYS[way].split(), follow(variant, WAYS[way]), strict=True):
        assert before, f"{name} is refused"


def test_the_adversarys_and_the_late_moves_are_in_the_variants_that_allow_them() -> None:
    ways = {
        "settle_in_parallel": "propose settle_in_parallel",
        "expire": "propose grow expire",
        **{forged: f"propose submit {forged}" for forged in _FORGED},
    }
    for variant in VARIANTS:
        allowed = {name for name, way in ways.items() if follow(variant, way)[-1]}
        assert allowed == ALLOWED[variant] & ways.keys()


def test_a_check_that_is_passed_at_the_deadline_is_too_late_where_locks_end() -> None:
    way = "propose submit carry_request find_secure carry_passed grow accept"
    late = {variant: follow(variant, way) for variant in VARIANTS}
    assert {variant: taken[-1] for variant, taken in late.items()} == {
        "literal": True,
        "charitable": True,
        "hardened": False,
    }
    assert all(all(taken[:-1]) for taken in late.values())


def follow(variant: str, way: str) -> list[bool]:
    """Whether each of these actions is taken by model and reference alike, by the one trade of the one chain."""
    values = VARIANTS[variant]
    schema = Trading.rule_schema()
    system = trace(Trading, schema.read({name: value for name, value in values.items() if name in schema}))
    scope = {"Trade": 1, "Quantity": 1, "Chain": 1, "Height": 1}
    [instance] = instances(system, resolve(system, scope))
    model, bridge, taken = Interpreter(instance), TradeBridge(), list[bool]()
    bridge.start(rules(values), scope, instance.rigids, 1)
    state = model.initial()
    names = {action.name for action in system.actions}
    for name in way.split():
        params = (0, 0) if name == "grow" else () if name in _WITHOUT else (0,)
        may = name in names and model.enabled(model.action(name), params, state)
        accepted = bridge.apply(name, {"t": 0, "c": 0, "h": 0}).accepted
        assert accepted == may, name
        if accepted:
            state = model.apply(model.action(name), params, state)
            check(bridge, instance, state)
        taken.append(accepted)
    return taken


_WITHOUT = {"calm_down", "crash_at_dispatch", "crash_at_database"}


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=ANY_RULES, seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(values: Mapping[str, object], seed: int) -> None:
    WALKER.walk({**LITERAL, **values}, random.Random(seed))


def test_the_comparison_notices_a_reference_with_another_rule() -> None:
    """A control: a published reference held against the hardened model must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played=LITERAL)


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = TradeBridge(), {"Trade": 1, "Quantity": 1, "Chain": 1, "Height": 1}
    with pytest.raises(InputError, match="no Height"):
        bridge.start(rules(LITERAL), {"Trade": 1, "Quantity": 1, "Chain": 1}, {}, 1)
    with pytest.raises(InputError, match="does not exist"):
        bridge.start(rules(LITERAL), scope, {"at": [3]}, 1)
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("steal", {"t": 0})
    assert not bridge.apply("propose", {"t": 7}).accepted and not bridge.apply("grow", {"c": 0, "h": 1}).accepted


@pytest.mark.parametrize(("variant", "made"), [("literal", True), ("charitable", True), ("hardened", False)])
def test_a_receipt_of_a_trade_that_waits_is_heard_and_is_no_ground_for_a_contract(variant: str, made: bool) -> None:
    values = rules(VARIANTS[variant])
    world = trade_world.deploy(values, 1, chains=1, at=[0], quantity=[0], deadline=[9], home=[0])
    world, _ = trade_world.step(world, trade_world.Event("propose"))
    block = world.trading[0].block_with(0, "PROPOSED")
    assert block is not None
    name = world.trading[0].chain_id
    receipt = receipt_of(values.chain_receipts, world.validators[name][1], block, 0)
    database, effects = trade_chains.hear(world.database, name, receipt.encode())
    assert refused(effects) is None and database.heard
    after, answers = trade_chains.make_contract(database, 0)
    assert (after.last_said(0) == "MADE") == made == (refused(answers) is None)
