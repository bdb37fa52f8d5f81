"""Texts that are really parsed, signed and verified, and the model `Documents`, tell one protocol, on walks both ways.

Of the model's parsers, which read as they like, two are walked with: that take the first and the last value of a key.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.documents import Documents
from reference.metering_platform import documents
from reference.metering_platform.documents_bridge import DocumentsBridge
from reference.metering_platform.documents_world import number_of, spelled
from tests.reference.metering_platform.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _reads(instance: Instance) -> list[Sequence[int]]:
    reads, texts = instance.rigids["reads"], instance.scope.as_dict()["Text"]
    return [reads[start : start + texts] for start in range(0, len(reads), texts)]


def _parsers_are_real(instance: Instance) -> bool:
    """Where texts are canonical, no parser misreads one."""
    if instance.system.rules.plain()["json"] == "any":
        return True
    canonical = enumerate(instance.rigids["canonical"])
    return all(found[text] == table for table, text in canonical for found in _reads(instance))


def _parsers_differ(instance: Instance) -> bool:
    return len({tuple(found) for found in _reads(instance)}) == 2 and not all(instance.rigids["dishonest"])


WALKER = Walker(
    Documents,
    DocumentsBridge,
    [{"Parser": 2, "Issuer": 1, "Text": 3, "Content": 2}, {"Parser": 2, "Issuer": 2, "Text": 3, "Content": 2}],
    _parsers_differ,
    set(),
    read=lambda values: rules(values),
    shipped=VARIANTS,
    length=14,
    possible=_parsers_are_real,
)
ACTIONS = {"write", "offer", "approve", "sign_anything", "take"}


@pytest.mark.parametrize("variant", ["literal", "charitable", "hardened"])
def test_walks_agree_and_take_every_action(variant: str) -> None:
    assert WALKER.walks(variant, 7) == ACTIONS


def test_a_walk_agrees_where_services_share_a_secret() -> None:
    assert WALKER.walks("shared", 1) <= ACTIONS


@pytest.mark.parametrize("base", ["literal", "hardened"])
@pytest.mark.parametrize("value", ["any", "canonical"])
def test_walks_of_literal_and_hardened_rules_with_any_json_agree(base: str, value: str) -> None:
    for seed in range(2):
        WALKER.walk({**VARIANTS[base], "json": value}, random.Random(f"{base} {value} {seed}"))


def test_the_comparison_notices_a_reference_with_another_rule() -> None:
    """A control: the hardened reference that takes any text, held against the hardened model."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played={**HARDENED, "json": "any"})


def test_one_signed_text_is_two_tables_to_two_parsers() -> None:
    """ZD-C21: the institution means what its library shows it, and a service reads another table."""
    text = spelled([1, 0], 2)
    assert [number_of(documents.read_any(text, chosen)) for chosen in ("first", "last")] == [1, 0]  # type: ignore[arg-type]
    with pytest.raises(documents.NotCanonical, match="twice"):
        documents.read(text)
    rigid = {"reads": [0, 1, 1, 0, 1, 0], "library": [0], "canonical": [0, 1], "dishonest": [0]}
    taken = []
    for values in (LITERAL, HARDENED):
        bridge = DocumentsBridge()
        bridge.start(rules(values), {"Parser": 2, "Issuer": 1, "Text": 3, "Content": 2}, rigid, 1)
        steps = [("write", {"i": 0, "t": 1, "x": 2}), ("take", {"p": 1, "i": 0, "x": 2, "t": 0})]
        taken.append([bridge.apply(name, args).accepted for name, args in steps])
    assert taken == [[True, True], [False, False]]


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = DocumentsBridge(), {"Parser": 2, "Issuer": 1, "Text": 2, "Content": 2}
    with pytest.raises(InputError, match="misreads"):
        bridge.start(rules(HARDENED), scope, {"reads": [1, 0, 0, 1], "canonical": [0, 1]}, 1)
    with pytest.raises(InputError, match="no 3 parsers"):
        bridge.start(rules(HARDENED), {**scope, "Parser": 3}, {}, 1)
    bridge.start(rules(HARDENED), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("rewrite", {"x": 0})
    assert not bridge.apply("write", {"i": 0, "t": 0, "x": 5}).accepted
    assert not bridge.apply("take", {"p": 0, "i": 3, "x": 0, "t": 0}).accepted
