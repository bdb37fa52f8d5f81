"""A page is whole by itself: well-formed, without anything to load, operable by keyboard, readable in any light."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from meterproof.audit.outcome import Audit, BehaviourChange, Failure, GuaranteeChange, RuleChange
from meterproof.compare.outcome import Behaviours, Novelty
from meterproof.frontier import Frontier
from meterproof.necessity.baseline import Guarantee
from meterproof.necessity.change import Change
from meterproof.necessity.findings import findings
from meterproof.necessity.matrix import Matrix
from meterproof.necessity.trial import Trial
from meterproof.report.audits import audit_page
from meterproof.report.checks import check_page
from meterproof.report.glossary import Glossary
from meterproof.report.matrices import rules_page
from meterproof.report.runs import run_page
from meterproof.verdict import Evidence
from tests.necessity.gate import claim, kept, paid
from tests.report.beside import HOSTILE, the_whole
from tests.report.pages import RULES, Node, checks, read, sent_two, trespass


def the_check() -> str:
    return check_page(checks(), RULES, seed=7, profile="quick")


def the_run() -> str:
    return run_page(sent_two(), Glossary(), source="relay", seed=0)


def the_audit() -> str:
    lost = GuaranteeChange(
        "paid", None, HOSTILE, "proved", "violated", "lost", "it held, and is violated", target="gate@built",
        base="gate@built", head="gate@built", trace=trespass(), trace_of="head", cites=("G-R1",), notes=(HOSTILE,),
        rules=(RuleChange("ticket", True, False, ("G-R1",), "gate@built", doc=HOSTILE, file="a.toml", line=3),),
    )  # fmt: skip
    same = GuaranteeChange("kept", None, "", "proved", "proved", "kept", "the same", untouched=True)
    new = Novelty("enter", trespass(), ())
    allowed = Behaviours(
        "yes", (new,), {"Person": 2}, None, None, (), (), (), 1, 1, 9, 9, 2, None, 0.0
    )  # fmt: skip
    moved = BehaviourChange("gate@built", None, "Gate", {"Person": 2}, allowed, None, HOSTILE)
    failed = Failure("head", "gate@other", HOSTILE)
    return audit_page(Audit(HOSTILE, "head", lost.rules, (lost, same), (failed,), (moved,)), RULES)


def the_matrix() -> Matrix:
    base = claim(paid)
    gone, painted = Change("ticket", False, True), Change("paint", "none", True)
    fall = Evidence("explore", "violated", {"Person": 2}, states=7, trace=trespass())
    trials = (
        Trial(base.under({"ticket": False}), (gone,), "falls", (fall,), (HOSTILE,)),
        Trial(base.under({"paint": "none"}), (painted,), "same"),
        Trial(claim(kept).under({"ticket": False}), (gone,), "stands", (Evidence("explore", "exhausted", states=3),)),
    )
    shown = Evidence("explore", "exhausted", {"Person": 2}, states=5)
    guarantees = (Guarantee(base, (shown,)), Guarantee(claim(kept), (shown,)))
    return Matrix(base, {"ticket": (gone,), "paint": (painted,)}, guarantees, (), trials, ())


def the_rules() -> str:
    matrix = the_matrix()
    return rules_page([matrix], [findings(matrix)], RULES, seed=0, profile="quick")


PAGES = {"check": the_check, "whole": the_whole, "run": the_run, "audit": the_audit, "rules": the_rules}


@pytest.fixture(scope="module", params=PAGES)
def html(request: pytest.FixtureRequest) -> str:
    return PAGES[request.param]()


@pytest.fixture(scope="module")
def root(html: str) -> Node:
    return read(html)


def test_every_id_is_there_once_and_every_reference_leads_to_one(root: Node) -> None:
    ids = [n.attributes["id"] for n in root.all() if "id" in n.attributes]
    assert len(ids) == len(set(ids)) and not any(re.search(r"\s", id) for id in ids)
    wanted = [n.attributes["href"] for n in root.all() if "href" in n.attributes]
    wanted += [f"#{n.attributes['aria-labelledby']}" for n in root.all() if "aria-labelledby" in n.attributes]
    assert wanted and {w[0] for w in wanted} == {"#"}
    assert {w[1:] for w in wanted} <= set(ids)


def test_nothing_is_loaded_and_only_the_pages_own_script_and_style_may_run(html: str, root: Node) -> None:
    assert not any(name in n.attributes for n in root.all() for name in ("src", "srcset", "action", "style"))
    assert not any(name.startswith("on") for n in root.all() for name in n.attributes)
    [style], [script] = root.all("style"), root.all("script")
    assert "url(" not in style.text and "@import" not in style.text and "@font-face" not in style.text
    assert not re.search(r"fetch|XMLHttp|import\b|innerHTML|eval\(", script.text)
    assert set(re.findall(r"https?://[^\"\s]+", html)) <= {"http://www.w3.org/2000/svg"}
    [policy] = [n.attributes["content"] for n in root.all("meta") if "http-equiv" in n.attributes]
    for kind, text in (("style", style.text), ("script", script.text)):
        hashed = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{hashed}'" in policy
    assert policy.startswith("default-src 'none';")


def test_texts_of_the_study_stay_texts(root: Node) -> None:
    assert not list(root.all("img")) and len(list(root.all("script"))) == 1


def test_whatever_can_be_operated_can_be_reached_and_has_a_name(root: Node) -> None:
    for n in root.all():
        if n.tag in ("a", "button", "summary"):
            assert (n.attributes.get("aria-label") or n.text).strip(), n
        if n.tag == "input" or n.attributes.get("role") in ("region", "group", "img"):
            assert n.attributes.get("aria-label", "").strip(), n
        if "scroll" in n.attributes.get("class", "").split():
            assert n.attributes["tabindex"] == "0"
    assert [n.attributes["lang"] for n in root.all("html")] == ["en"]
    assert len(list(root.all("h1"))) == 1 and len(list(root.all("main"))) == 1
    levels = [int(n.tag[1]) for n in root.all() if re.fullmatch(r"h[1-6]", n.tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_verdicts_and_changes_are_marked_by_a_sign_and_a_word_never_by_colour_alone(root: Node) -> None:
    looks = ("good", "bad", "open")
    shown = [n for n in root.all() if any(n.tag in ("span", "p", "a") and look in _kinds(n) for look in looks)]
    assert shown
    for n in shown:
        assert n.text[0] in "✓✗?!○" and (
            re.search(r"\w{2}", n.text) or n.attributes.get("aria-label") or _legend(root, n)
        )


def test_a_run_is_told_whole_so_that_it_can_be_printed_and_read_without_the_script(root: Node) -> None:
    for run in root.all("section", "explorer"):
        steps = int(run.attributes["data-steps"])
        told = [int(li.attributes["data-step"]) for li in run.all("li", "step")]
        assert told == list(range(steps + 1))
        assert not any("hidden" in n.attributes for kind in ("step", "value") for n in run.all(kind=kind))
        assert len(list(run.all("p", "conclusion"))) == 1
        for row in run.all("tr"):
            spells = [(int(v.attributes["data-first"]), int(v.attributes["data-last"])) for v in row.all(kind="value")]
            assert [i for first, last in spells for i in range(first, last + 1)] == list(range(steps + 1))


def test_the_same_findings_make_the_same_page(html: str) -> None:
    assert any(make() == html for make in PAGES.values())


def test_a_check_says_verdict_method_and_scope_and_leads_to_the_run() -> None:
    root = read(the_check())
    text = root.text
    assert "3 verdicts, 1 not as expected." in text
    assert "✗ violated in 2 steps" in text and "explore · Person=2" in text
    assert "✓ proved for every size" in text and "? unknown" in text and "time: 1 s" in text
    [link] = [a for a in root.all("a", "see")]
    [run] = [n for n in root.all("section", "explorer")]
    assert link.attributes["href"] == f"#{run.attributes['id']}"
    assert "Mutation controls: 1 of 1" in text


def test_what_is_cited_is_there_with_all_that_it_cites_and_nothing_else() -> None:
    root = read(the_check())
    titles = [n.all("h3") for n in root.all("article", "note")]
    assert [next(t).text for t in titles] == ["ticket, a rule of gate", "G-R1, section 2"]


def test_an_id_that_nobody_explains_is_text_and_no_dead_link() -> None:
    root = read(the_run())
    assert {n.text for n in root.all("span", "cited")} == {"R3"} and not list(root.all("a", "cite"))


def test_an_audit_says_what_was_lost_by_which_rule_and_shows_the_run() -> None:
    root = read(the_audit())
    assert "✗ lost" in root.text and "ticket: true → false" in root.text and "a.toml:3" in root.text
    [detail] = [d for d in root.all("details", "run") if d.attributes.get("id") == "change-1"]
    assert len(list(detail.all("section", "explorer"))) == 1
    assert "1 kept (1 of them the same system on both sides)" in root.text
    assert HOSTILE in root.text


@pytest.mark.parametrize("at", [0, 1])
def test_files_of_either_revision_are_told_from_its_own_study_wherever_that_lay(at: int) -> None:
    """The model of the run is `tests/necessity/gate.py` of this checkout."""
    here = [str(Path(__file__).parents[2]), "/gone"]
    change = GuaranteeChange("paid", None, "", "proved", "violated", "lost", "", trace=trespass(), trace_of="base")
    found = Audit("a", "b", (), (change,), roots=(here[at], here[1 - at]))
    text = read(audit_page(found, RULES)).text
    assert "enter, tests/necessity/gate.py:" in text and "/gone" not in text
    assert "enter, gate.py:" in read(audit_page(replace(found, roots=("", "/gone")), RULES)).text


def test_a_rule_that_changed_opens_with_what_it_says_both_values_and_its_line() -> None:
    turns = [
        RuleChange(
            "door", "wide", "narrow", ("G-R2",), "gate@built", reading, doc="How wide.", file="spec/g.toml", line=4
        )
        for reading in ("literal", "charitable")
    ]
    root = read(audit_page(Audit("a", "b", tuple(turns), ()), RULES))
    assert [a.attributes["href"] for a in root.all("a", "cite") if a.text == "door"] == ["#rule-gate-door"] * 2
    [note] = [n for n in root.all("article", "note") if n.attributes["id"] == "rule-gate-door"]
    assert "How wide." in note.text and "Changed (charitable)wide → narrow (spec/g.toml:4)" in note.text


def test_an_undecided_frontier_is_never_shown_as_none() -> None:
    change = GuaranteeChange("p", None, "", "proved", "unknown", "unknown", "time")
    found: Frontier | None = change.frontier_before
    assert found is None
    text = read(audit_page(Audit("a", "b", (), (change,)), RULES)).text
    assert "not computed" in text and "? unknown" in text and "Nothing changed" not in text


def test_a_matrix_has_a_cell_for_every_trial_and_links_each_fall_to_its_run() -> None:
    root = read(the_rules())
    [table] = root.all("table", "matrix")
    cells = {n.attributes["title"]: n for n in table.all("td") if "title" in n.attributes}
    assert set(cells) == {"paid without ticket: falls", "paid without paint: same", "kept without ticket: stands"}
    [link] = cells["paid without ticket: falls"].all("a")
    assert link.text == "✗ 2" and link.attributes["href"] == "#run-1"


def test_a_page_of_an_interrupted_check_says_so() -> None:
    text = read(check_page(checks()[:1], RULES, seed=0, profile="quick", interrupted=True)).text
    assert "The check was interrupted" in text


def test_a_note_on_a_verdict_that_contradicts_itself_is_shown() -> None:
    row = replace(checks()[0], contradiction="two engines disagree", as_expected=False)
    text = read(check_page([row], RULES, seed=0, profile="quick")).text
    assert "two engines disagree" in text and "! not as expected" in text


def _kinds(node: Node) -> list[str]:
    return node.attributes.get("class", "").split()


def _legend(root: Node, node: Node) -> bool:
    """Whether it is a mark that a legend puts into words."""
    return any(node in li.children and len(li.text) > 10 for ul in root.all("ul", "legend") for li in ul.all("li"))


PALETTE = re.compile(r"--([a-z-]+): (#[0-9a-f]{3,6});?")
TEXT_ON = [
    *((ink, on) for ink in ("ink", "soft", "accent", "good", "bad", "open") for on in ("paper", "surface")),
    ("ink", "sunken"), ("soft", "sunken"), ("ink", "accent-soft"), ("soft", "accent-soft"), ("accent", "accent-soft"),
    ("bad", "bad-soft"), ("good", "good-soft"), ("surface", "accent"),
]  # fmt: skip


def test_all_text_has_enough_contrast_in_light_dark_and_print() -> None:
    """At least 4.5 to 1, which WCAG 2.2 asks of small text (1.4.3)."""
    [style] = read(the_run()).all("style")
    light, dark, paper = (dict(PALETTE.findall(b)) for b in re.findall(r":root \{([^}]*)\}", style.text))
    for name, palette in (("light", light), ("dark", light | dark), ("print", light | paper)):
        for ink, on in TEXT_ON:
            assert _contrast(palette[ink], palette[on]) >= 4.5, (name, ink, on)


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
