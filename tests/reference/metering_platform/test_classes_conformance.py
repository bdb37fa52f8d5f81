"""A platform whose schemas have classes that are really changed, and the model `Classes`, tell one protocol."""

from __future__ import annotations

import random

import pytest

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.classes import Classes
from reference.metering_platform.classes_bridge import ClassesBridge
from tests.reference.metering_platform.variants import HARDENED, VARIANTS, rules
from tests.reference.walker import Walker


def _a_class_may_change(instance: Instance) -> bool:
    """A schema of class II may lawfully be opened, and not all members that there are are faulty or correct."""
    tables = instance.rigids
    lawful = tables["lawful"][::2]
    strict = [not listed or of for listed, of in zip(tables["listed"], tables["original"], strict=True)]
    of_one = all(strict[x] for x in tables["schema"])
    return of_one and any(a and b for a, b in zip(lawful, strict, strict=True)) and not all(tables["listed"])


WALKER = Walker(
    Classes,
    ClassesBridge,
    [
        {"Replica": 1, "Schema": 1, "Class": 2, "Record": 2, "faulty": 0},
        {"Replica": 4, "Schema": 1, "Class": 2, "Record": 1, "faulty": 1},
        {"Replica": 2, "Schema": 2, "Class": 2, "Record": 1, "faulty": 0},
    ],
    _a_class_may_change,
    {"store_as_class_one", "lower_at_will"},
    read=lambda values: rules(values),
    shipped=VARIANTS,
    length=16,
    probes=3,
)
_ALWAYS = {"lower", "tighten", "store", "declassify", "read"}
AT_WILL, GOVERNED = {"lower_at_will", "store_as_class_one"}, {"approve", "approve_anything"}


@pytest.mark.parametrize("variant", ["literal", "charitable", "hardened"])
def test_walks_agree_and_take_every_action(variant: str) -> None:
    assert WALKER.walks(variant, 3) == _ALWAYS | (GOVERNED if variant == "hardened" else AT_WILL)


def test_a_walk_agrees_where_services_share_a_secret() -> None:
    assert WALKER.walks("shared", 1) <= _ALWAYS | AT_WILL


@pytest.mark.parametrize("quorum", ["1", "f+1", "n"])
@pytest.mark.parametrize("change", ["at-will", "governed"])
def test_walks_of_hardened_rules_with_any_change_of_class_agree(change: str, quorum: str) -> None:
    values = {**HARDENED, "class_change": change, "quorum": quorum}
    WALKER.walk(values, random.Random(f"{change} {quorum}"))


@pytest.mark.parametrize("changes", [{"class_change": "at-will"}, {"quorum": "1"}], ids=str)
def test_the_comparison_notices_a_reference_with_another_rule(changes: dict[str, object]) -> None:
    """A control: the hardened reference with another rule, held against the hardened model."""
    with pytest.raises(AssertionError):
        for seed in range(40):
            WALKER.walk(HARDENED, random.Random(seed), played={**HARDENED, **changes})


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = ClassesBridge(), {"Replica": 4, "Schema": 1, "Class": 2, "Record": 1}
    for changes, rigid, match in (
        ({"Class": 3}, {}, "classes"),
        ({"f": 0}, {}, "faulty members"),
        ({"Schema": 3}, {"listed": [1, 1, 1], "original": [1, 1, 1]}, "too many"),
        ({}, {"schema": [1]}, "does not exist"),
    ):
        with pytest.raises(InputError, match=match):
            bridge.start(rules(HARDENED), {**scope, **changes}, rigid, 1)
    bridge.start(rules(HARDENED), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("burn", {"d": 0})
    assert not bridge.apply("approve", {"r": 9, "x": 0, "k": 0}).accepted
    assert not bridge.apply("tighten", {"x": 0, "k": 7}).accepted
