"""How the chain of edge devices accepts key records: what half, a majority, all, the first solver, a quorum are worth.

The paper gives three rules of acceptance. Each is tried as its reading has it, with the design bound f and the number
of corrupted devices kept apart, and the hardened rule is proved for every number of devices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest

from meterproof.check.methods import Budget, carry_out
from meterproof.claims import Plan, bmc, explore, walk
from meterproof.errors import ModelError
from meterproof.lang import System, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.formula import Formula
from meterproof.prove import prove
from meterproof.prove.quorums import Admitted, Limited, available, shared_member, tolerance
from meterproof.traces.trace import Trace
from meterproof.verdict import Evidence
from model.vocabulary import BYZ, HASH
from properties import edge_rounds
from properties.acceptance import (
    CASES,
    FIVE,
    FOUR,
    FOUR_CORRECT,
    THIRTEEN,
    agreement,
    agreement_beyond_the_bound,
    agreement_in_one_round,
    liveness,
    liveness_without_competition,
    no_deep_record_is_rewritten,
    no_fork_without_faults,
    one_record_is_confirmed,
)
from properties.consensus import agreement_across_views
from tests.model import shipped
from tests.model.machines import run_again
from tests.model.shipped import rules

HARDENED, LITERAL, CHARITABLE, UNANIMOUS, SOLVER = (
    rules("edge-keys", of)
    for of in (shipped.HARDENED, shipped.LITERAL, shipped.CHARITABLE, shipped.UNANIMOUS, shipped.SOLVER)
)
READINGS = {"literal": LITERAL, "charitable": CHARITABLE, "unanimous": UNANIMOUS, "solver": SOLVER, "": HARDENED}


def system_of(claim: PropertyDecl, of: Mapping[str, object], **changes: object) -> System:
    assert claim.of is not None
    schema = claim.of.rule_schema()
    return trace(claim.of, schema.read({k: v for k, v in {**of, **changes}.items() if k in schema}), [claim])


def found(claim: PropertyDecl, plan: Plan, of: Mapping[str, object], **changes: object) -> Evidence:
    system = system_of(claim, of, **changes)
    return carry_out(plan, system, system.property(claim.id), Budget(seconds=120.0))


def shown(claim: PropertyDecl, plan: Plan, of: Mapping[str, object], **changes: object) -> Trace:
    """A violation, run again."""
    return run_again(found(claim, plan, of, **changes))


def actions(run: Trace) -> list[str]:
    return [step.action for step in run.steps]


def voters(run: Trace) -> dict[int, set[int]]:
    """Who has confirmed which record: correct devices by solving or confirming, faulty ones by signing."""
    votes: dict[int, set[int]] = {}
    for step in run.steps:
        if step.action in ("solve", "confirm", "sign"):
            votes.setdefault(step.params[1], set()).add(step.params[0])
    return votes


# ---- agreement, and how many devices it stands


@pytest.mark.parametrize(
    "plan", [THIRTEEN, walk(100_000, 60, eager=True, **THIRTEEN.sizes)], ids=lambda p: p.method
)  # fmt: skip
def test_one_device_of_thirteen_that_confirms_twice_makes_two_records_final(plan: Plan) -> None:
    """Six correct devices confirm one record, six the other, and the faulty one both: seven each, a majority."""
    run = shown(agreement, plan, CHARITABLE)
    assert sum(run.instance.rigids["faulty"]) == 1
    one, other = voters(run).values()
    assert len(one) == len(other) == 7 and len(one & other) == 1
    [twice] = one & other
    assert run.instance.rigids["faulty"][twice]
    assert Counter(actions(run))["decide"] == 2 and len(run.steps) == 18


CORRUPTED = [(n, most) for n, most in {4: 1, 5: 0, 6: 1, 7: 0, 8: 1}.items()]


@pytest.mark.parametrize(("n", "most"), CORRUPTED)
def test_a_majority_stands_no_equivocator_at_odd_n_and_one_at_even_n(n: int, most: int) -> None:
    """t* = 2q-n-1, and the machine agrees: f = 1 breaks odd n, f = 2 even n."""
    assert tolerance(Formula.parse("floor(n/2)+1", ("n",)), {"n": n}) == most

    def with_corrupted(number: int) -> Evidence:
        plan = explore(eager=number > 0, symmetry=["all"], Replica=n, Block=2, faulty=number)
        return found(agreement, plan, CHARITABLE)

    assert with_corrupted(most).verdict == "exhausted"
    assert Counter(actions(run_again(with_corrupted(most + 1))))["decide"] == 2


@pytest.mark.parametrize(
    ("quorum", "tolerated"),
    [
        ("ceil(n/2)", {4: -1, 5: 0, 7: 0, 8: -1, 13: 0}),
        ("floor(n/2)+1", {4: 1, 5: 0, 7: 0, 8: 1, 13: 0}),
        ("n", {4: 3, 5: 4, 7: 6, 8: 7, 13: 12}),
        ("floor((n+f)/2)+1", {4: 1, 5: 2, 7: 2, 8: 3, 13: 4}),
    ],
)
def test_what_each_threshold_tolerates(quorum: str, tolerated: dict[int, int]) -> None:
    """-1: two halves need not even meet. At 13 devices 9 confirmations stand the four that 13 is made for."""
    formula = Formula.parse(quorum, ("n", "f"))
    assert {n: tolerance(formula, {"n": n, "f": (n - 1) // 3}) for n in tolerated} == tolerated


def test_only_the_quorum_of_the_hardened_rules_is_both_safe_and_live_for_every_size() -> None:
    """Any two share a correct device, and the correct devices are one."""
    thirds, f = Admitted((Formula.parse("3*f+1", ("f",)),)), (Limited("faulty", Formula.parse("f", ("f",))),)
    worth = {}
    for quorum in ("ceil(n/2)", "floor(n/2)+1", "n", "floor((n+f)/2)+1"):
        q = Formula.parse(quorum, ("n", "f"))
        worth[quorum] = (shared_member(q, q, thirds, f).holds, available(q, thirds, f).holds)
    assert worth == {
        "ceil(n/2)": (False, True),
        "floor(n/2)+1": (False, True),
        "n": (True, False),
        "floor((n+f)/2)+1": (True, True),
    }


def test_what_is_believed_on_its_devices_word_needs_no_confirmation() -> None:
    assert actions(shown(agreement, FOUR, LITERAL)) == ["lie", "lie", "decide", "decide"]
    assert actions(shown(agreement, FOUR, HARDENED, confirmation_evidence="devices-word")).count("lie") == 2


@pytest.mark.parametrize("plan", [FOUR, FIVE], ids=lambda p: str(p.sizes["Replica"]))
def test_what_all_must_confirm_is_agreed_whatever_the_faulty_do(plan: Plan) -> None:
    """Against our prediction that agreement falls in every reading: here it is progress alone that does."""
    evidence = found(agreement, plan, UNANIMOUS)
    assert evidence.verdict == "exhausted" and not evidence.vacuous


def test_what_all_must_confirm_is_agreed_for_every_size_if_one_device_is_correct() -> None:
    system = system_of(agreement_in_one_round, UNANIMOUS, resilience="f+1")
    assert prove(system, system.property(agreement_in_one_round.id)).verdict == "proved"


@pytest.mark.parametrize(("n", "most"), [(4, 1), (5, 2), (7, 2)])
def test_the_bound_of_the_quorum_is_tight(n: int, most: int) -> None:
    def with_corrupted(number: int) -> Evidence:
        plan = explore(eager=True, symmetry=["all"], Replica=n, Block=2, faulty=number)
        return found(agreement_beyond_the_bound, plan, HARDENED)

    assert tolerance(Formula.parse("floor((n+f)/2)+1", ("n", "f")), {"n": n, "f": (n - 1) // 3}) == most
    assert with_corrupted(most).verdict == "exhausted"
    beyond = with_corrupted(most + 1)
    assert run_again(beyond).steps and not beyond.within_design


# ---- without any fault


def test_half_of_an_even_number_forks_under_a_mere_partition() -> None:
    """Neither half hears of the other's record before it has its own; nobody is faulty, and nobody confirms twice."""
    halves = {"vote_once": True, "confirmation_evidence": "votes-shown"}
    one, other = voters(shown(no_fork_without_faults, FOUR_CORRECT, LITERAL, **halves)).values()
    assert len(one) == len(other) == 2 and not one & other
    five = explore(Replica=5, Block=2, faulty=0)
    assert found(no_fork_without_faults, five, LITERAL, **halves).verdict == "exhausted"


