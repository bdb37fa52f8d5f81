"""The book says everything that the IR says, and the one that is kept in `docs/book` is what would be made today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from meterproof.check.targets import jobs
from meterproof.export.book.book import render
from meterproof.export.book.formulas import update, writer
from meterproof.export.formats import Request, books
from meterproof.export.subjects import Subject, subjects
from meterproof.lang import Protocol, Sort, action, exists, invariant, parameter, require, rigid, step, trace, var
from meterproof.lang.quantify import atleast
from meterproof.lang.rewrite import conjuncts
from meterproof.study.finder import find_study
from tests.export.study import EXAMPLE, all_subjects

KEPT = Path("docs/book")


def book(target: str, reading: str | None = None) -> str:
    """The book that the command would write."""
    study = find_study(Path.cwd())
    found = tuple(subjects(jobs([target], reading=reading)))
    command = f"meterproof export {target} --format book" + (f" --reading {reading}" if reading else "")
    request = Request(found, {}, command, study.root, study.register())
    [text] = books(request).files.values()
    return text


@pytest.fixture(scope="module")
def hardened() -> str:
    return book("bc-ami@hardened")


def plain(text: str) -> str:
    """Text without its line ends and indentation."""
    return "".join(text.split())


def chapters(of: str) -> list[Subject]:
    return [s for s in all_subjects() if s.name == of]


@pytest.mark.parametrize(
    "target",
    [
        "bc-ami@hardened",
        "edge-keys@hardened",
        "sovereign-chain@hardened",
        "metering-platform@hardened",
        "grid@hardened",
    ],
)
def test_the_kept_book_is_what_would_be_made_today(target: str) -> None:
    again = f"meterproof export {target} --format book -o docs/book/"
    kept = (KEPT / f"{target.replace('@', '.')}.md").read_text(encoding="utf-8")
    assert kept == book(target), f"make it again: {again}"


def test_every_variable_action_property_rule_and_id_is_there(hardened: str) -> None:
    for subject in chapters("bc-ami.hardened"):
        system = subject.system
        for v in system.variables:
            assert f"- `{v.name} : " in hardened
        for a in system.actions:
            assert re.search(rf"#### .*`{a.name}(\(|`)", hardened), a.name
            for guard in a.guards:
                for part in conjuncts(guard.condition):
                    text = writer(system).text(part, writer(system).bind(a.params))
                    assert plain(text) in plain(hardened), f"{a.name}: {text}"
        for p in (*system.properties, *(lemma for each in system.properties for lemma in each.lemmas)):
            assert f"`{p.id}`" in hardened
        for name, _ in system.absent:
            assert re.search(rf"- `{name}`: the guard at `\w+\.py:\d+`", hardened), name
        for name, _ in system.rules.items():
            assert f"**{name}** = " in hardened
        cited = {*(id for a in system.actions for id in a.cites), *(id for p in system.properties for id in p.cites)}
        assert all(f'<a id="{id.lower()}"></a>**{id}**' in hardened for id in cited)


def test_every_link_leads_somewhere(hardened: str) -> None:
    anchors = re.findall(r'<a id="([^"]+)">', hardened)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r"\]\(#([^)]+)\)", hardened)) <= set(anchors)


def test_no_path_of_a_machine_is_in_it(hardened: str) -> None:
    assert str(Path.cwd()) not in hardened and "`model/ordering.py:" in hardened


def test_readings_are_set_side_by_side() -> None:
    literal = book("bc-ami@published", "literal")
    assert "(literal reading)" in literal and "| rule | literal | charitable |" in literal


def test_a_model_without_rules_and_citations_has_a_book_too() -> None:
    text = render(subjects(jobs([EXAMPLE])), command="meterproof export", root=Path.cwd())
    assert "`examples/two_phase_commit.py:" in text and "## Rules" not in text
    assert "#cited" not in text and "#rules" not in text


Node = Sort("Node", "a node")


class Small(Protocol):
    """A protocol for the notation."""

    f = parameter(Node, default="floor((n-1)/3)")
    bad = rigid(Node, at_most="f")
    on = var(Node, Node)
    lit = var()

    @action
    def light(s, a: Node, b: Node):  # type: ignore[no-untyped-def, valid-type]
        """{a} lights {b}."""
        require(~s.on[a, b] & ~s.bad[a])
        return s.set(on=lambda x, y: s.on[x, y] | (x == a), lit=True)

    @invariant
    def few(s):  # type: ignore[no-untyped-def]
        return ~exists(Node, lambda a: s.on[a, a]) | atleast(2, Node, lambda b: s.bad[b])

    @step
    def stays(s, t):  # type: ignore[no-untyped-def]
        return ~s.lit | t.lit


def test_formulas_are_written_as_in_mathematics() -> None:
    system = trace(Small)
    write = writer(system)
    [light] = system.actions
    names = write.bind(light.params)
    assert [t for u in light.updates for t in update(write, u, names)] == [
        "on′(x, y) = (on(x, y) ∨ x = a) for all x, y ∈ Node",
        "lit′ = true",
    ]
    assert write.text(system.property("few").formula) == "(∃ a ∈ Node : on(a, a)) → |{b ∈ Node : bad(b)}| ≥ 2"
    assert write.text(system.property("stays").formula) == "lit → lit′"
