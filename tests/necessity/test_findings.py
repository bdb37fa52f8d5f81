"""What a matrix says: which rule carries what, which buy nothing, and which stand in for each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from meterproof.check.runner import Options
from meterproof.claims import explore, holds, induction, removing, thorough, violated
from meterproof.errors import InputError
from meterproof.necessity import Finding, Matrix, findings, jointly
from meterproof.necessity.findings import left_out
from tests.necessity.gate import (
    CARRIED,
    SHOWN,
    TWO,
    claim,
    clocks_agree,
    kept,
    matrix,
    paid,
    rules,
    somebody_gets_in,
)  # fmt: skip

ALL = (claim(paid, CARRIED), claim(kept), claim(clocks_agree), claim(somebody_gets_in))


def of_kind(found: Matrix, kind: str) -> list[Finding]:
    """The findings of one kind."""
    return [f for f in findings(found) if f.kind == kind]


def outcomes(found: Matrix) -> dict[tuple[str, str], str]:
    """Outcomes by property and change."""
    return {(t.id, str(t.changes[0])): t.outcome for t in found.trials}


def test_every_rule_is_tried_on_every_guarantee() -> None:
    found = matrix(*ALL)
    assert len(found.trials) == len(outcomes(found)) == 4 * 8
    assert {key for key, outcome in outcomes(found).items() if outcome == "falls"} == {
        ("paid", "without ticket"), ("somebody_gets_in", "without counter"),
    }  # fmt: skip


def test_a_rule_buys_nothing_when_no_guarantee_falls_without_it() -> None:
    """Two of them stand in for each other, so that neither alone is needed."""
    assert [f.rules for f in of_kind(matrix(*ALL), "buys nothing")] == [("guard",), ("camera",), ("paint",), ("least",)]


def test_it_is_said_how_well_a_rule_is_known_to_buy_nothing() -> None:
    [guard, *_] = of_kind(matrix(*ALL), "buys nothing")
    assert "kept and clocks_agree searched to the end, but at scopes at which no fall shows at all" in guard.sentence
    proofs = tuple(replace(j, stance=holds("proved", induction(), TWO)) for j in (claim(clocks_agree), claim(kept)))
    [guard, *_] = of_kind(matrix(*proofs), "buys nothing")
    assert guard.sentence.endswith(": proved for every size.")


def test_rules_that_stand_in_for_each_other_are_found_when_pairs_are_asked_for() -> None:
    found = matrix(claim(kept), pairs=True)
    [finding] = of_kind(found, "stand in")
    assert (finding.rules, finding.properties) == (("guard", "camera"), ("kept",))
    assert finding.sentence == (
        "kept stands without guard and stands without camera, but falls without guard and without camera."
    )
    [fall] = [t for t in found.pairs if t.outcome == "falls"]
    assert fall.decisive.trace is not None and fall.job.name == "gate@built with guard = false and camera = false"


def test_a_pair_that_is_no_other_machine_than_one_rule_alone_is_not_tried_again() -> None:
    assert not [t for t in matrix(claim(kept), pairs=True).pairs if "paint" in t.rules]


def test_a_rule_that_a_guarantee_needs_is_in_no_pair() -> None:
    pairs = matrix(claim(paid, CARRIED), pairs=True).pairs
    assert pairs and not [t for t in pairs if "ticket" in t.rules]


def test_a_guarantee_that_no_rule_carries_is_named_with_the_pairs_that_do() -> None:
    alone = {f.properties: f.sentence for f in of_kind(matrix(*ALL), "no rule carries")}
    assert set(alone) == {("kept",), ("clocks_agree",)}
    both = {f.properties: f.sentence for f in of_kind(matrix(*ALL, pairs=True), "no rule carries")}
    assert both["kept",].endswith("it falls only without guard and without camera.")
    assert both["clocks_agree",].endswith("and whichever two rules go.")


def test_another_value_that_costs_nothing_is_named() -> None:
    [finding] = of_kind(matrix(*ALL), "another value")
    assert finding.rules == ("counter",) and finding.sentence.startswith("With counter = late all 4 guarantees")


def test_a_guarantee_that_says_nothing_any_more_is_named() -> None:
    [finding] = of_kind(matrix(*ALL), "vacuous")
    assert finding.sentence == "Without counter paid stands only because the premise never arises."


def test_a_fall_that_the_study_claims_and_nobody_finds_is_wrong() -> None:
    [finding] = of_kind(matrix(claim(kept, holds("exhausted", TWO, controls=removing("guard", by=TWO)))), "not caught")
    assert finding.sentence == "kept should fall without guard; the outcome is: stands."
    assert not of_kind(matrix(*ALL), "not caught")


def test_what_does_not_hold_to_begin_with_is_wrong_and_no_rule_is_tried_on_it() -> None:
    found = matrix(claim(paid, SHOWN, ticket=False))
    assert [f.sentence for f in of_kind(found, "does not hold")] == ["paid is violated before any rule is changed."]
    assert found.trials == ()


def test_nothing_is_said_of_all_when_only_some_were_asked_for() -> None:
    """A rule may buy what was left out, and a guarantee may rest on a rule that was."""
    one = matrix(*ALL, properties=("kept",))
    assert not of_kind(one, "buys nothing") and of_kind(one, "no rule carries")
    some = matrix(*ALL, rules=("paint",))
    assert of_kind(some, "buys nothing") and not of_kind(some, "no rule carries")
    assert {t.rules for t in some.trials} == {("paint",)}


def test_an_unknown_rule_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(InputError, match="there is no rule 'tikcet'; did you mean 'ticket'"):
        matrix(*ALL, rules=("tikcet",))


def test_a_rule_of_which_the_proof_makes_use_but_no_run_is_named() -> None:
    """Without the guard the camera is enough; the proof for every size names what it happened to use."""
    found = matrix(claim(kept, holds("proved", induction(), TWO)))
    core = found.guarantees[0].core
    assert core is not None and core.rules
    [finding] = of_kind(found, "in the proof only")
    assert finding.rules == core.rules[:1] and finding.sentence.endswith("uses it, but is not the only one.")


def test_what_was_not_tried_is_told() -> None:
    later = claim(clocks_agree, holds("exhausted", thorough(TWO)))
    found = matrix(claim(paid, CARRIED, paint="none"), later, claim(kept, violated(TWO)))
    told = left_out(found)
    assert "Not claimed, and so nothing that could fall: kept." in told
    assert "Not followed to begin with: paint." in told
    assert "Their plans are all of the thorough profile (--profile thorough): clocks_agree." in told
    assert "Two rules at once were not tried (--pairs)." in told
    assert not of_kind(found, "does not hold")


def test_the_thorough_profile_tries_the_plans_that_the_quick_one_leaves_out() -> None:
    later = claim(paid, holds("exhausted", thorough(TWO), controls=removing("ticket", by=thorough(TWO))))
    assert matrix(later).trials == ()
    found = matrix(later, options=Options(profile="thorough"))
    assert outcomes(found)["paid", "without ticket"] == "falls"


def test_what_is_interrupted_is_kept_as_far_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trials of the same machine and change go side by side; some of the first are done by then."""
    whole = matrix(*ALL)
    real, calls = jointly.carry_out, []

    def third_time(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(jointly, "carry_out", third_time)
    found = matrix(*ALL)
    assert found.interrupted and 0 < len(found.trials) < len(whole.trials)
    outcomes = {(t.id, t.changes): t.outcome for t in whole.trials}
    assert all(outcomes[t.id, t.changes] == t.outcome for t in found.trials)
    assert not of_kind(found, "no rule carries")
    assert left_out(found)[0] == "Interrupted: what is not in the tables was not tried."


def test_a_job_without_rules_is_refused() -> None:
    with pytest.raises(InputError, match="has no rules to take away"):
        matrix(replace(claim(paid), rules=None))


def test_the_same_rules_under_another_variant_give_no_new_changes() -> None:
    assert len(matrix(*ALL, variants=(rules(),)).trials) == len(matrix(*ALL).trials)
    larger = matrix(claim(paid, holds("exhausted", explore(Person=2))), variants=(rules(least="n-1"),))
    assert "least = n-1" in {str(t.changes[0]) for t in larger.trials}
