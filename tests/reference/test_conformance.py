"""The reference and the model tell one protocol: on random walks each accepts and refuses what the other does.

After every step the world's bytes, read back by the bridge, must amount to the model's state; and moves that the model
does not enable must be refused by the reference's own checks, and must change nothing.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import System, trace
from model.bc_ami import Metering, Ordering
from reference.bc_ami.metering_bridge import MeteringBridge
from reference.bc_ami.ordering_bridge import OrderingBridge
from reference.bc_ami.rules import Rules
from tests.reference.variants import HARDENED, LITERAL, VARIANTS, rules

Bridge = MeteringBridge | OrderingBridge
CHOICES: Mapping[str, tuple[object, ...]] = {
    "key_generation": ("contract", "meter"),
    "credential": ("hashed-identity", "private-channel", "enrolment-signature"),
    "one_active_key": (False, True),
    "epochs": ("none", "increasing"),
    "signature_scope": ("payload", "all-fields"),
    "freshness": ("none", "increasing"),
    "window": ("none", "block-time"),
    "receipts": ("none", "unsigned", "signed"),
    "mdms_keys": ("single", "per-epoch", "erased"),
    "release_check": ("unverified", "authentic-database", "certified"),
    "encryption": ("ecies-secp256k1", "x25519-aead"),
    "endorsements": ("1", "f+1"),
    "quorum": ("1", "2*f+1", "floor((n+f)/2)+1"),
    "resilience": ("1",),
    "vote_once": (False, True),
    "counted": ("responses", "positive-votes"),
    "finality": ("leaders-word", "certificate"),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
LENGTH, PROBES = 20, 5
"""Moves of a walk, and moves tried at each of its states that the model does not enable."""


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("machine", ["metering", "ordering"])
@pytest.mark.parametrize("seed", range(4))
def test_walks_of_the_shipped_variants_agree(variant: str, machine: str, seed: int) -> None:
    walk(machine, VARIANTS[variant], random.Random(f"{variant} {machine} {seed}"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(values=ANY_RULES, machine=st.sampled_from(["metering", "ordering"]), seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(values: Mapping[str, object], machine: str, seed: int) -> None:
    walk(machine, values, random.Random(seed))


def test_the_comparison_notices_a_reference_with_another_rule() -> None:
    """A control: the published reference held against the hardened model must disagree, on both machines."""
    for machine in ("metering", "ordering"):
        with pytest.raises(AssertionError):
            for seed in range(20):
                walk(machine, {**HARDENED, "resilience": "1"}, random.Random(seed), played=LITERAL)


def walk(
    machine: str, values: Mapping[str, object], chance: random.Random, played: Mapping[str, object] | None = None
) -> None:
    """One random walk of the model under `values`; the reference plays along under `played`, by default the same."""
    system, instance, bridge = start(machine, values, chance)
    bridge.start(Rules.from_values(played or values), instance.scope.as_dict(), instance.rigids, 1)
    model = Interpreter(instance)
    state = model.initial()
    check(bridge, instance, state)
    for _ in range(LENGTH):
        probe(bridge, model, state, chance)
        moves: dict[str, list[tuple[Any, State]]] = {}
        for step, after in model.moves(state, system.actions):
            moves.setdefault(step.action, []).append((step, after))
        if not moves:
            break
        step, state = chance.choice(moves[chance.choice(sorted(moves))])
        applied = bridge.apply(step.action, arguments(system, step.action, step.params))
        assert applied.accepted, f"the reference refuses {step}: {applied.effects}"
        check(bridge, instance, state)


def start(machine: str, values: Mapping[str, object], chance: random.Random) -> tuple[System, Instance, Bridge]:
    protocol: Any = Metering if machine == "metering" else Ordering
    schema = protocol.rule_schema()
    system = trace(protocol, schema.read({name: value for name, value in values.items() if name in schema}))
    if machine == "metering":
        scope = {
            "Meter": 2,
            "Key": chance.choice([2, 3]),
            "Epoch": chance.choice([1, 2]),
            "Reading": 1,
            "Time": 2,
            "Height": 3,
        }
        return system, chance.choice(instances(system, resolve(system, scope))), MeteringBridge()
    scope = {"Replica": chance.choice([4, 5]), "Block": 2, "faulty": chance.choice([0, 1, 2])}
    return system, chance.choice(instances(system, resolve(system, scope))), OrderingBridge()


def probe(bridge: Bridge, model: Interpreter, state: State, chance: random.Random) -> None:
    """Moves that the model does not enable here: refused, and without a trace in the world."""
    for _ in range(PROBES):
        action = chance.choice(model.instance.system.actions)
        params = chance.choice(list(model.instance.choices(action)))
        if not model.enabled(action, params, state):
            before = bridge.world
            applied = bridge.apply(action.name, arguments(model.instance.system, action.name, params))
            assert not applied.accepted, f"the reference accepts {action.name}{params}"
            assert bridge.world == before


def arguments(system: System, action: str, params: tuple[int, ...]) -> dict[str, int]:
    declared = next(each for each in system.actions if each.name == action)
    return {str(param.data): value for param, value in zip(declared.params, params, strict=True)}


def check(bridge: Bridge, instance: Instance, state: State) -> None:
    """The bytes amount to the model's state, in every cell of every variable."""
    found = bridge.abstract()
    assert set(found) == {variable.name for variable in instance.state_variables}
    for variable, table in zip(instance.state_variables, state, strict=True):
        expected = {cell: bool(value) for cell, value in zip(instance.cells(variable), table, strict=True)}
        assert found[variable.name] == expected, variable.name


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge = MeteringBridge()
    with pytest.raises(InputError, match="no Height"):
        bridge.start(rules(LITERAL), {"Meter": 1, "Key": 1, "Epoch": 1, "Reading": 1, "Time": 1}, {}, 1)
    bridge.start(rules(LITERAL), {"Meter": 1, "Key": 1, "Epoch": 1, "Reading": 1, "Time": 1, "Height": 1}, {}, 1)
    for action, args in (("steal", {}), ("report", {"m": 0}), ("request_registration", {"m": 7})):
        with pytest.raises(InputError):
            bridge.apply(action, args)
