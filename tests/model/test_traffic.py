"""Messages of a decision (IS-B3.12): the formulas, and the messages that the reference really sends."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from model.traffic import audit_round, three_phases, total
from reference.bc_ami import service
from reference.bc_ami.audit import AUDIT_RESPONSE
from reference.bc_ami.faults import FaultPlan
from reference.bc_ami.rules import Rules
from reference.bc_ami.service import Service
from reference.bc_ami.world import deploy
from reference.ledger.chain import ANNOUNCEMENT, CERTIFICATE, COMMIT, PROPOSAL, VOTE, FinalBlock
from reference.ledger.view_change import PRE_PREPARE
from tests.reference.variants import CHARITABLE, HARDENED, LITERAL, rules

SIZES = [(4, 1), (7, 2), (10, 3), (13, 4)]


def started(chosen: Rules, n: int, f: int) -> tuple[Service, FinalBlock]:
    """The ordering service of n replicas, all of them correct, and the block of its first height, which is empty."""
    world = deploy(chosen, ["SM1"], n, f, seed=5)

    def nothing_below(height: int) -> FinalBlock:
        raise AssertionError(f"height {height} is asked for")

    ordered = service.start(chosen, world.replicas, FaultPlan(), world.randomness, nothing_below)
    final = ordered.order((), world.contract)
    assert isinstance(final, FinalBlock)
    return ordered, final


def test_the_figures_of_the_dossier() -> None:
    assert [total(audit_round(n)) for n, _ in SIZES] == [15, 48, 99, 168]
    assert [total(three_phases(n)) for n, _ in SIZES] == [24, 84, 180, 312]


@pytest.mark.parametrize(("n", "f"), SIZES)
def test_the_hardened_replicas_send_what_pbft_does_and_the_leaders_vote_besides(n: int, f: int) -> None:
    """PBFT saves that vote: the pre-prepare stands for it. Here votes are what certificates are made of."""
    ordered, _ = started(rules(HARDENED), n, f)
    sent, pbft = ordered.tally.messages, three_phases(n)
    assert sent[PRE_PREPARE] == pbft["pre-prepare"]
    assert sent[VOTE] == pbft["prepare"] + (n - 1)
    assert sent[COMMIT] == pbft["commit"]
    assert sum(sent.values()) == total(pbft) + (n - 1) == {4: 27, 7: 90, 10: 189, 13: 324}[n]


@pytest.mark.parametrize(("n", "f"), SIZES)
@pytest.mark.parametrize(("values", "outcome"), [(LITERAL, ANNOUNCEMENT), (CHARITABLE, CERTIFICATE)])
def test_the_published_round_sends_what_is_counted(values: Mapping[str, object], outcome: str, n: int, f: int) -> None:
    """And besides, which the formula leaves out, the leader tells all others that the block is final."""
    ordered, _ = started(rules(values), n, f)
    paper = audit_round(n)
    sent = {PROPOSAL: paper["candidate"], VOTE: paper["audit results"], AUDIT_RESPONSE: paper["responses"]}
    assert ordered.tally.messages == {**sent, outcome: n - 1}
    assert sum(sent.values()) == total(paper)
