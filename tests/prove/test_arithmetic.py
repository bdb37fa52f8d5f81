"""What the thresholds of bc-ami's machines are chosen for, decided for every size from the spec's own formulas."""

from __future__ import annotations

import pytest

from meterproof.check.targets import find
from meterproof.prove.arithmetic import threshold_facts


def facts(of: str, claim: str) -> tuple[str, str, bool | None, bool | None, bool | None]:
    [found] = threshold_facts(find(of, claim).system())
    three = (found.membership.holds, found.intersection.holds, found.availability.holds)
    return (str(found.threshold), found.over.name, *three)


@pytest.mark.parametrize(
    ("of", "claim", "expected"),
    [
        ("bc-ami@hardened", "IS-V1", ("floor((n+f)/2)+1", "Replica", True, True, True)),
        ("bc-ami@published (charitable)", "IS-V1", ("2*f+1", "Replica", True, False, True)),
        ("bc-ami@hardened", "IS-V10", ("f+1", "Peer", True, False, True)),
        ("bc-ami@hardened", "IS-P14", ("f+1", "Concentrator", True, False, False)),
    ],
)
def test_each_threshold_has_the_facts_that_it_is_chosen_for(of: str, claim: str, expected: tuple[object, ...]) -> None:
    """Votes must agree; of endorsers and relays one correct member is enough, and of relays all but one may be bad."""
    assert facts(of, claim) == expected


def test_a_fact_that_fails_names_its_smallest_numbers() -> None:
    [found] = threshold_facts(find("bc-ami@hardened", "IS-V10").system())
    assert found.intersection.numbers == "n=2, f=0"


def test_plain_numbers_are_no_thresholds_of_a_design() -> None:
    assert threshold_facts(find("bc-ami@published (literal)", "IS-V10").system()) == []
