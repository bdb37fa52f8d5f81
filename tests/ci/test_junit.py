"""JUnit XML says of every guarantee what came of it: failed is a failure, undecided an error, not asked skipped."""

from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.ci import junit
from meterproof.ci.items import Item
from tests.ci.samples import ITEMS, WORD, item

CHILDREN = {"failure", "error", "skipped", "system-out"}


@pytest.mark.parametrize(
    ("made", "tag", "kind"),
    [
        (item(), "failure", "violated"),
        (item(outcome="undecided", verdict="unknown"), "error", "unknown"),
        (item(outcome="skipped", verdict="not run"), "skipped", "not run"),
        (item(accepted=WORD), "skipped", "accepted"),
        (item(outcome="passed", verdict="proved"), "system-out", None),
    ],
)
def test_each_outcome_has_its_element(made: Item, tag: str, kind: str | None) -> None:
    [found] = fromstring(junit.write([made])).findall("testsuite/testcase/*")
    assert (found.tag, found.get("type")) == (tag, kind)
    assert made.told in (found.get("message"), found.text)


def test_a_failure_tells_its_line_and_its_run() -> None:
    [case] = fromstring(junit.write([item()])).iter("testcase")
    assert (case.get("classname"), case.get("name"), case.get("time")) == (
        "ballot@lax (literal)", "BA-P1 one block is final at most", "1.250",
    )  # fmt: skip
    [failure] = case
    assert (failure.text or "").startswith("spec/ballot.lax.toml:9\nclaimed: holds")
    assert "1. voter0 votes." in (failure.text or "")


@settings(max_examples=30)
@given(st.lists(ITEMS, max_size=5))
def test_whatever_is_told_is_xml_of_the_known_shape_and_its_counts_add_up(items: list[Item]) -> None:
    whole = fromstring(junit.write(items).encode())
    suites = list(whole)
    assert whole.tag == "testsuites" and {s.tag for s in suites} <= {"testsuite"}
    assert [c.tag for s in suites for c in s] == ["testcase"] * len(items)
    assert {e.tag for c in whole.iter("testcase") for e in c} <= CHILDREN
    assert all(len(c) == 1 and set(c.attrib) == {"classname", "name", "time"} for c in whole.iter("testcase"))
    counted = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for each in (whole, *suites):
        assert {k: int(each.get(k, "-1")) for k in counted} == {k: len(list(each.iter(v))) for k, v in counted.items()}
