"""Each rule of the two consensus machines is needed: weakened, it costs agreement, and some engine finds out how.

What is tried stands beside the properties, as `CONTROLS`: the rule, the method, the scope and the bound on steps; the
seed is `SEED`. What was found must be a run of the plain interpreter, of which no step can be left out.
"""

from __future__ import annotations

import pytest

from meterproof.check.methods import Budget, carry_out
from meterproof.claims import Control, Plan
from meterproof.lang.declare import PropertyDecl
from meterproof.traces.trace import Mismatch, Trace, rerun
from meterproof.verdict import Evidence
from properties import consensus, locking
from properties.consensus import agreement_across_views
from properties.locking import agreement_by_locks
from tests.model.machines import changed, found, run_again

SEED = 0
BY_SEARCH = {
    (agreement_across_views, "without vote_once"): 16,
    (agreement_across_views, "without quorum"): 4,
    (agreement_across_views, "without rounds"): 13,
    (agreement_across_views, "without carried"): 18,
    (agreement_across_views, "without certificates_checked"): 19,
    (agreement_across_views, "quorum = 2*f+1"): 16,
    (agreement_by_locks, "without vote_once"): 14,
    (agreement_by_locks, "without quorum"): 4,
    (agreement_by_locks, "without lock"): 16,
    (agreement_by_locks, "quorum = 2*f+1"): 14,
}
"""Steps of the run that exhaustion finds: as few as can be beside the adversary's, and of those the ones it needs."""
BY_WALKS = {(agreement_across_views, "carried = any"), (agreement_by_locks, "lock = any")}
CONTROLS = [(agreement_across_views, c) for c in consensus.CONTROLS]
CONTROLS += [(agreement_by_locks, c) for c in locking.CONTROLS]


def weakened(claim: PropertyDecl, control: Control) -> Evidence:
    """What the control's plan finds out once its rule is weakened."""
    system = changed(claim, control.mutate)
    return carry_out(control.plan, system, system.property(claim.id), Budget(seconds=300.0, seed=SEED))


def loses_a_step(trace: Trace, at: int) -> bool:
    """Whether the run without this step is none, or shows nothing."""
    try:
        rerun(trace.instance, (*trace.steps[:at], *trace.steps[at + 1 :]), trace.claim)
    except Mismatch:
        return True
    return False


def test_every_rule_that_is_weakened_is_told_of_here() -> None:
    assert {(claim, str(control)) for claim, control in CONTROLS} == {*BY_SEARCH, *BY_WALKS}


@pytest.mark.parametrize(
    ("claim", "control"), CONTROLS, ids=[f"{c.of.__name__}, {control}" for c, control in CONTROLS if c.of]
)
def test_a_rule_weakened_costs_agreement_by_a_run_of_which_no_step_can_be_left_out(
    claim: PropertyDecl, control: Control
) -> None:
    evidence = weakened(claim, control)
    trace = run_again(evidence)
    assert evidence.within_design and evidence.scope == {**dict(control.plan.scope), "f": 1}
    assert all(loses_a_step(trace, at) for at in range(len(trace.steps)))
    if control.plan.method == "explore":
        assert len(trace.steps) == BY_SEARCH[claim, str(control)]
    else:
        assert evidence.seed == SEED
        assert evidence.generated is not None and evidence.generated <= control.plan.steps
        assert {"commit", "decide"} <= {s.action for s in trace.steps}


@pytest.mark.parametrize(
    ("claim", "plan", "changes"),
    [
        (agreement_across_views, consensus.TWO_VIEWS, {"carried": "any"}),
        (agreement_by_locks, locking.TWO_VIEWS, {"lock": "any"}),
    ],
    ids=["Consensus", "Locking"],
)
def test_in_two_views_any_certificate_is_the_highest(
    claim: PropertyDecl, plan: Plan, changes: dict[str, object]
) -> None:
    assert found(claim, plan, **changes).verdict == "exhausted"