def test_two_devices_that_find_a_solution_before_they_hear_of_the_others_fork_the_chain() -> None:
    """ZK-C3: no fault, no faulty version, and two last blocks."""
    run = shown(no_fork_without_faults, FOUR_CORRECT, SOLVER)
    assert actions(run) == ["propose", "propose", "solve", "solve"]
    assert len({step.params[0] for step in run.steps if step.action == "solve"}) == 2


@pytest.mark.parametrize("of", ["charitable", "unanimous", ""])
def test_confirmations_given_once_do_not_fork_without_faults_for_every_size(of: str) -> None:
    """Any two majorities share a device; whether it is correct does not matter where all are."""
    system = system_of(no_fork_without_faults, READINGS[of])
    evidence = prove(system, system.property(no_fork_without_faults.id))
    assert evidence.verdict == "proved" and not system.axioms
    assert any("share a member, for" in axiom for axiom in evidence.axioms) == (of != "")


# ---- progress


def test_one_silent_device_stops_what_all_must_confirm() -> None:
    """ZK-R26 against ZK-R27: the three others have confirmed the only record that there is."""
    for claim in (liveness, liveness_without_competition):
        run = shown(claim, FOUR, UNANIMOUS)
        silent = [step for step in run.steps if run.instance.rigids["faulty"][step.params[0]]]
        assert not silent and len(voters(run)[0]) == 3


