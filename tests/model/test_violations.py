"""Who is blamed: nobody for what he has not signed, and everybody whose violation a correct node knows.

As published one corrupted node can blame whom it likes, or hush up what it was the first to receive. Hardened it takes
more than the design admits, and the numbers say how many.
"""

from __future__ import annotations

import pytest

from meterproof.claims import explore
from meterproof.lang.declare import PropertyDecl
from properties.violations import (
    ONE,
    TWO_EDITIONS,
    appeals_are_heard,
    denials_stand_if_just,
    no_framing,
    no_suppression,
    nothing_is_in_the_way_of_a_record,
)
from tests.model.edge import steps_of
from tests.model.sanctions import CHARITABLE, HARDENED, LITERAL, SHOWN, found


@pytest.mark.parametrize("claim", [no_suppression, appeals_are_heard], ids=lambda c: c.id)
def test_what_is_promised_comes_in_every_fair_run_of_four_validators(claim: PropertyDecl) -> None:
    evidence = found(claim, TWO_EDITIONS)
    assert evidence.verdict == "exhausted" and not evidence.vacuous


# ---- as published


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_one_corrupted_node_frames_whom_it_likes(of: str) -> None:
    """WA-C8: it reports what nobody has done, and says that the others have accepted the record."""
    assert steps_of(found(no_framing, ONE, of)) == ["report_anything", "claim"]


def test_votes_do_not_help_where_there_is_nothing_to_look_at() -> None:
    """Correct validators vote for the made-up report: it has no evidence that would fail."""
    evidence = found(no_framing, ONE, SHOWN)
    assert steps_of(evidence) == ["report_anything", "back", "back", "back", "record"]


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE, SHOWN])
def test_a_violation_is_hushed_up_by_the_one_node_that_received_it_first(of: str) -> None:
    """WA-C8, WA-C5: other nodes know of it, and are not the ones to propose its record."""
    evidence = found(no_suppression, ONE, of)
    assert evidence.verdict == "violated" and evidence.trace is not None
    rigids = evidence.trace.instance.rigids
    assert rigids["faulty"][rigids["first"][0]]


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_a_user_who_is_wrongly_denied_can_do_nothing_about_it(of: str) -> None:
    assert steps_of(found(appeals_are_heard, ONE, of))[-1] == "lodge"


# ---- which rule does what


def test_a_later_edition_makes_violations_of_what_was_allowed_unless_the_edition_is_signed() -> None:
    """A node that holds back an operation until the contracts forbid it, frames its user."""
    evidence = found(no_framing, TWO_EDITIONS, judged_by="current-edition")
    steps = steps_of(evidence)
    assert {"change", "sign", "record"} <= set(steps) and "observe" not in steps
    assert found(no_framing, ONE, judged_by="current-edition").verdict == "exhausted"


@pytest.mark.parametrize(("n", "f"), [(4, 1), pytest.param(5, 1, marks=pytest.mark.slow)])
def test_a_quorum_protects_the_innocent_above_f_and_reaches_the_guilty_up_to_n_minus_f(n: int, f: int) -> None:
    """By counting: f corrupted validators are a quorum of q if q <= f, and can block one if q > n - f."""
    scope = explore(Replica=n, Operation=1, Edition=1, f=f, faulty=f)
    for q in sorted({f, f + 1, n - f, n - f + 1}):
        framed = found(no_framing, scope, quorum=str(q)).verdict == "violated"
        blocked = found(nothing_is_in_the_way_of_a_record, scope, quorum=str(q)).verdict == "violated"
        lifted = found(denials_stand_if_just, scope, quorum=str(q)).verdict == "violated"
        assert (framed, blocked, lifted) == (q <= f, q > n - f, q <= f), q


def test_hardened_the_corrupted_need_more_than_a_third() -> None:
    """Beyond the bound: two of four validators still can't frame anybody, but three of four can."""
    verdicts = [
        found(no_framing, explore(Replica=4, Operation=1, Edition=1, f=1, faulty=k), HARDENED).verdict
        for k in (1, 2, 3)
    ]
    assert verdicts == ["exhausted", "exhausted", "violated"]
