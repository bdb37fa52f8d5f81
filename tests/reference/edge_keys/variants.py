"""The rule values of edge-keys' readings and of its hardened variant: those of the spec files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from meterproof.check.jobs import open_spec
from meterproof.study.finder import find_study
from reference.edge_keys.rules import Rules

_STUDY = find_study(Path(__file__))


def _values(variant: str, reading: str | None = None) -> Mapping[str, object]:
    return open_spec(_STUDY, _STUDY.specs[f"edge-keys@{variant}"]).rules(reading).plain()


LITERAL = _values("published", "literal")
CHARITABLE = _values("published", "charitable")
UNANIMOUS = _values("published", "unanimous")
SOLVER = _values("published", "solver")
HARDENED = _values("hardened")
VARIANTS: Mapping[str, Mapping[str, object]] = {
    "literal": LITERAL,
    "charitable": CHARITABLE,
    "unanimous": UNANIMOUS,
    "solver": SOLVER,
    "hardened": HARDENED,
}
WALKED: Mapping[str, Mapping[str, object]] = {name: VARIANTS[name] for name in ("literal", "charitable", "hardened")}


def rules(variant: Mapping[str, object], **changes: object) -> Rules:
    """The variant's rules with some values changed."""
    return Rules.from_values({**variant, **changes})
