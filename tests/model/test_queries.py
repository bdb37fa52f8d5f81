"""Which record is in force: one device that lags is enough for a stale answer, a read quorum is never wrong.

A read quorum has to be large enough to meet every quorum that confirms, and small enough for correct devices to fill.
"""

from __future__ import annotations

import pytest

from meterproof.claims import explore, induction
from meterproof.lang.formula import Formula
from meterproof.prove.quorums import Admitted, Limited, available, shared_member
from properties.queries import (
    NOBODY_CORRUPTED,
    questions_are_answered,
    read_freshness,
)
from tests.model.edge import CHARITABLE, LITERAL, found, steps_of
from tests.model.shipped import rules

QUORUM, READ, SMALLEST = (
    Formula.parse(str(rules("edge-keys", "hardened")[rule])) for rule in ("quorum", "read_quorum", "resilience")
)
ADMITTED, FAULTY = Admitted((SMALLEST,)), (Limited("faulty", Formula.parse("f")),)


def test_the_proof_rests_on_a_correct_device_in_both_kinds_of_quorum() -> None:
    shared = shared_member(QUORUM, READ, ADMITTED, FAULTY)
    assert shared.holds
    assert any(shared.sentence in axiom for axiom in found(read_freshness, induction()).axioms)


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_a_device_that_lags_hands_out_a_superseded_or_revoked_key(of: str) -> None:
    """ZK-C9: no device is corrupted; an old key is "automatically invalid" only where the new record has arrived."""
    evidence = found(read_freshness, NOBODY_CORRUPTED, of)
    assert steps_of(evidence) == ["issue", "confirm", "confirm", "finalise", "ask", "answer", "take"]
    assert evidence.trace is not None
    *_, (signer, _), _, _, (_, lags, _), _ = (step.params for step in evidence.trace.steps)
    assert lags != signer


# ---- how many devices have to be asked


@pytest.mark.parametrize(("n", "f"), [(4, 1), (5, 1), (6, 1)])
def test_exactly_these_read_quorums_are_fresh_and_exactly_these_are_answered(n: int, f: int) -> None:
    sizes = {"n": n, "f": f}
    scope = explore(Replica=n, Version=2, Query=1, f=f, faulty=f)
    for asked in range(1, n + 1):
        fresh = found(read_freshness, scope, read_quorum=str(asked)).verdict
        answered = found(questions_are_answered, scope, read_quorum=str(asked)).verdict
        assert (fresh == "exhausted") == (asked >= READ.evaluate(sizes)), (asked, fresh)
        assert (answered == "exhausted") == (asked <= n - f), (asked, answered)


def test_f_plus_one_are_too_few_for_every_f_of_at_least_one() -> None:
    """ZK-C9: f+1 devices have a correct one among them, but that one may lag."""
    few = shared_member(QUORUM, Formula.parse("f+1"), ADMITTED, FAULTY)
    assert few.holds is False
    for f in range(1, 40):
        for n in range(3 * f + 1, 130):
            assert READ.evaluate({"n": n, "f": f}) > f + 1


def test_correct_devices_can_fill_a_read_quorum_which_is_no_larger_than_a_quorum() -> None:
    """That n-q+f+1 <= q says the same as that two quorums share more than f: both are decided for every n and f."""
    assert available(READ, ADMITTED, FAULTY).holds
    assert shared_member(QUORUM, QUORUM, ADMITTED, FAULTY).holds
    for f in range(40):
        for n in range(3 * f + 1, 130):
            assert READ.evaluate({"n": n, "f": f}) <= QUORUM.evaluate({"n": n, "f": f})
