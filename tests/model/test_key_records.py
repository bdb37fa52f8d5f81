"""The machine of key records does what the errata say of it: replay, theft, loss, a swapped key, Sybils, pruning.

What holds of all runs is claimed in `properties/key_records.py` and `properties/key_control.py`; each claim is proved
here with its lemmas, and each rule that it needs is taken away. Beside that there are runs that must be possible, so
that no guarantee holds for want of them, and moves that a named rule must refuse.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from meterproof.check.methods import Budget, carry_out
from meterproof.claims import Case, Plan, Stance, bmc, explore, induction, kinduction
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import resolve
from meterproof.lang import System, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.verdict import Evidence
from model.key_records import KeyRecords
from properties import key_control, key_records
from properties.key_control import a_watched_meter_keeps_its_key, revocability_with_both_keys_lost, takeover_is_bounded
from properties.key_records import absence_is_no_pardon, revoked_stays_revoked, versions_in_order
from tests.model import shipped
from tests.model.claims import without_each_lemma

Move = tuple[str, tuple[int, ...]]
Rules = Mapping[str, object]

NAMES = KeyRecords.rule_schema()
VARIANTS = {
    of: {name: value for name, value in shipped.rules("edge-keys", of).items() if name in NAMES}
    for of in (shipped.LITERAL, shipped.CHARITABLE, shipped.HARDENED)
}
LITERAL, CHARITABLE, HARDENED = VARIANTS.values()

CASES: tuple[Case, ...] = (*key_records.CASES, *key_control.CASES)
STANCES: list[tuple[PropertyDecl, str, Stance]] = [
    (case.property, variant, stance) for case in CASES for variant, stance in case.stances.items()
]
CONTROLS = [(claim, variant, control) for claim, variant, stance in STANCES for control in stance.controls]

SCOPE = {"Meter": 1, "Epoch": 2, "Version": 4, "Key": 3}
JOINED: tuple[Move, ...] = (("apply", (0, 0, 0, 0)), ("enrol", (0, 0, 0, 0)))
"""The meter has joined with key 0."""
REVOKED: tuple[Move, ...] = (("raise_alarm", (0, 0)), ("sign_recall", (0, 0)), ("record_recall", (0, 0)))
"""Its owner has had epoch 0 revoked, hardened."""


def updated(version: int, old: int, new: int) -> tuple[Move, ...]:
    """The meter signs an update, and the devices record it."""
    return ("sign_update", (0, 0, version, old, new)), ("record_update", (0, 0, version, old, new))


def system_of(claim: PropertyDecl, rules: Rules = HARDENED, **changes: object) -> System:
    """The machine, traced with the claim."""
    return trace(KeyRecords, KeyRecords.rule_schema().read({**rules, **changes}), [claim])


def asked(claim: PropertyDecl, plan: Plan, rules: Rules = HARDENED, **changes: object) -> Evidence:
    """What the plan finds out about the claim."""
    system = system_of(claim, rules, **changes)
    return carry_out(plan, system, system.property(claim.id), Budget(seconds=60.0))


def stopped(rules: Rules, *moves: Move, **changes: object) -> tuple[int, tuple[str, ...]] | None:
    """The number of the first move that is not possible, and the rules of the guard that stops it; None if all are.

    All meters are installed, and their owners watch.
    """
    system = trace(KeyRecords, KeyRecords.rule_schema().read({**rules, **changes}))
    world = Instance(system, resolve(system, SCOPE), (("installed", (1,)), ("guarded", (1,))))
    model, state = Interpreter(world), Interpreter(world).initial()
    for number, (name, params) in enumerate(moves):
        action = model.action(name)
        if (guard := model.blocked_by(action, params, state)) is not None:
            return number, action.guards[guard].rules
        state = model.apply(action, params, state)
    return None


def moves_of(rules: Rules) -> set[str]:
    """The moves that some state may admit under these rules."""
    return {action.name for action in trace(KeyRecords, KeyRecords.rule_schema().read(rules)).actions}


def test_charitably_revoked_is_revoked_for_every_size_and_one_lemma_is_for_that() -> None:
    assert asked(revoked_stays_revoked, induction(), CHARITABLE).verdict == "proved"
    for fewer in without_each_lemma(revoked_stays_revoked):
        assert asked(fewer, induction(), CHARITABLE).verdict == "not inductive"


def test_every_rule_is_needed_by_some_claim() -> None:
    assert {control.rule for _, _, control in CONTROLS} == set(HARDENED)


@pytest.mark.parametrize("keys", [1, 2])
@pytest.mark.parametrize("variant", VARIANTS)
def test_engines_say_the_same_at_tiny_scopes(variant: str, keys: int) -> None:
    for claim in (absence_is_no_pardon, a_watched_meter_keeps_its_key):
        whole = asked(claim, explore(Meter=1, Epoch=1, Version=2, Key=keys), VARIANTS[variant])
        bounded = asked(claim, bmc(8, Meter=1, Epoch=1, Version=2, Key=keys), VARIANTS[variant])
        assert (whole.verdict == "violated") == (bounded.verdict == "violated")
        if whole.trace is not None and bounded.trace is not None:
            assert len(whole.trace.steps) == len(bounded.trace.steps)


# ---- updates


def test_an_old_update_that_is_sent_again_rolls_the_chain_back_where_any_earlier_key_signs() -> None:
    """ZK-C8: k0, k1, k2, and then the update from k0 to k1 once more."""
    moves = (*JOINED, *updated(1, 0, 1), *updated(2, 1, 2), ("record_update", (0, 0, 3, 0, 1)))
    assert stopped(LITERAL, *moves) is None
    assert stopped(CHARITABLE, *moves) == (6, ("update_signer",))


def test_an_old_update_counts_again_where_a_key_recurs() -> None:
    """ZK-C8: k0, k1, k0, and then the first update again; hardened, no key is used twice, and versions are named."""
    moves = (*JOINED, *updated(1, 0, 1), *updated(2, 1, 0), ("record_update", (0, 0, 3, 0, 1)))
    assert stopped(CHARITABLE, *moves) is None
    assert stopped(HARDENED, *JOINED, *updated(1, 0, 1), ("activate", (0, 0, 1)), *updated(2, 1, 0)) == (
        5, ("record_link",),
    )  # fmt: skip


def test_an_update_counts_in_its_place_only() -> None:
    begun = (*JOINED, *updated(1, 0, 1), ("activate", (0, 0, 1)))
    again: Move = ("record_update", (0, 0, 2, 0, 1))
    assert stopped(HARDENED, *begun, again) == (5, ("record_link",))
    assert stopped(HARDENED, *begun, again, record_link="none") == (5, ("update_signer",))


def test_an_update_waits_alone() -> None:
    """Were there two, the later could come into force before the earlier, and then be displaced by it."""
    waiting = (*JOINED, *updated(1, 0, 1))
    assert stopped(HARDENED, *waiting, ("sign_update", (0, 0, 2, 0, 2))) == (4, ())
    forged: tuple[Move, ...] = (("copy_key", (0, 0)), ("generate_key", (2,)), ("forge_update", (0, 0, 2, 0, 2)))
    assert stopped(HARDENED, *waiting, *forged) == (6, ())
    early: tuple[Move, ...] = (*JOINED, ("sign_update", (0, 0, 1, 0, 1)), ("sign_update", (0, 0, 1, 0, 2)))
    both: tuple[Move, ...] = (("record_update", (0, 0, 1, 0, 1)), ("record_update", (0, 0, 1, 0, 2)))
    assert stopped(HARDENED, *early, *both) == (5, ())


def test_an_update_to_the_key_in_force_is_none() -> None:
    assert stopped(LITERAL, *JOINED, *updated(1, 0, 1), ("record_update", (0, 0, 2, 0, 1))) == (4, ())


def test_a_superseded_key_that_was_copied_authorises_nothing() -> None:
    copied: tuple[Move, ...] = (*JOINED, ("copy_key", (0, 0)), *updated(1, 0, 1), ("activate", (0, 0, 1)))
    forged: tuple[Move, ...] = (("generate_key", (2,)), ("forge_update", (0, 0, 2, 0, 2)))
    assert stopped(HARDENED, *copied, *forged) == (7, ("update_signer",))
    assert stopped(HARDENED, *copied, *forged, update_signer="any-earlier-key") is None


STOLEN: tuple[Move, ...] = (
    *JOINED, ("copy_key", (0, 0)), ("generate_key", (1,)), ("forge_update", (0, 0, 1, 0, 1)),
)  # fmt: skip
"""The adversary has copied the meter's key and had one of its own recorded."""


