"""The whole: what its guarantees mean in runs, and which part of a rule does what (model.grid, model.relocation)."""

from dataclasses import replace

import pytest

from meterproof.claims import explore, induction, walk
from meterproof.prove.induct import prove
from properties.grid import (
    THREE_SLOTS,
    TWO_CHAINS,
    TWO_EDITIONS,
    TWO_SLOTS,
    TWO_USERS,
    counted_at_most_once,
    emitted,
    from_meter_to_resident,
    history_is_what_was,
    in_ones_tenancy,
    readings_are_counted,
    readings_are_shown,
    released_under_the_rule_in_force,
    signed_under_a_valid_key,
)
from properties.refinements import (
    consensus_gives_an_agreed_block,
    keys_live_as_they_should,
    stolen_keys_live_as_they_should,
    what_readers_have_is_one_block,
)
from properties.relocation import no_key_is_left_behind
from tests.model.claims import found, system_of, without_each_lemma

GRID, SIDE_BY_SIDE = "grid@hardened", "grid@side-by-side"


def actions(claim, plan, of=GRID, **changes) -> list[str]:
    """The actions of the shortest run that breaks the claim."""
    trace = found(claim, plan, of, **changes).trace
    assert trace is not None
    return [step.action for step in trace.steps]


def test_a_revoked_key_is_accepted_by_a_chain_that_has_not_heard() -> None:
    """It was valid by the first block, and is revoked before the record is counted."""
    run = actions(signed_under_a_valid_key, THREE_SLOTS, key_check="as-enrolled")
    assert run.index("install") < run.index("revoke") < run.index("include")


def test_a_stale_checkpoint_is_as_bad_as_none() -> None:
    run = actions(signed_under_a_valid_key, THREE_SLOTS, key_check="latest-heard")
    assert run.index("fetch_keys") < run.index("include") and "revoke" in run


def test_a_token_outlives_a_tenancy() -> None:
    run = actions(in_ones_tenancy, TWO_USERS, tenancy_check="token")
    assert "hand_over" in run and run.index("log_in") < run.index("show")


def test_the_first_readings_of_a_tenant_are_shown_to_the_one_before_by_a_register_that_is_behind() -> None:
    run = actions(in_ones_tenancy, TWO_USERS, tenancy_check="as-known")
    assert "log_in" not in run and run.index("hand_over") < run.index("emit") < run.index("fetch_law")


def test_a_denial_is_not_known_elsewhere() -> None:
    assert "deny" in actions(released_under_the_rule_in_force, THREE_SLOTS, law_check="latest-heard")


def test_a_rule_changes_between_inclusion_and_release() -> None:
    trace = found(released_under_the_rule_in_force, TWO_EDITIONS, judged_at="inclusion", of=GRID).trace
    assert trace is not None
    editions = [step.params[-1] for step in trace.steps if step.action == "advance"]
    assert len(set(editions)) == 2


def test_a_report_is_counted_on_two_chains() -> None:
    assert actions(counted_at_most_once, TWO_CHAINS, bound_to="content").count("include") == 2


def test_what_nobody_emitted_is_shown_where_blocks_need_no_certificate() -> None:
    assert "emit" not in actions(emitted, TWO_SLOTS, release_check="authentic-database")


def test_a_key_is_left_behind_by_a_bundle_that_was_sent_before_its_update() -> None:
    run = actions(no_key_is_left_behind, explore(Meter=1, Device=2, Move=1, Version=2), bundle_move="as-exported")
    assert run.index("take_out") < run.index("update") < run.index("commit")


@pytest.mark.parametrize("claim, plan", [
    (signed_under_a_valid_key, THREE_SLOTS), (released_under_the_rule_in_force, THREE_SLOTS),
    (from_meter_to_resident, THREE_SLOTS),
])  # fmt: skip
def test_random_walks_find_it_too(claim, plan) -> None:
    assert found(claim, walk(300_000, 100, **plan.sizes), SIDE_BY_SIDE).verdict == "violated"
    assert found(claim, walk(100_000, 100, **plan.sizes), GRID).verdict == "tested"


@pytest.mark.parametrize("missing", ["fetch_keys", "include"])
def test_a_reading_is_counted_if_the_chain_does_its_part(missing: str) -> None:
    fair = tuple(each for each in readings_are_counted.fair if each != missing)
    assert found(replace(readings_are_counted, fair=fair), THREE_SLOTS, GRID).verdict == "violated"


@pytest.mark.parametrize("missing", ["take", "fetch_law", "show"])
def test_a_reading_is_shown_if_the_platform_does_its_part(missing: str) -> None:
    fair = tuple(each for each in readings_are_shown.fair if each != missing)
    assert found(replace(readings_are_shown, fair=fair), THREE_SLOTS, GRID).verdict == "violated"


def test_the_theorem_needs_each_lemma_that_is_no_clause() -> None:
    """Without one, induction no longer goes through: none of them is decoration."""
    needed = [x for x in from_meter_to_resident.lemmas if x.kind == "lemma"]
    for less in without_each_lemma(replace(emitted, lemmas=emitted.lemmas)):
        assert found(less, induction(), GRID).verdict == "not inductive"
    assert {x.id for x in emitted.lemmas} <= {x.id for x in needed}


@pytest.mark.parametrize("forgotten", ["had", "key_by", "denied", "tenant"])
def test_history_that_is_not_kept_is_noticed(forgotten: str) -> None:
    system = system_of(history_is_what_was, GRID)
    actions = tuple(
        replace(a, updates=tuple(u for u in a.updates if u.variable != forgotten)) if a.name == "advance" else a
        for a in system.actions
    )
    found = prove(replace(system, actions=actions), system.property("GR-V6"))
    assert found.verdict == "not inductive"


@pytest.mark.parametrize("guard", range(3))
def test_an_ideal_without_one_of_its_guards_agrees_on_nothing(guard: int) -> None:
    system = system_of(what_readers_have_is_one_block, GRID)
    (append,) = system.actions
    less = replace(append, guards=tuple(g for i, g in enumerate(append.guards) if i != guard))
    expected = "not inductive" if len(less.guards) < len(append.guards) else "proved"
    assert prove(replace(system, actions=(less,)), system.property("GR-V7")).verdict == expected


def test_keys_of_a_thief_are_no_step_of_the_ideal_without_theft() -> None:
    """Each claim allows its ideal the moves of its own adversary only, so that GR-V1 says more than GR-V5 of NET."""
    plan = explore(Meter=1, Epoch=1, Version=3, Key=2)
    assert (
        found(replace(keys_live_as_they_should, against=stolen_keys_live_as_they_should.against), plan, GRID).verdict
        == "violated"
    )
    assert found(stolen_keys_live_as_they_should, plan, GRID).verdict == "exhausted"


def test_with_more_faults_than_the_bound_consensus_gives_no_agreed_block() -> None:
    plan = explore(Replica=4, View=1, Block=2, faulty=2)
    assert found(consensus_gives_an_agreed_block, plan, GRID).verdict == "violated"
