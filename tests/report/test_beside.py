"""What a report shows beside verdicts: ladders, quorums, attacks that open into their steps, real readings, and what
came of each statement. None of it says more than was found."""

from __future__ import annotations

import pytest

from meterproof.report.exhibits import attacks, readings, summary
from meterproof.report.markup import element, write
from meterproof.report.page import Section
from meterproof.report.standings import ladders, quorums
from tests.report.beside import HOSTILE, a_run, attempt, standing, the_whole, threshold
from tests.report.pages import RULES, Node, read


def shown(section: Section) -> Node:
    return read(write(element("main", *section.content)))


def rows(root: Node) -> list[str]:
    return [" ".join(cell.text for cell in row.children if isinstance(cell, Node)) for row in root.all("tr")][1:]


def test_each_has_a_section_and_an_entry_in_the_navigation_in_this_order() -> None:
    root = read(the_whole())
    [nav] = root.all("nav")
    assert [a.text for a in nav.all("a")] == [
        "Verdicts", "Ladders", "Quorum arithmetic", "Runs", "What was done", "Attacks", "Runs on real readings",
        "From text to test", "What is cited",
    ]  # fmt: skip
    wanted = [a.attributes["href"][1:] for a in nav.all("a")]
    assert [s.attributes["id"] for s in root.all("section") if s.attributes.get("id") in wanted] == wanted


def test_what_there_is_nothing_of_has_no_section() -> None:
    assert not any(s.content for s in (ladders([]), quorums([]), attacks([], RULES), readings([])))
    assert summary([], []) == ""


def test_a_ladder_names_the_level_that_holds_and_never_hides_one_that_is_open() -> None:
    [row] = rows(shown(ladders([standing("kept", "paid")])))
    assert "kept < paid" in row and "✓ kept" in row and "? open: paid" in row
    [none] = rows(shown(ladders([standing(None)])))
    assert "✗ none" in none


@pytest.mark.parametrize(
    ("holds", "said"), [(True, "✓ proved"), (False, "✗ not at n=4, f=1"), (None, "? undecided")]
)  # fmt: skip
def test_a_fact_about_a_threshold_is_proved_refuted_or_undecided(holds: bool | None, said: str) -> None:
    [row] = rows(shown(quorums([("gate@built", threshold(holds))])))
    assert "2*f+1 of Person" in row and row.count("✓ proved") == 2 + (holds is True) and said in row
    assert "f (n = 3*f+1)" in row


def test_an_attack_opens_into_its_steps_and_what_refused_them() -> None:
    [row] = shown(attacks([attempt("fails")], RULES)).all("details")
    text = row.text
    assert "2 steps" in text and "The thief comes. adversary: NET" in text
    assert "✓ refused by ticket: no ticket is shown" in text and "It fails: 1 of 2 steps were refused" in text
    assert "Aims at paid: who is inside has paid" in text and "played on bytes only" in text
    assert {a.text for a in row.all("a", "cite")} == {"G-R1", "G-R2", "ticket"}


def test_an_attack_that_did_not_go_as_expected_is_flagged_and_counted() -> None:
    wrong = attempt("succeeds")
    text = shown(attacks([wrong], RULES)).text
    assert "✗ succeeds" in text and "! not as expected" in text and "! expected that it fails; it succeeds" in text
    assert summary([wrong, attempt("fails")], []) == "2 attacks played, 1 not as expected."


def test_a_run_tells_what_was_delivered_and_nothing_of_the_moment() -> None:
    [row] = rows(shown(readings([(a_run(seconds=1.234, reports_per_second=99), True)])))
    assert "✓ agrees" in row and "3: 2 accepted, 1 rejected, 2 delivered" in row and "1 no number" in row
    assert "1.5 kWh in the file, 1.50 kWh arrived" in row and "✓ 1 held: paid" in row and HOSTILE in row
    assert "1.234" not in row and "99" not in row
    assert summary([], [(a_run(), True)]) == "1 run on real readings, all agree."
    assert summary([], [], [({}, False), ({}, True)]) == "2 runs of a short day, 1 differ."


def test_a_run_that_differs_says_where() -> None:
    run = a_run(totals={"m1": {"file": "1", "mdms": "2"}}, monitors={"paid": "violated"}, stopped="no quorum")
    [row] = rows(shown(readings([(run, False)])))
    assert "✗ differs" in row and "no quorum" in row and "✗ m1: 1 in the file, 2 arrived" in row
    assert "✗ paid violated  ! not as expected" in row
    assert summary([], [(run, False)]) == "1 run on real readings, 1 differ."


def test_a_statement_shows_what_came_of_it_and_one_without_a_place_is_told() -> None:
    [section] = [s for s in read(the_whole()).all("section") if s.attributes.get("id") == "traceability"]
    assert "2 statements of the texts: 2 modelled." in section.text
    assert "✗ G-R2 is modelled, but nothing cites it" in section.text
    assert "✗ G-R9 is cited at model/gate.py:8, but is not in the register" in section.text
    full, bare = rows(section)
    assert "model/gate.py:7" in full and "paid" in full and "thief" in full and "3tests/a.py, tests/b.py" in full
    assert [a.text for a in section.all("a", "cite")] == ["G-R1", "ticket", "G-R2"]
    assert bare.split() == ["G-R2", "modellednobody", "cites", "it"], "and nothing in the other cells"