def test_a_thief_who_is_faster_locks_the_owner_out() -> None:
    """ZK-C5: neither the meter's revocation nor, charitably, anything else of its own is accepted any more."""
    revocation: tuple[Move, ...] = (("raise_alarm", (0, 0)), ("sign_revocation", (0, 0, 0)))
    assert stopped(CHARITABLE, *STOLEN, *revocation, ("record_empty_key", (0, 0, 2, 0))) == (7, ("update_signer",))
    assert stopped(CHARITABLE, *STOLEN, ("sign_update", (0, 0, 2, 0, 2))) == (5, ())
    assert stopped(LITERAL, *STOLEN, *revocation, ("record_empty_key", (0, 0, 2, 0))) is None


def test_a_watching_owner_stops_a_thief_and_comes_back_with_another_key() -> None:
    veto: tuple[Move, ...] = (("sign_veto", (0, 0, 1)), ("record_veto", (0, 0, 1)))
    back: tuple[Move, ...] = (("apply", (0, 1, 0, 2)), ("enrol", (0, 1, 0, 2)))
    assert stopped(HARDENED, *STOLEN, ("activate", (0, 0, 1))) == (5, ("recovery_key",))
    assert stopped(HARDENED, *STOLEN, *veto, ("activate", (0, 0, 1))) == (7, ())
    assert stopped(HARDENED, *STOLEN, *veto, *REVOKED, *back) is None


