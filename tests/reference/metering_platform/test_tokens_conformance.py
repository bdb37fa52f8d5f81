"""Services that verify tokens and proofs, and the model `Tokens`, tell one protocol, on random walks both ways."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.tokens import Tokens
from reference.metering_platform.tokens_bridge import TokensBridge
from tests.reference.metering_platform.following import Tables, Way, follow
from tests.reference.metering_platform.variants import CHARITABLE, HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _keys_of_both_kinds(instance: Instance) -> bool:
    """The platform has one key pair, and one secret that services share."""
    return len({*instance.rigids["pair"]}) == len(instance.rigids["pair"])


def _one_is_of_use(instance: Instance) -> bool:
    """There is a token as the issuer makes it, of an honest user who may read something; and an honest service, or a
    compromised one beside another."""
    rigids, sizes = instance.rigids, instance.scope.as_dict()
    header, key = rigids["header"][0], rigids["key"][0]
    is_made = not rigids["unsigned"][header] and rigids["symmetric"][header] != rigids["pair"][key]
    user = rigids["subject"][0]
    may = rigids["may"][user * sizes["Record"] + rigids["record"][0]]
    honest = not rigids["crooked"][user] and rigids["bound"][0] == user
    return bool(is_made and may and honest and sum(rigids["compromised"]) == sizes["Service"] - 1)


ONE_EACH = {"User": 1, "Service": 1, "Key": 1, "Algorithm": 1, "Token": 1, "Call": 1, "Route": 1, "Record": 1}
WALKER = Walker(
    Tokens,
    TokensBridge,
    [
        {**ONE_EACH, "User": 2},
        {**ONE_EACH, "Service": 2, "Token": 2},
        {**ONE_EACH, "Token": 2, "Algorithm": 2},
        {**ONE_EACH, "Service": 2, "Key": 2, "Call": 2},
        {**ONE_EACH, "Call": 2, "Record": 2},
    ],
    _one_is_of_use,
    {"copy"},
    read=lambda values: rules(values),
    shipped=VARIANTS,
    length=14,
    probes=3,
    possible=_keys_of_both_kinds,
)
CHOICES: Mapping[str, tuple[object, ...]] = {
    "token_algorithm": ("from-header", "pinned", "shared-hmac"),
    "token_audience": ("none", "per-service"),
    "token_binding": ("bearer-anywhere", "bearer", "sender-constrained"),
    "authorisation": ("signature-only", "owner-or-grant", "decided"),
    "permissions": ("in-token", "epoch-compared"),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
TWO_SERVICES = {**ONE_EACH, "Service": 2, "Call": 2}
OWN_ELSEWHERE: Way = [("issue", ""), ("present", ""), ("present", "v1")]
NOT_HIS: Way = [("issue", ""), ("present", "")]
UNSIGNED: Way = [("forge_unsigned", ""), ("present", "")]
PUBLIC_KEY: Way = [("forge_with_public_key", ""), ("present", "")]
SECRET: Way = [("tell_key", ""), ("forge_with_secret", ""), ("present", "v1")]
STOLEN: Way = [("issue", ""), ("copy", ""), ("present", "")]
TOLD: Way = [("issue", ""), ("send", ""), ("tell_token", ""), ("present", "v1")]
LOGGED: Way = [("issue", ""), ("send", ""), ("read_log", ""), ("present", "c1")]
AGAIN: Way = [("issue", ""), ("send", ""), ("copy", ""), ("serve", ""), ("present", "")]
FIRST: Way = [("issue", ""), ("send", ""), ("copy", ""), ("present", ""), ("serve", "")]


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree(variant: str) -> None:
    taken = WALKER.walks(variant, 8)
    assert "issue" in taken
    assert "read_log" not in taken or variant == "literal"


@pytest.mark.parametrize(
    ("way", "rigid", "taken"),
    [
        (OWN_ELSEWHERE, {"crooked": [1]}, "yyy yyy yyy yyn"),
        (NOT_HIS, {"crooked": [1], "may": [0]}, "yy yn yn yn"),
        (UNSIGNED, {"unsigned": [1], "symmetric": [0]}, "yy yn yn yn"),
        (PUBLIC_KEY, {"symmetric": [1], "pair": [1]}, "yy yn yn yn"),
        (SECRET, {"symmetric": [1], "pair": [0]}, "yyy yyn yyy yyn"),
        (STOLEN, {}, "yyy yyy yyy yyn"),
        (TOLD, {}, "yyyy yyyy yyyy yyyn"),
        (LOGGED, {}, "yyyy yy-n yy-n yy-n"),
        (AGAIN, {}, "yyyyy yyyyy yyyyy yyyyn"),
        (FIRST, {}, "yyyyn yyyyn yyyyn yyyyn"),
    ],
)  # fmt: skip
def test_the_adversary_s_ways_are_open_in_bytes_where_they_are_in_the_model(
    way: Way, rigid: Tables, taken: str
) -> None:
    """In the literal, the charitable and the shared reading, and hardened. The first service is the compromised one."""
    for values, expected in zip(VARIANTS.values(), taken.split(), strict=True):
        pair = 0 if values["token_algorithm"] == "shared-hmac" else 1
        tables = {"may": [1], "compromised": [1, 0], "pair": [pair], "symmetric": [1 - pair], **rigid}
        assert follow(Tokens, TokensBridge(), values, TWO_SERVICES, tables, way) == expected


@pytest.mark.parametrize(
    ("rule", "way", "rigid"),
    [
        ("token_algorithm", UNSIGNED, {"unsigned": [1], "crooked": [1]}),
        ("token_audience", OWN_ELSEWHERE, {"crooked": [1]}),
        ("token_binding", STOLEN, {}),
        ("authorisation", NOT_HIS, {"crooked": [1], "may": [0]}),
    ],
)
def test_each_rule_stops_a_way_alone(rule: str, way: Way, rigid: Tables) -> None:
    """A control: with the rule's literal value the last step of the way is taken, and without it is refused by it."""
    tables, weaker = {"may": [1], "pair": [1], **rigid}, {**HARDENED, rule: LITERAL[rule]}
    assert follow(Tokens, TokensBridge(), weaker, TWO_SERVICES, tables, way) == "y" * len(way)
    assert follow(Tokens, TokensBridge(), HARDENED, TWO_SERVICES, tables, way, rule) == "y" * (len(way) - 1) + "n"


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=ANY_RULES, base=st.sampled_from([CHARITABLE, HARDENED]), seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(
    values: Mapping[str, object], base: Mapping[str, object], seed: int
) -> None:
    WALKER.walk({**base, **values}, random.Random(seed))


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge = TokensBridge()
    with pytest.raises(InputError, match="no Call"):
        bridge.start(rules(LITERAL), {**ONE_EACH, "Call": 0}, {}, 1)
    for more in ({"Route": 2}, {"Service": 3}):
        with pytest.raises(InputError, match="read records"):
            bridge.start(rules(LITERAL), {**ONE_EACH, **more}, {}, 1)
    with pytest.raises(InputError, match="one kind"):
        bridge.start(rules(LITERAL), {**ONE_EACH, "Key": 2}, {"pair": [1, 1]}, 1)
    bridge.start(rules(HARDENED), ONE_EACH, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("steal", {"x": 0})
    for action in ("send", "serve", "tell_token", "read_log", "copy", "present", "forge_with_secret"):
        assert not bridge.apply(action, {"x": 0, "u": 0, "v": 0, "c": 0, "k": 0}).accepted
