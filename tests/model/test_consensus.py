"""Agreement across views, PBFT's way: proved for every size, exhausted at small ones, and not for want of runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from meterproof.claims import Plan, explore
from meterproof.lang import exists, forall, implies, quiescent
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.formula import Formula
from meterproof.prove.quorums import tolerance
from model.consensus import Consensus
from model.vocabulary import BYZ, Block, Replica, View
from properties.consensus import (
    TWO_VIEWS,
    agreement_across_views,
    certificates_are_final,
    validity_across_views,
)
from tests.model.machines import DECISIONS, RULES, found, honest_run, run_again


def one_view(n: int, corrupted: int) -> Plan:
    return explore(eager=True, Replica=n, View=1, Block=2, f=1, faulty=corrupted)


@pytest.mark.parametrize("claim", [agreement_across_views, certificates_are_final], ids=lambda p: p.id)
def test_two_views_of_four_replicas_are_exhausted_in_every_world(claim: PropertyDecl) -> None:
    """15 worlds: who is corrupted, who leads which view, which blocks are valid, up to renaming."""
    evidence = found(claim, TWO_VIEWS)
    assert evidence.verdict == "exhausted" and not evidence.vacuous
    assert (evidence.states, evidence.generated, evidence.depth) == (752_290, 3_075_509, 21)


def test_the_eager_adversary_only_saves_states() -> None:
    claim = agreement_across_views
    plain = found(claim, replace(one_view(4, 1), eager=False))
    eager = found(claim, one_view(4, 1))
    assert (plain.verdict, plain.states) == ("exhausted", 11_484)
    assert (eager.verdict, eager.states) == ("exhausted", 1_113)


def test_blocks_that_no_audit_accepts_are_decided_where_any_response_counts() -> None:
    evidence = found(validity_across_views, one_view(4, 1), counted="responses")
    assert run_again(evidence).steps


@pytest.mark.parametrize("n", [4, 5, 6])
def test_one_corruption_more_than_the_quorum_tolerates_breaks_agreement(n: int) -> None:
    """t* = 2q-n-1 with the design bound f = 1: 1 of four, 2 of five, 1 of six."""
    quorum = Formula.parse(str(RULES[Consensus]["quorum"]), ("n", "f"))
    most = tolerance(quorum, {"n": n, "f": 1})
    assert most == {4: 1, 5: 2, 6: 1}[n]
    assert found(agreement_across_views, one_view(n, most)).verdict == "exhausted"
    assert run_again(found(agreement_across_views, one_view(n, most + 1)))


@pytest.mark.parametrize("claim", DECISIONS, ids=lambda p: p.id)
def test_runs_decide_at_once_and_later_with_and_without_a_certificate(claim: PropertyDecl) -> None:
    assert honest_run(claim).steps


@quiescent(of=Consensus, against=BYZ)
def progress_in_the_last_view(s):  # type: ignore[no-untyped-def]
    """when only faulty replicas can still move and the last leader is correct, every correct replica has decided"""
    last_is_led = forall(View, lambda k: exists(View, lambda j: k < j) | ~s.faulty[s.leader[k]])
    return implies(
        last_is_led & exists(Block, lambda b: s.valid[b]),
        forall(Replica, lambda r: s.faulty[r] | exists(View, Block, lambda k, b: s.decided[r, k, b])),
    )


@pytest.mark.parametrize("scope", [{"View": 1, "Block": 2}, {"View": 2, "Block": 1}], ids=str)
def test_the_last_view_of_the_window_decides_if_its_leader_is_correct(scope: dict[str, int]) -> None:
    """What a statement of progress will need: nobody is stuck in an earlier view, and no report blocks the leader."""
    window = explore(Replica=4, faulty=1, **scope)
    assert found(progress_in_the_last_view, window).verdict == "exhausted"
    assert run_again(found(progress_in_the_last_view, window, quorum="2*f+2"))
