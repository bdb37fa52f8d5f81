"""The few numbers that Wang et al. print are counted in bytes here, and the rest of the paper has none to count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from meterproof.study.finder import locate
from reference.figures import Figure
from reference.sovereign_chain import figures


def test_counts_agree_and_what_has_no_measure_is_not_reproduced() -> None:
    found = figures.figures()
    assert {each.id for each in found} == {id for id in locate(Path(__file__)).register() if id.startswith("WA-B")}
    assert Counter(each.verdict for each in found) == {"agrees": 4, "not reproducible": 3}


def test_the_parts_that_a_hash_binds_are_tried_and_not_told() -> None:
    """One of six as printed: the header, which has the data's root, and everything hardened."""
    assert told("six parts").startswith("6; a hash of the header binds 1 of them, one of all parts 6")
    assert told("SHA-256").startswith("256 bits")


def test_a_header_of_another_form_or_a_sixth_service_would_contradict_the_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @dataclass(frozen=True)
    class Short:
        version: int

    monkeypatch.setattr(figures, "Header", Short)
    monkeypatch.setattr(figures, "SERVICES", (*figures.SERVICES, "sixth"))
    assert row("six fields").verdict == row("five service").verdict == "contradicted"


def row(printed: str) -> Figure:
    [found] = [each for each in figures.figures() if printed in each.printed]
    return found


def told(printed: str) -> str:
    return row(printed).ours
