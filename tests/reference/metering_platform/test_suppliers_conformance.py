"""What suppliers see and what they enter, on the platform and in the models `Suppliers` and `SupplierTests`, agree."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.suppliers import Suppliers, SupplierTests
from reference.metering_platform.rules import Rules
from reference.metering_platform.supplier_tests_bridge import SupplierTestsBridge
from reference.metering_platform.suppliers_bridge import SuppliersBridge
from tests.reference.metering_platform.variants import CHARITABLE, HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _somebody_is_a_rival(instance: Instance) -> bool:
    """Not all statements are those of the adversary's suppliers, and some supplier is the adversary's."""
    theirs, of = instance.rigids["theirs"], instance.rigids["of"]
    return any(theirs) and not all(theirs[b] for b in of)


SIGHT = Walker(
    Suppliers,
    SuppliersBridge,
    [{"Supplier": 2, "Statement": 2, "Subledger": 2}, {"Supplier": 3, "Statement": 2, "Subledger": 1}],
    _somebody_is_a_rival,
    {"consent"},
    length=10,
    probes=3,
    read=Rules.from_values,
    shipped=VARIANTS,
)


def _somebody_is_dishonest(instance: Instance) -> bool:
    """A dishonest supplier, and products that differ, of which one is its own."""
    dishonest, maker = instance.rigids["dishonest"], instance.rigids["maker"]
    return any(dishonest[b] for b in maker) and len(set(instance.rigids["true"])) > 1


WORD = Walker(
    SupplierTests,
    SupplierTestsBridge,
    [{"Supplier": 2, "Product": 2, "Value": 2}],
    _somebody_is_dishonest,
    set(),
    length=10,
    probes=3,
    read=Rules.from_values,
    shipped=VARIANTS,
)
_READ = {"consent", "read"}
_TESTED = {"measure", "measure_another", "post", "post_at_will", "sample", "charge"}
SEEN = {
    "literal": _READ | {"post"},
    "charitable": _READ | {"set_up", "post_to", "admit", "remap"},
    "shared": _READ | {"set_up", "post_to", "admit", "remap"},
    "hardened": _READ | {"post"},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    """The values of each machine's one rule are among them, so that these are all combinations."""
    assert SIGHT.walks(variant, 4) == SEEN[variant]
    if variant in ("literal", "hardened"):
        allowed = _TESTED | ({"post_for_another"} if variant == "literal" else set())
        assert WORD.walks(variant, 4) | {"charge"} == allowed


def test_a_supplier_sees_on_a_sub_ledger_that_it_was_given_what_is_there_and_no_more() -> None:
    bridge, tables = SuppliersBridge(), {"theirs": [0, 1], "of": [0, 0]}
    bridge.start(rules(CHARITABLE), {"Supplier": 2, "Statement": 2, "Subledger": 2}, tables, 1)
    for action, args in (
        ("set_up", {"b": 0, "k": 0}),
        ("post_to", {"x": 0, "k": 0}),
        ("set_up", {"b": 1, "k": 1}),
        ("remap", {"b": 0, "k": 1}),
        ("post_to", {"x": 1, "k": 1}),
        ("read", {"a": 1, "x": 1}),
    ):
        assert bridge.apply(action, args).accepted, action
    assert not bridge.apply("read", {"a": 1, "x": 0}).accepted
    assert bridge.apply("admit", {"k": 0, "a": 1}).accepted and bridge.apply("read", {"a": 1, "x": 0}).accepted


def test_nobody_enters_a_test_in_anothers_name_where_suppliers_sign() -> None:
    tables = {"dishonest": [0, 1], "maker": [0], "true": [0]}
    for values, may in ((LITERAL, True), (HARDENED, False)):
        bridge = SupplierTestsBridge()
        bridge.start(rules(values), {"Supplier": 2, "Product": 1, "Value": 1}, tables, 1)
        assert bridge.apply("measure", {"p": 0, "v": 0}).accepted
        assert bridge.apply("post_for_another", {"b": 1, "p": 0, "v": 0}).accepted is may


def test_whoever_has_another_piece_measured_is_charged_by_its_own_signature() -> None:
    bridge, tables = SupplierTestsBridge(), {"dishonest": [1], "maker": [0, 0], "true": [0, 1]}
    bridge.start(rules(HARDENED), {"Supplier": 1, "Product": 2, "Value": 2}, tables, 1)
    assert not bridge.apply("post_at_will", {"p": 0, "v": 1}).accepted
    for action, args in (
        ("measure_another", {"p": 0, "q": 1, "v": 1}),
        ("post_at_will", {"p": 0, "v": 1}),
        ("sample", {"p": 0}),
    ):
        assert bridge.apply(action, args).accepted
    assert bridge.abstract()["signed"][0, 1] and not bridge.abstract()["charged"][0,]
    assert not bridge.apply("charge", {"p": 0, "v": 0}).accepted
    assert bridge.apply("charge", {"p": 0, "v": 1}).accepted
    assert bridge.abstract()["charged"][0,]


@pytest.mark.parametrize(
    ("walker", "played"),
    [
        (SIGHT, {**HARDENED, "sub_ledgers": "one-ledger"}),
        (SIGHT, {**HARDENED, "sub_ledgers": "mapped"}),
        (WORD, {**HARDENED, "supplier_tests": "own-word"}),
    ],
)
def test_the_comparison_notices_a_reference_with_another_rule(walker: Walker, played: Mapping[str, object]) -> None:
    """A control: the hardened reference with the published value of one rule, held against the hardened model."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            walker.walk(HARDENED, random.Random(seed), played=played)


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    sub_ledgers=st.sampled_from(["one-ledger", "mapped", "private-collections"]),
    supplier_tests=st.sampled_from(["own-word", "instrument-signed"]),
    base=st.sampled_from(sorted(VARIANTS)),
    seed=st.integers(0, 10**6),
)
def test_walks_agree_whatever_the_other_rules_are(sub_ledgers: str, supplier_tests: str, base: str, seed: int) -> None:
    values = {**VARIANTS[base], "sub_ledgers": sub_ledgers, "supplier_tests": supplier_tests}
    SIGHT.walk(values, random.Random(seed))
    WORD.walk(values, random.Random(seed))


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    sight, word = SuppliersBridge(), SupplierTestsBridge()
    with pytest.raises(InputError, match="no Subledger"):
        sight.start(rules(LITERAL), {"Supplier": 1, "Statement": 1}, {}, 1)
    with pytest.raises(InputError, match="no Product"):
        word.start(rules(LITERAL), {"Supplier": 1, "Value": 1}, {}, 1)
    sight.start(rules(LITERAL), {"Supplier": 1, "Statement": 1, "Subledger": 1}, {}, 1)
    word.start(rules(LITERAL), {"Supplier": 1, "Product": 1, "Value": 1}, {}, 1)
    with pytest.raises(InputError):
        sight.apply("post_to", {"x": 0})
    with pytest.raises(InputError):
        word.apply("steal", {})
    assert not sight.apply("post", {"x": 3}).accepted
    assert not sight.apply("read", {"a": 2, "x": 0}).accepted
    assert not word.apply("measure", {"p": 2, "v": 0}).accepted
    assert not word.apply("measure", {"p": 0, "v": 7}).accepted
