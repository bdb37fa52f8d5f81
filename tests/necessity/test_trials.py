"""A guarantee under a changed rule falls by a run that the unchanged protocol does not have, and by nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from meterproof.check.methods import Budget
from meterproof.check.runner import Options
from meterproof.claims import bmc, explore, holds, induction, thorough
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.rules import Plain
from meterproof.necessity.baseline import Baseline
from meterproof.necessity.change import Change
from meterproof.necessity.jointly import alone
from meterproof.necessity.plans import covers, plans_for
from meterproof.necessity.trial import Trial, attempt
from meterproof.traces.trace import Mismatch, rerun
from tests.necessity.gate import CARRIED, TWO, claim, clocks_agree, kept, paid, rules, somebody_gets_in


def tried(declared: PropertyDecl, *changed: tuple[str, Plain], **baseline: object) -> Trial:
    """A trial of a claim of the house, by default exhaustively with two people."""
    job = claim(declared, **baseline)  # type: ignore[arg-type]
    changes = [Change(rule, value, removal=True) for rule, value in changed]
    return alone(attempt(Baseline(job, Options(), Budget()), changes))


def test_a_fall_has_a_run_of_the_changed_protocol_that_the_unchanged_one_stops() -> None:
    trial = tried(paid, ("ticket", False))
    trace = trial.decisive.trace
    assert trial.outcome == "falls" and trace is not None and len(trace.steps) == 2
    base = claim(paid).system()
    with pytest.raises(Mismatch) as stopped:
        rerun(replace(trace.instance, system=base), trace.steps, base.property("paid"))
    assert stopped.value.at == 1


def test_a_change_that_the_guarantee_survives_lets_it_stand_at_the_scopes_searched() -> None:
    trial = tried(paid, ("guard", False))
    assert trial.outcome == "stands" and trial.scopes == ((("Person", 2), ("f", 0)),)


def test_a_change_that_makes_no_difference_is_not_searched() -> None:
    trial = tried(paid, ("paint", "none"))
    assert trial.outcome == "same" and trial.evidence == ()


def test_a_guarantee_whose_premise_never_arises_any_more_is_vacuous_and_not_a_fall() -> None:
    assert tried(paid, ("counter", "closed")).outcome == "vacuous"


def test_what_can_no_longer_be_reached_has_fallen_without_a_run() -> None:
    trial = tried(somebody_gets_in, ("counter", "closed"))
    assert trial.outcome == "falls" and trial.decisive.trace is None
    assert tried(somebody_gets_in, ("counter", "late")).outcome == "stands"


def test_a_violation_that_the_unchanged_protocol_has_too_is_no_fall() -> None:
    trial = tried(paid, ("guard", False), ticket=False)
    assert trial.outcome == "unknown" and trial.decisive.verdict == "violated"
    assert "not known to hold" in trial.notes[0]


def test_what_is_violated_where_the_unchanged_protocol_was_not_searched_to_the_end_does_not_stand() -> None:
    """Each person more is too many for the search of the unchanged protocol; two alone say nothing of three."""
    job = claim(paid, holds("exhausted", explore(Person=1), explore(Person=2)))
    base = Baseline(job, Options(), Budget())
    base._found = {
        plan: replace(e, verdict="unknown") if plan.sizes["Person"] == 2 else e for plan, e in base._found.items()
    }
    base.guarantee = replace(base.guarantee, evidence=base.guarantee.evidence[:1])
    changed = attempt(base, [Change("ticket", False, True)])
    trial = alone(changed)
    assert [e.verdict for e in trial.evidence] == ["exhausted", "violated"] and trial.outcome == "unknown"


def test_a_search_that_is_stopped_decides_nothing() -> None:
    large = claim(paid, holds("exhausted", explore(Person=9)))
    narrow = Options(budget=Budget(memory=1 << 16))
    trial = alone(attempt(Baseline(large, narrow, Budget()), [Change("guard", False, True)]))
    assert trial.outcome == "unknown" and "memory" in (trial.decisive.note or "")


def test_one_scope_that_was_searched_to_the_end_does_not_make_up_for_another_that_was_not() -> None:
    claimed = claim(paid, holds("exhausted", TWO, explore(Person=9), explore(Person=10)))
    narrow = Options(budget=Budget(memory=1 << 18))
    trial = alone(attempt(Baseline(claimed, narrow, Budget()), [Change("guard", False, True)]))
    assert [e.verdict for e in trial.evidence] == ["exhausted", "unknown"] and trial.outcome == "unknown"
    assert trial.notes == ("explore Person=10: not tried: a part of that scope took too long already",)


def test_a_rule_on_how_many_there_must_be_is_only_tried_where_the_unchanged_protocol_refuses() -> None:
    """The same moves at the same size need no second search."""
    assert tried(paid, ("least", "1")).outcome == "same"
    smaller = claim(kept, holds("exhausted", explore(Person=3), controls=CARRIED.controls), least="3")
    trial = alone(attempt(Baseline(smaller, Options(), Budget()), [Change("least", "1", True)]))
    assert trial.outcome == "stands" and trial.scopes == ((("Person", 2), ("f", 0)),)


def test_a_lost_proof_is_never_a_fall() -> None:
    """No induction is asked for, so there is nothing that it could lose."""
    stance = holds("proved", induction())
    assert tried(paid, ("ticket", False), stance=stance).outcome == "refused"
    assert tried(paid, ("ticket", False), stance=holds("proved", induction(), TWO)).outcome == "falls"


def test_other_finite_methods_find_falls_where_nothing_was_explored() -> None:
    stance = holds("bounded", bmc(4, Person=2))
    trial = tried(clocks_agree, ("guard", False), stance=stance)
    assert (trial.outcome, trial.decisive.verdict) == ("unknown", "bounded")


def test_the_control_for_the_very_change_is_tried_first_and_plans_of_the_other_profile_are_not() -> None:
    job = claim(paid, replace(CARRIED, plans=(explore(Person=1), thorough(explore(Person=3)))))
    assert plans_for(job, rules(ticket=False), Options()) == (TWO, explore(Person=1))
    assert plans_for(job, rules(guard=False), Options()) == (explore(Person=1), TWO)


def test_what_is_to_be_reached_is_looked_for_in_its_own_scopes_only() -> None:
    job = claim(somebody_gets_in, replace(CARRIED, plans=(explore(Person=3),)))
    assert plans_for(job, rules(guard=False), Options()) == (explore(Person=3),)


def test_a_scope_of_which_a_part_was_too_large_is_not_tried() -> None:
    assert covers(explore(Person=3), [TWO]) and not covers(explore(Person=1), [TWO])
    assert not covers(explore(eager=True, Person=3), [TWO])
    assert not covers(bmc(3, Person=3), [bmc(3, Person=2)])


def test_the_name_of_a_changed_job_tells_the_change() -> None:
    job = claim(paid).under({"ticket": False, "least": "n+f"})
    assert job.name == "gate@built with ticket = false and least = n+f"
    assert job.rules == rules(ticket=False, least="n+f")
