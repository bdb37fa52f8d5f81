"""What a study's queue planner offers to `meterproof plan queue`, and how its answers are told.

A reference that is a package has it as its module `plan_queue`. Nothing here knows a formula.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Protocol, cast

from meterproof.errors import InputError


@dataclass(frozen=True)
class Asked:
    """A question: packets a second that arrive and are served, the most that a node holds, nodes in series, the wait
    before a retransmission in seconds (None: lost packets stay lost), and packets to simulate (0: none).

    `fixed` says that it is packets of one size that are simulated.
    """

    arrivals: float
    service: float
    capacity: int
    hops: int = 1
    retransmission: float | None = None
    fixed: bool = False
    simulate: int = 0
    seed: int = 0


@dataclass(frozen=True)
class Interval:
    """A simulated mean and the half width of its interval."""

    mean: float
    half: float


@dataclass(frozen=True)
class Quantity:
    """One quantity with its unit (empty: a plain number) and definition, for both kinds of service.

    A value is None where there is none, and `simulated` where nothing was run for it.
    """

    part: str
    name: str
    symbol: str
    unit: str
    definition: str
    exponential: float | None
    fixed: float | None
    simulated: Interval | None = None


@dataclass(frozen=True)
class Printed:
    """What the paper's own formula gives, None for 0/0, and what is wrong with it."""

    name: str
    value: float | None
    unit: str
    remark: str


@dataclass(frozen=True)
class Answer:
    """All quantities in order, the paper's formulas, and remarks as (id, text). `confidence` is the intervals'."""

    quantities: tuple[Quantity, ...]
    printed: tuple[Printed, ...]
    remarks: tuple[tuple[str, str], ...]
    confidence: float


@dataclass(frozen=True)
class TableReading:
    """One reading of a printed table: its values row by row, their largest relative error, and what that is worth."""

    label: str
    assumes: str
    values: tuple[float, ...]
    error: float
    verdict: str


@dataclass(frozen=True)
class PrintedTable:
    """A table of the paper beside its readings; `extra` has further rows of numbers by name."""

    name: str
    unit: str
    arrivals: tuple[float, ...]
    printed: tuple[float, ...]
    extra: Mapping[str, tuple[float, ...]]
    readings: tuple[TableReading, ...]
    remarks: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Curve:
    """Sojourn time in seconds and loss of one kind of service over arrivals in packets a second."""

    label: str
    arrivals: tuple[float, ...]
    sojourn: tuple[float, ...]
    loss: tuple[float, ...]


class Queues(Protocol):
    """The planner. All raise InputError for what is no queue."""

    def answer(self, asked: Asked) -> Answer:
        """Every quantity of a node and a path."""

    def table(self, tables: int, seed: int) -> PrintedTable:
        """The printed table; `tables` is how many changed ones are drawn to judge a fit by."""

    def curves(self, asked: Asked) -> Sequence[Curve]:
        """Delay and loss against load, for the picture."""


def queues_of(reference: ModuleType) -> Queues:
    """The queue planner of a reference; InputError when it has none."""
    name = f"{reference.__name__}.plan_queue"
    if not hasattr(reference, "__path__") or importlib.util.find_spec(name) is None:
        raise InputError(f"{reference.__name__} plans no queues", allowed="a target whose reference has plan_queue")
    return cast(Queues, importlib.import_module(name))
