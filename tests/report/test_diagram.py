"""A sequence diagram shows each step once, in its place, and draws as an arrow only what the adversary does."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from meterproof.finite.interpret import Step
from meterproof.report.diagram import GUTTER, LETTER, NARROW, WIDE, diagram
from meterproof.traces.trace import rerun
from tests.report.pages import FAULTY_LEADER, SYSTEM, sent_two


def rows(svg: Element) -> list[Element]:
    return [g for g in svg.iter("g") if "row" in g.get("class", "").split()]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_each_step_is_a_row_in_order_and_only_the_adversarys_are_arrows(width: int) -> None:
    _, steps = diagram(sent_two(), width)
    assert [g.get("data-step") for g in rows(steps)] == ["1", "2", "3"]
    arrows = [any(line.get("class") == "arrow" for line in g.iter("line")) for g in rows(steps)]
    assert arrows == [False, True, True]
    tops = [float(g.find("rect").get("y", "")) for g in rows(steps)]  # type: ignore[union-attr]
    assert tops == sorted(tops)


@pytest.mark.parametrize("width", [WIDE, NARROW, 700])
def test_everything_is_inside_the_picture_and_no_two_names_overlap(width: int) -> None:
    names, steps = diagram(sent_two(), width)
    wide = float(steps.get("width", "0"))
    assert names.get("width") == steps.get("width")
    boxes = [
        (float(r.get("x", "")), float(r.get("y", "")), float(r.get("width", ""))) for r in names.iter("rect")
    ]  # fmt: skip
    assert all(x >= 0 and x + w <= wide for x, _, w in boxes)
    for i, (x, y, w) in enumerate(boxes):
        assert all(y != v or x + w <= u or u + z <= x for u, v, z in boxes[i + 1 :])
    for line in steps.iter("line"):
        assert all(0 <= float(line.get(end, "")) <= wide for end in ("x1", "x2"))
    longest = max((t.text or "" for t in steps.iter("text") if t.get("class") == "words"), key=len)
    assert GUTTER + len(longest) * LETTER <= width


def test_a_few_parties_fit_on_a_phone() -> None:
    _, steps = diagram(sent_two(), NARROW)
    assert len(list(steps.iter("circle"))) > 0 and int(steps.get("width", "")) <= 360


def test_the_picture_says_in_words_what_it_is() -> None:
    names, steps = diagram(sent_two())
    assert names.get("aria-hidden") == "true" and steps.get("role") == "img"
    assert steps.get("aria-label", "").startswith("Sequence diagram of 3 steps among replica0, replica1, replica2")


def test_the_end_is_told_as_a_violation_or_as_a_goal() -> None:
    tick = [Step("tick", ())]
    kinds = {
        name: [g.get("class") for g in diagram(rerun(FAULTY_LEADER, steps, SYSTEM.property(name)))[1].iter("g")][-1]
        for name, steps in (("time_is_up", tick), ("one_block", list(sent_two().steps)))
    }
    assert kinds == {"time_is_up": "conclusion good", "one_block": "conclusion bad"}
