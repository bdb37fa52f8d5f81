"""Files that are really digested, signed, stored and shown, and the model `Certificates`, tell one protocol."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.certificates import Certificates
from reference.metering_platform import collision
from reference.metering_platform.certificates_bridge import CertificatesBridge
from tests.reference.metering_platform.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _two_files_have_one_digest(instance: Instance) -> bool:
    return len({*instance.rigids["digest"]}) < len(instance.rigids["digest"]) and any(instance.rigids["dishonest"])


WALKER = Walker(
    Certificates,
    CertificatesBridge,
    [
        {"Issuer": 1, "Certificate": 1, "File": 2, "Content": 2, "Digest": 2},
        {"Issuer": 1, "Certificate": 2, "File": 2, "Content": 2, "Digest": 2},
        {"Issuer": 2, "Certificate": 2, "File": 2, "Content": 1, "Digest": 2},
    ],
    _two_files_have_one_digest,
    {"write"},
    read=lambda values: rules(values),
    shipped=VARIANTS,
    length=12,
    probes=3,
)
CHOICES: Mapping[str, tuple[object, ...]] = {
    "class_three": ("md5", "sha256"),
    "issuer_signature": ("none", "returned", "on-chain"),
    "certificate_parts": ("separate", "one-record"),
    "supersession": ("none", "latest-stored", "chained"),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
_ALWAYS = {"write", "issue", "issue_contradicting", "accept"}
ALLOWED = {
    "literal": _ALWAYS | {"write_pair", "enter_unsigned", "accept_replaced"},
    "charitable": _ALWAYS | {"write_pair", "enter_unsigned"},
    "shared": _ALWAYS | {"write_pair", "enter_unsigned"},
    "hardened": _ALWAYS,
}


@pytest.mark.parametrize("variant", ["literal", "charitable", "hardened"])
def test_walks_agree_and_take_every_action(variant: str) -> None:
    assert WALKER.walks(variant, 7 if variant == "hardened" else 4) == ALLOWED[variant]


def test_a_walk_agrees_where_services_share_a_secret() -> None:
    assert WALKER.walks("shared", 1) <= ALLOWED["shared"]


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=ANY_RULES, base=st.sampled_from([LITERAL, HARDENED]), seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(
    values: Mapping[str, object], base: Mapping[str, object], seed: int
) -> None:
    """Where issuers' signatures are on the chain, those of information that is stored by itself are, too."""
    one = "signed" if values["issuer_signature"] == "on-chain" else "plain"
    WALKER.walk({**base, **values, "class_one": one}, random.Random(seed))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("class_three", "md5"),
        ("issuer_signature", "none"),
        ("issuer_signature", "returned"),
        ("certificate_parts", "separate"),
    ],
)
def test_the_comparison_notices_a_reference_with_another_rule(name: str, value: str) -> None:
    """A control: the hardened reference with another value of one rule, held against the hardened model."""
    with pytest.raises(AssertionError):
        for seed in range(30):
            WALKER.walk(HARDENED, random.Random(seed), played={**HARDENED, name: value})


def test_two_files_with_one_md5_show_different_texts() -> None:
    one, other = collision.pair("n", "approved", "refused")
    assert one != other and hashlib.md5(one).digest() == hashlib.md5(other).digest()
    assert (collision.shown(one), collision.shown(other)) == ("approved", "refused")
    assert collision.shown(collision.written("n", "alone")) == "alone"


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = CertificatesBridge(), {"Issuer": 1, "Certificate": 1, "File": 1, "Content": 1, "Digest": 1}
    with pytest.raises(InputError, match="no Digest"):
        bridge.start(rules(HARDENED), {**scope, "Digest": 0}, {}, 1)
    bridge.start(rules(HARDENED), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("forge", {"f": 0})
    assert not bridge.apply("write", {"f": 3}).accepted
    assert not bridge.apply("accept", {"c": 0, "t": 0, "f": 0}).accepted
