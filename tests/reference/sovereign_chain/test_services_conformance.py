"""Service chains that take real records and the model `Services` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random

import pytest

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.services import Services
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.services_bridge import ServicesBridge
from tests.reference.sovereign_chain.variants import CHARITABLE, HARDENED, LITERAL, VARIANTS, rules
from tests.reference.walker import Walker


def _forms_differ(instance: Instance) -> bool:
    """A record has the form of a chain that is not its own, and another has not."""
    fits, chains = instance.rigids["fits"], instance.scope.as_dict()["Chain"]
    return chains < sum(fits) < len(fits)


WALKER = Walker(
    Services,
    ServicesBridge,
    [{"Record": 2, "Chain": 3}, {"Record": 3, "Chain": 2}],
    _forms_differ,
    {"index"},
    length=14,
    read=Rules.from_values,
    shipped=VARIANTS,
)


@pytest.mark.parametrize("variant", VARIANTS)
def test_walks_of_the_variants_agree_and_play_all_that_the_variant_allows(variant: str) -> None:
    assert WALKER.walks(variant, 6) == {"index", "mislabel", "misroute", "store"}


@pytest.mark.parametrize(("values", "played"), [(HARDENED, CHARITABLE), (HARDENED, LITERAL), (CHARITABLE, LITERAL)])
def test_the_comparison_notices_a_reference_with_another_rule(values: object, played: object) -> None:
    """A control: a chain that compares less than the model's must disagree with it."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(values, random.Random(seed), played=played)  # type: ignore[arg-type]


def test_an_action_or_scope_that_cannot_be_is_refused_with_a_message() -> None:
    bridge = ServicesBridge()
    with pytest.raises(InputError, match="no Chain"):
        bridge.start(rules(LITERAL), {"Record": 1}, {}, 1)
    with pytest.raises(InputError, match="6 service chains"):
        bridge.start(rules(LITERAL), {"Record": 1, "Chain": 6}, {}, 1)
    with pytest.raises(InputError, match="has not the form of its own"):
        bridge.start(rules(LITERAL), {"Record": 1, "Chain": 2}, {"label": [1], "fits": [1, 0]}, 1)
    bridge.start(rules(LITERAL), {"Record": 1, "Chain": 2}, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("steal", {"r": 0, "c": 0})
    assert not bridge.apply("index", {"r": 4, "c": 0}).accepted
    assert not bridge.apply("mislabel", {"r": 0, "c": 4}).accepted
