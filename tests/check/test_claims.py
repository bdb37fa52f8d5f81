"""What a claim asks for: a verdict strong enough, a premise that is reached, and controls that are caught."""

from dataclasses import replace

import pytest

from meterproof.check.jobs import Job
from meterproof.check.methods import Budget, carry_out
from meterproof.check.runner import Options, run_job
from meterproof.check.targets import find, jobs
from meterproof.claims import Control, Stance, changing, explore, holds, induction, removing, violated
from meterproof.cli import main
from meterproof.verdict import Contradiction, Evidence, strongest

FOUR = explore(Replica=4, Block=2, faulty=1)
LARGE = explore(Replica=10, Block=3, faulty=3)
SMALL = explore(Meter=1, Key=2, Epoch=1, Reading=1, Time=2, Height=2)
NO_CONTROL = {
    "ZK-V16": "it shows that the delay of updates is no deadlock",
    "ZK-V20": "follows from ZK-P9",
    "ZK-V30": "holds as published, too",
    "ZK-V32": "holds by the guard of a refusal itself",
    "ZK-V33": "holds as published, too",
    "ZK-V42": "that something can be reached",
    "WA-V16": "that something can be reached",
    "ZD-V2": "that something can be reached",
    "WA-V35": "the tests drop fair actions instead",
    "GR-V3": "the register extends the ideal's own actions",
    "GR-V7": "an ideal has no rules; the tests drop its guards",
    "GR-V6": "no rule lets history be rewritten; the tests drop parts of a step",
    "GR-V4": "that something can be reached",
    "GR-P9": "the tests drop fair actions instead",
    "GR-P10": "the tests drop fair actions instead",
}
"""Hardened guarantees that no rule buys, each with the reason."""


def claimed(source: str, property: str, stance: Stance) -> Job:
    """A job of the study with another stance."""
    return replace(find(source, property), stance=stance)


def test_a_weaker_verdict_than_the_least_is_not_as_expected() -> None:
    check = run_job(claimed("bc-ami@hardened", "IS-P6", holds("proved", SMALL)), Options())
    assert check.decisive.verdict == "exhausted" and not check.as_expected


def test_a_violation_where_it_should_hold_is_not_as_expected() -> None:
    check = run_job(claimed("bc-ami@published (literal)", "IS-P6", holds("exhausted", SMALL)), Options())
    assert check.decisive.verdict == "violated" and not check.as_expected


def test_holding_where_a_violation_is_claimed_is_not_as_expected() -> None:
    check = run_job(claimed("bc-ami@hardened", "IS-P6", violated(SMALL)), Options())
    assert check.decisive.verdict == "exhausted" and not check.as_expected


def test_a_control_that_is_not_caught_is_not_as_expected() -> None:
    """Taking vote_once away does not touch key exclusivity."""
    stance = holds("exhausted", SMALL, controls=removing("vote_once", by=SMALL))
    check = run_job(claimed("bc-ami@hardened", "IS-P6", stance), Options())
    assert [c.caught for c in check.controls] == [False] and not check.as_expected


def test_a_property_whose_premise_is_never_reached_is_vacuous() -> None:
    """At one height nothing can be displaced, so nothing is said."""
    tiny = explore(Meter=1, Key=1, Epoch=1, Reading=1, Time=1, Height=1)
    check = run_job(claimed("bc-ami@hardened", "IS-V3", holds("exhausted", tiny)), Options())
    assert check.decisive.vacuous and not check.as_expected


def test_time_that_runs_out_is_unknown_and_never_a_pass() -> None:
    options = Options(budget=replace(Options().budget, seconds=0.0))
    check = run_job(claimed("bc-ami@published (literal)", "IS-V2", holds("exhausted", LARGE)), options)
    assert check.decisive.verdict == "unknown" and not check.as_expected
    assert "stopped by time" in (check.decisive.note or "")


@pytest.mark.parametrize(
    "job", [j for j in jobs([]) if j.stance.expected == "holds"], ids=lambda j: f"{j.name}-{j.declared.id}"
)
def test_each_guarantee_of_a_hardened_protocol_has_a_control_and_a_witness(job: Job) -> None:
    """What can be reached is its own witness."""
    assert job.declared.witness is not None or job.declared.kind == "reachable"
    assert job.variant != "hardened" or bool(job.stance.controls) == (job.declared.id not in NO_CONTROL)


