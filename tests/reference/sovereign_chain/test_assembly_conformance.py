"""Nodes with real signatures and hashes and the models `Assembly` and `Attachment` tell one protocol, both ways.

Each accepts and refuses what the other does; after every step the bytes amount to the model's state; and moves that the
model does not enable are refused by the reference and change nothing in its world.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.assembly import Assembly, Attachment
from reference.sovereign_chain.assembly_bridge import AssemblyBridge, AttachmentBridge
from reference.sovereign_chain.rules import Rules
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker

SCOPES = [
    {"Replica": 4, "Block": 2, "faulty": 1},
    {"Replica": 5, "Block": 2, "faulty": 1},
    {"Replica": 4, "Block": 3, "faulty": 1},
]


def _a_faulty_origin(instance: Instance) -> bool:
    faulty = instance.rigids["faulty"]
    return any(faulty[origin] for origin in instance.rigids["origin"])


BLOCKS = Walker(Assembly, AssemblyBridge, SCOPES, _a_faulty_origin, (), Rules.from_values, VARIANTS, 20, 5)
COMPLETIONS = Walker(
    Attachment, AttachmentBridge, SCOPES, lambda instance: True, (), Rules.from_values, VARIANTS, 20, 5
)
CHOICES: Mapping[str, tuple[object, ...]] = {
    "quorum": ("1", "floor((n-1)/2)+2", "floor((n+f)/2)+1", "n"),
    "vote_once": (False, True),
    "acceptance_evidence": ("origins-word", "votes-shown"),
    "attached": ("after-acceptance", "before-vote"),
    "script_source": ("center-at-will", "center-deterministic", "registry"),
    "hashed": ("header", "header-and-record", "all-parts"),
}
ANY_RULES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})
_VOTING = {"propose", "propose_at_will", "accept", "sign", "store"}
ALLOWED = {
    "literal": _VOTING | {"announce", "lie"},
    "charitable": _VOTING | {"announce", "lie"},
    "shown": _VOTING,
    "hardened": _VOTING,
}
_COMPLETED = {"circulate", "propose_at_will", "accept", "sign", "complete", "complete_at_will", "store"}
COMPLETED = {
    "literal": _COMPLETED | {"complete_under_orders"},
    "charitable": _COMPLETED,
    "shown": _COMPLETED,
    "hardened": _VOTING,
}
ANY = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_blocks_that_compete_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert BLOCKS.walks(variant, 3) == ALLOWED[variant]


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_blocks_that_are_completed_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert COMPLETIONS.walks(variant, 6) == COMPLETED[variant]


@ANY
@given(values=ANY_RULES, seed=st.integers(0, 10**6))
def test_walks_under_any_combination_of_rules_agree(values: Mapping[str, object], seed: int) -> None:
    for walker in (BLOCKS, COMPLETIONS):
        walker.walk({**LITERAL, **values}, random.Random(seed))


@pytest.mark.parametrize("walker", [BLOCKS, COMPLETIONS], ids=["Assembly", "Attachment"])
def test_the_comparison_notices_a_reference_with_another_rule(walker: Walker) -> None:
    """A control: a published reference held against the hardened model must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            walker.walk(HARDENED, random.Random(seed), played=LITERAL)


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge = AssemblyBridge()
    with pytest.raises(InputError, match="no Block"):
        bridge.start(rules(LITERAL), {"Replica": 4}, {}, 1)
    with pytest.raises(InputError, match="cannot stand"):
        bridge.start(rules(HARDENED), {"Replica": 4, "Block": 1, "f": 2}, {}, 1)
    bridge.start(rules(LITERAL), {"Replica": 4, "Block": 1}, {}, 1)
    for action, args in (("steal", {}), ("accept", {"b": 0}), ("propose", {"b": 0})):
        with pytest.raises(InputError):
            bridge.apply(action, args)
    assert not bridge.apply("propose", {"r": 0, "b": 7}).accepted
    assert not bridge.apply("accept", {"r": 9, "b": 0}).accepted
