"""The frontiers of the papers' protocols are those that an auditor would expect of their rules."""

import functools

import pytest

from meterproof.check.jobs import Job
from meterproof.check.targets import find
from meterproof.claims import explore, induction
from meterproof.frontier import Frontier, Strength, brief, frontier, frontier_of, render, weakened

FOUR, FIVE = explore(Replica=4, Block=2), explore(Replica=5, Block=2)


job_of = functools.cache(find)


@functools.cache
def of(target: str, id: str) -> Frontier:
    """The frontier by the plans of the study itself."""
    return frontier_of(job_of(target, id))


def with_quorum(quorum: str) -> Job:
    """Agreement within a view, as hardened but for the quorum."""
    job = job_of("bc-ami@hardened", "IS-V1")
    assert job.rules is not None
    return Job(**{**vars(job), "rules": job.rules.replace(quorum=quorum)})


@pytest.mark.parametrize(
    ("quorum", "plan", "breaks"),
    [
        ("floor((n+f)/2)+1", FOUR, "{two faulty replicas}"),
        ("floor((n+f)/2)+1", FIVE, "{three faulty replicas}"),
        ("2*f+1", FOUR, "{two faulty replicas}"),
        ("2*f+1", FIVE, "{one faulty replica}"),
        ("f+1", FOUR, "{one faulty replica}"),
        ("n", FOUR, "nothing"),
    ],
)
def test_as_many_replicas_break_agreement_as_two_quorums_may_share(quorum: str, plan: object, breaks: str) -> None:
    """Two quorums of q share 2q-n replicas; both can be had where all of these are faulty, and so is the leader."""
    job = with_quorum(quorum)
    system = job.system()
    found = frontier(system, job.claim(system), [plan])  # type: ignore[list-item]
    assert brief(found) == breaks
    assert found.exact


def test_what_is_proved_for_every_size_is_not_searched() -> None:
    found = of("bc-ami@hardened", "IS-V1")
    within_design = next(k for k in found.holds if k.strength == Strength.of(["BYZ"], {"faulty": 1}))
    assert within_design.verdict == "proved"
    assert {e.method for e in within_design.evidence} == {"induction"}
    assert brief(found) == "{two faulty replicas} with Replica=4", "of five, two are not enough"


def test_a_change_of_the_quorum_weakens_agreement_at_five() -> None:
    before, after = (frontier(j.system(), j.claim(j.system()), [FIVE]) for j in map(with_quorum, _QUORUMS))
    assert weakened(before.bounds, after.bounds) == (Strength.of(["BYZ"], {"faulty": 1}),)
    assert weakened(after.bounds, before.bounds) == ()


_QUORUMS = ("floor((n+f)/2)+1", "2*f+1")


@pytest.mark.parametrize(
    ("target", "id", "breaks"),
    [
        ("bc-ami@published (literal)", "IS-P4", "{NET}, {TRANSFER}"),
        ("bc-ami@published (charitable)", "IS-P4", "{TRANSFER}, {NET, PEER}"),
        ("bc-ami@hardened", "IS-P4", "nothing"),
        ("bc-ami@published (charitable)", "IS-P2", "{three faulty replicas}"),
        ("bc-ami@hardened", "IS-P9", "{LEDGER, PRIV}"),
        ("edge-keys@published (literal)", "ZK-P9", "{EDGE}"),
        ("edge-keys@published (literal)", "ZK-V22", "{nobody}"),
        ("edge-keys@published (literal)", "ZK-V23", "{one faulty device}"),
        ("edge-keys@hardened", "ZK-V23", "{two faulty devices}"),
        ("edge-keys@hardened", "ZK-P9", "nothing"),
        ("edge-keys@hardened", "ZK-V15", "{LOST}, {KEY, NET}"),
        ("sovereign-chain@published (literal)", "WA-V13", "{nobody}"),
        ("sovereign-chain@hardened", "WA-V13", "{CENTER}"),
        ("sovereign-chain@published (charitable)", "WA-V14", "{NET}"),
        ("sovereign-chain@hardened", "WA-V14", "nothing"),
    ],
)
def test_published_and_hardened(target: str, id: str, breaks: str) -> None:
    found = of(target, id)
    assert brief(found) == breaks
    assert found.exact


def test_silence_alone_breaks_progress() -> None:
    """A replica that does nothing needs no capability: it is enough that nobody counts on it."""
    found = of("bc-ami@hardened", "IS-V2")
    assert brief(found) == "{two faulty replicas without BYZ} with Replica=4"


def test_a_frontier_is_told_in_full() -> None:
    assert render(of("bc-ami@published (charitable)", "IS-P4")) == (
        "broken by {TRANSFER}: 3 steps at Meter=2, Key=3, Epoch=1, Reading=1, Time=2, Height=2 (explore)\n"
        "broken by {NET, PEER}: 7 steps at Meter=2, Key=3, Epoch=1, Reading=1, Time=2, Height=2 (explore)\n"
        "holds against {NET}: proved\n"
        "holds against {PEER}: exhausted at Meter=2, Key=3, Epoch=1, Reading=1, Time=2, Height=2\n"
    )


def test_one_attempt_tells_which_capabilities_the_lemmas_stand() -> None:
    """The proof of authentication is against NET; it goes through without TRANSFER and PEER, and with nothing else."""
    job = job_of("bc-ami@published (charitable)", "IS-P4")
    system = job.system()
    found = frontier(
        system, job.claim(system), [induction(), explore(Meter=1, Key=1, Epoch=1, Reading=1, Time=1, Height=1)]
    )
    assert [k.strength.capabilities for k in found.holds if k.verdict == "proved"] == [frozenset({"NET"})]
