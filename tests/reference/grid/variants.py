"""The rule values of grid's two variants, and the single rules that can be weaker than the hardened ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from meterproof.check.jobs import open_spec
from meterproof.study.finder import find_study

Values = Mapping[str, object]

_STUDY = find_study(Path(__file__))


def _values(variant: str) -> Values:
    return open_spec(_STUDY, _STUDY.specs[f"grid@{variant}"]).rules(None).plain()


HARDENED = _values("hardened")
SIDE_BY_SIDE = _values("side-by-side")
VARIANTS: Mapping[str, Values] = {"hardened": HARDENED, "side-by-side": SIDE_BY_SIDE}
WEAKENED = (
    ("key_check", "as-enrolled"),
    ("key_check", "latest-heard"),
    ("law_check", "own-copy"),
    ("law_check", "latest-heard"),
    ("judged_at", "inclusion"),
    ("tenancy_check", "token"),
    ("tenancy_check", "as-known"),
    ("bound_to", "content"),
    ("release_check", "unverified"),
    ("release_check", "authentic-database"),
    ("freshness", "none"),
    ("window", "none"),
)
"""What the machine `Grid` has less than the hardened rules, one at a time."""
