"""Validator sets with real signatures and the model `Receipts` tell one protocol, on random walks both ways."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from model.receipts import Receipts
from reference.ledger.effects import refused
from reference.sovereign_chain import receipts_world
from reference.sovereign_chain.receipts_bridge import ReceiptsBridge
from reference.sovereign_chain.receipts_world import Event
from reference.sovereign_chain.rules import Rules
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, rules
from tests.reference.walker import Walker

FORMS = {form: {**HARDENED, "chain_receipts": form} for form in ("none", "record-only", "any-set", "certified")}


def _something_is_broken(instance: Instance) -> bool:
    return any(instance.rigids["broken"])


WALKER = Walker(
    Receipts,
    ReceiptsBridge,
    [
        {"Chain": 2, "Roster": 3, "Height": 1, "Entry": 1},
        {"Chain": 2, "Roster": 3, "Height": 1, "Entry": 2},
    ],
    _something_is_broken,
    {"sign_falsely", "forge"},
    length=30,
    read=Rules.from_values,
    shipped=FORMS,
)
_ALWAYS = {"finalise", "certify", "renew", "follow", "steal", "sign_with_old_keys", "sign_falsely"}
ALLOWED = {
    "none": _ALWAYS | {"take_word", "forge"},
    "record-only": _ALWAYS | {"take_record"},
    "any-set": _ALWAYS | {"take"},
    "certified": _ALWAYS | {"take"},
}


@pytest.mark.parametrize("form", FORMS)
def test_walks_agree_and_play_all_that_a_form_of_receipts_allows(form: str) -> None:
    assert WALKER.walks(form, 5) == ALLOWED[form]


def test_the_comparison_notices_a_reference_with_another_rule() -> None:
    """A control: a reference that takes receipts of any set must disagree with the hardened model."""
    with pytest.raises(AssertionError):
        for seed in range(20):
            WALKER.walk(HARDENED, random.Random(seed), played=FORMS["any-set"])


def test_a_scope_or_action_that_cannot_be_is_refused_with_a_message() -> None:
    bridge, scope = ReceiptsBridge(), {"Chain": 2, "Roster": 2, "Height": 1, "Entry": 1}
    with pytest.raises(InputError, match="no Entry"):
        bridge.start(rules(LITERAL), {"Chain": 2, "Roster": 2, "Height": 1}, {}, 1)
    with pytest.raises(InputError, match="another's"):
        bridge.start(rules(LITERAL), scope, {"first": [1, 1]}, 1)
    bridge.start(rules(LITERAL), scope, {}, 1)
    with pytest.raises(InputError):
        bridge.apply("take", {"d": 0})
    assert not bridge.apply("steal", {"v": 5}).accepted and not bridge.apply("steal", {"v": 0}).accepted


@pytest.mark.parametrize(("form", "taken"), [("any-set", True), ("certified", False)])
def test_a_set_that_was_replaced_convinces_nobody_who_has_followed_the_change(form: str, taken: bool) -> None:
    world = receipts_world.deploy(rules(FORMS[form]), 1, sets=3, first=(0, 1))
    for event in (
        Event("finalise", of=0),
        Event("certify", of=0, old=0),
        Event("renew", of=0, old=0, new=2),
        Event("follow", by=1, of=0, old=0, new=2),
    ):
        world, effects = receipts_world.step(world, event)
        assert refused(effects) is None
    _, effects = receipts_world.step(world, Event("take", by=1, of=0, old=0))
    assert (refused(effects) is None) == taken


def test_a_change_that_the_set_in_force_has_not_certified_is_not_followed() -> None:
    """It is certified for another set, or by another set than the one that goes."""
    honest = receipts_world.deploy(rules(HARDENED), 1, sets=4, first=(0, 1))
    honest, _ = receipts_world.step(honest, Event("renew", of=0, old=0, new=2))
    other, _ = receipts_world.step(honest, Event("renew", of=1, old=1, new=3))
    [change], [_, elsewhere] = honest.changes, other.changes
    follow = Event("follow", by=1, of=0, old=0, new=2)
    for forged in (replace(change, certificate=elsewhere.certificate), replace(change, certificate=b"")):
        after, effects = receipts_world.step(replace(honest, changes=(forged,)), follow)
        assert refused(effects) is not None and after.follows == honest.follows
    assert refused(receipts_world.step(honest, follow)[1]) is None


@pytest.mark.parametrize(("form", "taken"), [("any-set", True), ("certified", False)])
def test_a_new_set_convinces_nobody_who_has_not_followed_the_change_yet(form: str, taken: bool) -> None:
    world = receipts_world.deploy(rules(FORMS[form]), 1, sets=3, first=(0, 1))
    for event in (Event("finalise", of=0), Event("renew", of=0, old=0, new=2), Event("certify", of=0, old=2)):
        world, effects = receipts_world.step(world, event)
        assert refused(effects) is None
    _, effects = receipts_world.step(world, Event("take", by=1, of=0, old=2))
    assert (refused(effects) is None) == taken
