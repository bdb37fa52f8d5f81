"""Who configures the platform and who signs for its users, beyond what a check says of it.

The rules are given here, so that each test says what it rests on.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from meterproof.claims import Plan, explore
from meterproof.lang import trace
from meterproof.lang.declare import PropertyDecl
from meterproof.verdict import Evidence
from model.vocabulary import ADMIN
from properties.administration import (
    ONE_CHANGE,
    ONE_KEY,
    THREE_EPOCHS,
    TWO_CHANGES,
    no_administrator_signs_as_a_user,
    nobody_reconfigures_alone,
    nothing_is_in_the_way_of_a_change,
    one_configuration_an_epoch,
)
from tests.model.edge import steps_of
from tests.model.shipped import asked

HARDENED = {
    "administration": "quorum", "user_keys": "user-made",
    "quorum": "floor((n+f)/2)+1", "resilience": "3*f+1", "vote_once": True,
}  # fmt: skip


def found(claim: PropertyDecl, plan: Plan, **changes: object) -> Evidence:
    """What the plan finds out about the claim under the hardened rules, some of them changed."""
    assert claim.of is not None
    schema = claim.of.rule_schema()
    values = {name: value for name, value in {**HARDENED, **changes}.items() if name in schema}
    return asked(trace(claim.of, schema.read(values), [claim]), claim, plan)


@pytest.mark.parametrize(
    ("user_keys", "administration"), list(product(("admin-made", "user-made"), ("one-admin", "examined", "quorum")))
)
def test_that_users_make_their_keys_is_not_enough(user_keys: str, administration: str) -> None:
    """ZD-C16: an administrator who has no copy of a user's key registers one of his own in the user's name."""
    evidence = found(
        no_administrator_signs_as_a_user, ONE_KEY, user_keys=user_keys, administration=administration
    )  # fmt: skip
    if (user_keys, administration) == ("user-made", "quorum"):
        assert evidence.verdict == "exhausted"
    elif administration == "quorum":
        assert {"keep_key", "vouch", "sign_as"} <= set(steps_of(evidence))
    else:
        assert steps_of(evidence) == ["make_another", "register_at_will", "sign_as"]


def test_without_numbers_an_approval_is_used_again_and_nobody_need_be_dishonest() -> None:
    honest = replace(nobody_reconfigures_alone, against=frozenset())
    evidence = found(honest, THREE_EPOCHS, administration="quorum-unnumbered")
    assert steps_of(evidence).count("enact") == 2 and steps_of(evidence).count("approve") == 1
    assert found(honest, THREE_EPOCHS).verdict == "exhausted"


def test_what_is_examined_is_members_and_the_rest_one_administrator_does() -> None:
    evidence = found(nobody_reconfigures_alone, ONE_CHANGE, administration="examined")
    assert evidence.trace is not None and not any(evidence.trace.instance.rigids["of_member"])
    assert "enact_at_will" in steps_of(evidence) and "approve" not in steps_of(evidence)


def test_two_nodes_are_told_two_configurations() -> None:
    """Nobody but the administrator is dishonest."""
    alone = replace(one_configuration_an_epoch, against=frozenset({ADMIN}))
    evidence = found(alone, TWO_CHANGES, administration="one-admin")
    assert evidence.trace is not None
    told = [step.params[0] for step in evidence.trace.steps if step.action in ("hear", "tell_at_will")]
    assert sorted(told) == [0, 1]


@pytest.mark.parametrize("f", [1, 2, 3])
def test_a_quorum_is_safe_above_f_and_makes_progress_up_to_n_minus_f(f: int) -> None:
    """By counting: f corrupted members are a quorum of q if q <= f, and can withhold one if q > n - f."""
    scope = explore(Replica=4, Change=1, Epoch=2, f=f, faulty=f)
    for q in range(1, 5):
        wrong = found(nobody_reconfigures_alone, scope, quorum=str(q), resilience="1").verdict == "violated"
        stuck = found(nothing_is_in_the_way_of_a_change, scope, quorum=str(q), resilience="1").verdict == "violated"
        assert (wrong, stuck) == (q <= f, q > 4 - f), q
