"""The coverage of a study: from a statement to rule, model line, property, attack and test; and what has no place."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.check.jobs import jobs_of_spec, open_spec
from meterproof.cli import main
from meterproof.cli.coverage import document, subjects
from meterproof.study.coverage import Coverage, Exhibit, Texts, coverage
from meterproof.study.finder import Study, locate
from meterproof.study.mentions import Mentions
from meterproof.study.register import Register

STUDY: Study = locate(Path(__file__))
JOBS = [j for j in jobs_of_spec(STUDY, open_spec(STUDY, STUDY.specs["bc-ami@hardened"])) if j.declared.id == "IS-P4"]
TESTS = {"tests/test_it.py": "It holds (IS-P4). Nothing is IS-X1.", "tests/test_other.py": "IS-C7"}


def cover(register: Register | None = None, *, attack: str = "IS-C7", text: str = "as IS-R17 and C7 say") -> Coverage:
    """Of one guarantee of one variant, one attack and three files."""
    texts = Texts({"reference/it.py": text}, {"spec/errata/it.md": "| IS-C99 | a row |"}, TESTS)
    exhibits = [Exhibit("replay", "IS-P4", (attack,))]
    return coverage(register or STUDY.register(), subjects(JOBS), exhibits, texts, STUDY.root)


def test_a_finding_leads_to_all_that_came_of_it() -> None:
    found = {s.entry.id: s for s in cover().statements}["IS-C7"]
    [use] = [u for u in found.rules if u.rule == "freshness"]
    assert (use.target, use.value) == ("bc-ami@hardened", "increasing")
    file, line = use.place.split(":")
    assert 'value = "increasing"' in (STUDY.root / file).read_text().splitlines()[int(line) - 1]
    assert any(place.startswith("model/reporting.py:") for place in found.model)
    assert "IS-P4" in found.properties
    assert found.attacks == ("replay",)
    assert found.reference == ("reference/it.py",)
    assert set(found.tests) == set(TESTS)


def test_a_line_of_the_model_is_one_that_speaks_of_it() -> None:
    """An action's line is that of its decorator or function; a guard's is its own."""
    for statement in cover().statements:
        for place in statement.acted:
            file, line = place.split(":")
            text = (STUDY.root / file).read_text().splitlines()
            assert statement.entry.id in "".join(text[int(line) - 3 : int(line) + 12]), place


def test_an_id_that_the_register_has_not_dangles_wherever_it_is_cited_but_in_tests() -> None:
    found = cover(attack="IS-C98", text="see IS-R97")
    assert [(d.id, d.place) for d in found.dangling] == [
        ("IS-C98", "attack replay"), ("IS-C99", "spec/errata/it.md"), ("IS-R97", "reference/it.py"),
    ]  # fmt: skip


def test_a_statement_that_is_modelled_by_word_only_is_missing() -> None:
    register = STUDY.register()
    cited = {s.entry.id for s in cover().statements if not s.is_missing}
    assert "IS-C7" in cited and "WA-R2" not in cited
    planned = {id: replace(e, status="planned") for id, e in register.entries.items()}
    assert cover(replace(register, entries=planned)).missing == ()


def test_the_json_follows_its_schema() -> None:
    schema = json.loads((files("meterproof") / "schemas" / "list-coverage.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(document(cover()))


def test_a_part_of_a_study_is_not_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "bc-ami", "--coverage"]) == 2
    assert "without a target" in capsys.readouterr().err


@given(st.lists(st.sampled_from(["IS-R1", "IS-R12", "IS-B1.1", "ZK-P3"]), unique=True))
def test_ids_are_found_in_running_text_and_nothing_else_is(ids: list[str]) -> None:
    words = Mentions(["IS-R1", "IS-R12", "IS-B1.1", "ZK-P3"])
    assert words.within(f"XIS-R1 ({'), ('.join(ids)}). Not IS-R1-b, IS-Q1, P3 or R12.") == ids


def test_short_forms_are_of_the_paper_before_them() -> None:
    words = Mentions(["IS-R1", "IS-C2", "ZK-P3"])
    assert words.within("IS-R1, C2 and P3; ZK-P3 to R4") == ["IS-R1", "ZK-P3", "IS-C2", "IS-P3", "ZK-R4"]
    assert words.heading("| IS-R1 | IS-C2 |\n- **IS-C2 to P3** IS-R1\ntext ZK-P3") == ["IS-R1", "IS-C2", "IS-P3"]
