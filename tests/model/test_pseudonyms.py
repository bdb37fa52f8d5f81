"""Names on the ledger: a constant one links a meter's epochs, a pseudonym does not, and neither says all of privacy."""

from __future__ import annotations

import pytest

from meterproof.claims import Control
from properties.pseudonyms import NAMES, TWO_NAMED_METERS, TWO_NAMES, names_are_given_once, no_name_in_two_epochs
from properties.pseudonyms import unlinkability as p15
from tests.model.claims import CHARITABLE, LITERAL, caught, found, job_of


@pytest.mark.parametrize("control", job_of(no_name_in_two_epochs).stance.controls, ids=str)
def test_pseudonyms_are_needed(control: Control) -> None:
    assert caught(no_name_in_two_epochs, control).trace is not None


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_the_paper_shows_one_name_in_two_epochs(of: str) -> None:
    trace = found(p15, TWO_NAMES, of).trace
    assert trace is not None and len({step.params for step in trace.steps if step.action == "read_ledger"}) == 2


def test_unlinkability_itself_is_claimed_of_nothing() -> None:
    """What a single run can break is refuted where it fails; that nothing breaks it is never said to be enough."""
    for of in (LITERAL, CHARITABLE):
        assert job_of(p15, of).stance.expected == "violated"
    assert (job_of(p15).stance.expected, job_of(p15).stance.plans) == (None, ())


def test_names_still_tell_meters_apart() -> None:
    """Else the MDMS could not bill, and calling every meter the same would pass."""
    assert names_are_given_once in NAMES
    evidence = found(no_name_in_two_epochs, TWO_NAMED_METERS)
    assert (evidence.verdict, evidence.states) == ("exhausted", 5_233)
