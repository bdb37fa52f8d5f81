"""What is said of a run of the pipeline when it has come to its end, or has stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from reference.bc_ami.monitors import Verdict
from reference.bc_ami.tally import Tally
from reference.crypto.timing import Stopwatch


@dataclass(frozen=True)
class Summary:
    """What came of a run. `totals` are kWh at the MDMS by meter id, `wire_bytes` the bytes sent by kind of message.

    `refused` counts refusals by their reason; `monitors` has the verdict on IS-P4, IS-P5 and IS-P6. `ledger` is the
    last link of the store: equal links mean equal blocks and certificates. `ordering` is what went on among the
    replicas. Seconds are those spent in the pipeline, by whichever process.
    """

    submitted: int
    recorded: int
    blocks: int
    totals: Mapping[str, Decimal]
    refused: Mapping[str, int]
    wire_bytes: Mapping[str, int]
    monitors: Mapping[str, Verdict]
    ledger: str
    ordering: Tally
    faults: Mapping[str, int]
    seconds: float
    cryptography: Stopwatch
