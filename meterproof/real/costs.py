"""What a reference costs: bits, counted from the bytes that it sends and stores, and time, measured on this machine.

A reference offers `costs(rules, ...)`, which returns a `Costs`. Nothing here knows a protocol.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter_ns

from meterproof.real.interval import Interval, median_interval

Work = Callable[[], object]
WARM_UP = 3
"""Repetitions that come first and are not counted."""


@dataclass(frozen=True)
class Part:
    """One field of a message or of a store. `counted` says whether the paper's own formula has it."""

    name: str
    bits: int
    counted: bool = False


@dataclass(frozen=True)
class Message:
    """One kind of message: its fields, which make up all of its bytes, and how often it was sent in the run.

    `bits` and `parts` are those of one message. A message to k receivers was sent k times. `phase` says what it is
    sent for: registration, report, block, release.
    """

    kind: str
    phase: str
    sent: int
    parts: tuple[Part, ...]

    @property
    def bits(self) -> int:
        """The length of one message."""
        return sum(part.bits for part in self.parts)

    @property
    def total(self) -> int:
        """The bits of all that were sent."""
        return self.sent * self.bits


@dataclass(frozen=True)
class Decision:
    """The messages of one decision among so many replicas, as they were really sent, by kind: to k receivers counts k.

    `formulas` has what others count for as many replicas; `beside` the kinds among `sent` that those leave out.
    """

    replicas: int
    sent: Mapping[str, int]
    formulas: tuple[tuple[str, int], ...]
    beside: frozenset[str] = frozenset()

    @property
    def total(self) -> int:
        """All messages but those beside."""
        return sum(count for kind, count in self.sent.items() if kind not in self.beside)


@dataclass(frozen=True)
class Printed:
    """What a paper prints, with its own formula summed up again; `rivals` likewise as printed.

    `left_out` names what is sent and not in the formula, `remarks` what is wrong with the figures.
    """

    formula: str
    terms: Mapping[str, int]
    printed_bits: int
    printed_as: str
    storage: str
    milliseconds: Mapping[str, float]
    rivals: tuple[str, ...]
    rivals_bits: tuple[int, ...]
    rivals_milliseconds: tuple[float, ...]
    left_out: tuple[str, ...]
    remarks: tuple[tuple[str, str], ...]

    @property
    def total(self) -> int:
        """The formula, summed up from its terms."""
        return sum(self.terms.values())


@dataclass(frozen=True)
class Operation:
    """Something to time. `prepare` is given the number of the repetition, and returns the work that is timed."""

    name: str
    doc: str
    prepare: Callable[[int], Work]


@dataclass(frozen=True)
class Costs:
    """Everything about one variant: `reports` reports of one meter were put through, in `blocks` blocks."""

    reports: int
    blocks: int
    replicas: int
    messages: tuple[Message, ...]
    store: tuple[Part, ...]
    operations: tuple[Operation, ...]
    decisions: tuple[Decision, ...]
    printed: Printed


def measure(operation: Operation, repetitions: int, confidence: float = 0.95) -> Interval:
    """Nanoseconds of one operation, one by one, with the garbage collector held. InputError for too few repetitions."""
    samples = []
    collecting = gc.isenabled()
    gc.disable()
    try:
        for number in range(-WARM_UP, repetitions):
            work = operation.prepare(number)
            begun = perf_counter_ns()
            work()
            ended = perf_counter_ns()
            if number >= 0:
                samples.append(float(ended - begun))
    finally:
        if collecting:
            gc.enable()
    return median_interval(samples, confidence)