def test_an_owner_vetoes_only_what_the_meter_did_not_ask_for() -> None:
    assert stopped(HARDENED, *JOINED, *updated(1, 0, 1), ("sign_veto", (0, 0, 1))) == (4, ())


# ---- revocation


def test_the_empty_key_lets_anybody_resurrect_a_meter() -> None:
    """ZK-C7, with the very key that was revoked."""
    moves: tuple[Move, ...] = (
        *JOINED, ("copy_key", (0, 0)), ("raise_alarm", (0, 0)), ("sign_revocation", (0, 0, 0)),
        ("record_empty_key", (0, 0, 1, 0)), ("sign_with_the_empty_key", (0, 0, 2, 0)),
    )  # fmt: skip
    assert stopped(LITERAL, *moves) is None
    assert "sign_with_the_empty_key" not in moves_of(CHARITABLE) | moves_of(HARDENED)


def test_who_copied_a_key_revokes_it_in_every_variant() -> None:
    """ZK-C6: a denial of service that sticky revocation does not take away; what it ends is a copied key."""
    forged: tuple[Move, ...] = (*JOINED, ("copy_key", (0, 0)), ("forge_revocation", (0, 0, 0)))
    for rules in (LITERAL, CHARITABLE):
        assert stopped(rules, *forged, ("record_empty_key", (0, 0, 1, 0))) is None
    assert stopped(HARDENED, *forged, ("record_revocation", (0, 0, 0))) is None


def test_a_revoked_epoch_takes_no_update_and_a_revocation_of_it_is_none_of_the_next() -> None:
    late = ("record_update", (0, 0, 1, 0, 1))
    assert stopped(HARDENED, *JOINED, updated(1, 0, 1)[0], *REVOKED, late) == (6, ("update_signer",))
    again: tuple[Move, ...] = (("apply", (0, 1, 0, 1)), ("enrol", (0, 1, 0, 1)), ("record_recall", (0, 0)))
    assert stopped(HARDENED, *JOINED, *REVOKED, *again) == (7, ())


def test_the_root_certifies_a_next_epoch_only_after_a_revocation() -> None:
    assert stopped(HARDENED, *JOINED, ("apply", (0, 1, 0, 1))) == (2, ("join",))


def test_a_meter_that_lost_its_keys_is_revoked_with_the_recovery_key_and_by_nothing_else() -> None:
    lost: tuple[Move, ...] = (*JOINED, ("lose_keys", (0,)))
    alone: tuple[Move, ...] = (("raise_alarm", (0, 0)), ("sign_revocation", (0, 0, 0)))
    for rules in VARIANTS.values():
        assert stopped(rules, *lost, *alone) == (4, ())
    assert stopped(HARDENED, *lost, *REVOKED) is None


def test_nobody_is_left_to_ask_where_both_keys_are_lost() -> None:
    evidence = asked(revocability_with_both_keys_lost, explore(Meter=1, Epoch=1, Version=2, Key=1))
    assert evidence.trace is not None and "lose_keys" in {step.action for step in evidence.trace.steps}
    assert not any(evidence.trace.instance.rigids["guarded"])


def test_the_delay_adds_nothing_to_how_a_takeover_ends() -> None:
    assert asked(takeover_is_bounded, key_records.SMALL, activation="at-once").verdict == "exhausted"


# ---- pruning and joining


def test_an_old_application_counts_again_where_the_revocation_was_forgotten() -> None:
    """ZK-C30: absence of a record is taken for a meter that never was."""
    forgotten: tuple[Move, ...] = (*JOINED, *REVOKED, ("prune", (0, 0)), ("enrol", (0, 0, 0, 0)))
    assert stopped(HARDENED, *forgotten, pruning="expired-head") is None
    assert stopped(HARDENED, *forgotten) == (6, ())


def test_charitably_it_is_pruning_alone_that_forgives() -> None:
    plan = explore(Meter=1, Epoch=1, Version=3, Key=2)
    assert asked(absence_is_no_pardon, plan, CHARITABLE).verdict == "violated"
    assert asked(absence_is_no_pardon, plan, CHARITABLE, pruning="checkpoint").verdict == "exhausted"


def test_who_may_join_in_a_meters_name_is_what_the_rule_says() -> None:
    named = {"join_as", "vouch"}
    assert [named & moves_of(rules) for rules in VARIANTS.values()] == [{"join_as"}, {"vouch"}, set()]


def test_versions_are_claimed_without_thieves() -> None:
    """ZK-P4 is about replay; what is recorded under a copied key, the meter did not ask for in any variant."""
    assert stopped(HARDENED, *STOLEN) is None
    assert "KEY" not in versions_in_order.against


def test_it_is_settled_for_all_runs_of_a_scope_by_induction_over_few_steps() -> None:
    evidence = asked(absence_is_no_pardon, kinduction(4, Meter=1, Epoch=2, Version=2, Key=2))
    assert evidence.verdict == "inductive"
