"""A ladder reports the strongest of its levels that holds, of each target and reading, and no more than was shown."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest
from rich.console import Console

from meterproof.check import ladders
from meterproof.check.runner import Check, Options, run_job
from meterproof.check.targets import jobs
from meterproof.verdict import Evidence

LEVELS = ["IS-L1", "IS-L2", "IS-L3", "IS-L4"]


@lru_cache
def checks() -> tuple[Check, ...]:
    """The levels of Lowe's hierarchy by exploration only, without controls."""
    options = Options(method="explore", controls=False)
    return tuple(run_job(job, options) for job in jobs(["bc-ami"], properties=LEVELS))


def strongest(found: tuple[Check, ...]) -> dict[tuple[str, str | None], str | None]:
    return {(each.target, each.reading): each.strongest for each in ladders.of_checks(found)}


def test_the_strongest_level_that_holds_is_reported_of_each_variant_and_reading() -> None:
    assert strongest(checks()) == {
        ("bc-ami@published", "literal"): None,
        ("bc-ami@published", "charitable"): "aliveness",
        ("bc-ami@hardened", None): "injective agreement",
    }


def test_a_ladder_of_which_a_level_was_not_checked_is_not_shown() -> None:
    assert ladders.of_checks([c for c in checks() if c.job.declared.id != "IS-L2"]) == []


@pytest.mark.parametrize(("id", "level", "undecided"), [("IS-L4", "non-injective agreement", 1), ("IS-L1", None, 0)])
def test_a_level_that_nothing_is_known_of_counts_as_open_unless_a_stronger_one_holds(
    id: str, level: str | None, undecided: int
) -> None:
    """Of IS-L1 nothing need be known: what holds above it implies it."""
    unknown = Evidence("none", "unknown")
    found = [replace(c, decisive=unknown) if c.job.declared.id == id else c for c in checks() if not c.job.reading]
    [standing] = ladders.of_checks(found)
    assert standing.strongest == (level or "injective agreement")
    assert len(standing.undecided) == undecided
    row = ladders.row(standing)
    assert row["undecided"] == ["IS-L4"] * undecided and [each["property"] for each in row["levels"]] == LEVELS


def test_the_table_names_the_levels() -> None:
    console = Console(width=200, record=True, file=None)
    with console.capture() as shown:
        console.print(ladders.table(ladders.of_checks(checks())))
    assert all(level in shown.get() for level in ("none", "aliveness", "injective agreement", "literal"))
