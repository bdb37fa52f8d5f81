"""What a study's reference offers to `meterproof figures`: each figure that a paper prints, beside ours."""

from __future__ import annotations

import importlib
import importlib.util
from collections import Counter
from collections.abc import Sequence
from types import ModuleType
from typing import Protocol

from meterproof.errors import InputError

VERDICTS = ("agrees", "contradicted", "not reproducible")


class Figure(Protocol):
    """One printed figure. `id` is the register's; `verdict` is one of VERDICTS, `why` its reason."""

    @property
    def id(self) -> str: ...
    @property
    def printed(self) -> str: ...
    @property
    def setting(self) -> str: ...
    @property
    def ours(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def why(self) -> str: ...


def figures_of(reference: ModuleType) -> Sequence[Figure]:
    """All figures of a reference's module `figures`, computed now; InputError when it has none."""
    name = f"{reference.__name__}.figures"
    if not hasattr(reference, "__path__") or importlib.util.find_spec(name) is None:
        raise InputError(f"{reference.__name__} compares no figures", allowed="a target whose reference has figures")
    found: Sequence[Figure] = importlib.import_module(name).figures()
    return found


def tally(figures: Sequence[Figure]) -> str:
    """How many have each verdict, in words."""
    counted = Counter(each.verdict for each in figures)
    return ", ".join(f"{counted[verdict]} {verdict}" for verdict in VERDICTS if counted[verdict])


def markdown(figures: Sequence[Figure], title: str, command: str) -> str:
    """The figures as a page: a table and its tally."""
    head = [f"# {title}", "", f"Written by `{command}`; what is ours was computed then.", "", f"{tally(figures)}.", ""]
    rows = ["| figure | printed | where | ours | verdict | why |", "| --- | --- | --- | --- | --- | --- |"]
    for each in figures:
        cells = (each.id, each.printed, each.setting, each.ours, each.verdict, each.why)
        rows.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join([*head, *rows, ""])
