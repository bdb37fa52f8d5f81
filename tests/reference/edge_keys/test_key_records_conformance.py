"""Meters, owners and devices with real signatures and the model `KeyRecords` tell one protocol, on random walks both ways.

Each accepts and refuses what the other does; after every step the bytes amount to the model's state; and moves that the
model does not enable are refused by the reference and change nothing in its world.
"""

from __future__ import annotations

import random
from collections import Counter
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
from model.key_records import KeyRecords
from reference.edge_keys.key_records_bridge import KeyRecordsBridge
from tests.reference.edge_keys.variants import CHARITABLE, HARDENED, LITERAL, rules

CHOICES: Mapping[str, tuple[object, ...]] = {
    "join": ("open", "device-authenticates", "enrolled"),
    "body": ("signature-only", "key-commitment"),
    "update_signer": ("any-earlier-key", "latest-key", "both-keys"),
    "record_link": ("none", "chained"),
    "activation": ("at-once", "delayed"),
    "recovery_key": (False, True),
    "revocation": ("empty-key-signs", "empty-key", "sticky"),
    "pruning": ("expired-head", "checkpoint"),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
WEAKENED = [(name, value) for name, values in CHOICES.items() for value in values if value != HARDENED[name]]
_PUBLISHED = {
    "apply", "enrol", "generate_key", "copy_key", "lose_keys", "show_another_key", "sign_update", "record_update",
    "forge_update", "raise_alarm", "sign_revocation", "forge_revocation", "record_empty_key", "prune",
}  # fmt: skip
ALLOWED = {
    "literal": _PUBLISHED | {"join_as", "sign_with_the_empty_key"},
    "charitable": _PUBLISHED | {"vouch"},
    "hardened": _PUBLISHED - {"show_another_key", "record_empty_key"}
    | {"activate", "sign_veto", "record_veto", "sign_recall", "record_recall", "record_revocation"},
}
ENDING = ("lose_keys", "record_empty_key", "record_revocation", "record_recall")
"""Moves after which little is left to do: they are taken more rarely."""
LENGTH, PROBES = 24, 4
"""Moves of a walk, and moves tried at each of its states that the model does not enable."""


@pytest.mark.parametrize("variant", ALLOWED)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    values = {"literal": LITERAL, "charitable": CHARITABLE, "hardened": HARDENED}[variant]
    played = set[str]()
    for seed in range(10):
        played |= walk(values, random.Random(f"{variant} {seed}"))
    assert played == ALLOWED[variant]


@pytest.mark.parametrize(("name", "value"), WEAKENED)
def test_walks_of_the_hardened_variant_with_one_rule_weakened_agree(name: str, value: object) -> None:
    for seed in range(3):
        walk({**HARDENED, name: value}, random.Random(f"{name} {value} {seed}"))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(values=ANY_RULES, seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(values: Mapping[str, object], seed: int) -> None:
    walk({**LITERAL, **values}, random.Random(seed))


@pytest.mark.parametrize(("name", "value"), WEAKENED)
def test_the_comparison_notices_a_reference_with_another_rule(name: str, value: object) -> None:
    """A control: the reference with one rule weakened, held against the hardened model, must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(40):
            walk(HARDENED, random.Random(seed), played={**HARDENED, name: value})


def walk(values: Mapping[str, object], chance: random.Random, played: Mapping[str, object] | None = None) -> set[str]:
    """One random walk of the model under `values`; the reference plays along under `played`, by default the same.

    It mostly takes what it has taken least. Returns the names of the actions that both have taken.
    """
    schema = KeyRecords.rule_schema()
    system = trace(KeyRecords, schema.read({name: value for name, value in values.items() if name in schema}))
    scope = {"Meter": chance.choice([1, 2]), "Key": 3, "Epoch": chance.choice([1, 2]), "Version": 3}
    instance, bridge = _deployed(system, scope, chance), KeyRecordsBridge()
    bridge.start(rules(played or values), instance.scope.as_dict(), instance.rigids, 1)
    model = Interpreter(instance)
    state = model.initial()
    check(bridge, instance, state)
    taken = Counter[str]()
    for _ in range(LENGTH):
        probe(bridge, model, state, chance)
        moves: dict[str, list[tuple[Any, State]]] = {}
        for step, after in model.moves(state, system.actions):
            moves.setdefault(step.action, []).append((step, after))
        if not moves:
            break
        names = [name for name in sorted(moves) if name not in ENDING or chance.random() < 0.2] or sorted(moves)
        rarest = min(taken[name] for name in names)
        name = chance.choice([name for name in names if taken[name] <= rarest + 1])
        step, state = chance.choice(moves[name])
        applied = bridge.apply(step.action, arguments(system, step.action, step.params))
        assert applied.accepted, f"the reference refuses {step}: {applied.effects}"
        check(bridge, instance, state)
        taken[step.action] += 1
    return set(taken)


def _deployed(system: System, scope: Mapping[str, int], chance: random.Random) -> Instance:
    """Mostly meters that are installed and guarded; now and then any."""
    found = instances(system, resolve(system, scope))
    whole = [each for each in found if all(all(table) for table in each.rigids.values())]
    return chance.choice(whole if chance.random() < 0.6 else found)


def probe(bridge: KeyRecordsBridge, model: Interpreter, state: State, chance: random.Random) -> None:
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


def check(bridge: KeyRecordsBridge, instance: Instance, state: State) -> None:
    """The bytes amount to the model's state, in every cell of every variable."""
    found = bridge.abstract()
    assert set(found) == {variable.name for variable in instance.state_variables}
    for variable, table in zip(instance.state_variables, state, strict=True):
        expected = {cell: bool(value) for cell, value in zip(instance.cells(variable), table, strict=True)}
        assert found[variable.name] == expected, variable.name


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge = KeyRecordsBridge()
    with pytest.raises(InputError, match="no Version"):
        bridge.start(rules(LITERAL), {"Meter": 1, "Key": 1, "Epoch": 1}, {}, 1)
    bridge.start(rules(LITERAL), {"Meter": 1, "Key": 1, "Epoch": 1, "Version": 1}, {}, 1)
    for action, args in (("steal", {}), ("apply", {"m": 0}), ("enrol", {"m": 0, "e": 0, "v": 0})):
        with pytest.raises(InputError):
            bridge.apply(action, args)
    assert not bridge.apply("lose_keys", {"m": 7}).accepted