def test_the_quorum_of_the_paper_is_unsafe_at_five_replicas() -> None:
    """2f+1 is safe for n = 3f+1 only (dossier 0.4): at n = 5 and f = 1 two quorums of 3 meet in one faulty replica."""
    five = explore(Replica=5, Block=2, faulty=1)
    job = claimed("bc-ami@published (charitable)", "IS-V1", violated(five))
    assert run_job(job, Options()).as_expected


def test_the_quorum_of_section_5_4_4_never_finishes_with_a_silent_replica() -> None:
    """More than 2f+1 answers can't be had at n = 3f+1 when f replicas say nothing (IS-C14)."""
    job = find("bc-ami@published (charitable)", "IS-V2")
    mutant: Control = changing("quorum", "2*f+2", by=FOUR)[0]
    assert job.rules is not None
    check = run_job(replace(job, rules=mutant.mutate(job.rules), stance=violated(FOUR)), Options())
    assert check.as_expected


def test_engines_that_contradict_each_other_are_an_error() -> None:
    proved, broken = Evidence("induction", "proved"), Evidence("explore", "violated", {"n": 4})
    with pytest.raises(Contradiction):
        strongest((proved, broken))
    with pytest.raises(Contradiction):
        strongest((Evidence("explore", "exhausted", {"n": 4}), replace(broken, method="bmc")))


def test_a_proof_does_not_speak_of_more_corruptions_than_the_design_admits() -> None:
    beyond = Evidence("explore", "violated", {"n": 4, "faulty": 2}, within_design=False)
    assert strongest((Evidence("induction", "proved"), beyond)) is beyond


def test_the_strongest_verdict_decides() -> None:
    assert strongest((Evidence("schedule", "tested"), Evidence("induction", "proved"))).verdict == "proved"
    assert strongest(()).verdict == "not run"


def test_an_induction_that_fails_is_not_inductive_and_names_the_obligation() -> None:
    """Without its lemmas authentication is not inductive; that is no violation."""
    job = find("bc-ami@hardened", "IS-P5")
    bare = replace(job, declared=replace(job.declared, lemmas=()), stance=holds("proved", induction()))
    check = run_job(bare, Options())
    assert check.decisive.verdict == "not inductive"
    assert "release" in (check.decisive.note or "")


def test_a_bounded_search_that_overlooked_a_short_violation_is_a_contradiction() -> None:
    job = find("bc-ami@published (literal)", "IS-P6")
    broken = run_job(replace(job, stance=violated(SMALL)), Options()).decisive
    assert broken.trace is not None and len(broken.trace.steps) == 3
    with pytest.raises(Contradiction):
        strongest((Evidence("bmc", "bounded", broken.scope, depth=5), broken))
    assert strongest((Evidence("bmc", "bounded", broken.scope, depth=2), broken)) is broken


def test_a_quiescent_property_is_vacuous_where_no_quiet_state_has_its_premise() -> None:
    """A leader that may propose for ever never leaves the others in peace, so progress says nothing."""
    job = find("bc-ami@hardened", "IS-V2")
    system = job.system()
    propose = next(a for a in system.actions if a.name == "propose")
    restless = replace(propose, guards=(), updates=propose.updates[:1])
    mutant = replace(system, actions=tuple(restless if a is propose else a for a in system.actions))
    found = carry_out(FOUR, mutant, job.claim(mutant), Budget())
    assert found.verdict == "exhausted" and found.vacuous


def test_what_is_not_run_is_not_counted_as_a_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "bc-ami@hardened", "--property", "IS-P15"]) == 0
    assert "0 verdicts, of which nothing was expected, 1 not run" in capsys.readouterr().out


def test_a_row_that_fails_for_vacuity_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Proved, but at this scope nothing is ever displaced: the reader is told why the row is unexpected."""
    assert main(["check", "bc-ami@hardened", "-p", "IS-V3", "--scope", "Meter=1,Key=1"]) == 1
    said = capsys.readouterr().out
    assert "! unexpected" in said and "vacuous, its premise is never reached" in said
