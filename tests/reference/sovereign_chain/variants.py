"""The rule values of sovereign-chain's readings and of its hardened variant: those of the spec files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from meterproof.check.jobs import open_spec
from meterproof.study.finder import find_study
from reference.sovereign_chain.rules import Rules

Values = Mapping[str, object]

_STUDY = find_study(Path(__file__))


def _values(variant: str, reading: str | None = None) -> Values:
    return open_spec(_STUDY, _STUDY.specs[f"sovereign-chain@{variant}"]).rules(reading).plain()


LITERAL = _values("published", "literal")
CHARITABLE = _values("published", "charitable")
SHOWN = _values("published", "shown")
HARDENED = _values("hardened")
VARIANTS: Mapping[str, Values] = {"literal": LITERAL, "charitable": CHARITABLE, "shown": SHOWN, "hardened": HARDENED}


def rules(variant: Values, **changes: object) -> Rules:
    """The variant's rules with some values changed."""
    return Rules.from_values({**variant, **changes})
