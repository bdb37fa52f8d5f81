"""A check is a finding exactly where it is not as expected, and is shown at the rule that a reader looks at first."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.check.jobs import Job
from meterproof.check.runner import Check, ControlResult, Options, as_expected, run_job
from meterproof.check.targets import jobs
from meterproof.ci.items import Tree
from meterproof.ci.of_check import item, verdict
from meterproof.claims import Stance, explore, removing
from meterproof.verdict import STRENGTH, Contradiction, Evidence, strongest
from tests.audit.ballots import spec
from tests.ci.inside import claimed, inside
from tests.study.samples import line_of

PLAN = explore(Voter=3, Block=2)
[CONTROL] = removing("sealed", by=PLAN)


@pytest.fixture(scope="module")
def ballots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Job]]:
    """The lax variant's jobs by property, in whose study the current folder is."""
    with inside(claimed(tmp_path_factory.mktemp("ci") / "study")):
        yield {j.declared.id: j for j in jobs(["ballot@lax"])}


@pytest.fixture(scope="module")
def lost(ballots: dict[str, Job]) -> Check:
    """Agreement, which is claimed and violated."""
    return run_job(ballots["BA-P1"], Options())


def tree() -> Tree:
    return Tree(Path.cwd().parent, Path.cwd())


def test_a_violation_is_shown_at_the_absent_rule_that_its_steps_go_by(lost: Check) -> None:
    found = item(lost, tree())
    assert (found.outcome, found.verdict, found.subject) == ("failed", "violated", "ballot@lax")
    at = line_of(spec("lax", vote_once="false"), "[rules.vote_once]") + 1
    assert str(found.place) == f"study/spec/ballot.lax.toml:{at}"
    assert found.message == (
        "violated in 6 steps (explore, Voter=3, Block=2), though it is claimed to hold; "
        "shown at rule vote_once = false, which step 4 goes by"
    )
    [declared] = found.related
    assert declared.place is not None and declared.place.file == "study/properties/ballot.py"


def test_its_run_goes_through_the_model_step_by_step(lost: Check) -> None:
    *steps, end = item(lost, tree()).run
    model = Path("model/ballot.py").read_text()
    lines = {"cast": line_of(model, '@action(cites="BA-R1")'), "decide": line_of(model, '@action(cites="BA-R2")')}
    for at, leg in enumerate(steps, 1):
        number, _, told = leg.text.partition(". ")
        assert int(number) == at and leg.place is not None and leg.place.file == "study/model/ballot.py"
        assert leg.place.line - lines[told.partition("(")[0]] in (0, 1)
    assert steps[0].values == (("vote(voter0, block0)", "true"),)
    assert end.place is not None and end.place.file == "study/properties/ballot.py"


def test_a_rule_that_a_control_names_is_looked_at_before_others(lost: Check) -> None:
    controls = removing("quorum", by=PLAN)
    check = replace(lost, job=replace(lost.job, stance=replace(lost.job.stance, controls=controls)))
    assert "rule quorum = floor(n/2)+1, which step 6 goes by" in item(check, tree()).message


def test_without_rules_it_is_shown_at_what_the_last_step_requires(lost: Check) -> None:
    found = item(replace(lost, job=replace(lost.job, rules=None, spec=None)), tree())
    assert found.place is not None and found.place.file == "study/model/ballot.py"
    assert found.place.line == line_of(Path("model/ballot.py").read_text(), "require(atleast(")


def test_a_weakened_rule_that_goes_unnoticed_is_shown_at_its_line(ballots: dict[str, Job]) -> None:
    stance = Stance("holds", "exhausted", (PLAN,), (CONTROL,))
    fine = Evidence("explore", "exhausted", states=9)
    check = Check(
        replace(ballots["BA-P1"], stance=stance), fine, (fine,), (ControlResult(CONTROL, fine),), "", False, None
    )
    found = item(check, tree())
    assert found.outcome == "failed" and "the check does not notice without sealed" in found.message
    assert found.place is not None
    assert found.place.line == line_of(spec("lax", vote_once="false"), "[rules.sealed]") + 1


def test_what_holds_vacuously_is_a_failure(ballots: dict[str, Job]) -> None:
    empty = Evidence("explore", "exhausted", states=9, vacuous=True)
    check = Check(ballots["BA-P1"], empty, (empty,), (), "", False, None)
    assert verdict(check) == ("failed", "vacuous: its premise is never reached")


FOUND = st.sampled_from([*STRENGTH[1:], "violated"]).map(
    lambda v: Evidence("explore", v, {"Voter": 2}, states=9, depth=3, schedules=5)
)
STANCES = st.builds(
    Stance,
    st.sampled_from(["holds", "violated", None]),
    st.sampled_from(["tested", "exhausted", "proved"]),
    st.just((PLAN,)),
    st.just((CONTROL,)),
)


@settings(max_examples=60)
@given(STANCES, st.lists(FOUND, max_size=2), FOUND, st.booleans())
def test_a_check_is_a_finding_exactly_where_it_is_not_as_expected(
    ballots: dict[str, Job], stance: Stance, found: list[Evidence], control: Evidence, vacuous: bool
) -> None:
    evidence = tuple(replace(e, vacuous=vacuous, method=m) for e, m in zip(found, ("explore", "walk"), strict=False))
    try:
        decisive = strongest(evidence)
    except Contradiction:
        return  # told by another test
    job = replace(ballots["BA-P1"], stance=stance)
    controls = (ControlResult(CONTROL, control),) if stance.expected == "holds" and evidence else ()
    caught = all(c.caught for c in controls)
    fine = as_expected(stance.expected, stance.least, None, decisive, evidence, caught=caught)
    outcome, said = verdict(Check(job, decisive, evidence, controls, "", fine, None))
    assert (outcome in ("failed", "undecided")) == (not fine)
    assert said
    if decisive.verdict == "violated" and not fine:
        assert outcome == "failed"
    if decisive.verdict in ("unknown", "not inductive") and not vacuous:
        assert outcome in ("undecided", "skipped")
    if not evidence:
        assert outcome == "skipped"


def test_engines_that_contradict_each_other_are_undecided_and_cannot_be_accepted(lost: Check) -> None:
    check = replace(lost, contradiction="explore says exhausted, walk says violated", as_expected=False)
    found = item(check, tree())
    assert (found.outcome, found.ours, found.message) == ("undecided", True, check.contradiction)


def test_what_was_interrupted_is_undecided_unless_its_violation_was_found(lost: Check) -> None:
    assert verdict(replace(lost, interrupted=True))[0] == "undecided"
    expected = replace(lost, interrupted=True, as_expected=True)
    assert (
        verdict(replace(expected, job=replace(lost.job, stance=Stance("violated", "violated", (PLAN,)))))[0] == "passed"
    )
