"""One row of a paper's figures against ours: what is printed, in which setting, what we get, and why we say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FigureVerdict = Literal["agrees", "contradicted", "not reproducible"]


@dataclass(frozen=True)
class Figure:
    """A printed figure and what it was held against.

    `id` is the dossier's (for example "B1.3"); `printed` and `setting` repeat the paper; `ours` is computed, never
    typed in. "agrees": the figure follows from what is printed with it, or our measurement gives it. "contradicted":
    no reading that the text allows gives it. "not reproducible": what it would take (data, hardware, a parameter) is
    not published.
    """

    id: str
    printed: str
    setting: str
    ours: str
    verdict: FigureVerdict
    why: str
