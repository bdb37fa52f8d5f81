"""Edge devices with real signatures and hashes and the model `Acceptance` tell one protocol, on random walks both ways.

Each accepts and refuses what the other does; after every step the bytes amount to the model's state; and moves that the
model does not enable are refused by the reference and change nothing in its world.
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
from model.acceptance import Acceptance
from reference.edge_keys.acceptance_bridge import AcceptanceBridge
from tests.reference.edge_keys.variants import HARDENED, LITERAL, VARIANTS, rules

CHOICES: Mapping[str, tuple[object, ...]] = {
    "acceptance": ("votes", "first-solver"),
    "quorum": ("1", "ceil(n/2)", "floor(n/2)+1", "floor((n+f)/2)+1", "n"),
    "vote_once": (False, True),
    "resilience": ("1",),
    "confirmation_evidence": ("devices-word", "votes-shown"),
    "puzzle": ("none", "first-byte-below-4", "first-byte-at-most-4", "first-byte-below-8", "4-zero-bits"),
    "previous_hash": ("merkle-root", "whole-header"),
    "counted": ("responses", "positive-votes"),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
_ALWAYS, _SOLVING = {"propose", "propose_at_will", "decide"}, {"solve", "outcompute"}
ALLOWED = {
    "literal": _ALWAYS | _SOLVING | {"confirm", "sign", "announce", "lie"},
    "charitable": _ALWAYS | _SOLVING | {"confirm", "sign"},
    "unanimous": _ALWAYS | _SOLVING | {"confirm", "sign"},
    "solver": _ALWAYS | _SOLVING,
    "hardened": _ALWAYS | {"confirm", "sign"},
}
LENGTH, PROBES = 20, 5
"""Moves of a walk, and moves tried at each of its states that the model does not enable."""


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    played = set[str]()
    for seed in range(5):
        played |= walk(VARIANTS[variant], random.Random(f"{variant} {seed}"))
    assert played == ALLOWED[variant]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(values=ANY_RULES, seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(values: Mapping[str, object], seed: int) -> None:
    walk({**LITERAL, **values}, random.Random(seed))


@pytest.mark.parametrize("variant", ["literal", "solver"])
def test_the_comparison_notices_a_reference_with_another_rule(variant: str) -> None:
    """A control: a published reference held against the hardened model must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            walk({**HARDENED, "resilience": "1"}, random.Random(seed), played=VARIANTS[variant])


def walk(values: Mapping[str, object], chance: random.Random, played: Mapping[str, object] | None = None) -> set[str]:
    """One random walk of the model under `values`; the reference plays along under `played`, by default the same.

    Returns the names of the actions that both have taken.
    """
    schema = Acceptance.rule_schema()
    system = trace(Acceptance, schema.read({name: value for name, value in values.items() if name in schema}))
    scope = {"Replica": chance.choice([4, 5]), "Block": 2, "faulty": chance.choice([0, 1, 2])}
    if values["resilience"] == "3*f+1":
        scope["faulty"] = min(scope["faulty"], 1)
    instance, bridge = chance.choice(instances(system, resolve(system, scope))), AcceptanceBridge()
    bridge.start(rules(played or values), instance.scope.as_dict(), instance.rigids, 1)
    model = Interpreter(instance)
    state = model.initial()
    check(bridge, instance, state)
    taken = set[str]()
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
        taken.add(step.action)
    return taken


def probe(bridge: AcceptanceBridge, model: Interpreter, state: State, chance: random.Random) -> None:
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


def check(bridge: AcceptanceBridge, instance: Instance, state: State) -> None:
    """The bytes amount to the model's state, in every cell of every variable."""
    found = bridge.abstract()
    assert set(found) == {variable.name for variable in instance.state_variables}
    for variable, table in zip(instance.state_variables, state, strict=True):
        expected = {cell: bool(value) for cell, value in zip(instance.cells(variable), table, strict=True)}
        assert found[variable.name] == expected, variable.name


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge = AcceptanceBridge()
    with pytest.raises(InputError, match="no Block"):
        bridge.start(rules(LITERAL), {"Replica": 4}, {}, 1)
    with pytest.raises(InputError, match="cannot stand"):
        bridge.start(rules(HARDENED), {"Replica": 4, "Block": 1, "f": 2}, {}, 1)
    bridge.start(rules(LITERAL), {"Replica": 4, "Block": 1}, {}, 1)
    for action, args in (("steal", {}), ("confirm", {"b": 0}), ("propose", {"b": 0})):
        with pytest.raises(InputError):
            bridge.apply(action, args)
    assert (
        not bridge.apply("propose", {"r": 0, "b": 7}).accepted
        and not bridge.apply("confirm", {"r": 9, "b": 0}).accepted
    )
