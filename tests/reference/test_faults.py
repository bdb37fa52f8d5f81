"""Replicas crash, lie and are cut off while readings go through: up to f at once nothing is lost, beyond it all
stops."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from reference.bc_ami import lies
from reference.bc_ami.faults import Conditions, Episode, FaultPlan
from reference.bc_ami.network import NoQuorum
from reference.bc_ami.pipeline import Pipeline
from reference.bc_ami.summary import Summary
from tests.reference.readings import METERS, half_hours
from tests.reference.variants import VARIANTS, rules

READINGS = list(half_hours([100 + 7 * i for i in range(36)]))
BLOCK = 3
HEIGHTS = len(READINGS) // BLOCK


def run(plan: FaultPlan, replicas: int = 4, variant: str = "hardened") -> Pipeline:
    bound = (replicas - 1) // 3
    pipeline = Pipeline(rules(VARIANTS[variant]), METERS, replicas, bound, seed=2, block_size=BLOCK, plan=plan)
    pipeline.submit(READINGS)
    pipeline.finish()
    return pipeline


@cache
def faultless() -> Summary:
    return run(FaultPlan()).summary()


@settings(max_examples=4, deadline=None)
@given(
    kinds=st.tuples(*[st.integers(0, 2)] * 3).filter(lambda kinds: 1 <= sum(kinds) <= 4),
    replicas=st.sampled_from([4, 5, 7]),
    seed=st.integers(0, 10**6),
)
def test_up_to_f_faults_at_once_leave_the_totals_as_they_are(
    kinds: tuple[int, int, int], replicas: int, seed: int
) -> None:
    spec = ",".join(f"{kind}={count}" for kind, count in zip(("crash", "lie", "cut"), kinds, strict=True) if count)
    bound = (replicas - 1) // 3
    plan = FaultPlan.of(spec, replicas, bound, HEIGHTS, seed)
    assert plan.most_at_once <= bound
    summary = run(plan, replicas).summary()
    assert summary.totals == faultless().totals and summary.refused == {}
    assert summary.recorded == len(READINGS) and set(summary.monitors.values()) == {"held"}
    assert sum(summary.faults.values()) == sum(kinds)


@pytest.mark.parametrize("replica", [0, 1])
def test_a_replica_that_lies_all_the_time_harms_nobody_as_a_leader_or_not(replica: int) -> None:
    summary = run(FaultPlan((Episode("lie", replica, 0, 10**6),))).summary()
    assert summary.totals == faultless().totals and summary.refused == {}
    told = set(summary.ordering.lied)
    assert told <= {*lies.VOTES, *lies.LEADS, *lies.REPORTS} and len(told) >= 4
    assert {"candidate", "counted", "quorum"} <= set(summary.ordering.refused)
    assert (summary.ordering.view_changes > 0) == (replica == 0)


def test_every_lie_of_a_leader_is_told_and_what_it_locked_is_carried_on() -> None:
    tallies = [_first_block(FaultPlan((Episode("lie", 0, 0, 1),)), seed).ordering for seed in range(18)]
    led = {lie: tally for tally in tallies for lie in tally.lied if lie in lies.LEADS}
    assert set(led) == set(lies.LEADS)
    assert led["withheld-votes"].carried == 1 and sum(tally.carried for tally in tallies) >= 1
    assert led["invalid-block"].refused["endorsements"] == 3
    assert led["false-certificate"].refused["quorum"] >= 3


def _first_block(plan: FaultPlan, seed: int) -> Summary:
    pipeline = Pipeline(rules(VARIANTS["hardened"]), METERS, 4, 1, seed=seed, block_size=BLOCK, plan=plan)
    pipeline.submit(READINGS[:BLOCK])
    summary = pipeline.finish()
    assert summary.recorded == BLOCK and summary.refused == {}
    return summary


def test_a_leader_that_crashes_costs_one_change_of_view_and_catches_up() -> None:
    summary = run(FaultPlan((Episode("crash", 0, 2, 9),))).summary()
    assert summary.totals == faultless().totals
    # It crashes after its proposal, so height 2 is decided without a change; then the next leader stays.
    assert summary.ordering.view_changes == 1 and summary.ordering.caught_up == 7


def test_a_cut_off_replica_misses_the_height_from_its_start() -> None:
    summary = run(FaultPlan((Episode("cut", 0, 2, 9),))).summary()
    assert summary.ordering.view_changes == 1 and summary.ordering.caught_up == 7
    assert summary.totals == faultless().totals


@pytest.mark.parametrize("kinds", [("cut", "cut"), ("lie", "lie"), ("crash", "lie")])
def test_more_than_f_stop_the_run_and_what_was_final_stays(kinds: tuple[str, str]) -> None:
    plan = FaultPlan(tuple(Episode(kind, replica, 4, 8) for replica, kind in enumerate(kinds)))  # type: ignore[arg-type]
    pipeline = Pipeline(rules(VARIANTS["hardened"]), METERS, 4, 1, seed=2, block_size=BLOCK, plan=plan)
    with pytest.raises(NoQuorum, match="no quorum at height 4: 2 of 4 replicas answer as they should, 3 are needed"):
        pipeline.submit(READINGS)
    summary = pipeline.summary()
    assert summary.blocks == 4 and summary.recorded == 4 * BLOCK and sum(summary.faults.values()) == 2
    assert set(summary.monitors.values()) == {"held"}


def test_the_same_plan_and_seed_give_the_same_ledger() -> None:
    plan = FaultPlan.of("crash=1,lie=2", 4, 1, HEIGHTS, 5)
    assert run(plan).summary().ledger == run(plan).summary().ledger != faultless().ledger


def test_rules_without_a_change_of_view_refuse_faults() -> None:
    with pytest.raises(InputError, match="change of view"):
        run(FaultPlan.of("crash=1", 4, 1, HEIGHTS, 0), variant="literal")


@given(
    counts=st.fixed_dictionaries({kind: st.integers(0, 5) for kind in ("crash", "lie", "cut")}).filter(
        lambda counts: any(counts.values())
    ),
    at_once=st.integers(1, 4),
    seed=st.integers(0, 10**6),
    heights=st.integers(45, 200),
)
def test_a_drawn_plan_has_all_episodes_within_the_run_and_as_many_at_once_as_asked(
    counts: dict[str, int], at_once: int, seed: int, heights: int
) -> None:
    spec = ",".join(f"{kind}={count}" for kind, count in counts.items())
    plan = FaultPlan.of(f"{spec},at-once={at_once}", 10, 3, heights, seed)
    assert plan.begun(heights) == counts
    assert all(0 <= each.first < each.until < heights for each in plan.episodes)
    assert plan.most_at_once == min(at_once, sum(counts.values()))
    assert plan == FaultPlan.of(f"{spec},at-once={at_once}", 10, 3, heights, seed)


def test_an_episode_begins_and_ends_with_its_heights() -> None:
    plan = FaultPlan((Episode("crash", 1, 2, 4), Episode("lie", 1, 3, 5), Episode("cut", 0, 2, 3)))
    none = frozenset[int]()
    assert plan.at(1) == plan.at(5) == Conditions()
    assert plan.at(2) == Conditions(silent=frozenset({0}), failing=frozenset({1}))
    assert plan.at(3) == plan.at(4) == Conditions(none, none, frozenset({1}))


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("crsh=1", "crsh=1"),
        ("crash", "'crash'"),
        ("crash=-1", "crash=-1"),
        ("crash=1,crash=2", "crash=2"),
        ("crash=0", "no fault"),
        ("", "faults ''"),
        ("crash=1,at-once=0", "0 of 4 replicas at once"),
        ("crash=1,at-once=5", "5 of 4 replicas at once"),
        ("crash=5", "need 15 blocks, and the run has 12"),
        ("missing.toml", "cannot be read"),
    ],
)
def test_a_specification_that_cannot_be_played_is_refused(spec: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        FaultPlan.of(spec, 4, 1, HEIGHTS, 0)


def test_a_plan_can_be_written_down(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text('[[episode]]\nkind = "cut"\nreplica = 2\nfirst = 1\nuntil = 5\n')
    assert FaultPlan.of(str(path), 4, 1, HEIGHTS, 0).episodes == (Episode("cut", 2, 1, 5),)
    for bad in ('kind = "nap"', "replica = 4", "first = 5", "until = 1.5", "extra = 1"):
        name = bad.split()[0]
        lines = [line for line in path.read_text().splitlines() if not line.startswith(name)]
        wrong = tmp_path / "wrong.toml"
        wrong.write_text("\n".join([*lines, bad]))
        with pytest.raises(InputError, match="episode 1"):
            FaultPlan.of(str(wrong), 4, 1, HEIGHTS, 0)
    path.write_text("[[episode]")
    with pytest.raises(InputError, match=r"plan\.toml"):
        FaultPlan.of(str(path), 4, 1, HEIGHTS, 0)