def test_a_majority_may_be_divided_between_two_records_for_ever() -> None:
    """Against our prediction for ZK-P18: two of three correct devices have confirmed one record, one the other."""
    run = shown(liveness, FOUR, CHARITABLE)
    assert sorted(map(len, voters(run).values())) == [1, 2]
    assert run_again(found(liveness, FOUR_CORRECT, CHARITABLE)).steps  # nor does it take a silent device
    assert run_again(found(liveness, FOUR, HARDENED)).steps  # the hardened rules need another view, too


@pytest.mark.parametrize("of", ["literal", "charitable", "solver", ""])
@pytest.mark.parametrize("plan", [FOUR, FIVE], ids=lambda p: str(p.sizes["Replica"]))
def test_one_record_that_nothing_competes_with_becomes_final_with_f_silent_devices(of: str, plan: Plan) -> None:
    evidence = found(liveness_without_competition, plan, READINGS[of])
    assert evidence.verdict == "exhausted" and not evidence.vacuous


def test_devices_that_confirm_whatever_is_proposed_are_never_stuck_and_agree_on_nothing() -> None:
    assert found(liveness, FOUR, CHARITABLE, vote_once=False).verdict == "exhausted"
    assert shown(no_fork_without_faults, FOUR_CORRECT, CHARITABLE, vote_once=False).steps


# ---- depth


@pytest.mark.parametrize("k", [0, 1, 2, 3, 6])
def test_a_record_however_deep_is_rewritten_by_a_longer_branch_built_in_private(k: int) -> None:
    """One device alone, which holds a record k blocks deep and then another; depth 0 is what the paper asks for."""
    alone = explore(Replica=1, Block=2, Height=k + 1, f=0, faulty=0)
    rules = {**SOLVER, "fork_choice": "longest-chain"}
    done = Counter(actions(shown(no_deep_record_is_rewritten, alone, rules)))
    assert done["reorganise"] == 1 and done["rely"] == 2
    assert done["extend_in_private"] >= k + 1
    powerless = replace(no_deep_record_is_rewritten, against=frozenset((BYZ,)))
    assert found(powerless, alone, rules).verdict == "exhausted"


@pytest.mark.parametrize("k", [0, 1, 3])
def test_branches_among_which_nobody_chooses_part_for_good_without_an_adversary(k: int) -> None:
    two = explore(Replica=2, Block=2, Height=k + 1, f=0, faulty=0)
    powerless = replace(no_deep_record_is_rewritten, against=frozenset((BYZ,)))
    run = shown(powerless, two, SOLVER)
    assert actions(run).count("rely") == 2 and not {"outcompute", "extend_in_private"} & {*actions(run)}
    assert found(powerless, explore(Replica=1, Block=2, Height=k + 1, f=0, faulty=0), SOLVER).verdict == "exhausted"


def test_computing_power_has_no_move_under_the_hardened_rules() -> None:
    system = system_of(no_deep_record_is_rewritten, HARDENED)
    assert not [a.name for a in system.actions if a.needs == HASH]
    assert {"outcompute", "extend_in_private"} <= {name for name, _ in system.absent}


# ---- proofs and controls


def test_the_hardened_chain_is_the_one_of_the_shared_machines_under_this_papers_ids() -> None:
    [agreed] = [case.property for case in edge_rounds.CASES if case.property.id == "ZK-P1"]
    assert agreed == replace(agreement_across_views, id="ZK-P1", cites=agreed.cites)
    here = {case.property.id for case in CASES if "hardened" in case.stances}
    there = {case.property.id for case in edge_rounds.CASES}
    assert {"ZK-P1", "ZK-P18"} <= there and not here & there
    assert all(stance == "hardened" for case in edge_rounds.CASES for stance in case.stances)


# ---- engines

SMALL = ({"Replica": 1, "Block": 2, "f": 0, "faulty": 0}, {"Replica": 3, "Block": 2, "f": 0, "faulty": 1})
CLAIMS = (agreement, one_record_is_confirmed, no_fork_without_faults, liveness, liveness_without_competition)


@pytest.mark.parametrize("of", READINGS)
@pytest.mark.parametrize("claim", [*CLAIMS, no_deep_record_is_rewritten], ids=lambda p: p.id)
def test_engines_agree(claim: PropertyDecl, of: str) -> None:
    for small in SMALL:
        sizes = {**small, "Height": 2} if claim is no_deep_record_is_rewritten else small
        truth = found(claim, explore(**sizes), READINGS[of])
        assert truth.verdict in ("exhausted", "violated")
        others = [explore(symmetry=["all"], **sizes)]
        if claim.kind == "invariant":
            others.append(explore(eager=True, **sizes))
        if truth.trace is not None and len(truth.trace.steps) <= 6:
            others.append(bmc(len(truth.trace.steps), **sizes))
        for plan in others:
            try:
                assert found(claim, plan, READINGS[of]).verdict == truth.verdict, plan
            except ModelError as refusal:
                assert plan.eager, refusal
