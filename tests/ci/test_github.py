"""GitHub's annotations and summaries say all within what it shows, and nothing of a text is taken for a command."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.ci import github
from meterproof.ci.items import Item, Place, Turn
from tests.ci.samples import ITEMS, WORD, item

COMMAND = re.compile(r"::(error|warning|notice) ((?:file=[^,:]*,line=\d+,)?)title=([^,:]*)::([^\r\n]*)")


def test_an_annotation_stands_at_the_line_of_the_finding() -> None:
    assert github.commands([item()]) == [
        "::error file=spec/ballot.lax.toml,line=9,title=BA-P1 violated%3A ballot@lax (literal)::violated in 2 steps"
    ]


def test_a_comma_or_a_colon_in_a_name_ends_nothing() -> None:
    [line] = github.commands([item(place=Place("a,b:c.toml", 1), message="as it is: a, b")])
    assert line.startswith("::error file=a%2Cb%3Ac.toml,line=1,title=")
    assert line.endswith("::as it is: a, b")


def test_failures_are_errors_undecided_findings_warnings_and_accepted_ones_notices() -> None:
    items = [item(outcome="undecided"), item(accepted=WORD), item(), item(outcome="passed"), item(outcome="skipped")]
    assert [line.split()[0] for line in github.commands(items)] == ["::error", "::warning", "::notice"]


@settings(max_examples=20)
@given(st.lists(ITEMS, max_size=30))
def test_whatever_is_told_each_line_is_one_command_and_there_are_ten_of_a_kind_at_most(items: list[Item]) -> None:
    found = [COMMAND.fullmatch(line) for line in github.commands(items)]
    assert all(found)
    kinds = [m[1] for m in found if m]
    assert all(kinds.count(kind) <= 10 for kind in github.KINDS)
    assert kinds.count("error") == min(10, sum(i.fails and i.outcome == "failed" for i in items))


def test_the_tenth_of_more_names_those_that_are_left_out() -> None:
    *shown, last = github.commands([item(guarantee=f"P{n}") for n in range(12)])
    assert len(shown) == 9
    assert last == (
        "::error title=3 more::ballot@lax (literal) P9, ballot@lax (literal) P10, ballot@lax (literal) P11: "
        "see the summary of the step"
    )


def test_a_message_of_several_lines_is_one_line() -> None:
    [line] = github.commands([item(message="100%\r\n::error::no")])
    assert line.endswith("::100%25%0D%0A::error::no")


def test_the_summary_counts_and_tells_what_did_not_pass() -> None:
    items = [item(), item(guarantee="BA-P2", outcome="passed"), item(guarantee="BA-P3", accepted=WORD)]
    told = github.summary(items, "check")
    assert "**1** failed, **1** accepted, **1** passed" in told
    assert "| ❌ | **BA-P1** one block is final at most | ballot@lax (literal) | violated in 2 steps `spec/" in told
    assert "BA-P2" not in told and "accepted until 2027-03-31: Next release." in told
    assert "```text\nclaimed: holds\n\n1. voter0 votes.\n```" in told


@settings(max_examples=25)
@given(st.lists(ITEMS, max_size=12), st.integers(0, 3000))
def test_a_summary_is_never_longer_than_there_is_room_for(items: list[Item], most: int) -> None:
    told = github.summary(items, "check", most)
    assert len(told.encode()) <= most
    whole = github.summary(items, "check")
    assert told == whole if len(whole.encode()) <= most else told == "" or "This is not all" in told


@settings(max_examples=50)
@given(ITEMS)
def test_no_text_leaves_its_cell_of_the_table(drawn: Item) -> None:
    rows = [line for line in github.summary([drawn], "check").split("\n") if line.startswith("|")]
    assert len(rows) == (0 if drawn.outcome == "passed" else 3)
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)


def test_a_border_or_html_in_a_title_is_shown_as_it_is() -> None:
    told = github.summary([item(title="a | b <i>")], "check")
    assert "**BA-P1** a \\| b &lt;i&gt; |" in told


def test_a_fence_within_a_run_does_not_end_it() -> None:
    told = github.summary([item(detail="```\n<b>")], "check")
    assert "````text\n```\n<b>\n````" in told


NEW = Turn("Ballot of ballot@lax", "Voter=2", "stuff (step 1)", "nothing")
GONE = Turn("Lid of ballot@lax", "Voter=2", "nothing", "open (step 3)")
SAME = Turn("Box of ballot@lax", "Voter=2", "nothing", "nothing")
OPEN = Turn("Urn | of ballot@lax", "Voter=2", "undecided, time: 1 s", "not asked: it does not load")


def test_what_a_machine_newly_allows_has_a_row_and_what_does_the_same_is_named() -> None:
    told = github.summary([], "audit", turns=(NEW, GONE, SAME, OPEN))
    assert "| Lid of ballot@lax | nothing | open (step 3) | Voter=2 |" in told
    assert "| Ballot of ballot@lax | stuff (step 1) | nothing | Voter=2 |" in told
    assert "| Urn \\| of ballot@lax | undecided, time: 1 s | not asked: it does not load | Voter=2 |" in told
    assert "The same as before at the scopes searched: Box of ballot@lax." in told


def test_without_a_machine_that_was_asked_nothing_is_said_of_behaviours() -> None:
    assert "possible" not in github.summary([item()], "audit")
    assert "| --- |" not in github.summary([], "audit", turns=(SAME,))


@settings(max_examples=25)
@given(st.lists(ITEMS, max_size=4), st.lists(st.sampled_from((NEW, SAME, OPEN)), max_size=9), st.integers(0, 2500))
def test_findings_stay_and_behaviours_go_first_where_there_is_no_room(
    items: list[Item], turns: list[Turn], most: int
) -> None:
    told = github.summary(items, "audit", most, turns)
    assert len(told.encode()) <= most
    if "newly possible" in told:
        assert told.startswith(github.summary(items, "audit"))
