"""A day as the workbench plays it (`meterproof.real.day.Plays`): its plan from what is asked, and the plan in words.

The functions of `day` are the rest of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from meterproof.real.day import Asked
from reference.bc_ami.network import NoQuorum as Stopped
from reference.grid.day import advance, begin, finished, freeze, summary, thaw
from reference.grid.deploy import NODES
from reference.grid.devices import name_of
from reference.grid.faults import Field, devices_that_fail, script_of
from reference.grid.plan import DayPlan, FaultScript, Reading, Site, device_count
from reference.grid.rules import Rules
from reference.grid.state import SERVICES
from reference.grid.watch import MONITORS

EPOCH = datetime(1970, 1, 1)
READERS = (*SERVICES, *(f"node-{place}" for place in range(NODES)))
"""Who follows a chain, and may fall behind it."""


def plan(rules: Rules, asked: Asked) -> DayPlan:
    """The plan of a day. Beside the replicas stand at least as many devices as fail by number.

    Raises InputError for what does not go together, and for faults that can't be read.
    """
    start = asked.start if asked.start.tzinfo is None else asked.start.astimezone(UTC).replace(tzinfo=None)
    failing = devices_that_fail(asked.faults)
    devices = max(device_count(len(asked.meters), asked.replicas), asked.replicas + failing)
    field = Field(asked.replicas, devices, READERS, asked.slots)
    return DayPlan(
        rules,
        tuple(Site(*each) for each in asked.meters),
        tuple(Reading(*each) for each in asked.readings),
        asked.slots,
        asked.seed,
        FaultScript() if asked.faults is None else script_of(asked.faults, field, asked.seed),
        replicas=asked.replicas,
        devices=devices,
        start=int((start - EPOCH).total_seconds()),
    )


def about(plan: DayPlan) -> dict[str, Any]:
    """What a reader should know of a plan, as JSON."""
    return {
        "replicas": [f"replica-{place}" for place in range(plan.replicas)],
        "devices": [name_of(place) for place in range(plan.device_count)],
        "capacity": plan.device_capacity,
        "delta": plan.delta,
        "faults": list(_told(plan.faults)),
        "monitors": dict(MONITORS),
    }


def _told(faults: FaultScript) -> Iterator[dict[str, Any]]:
    for episode in faults.replicas.episodes:
        yield _fault(episode.kind, f"replica-{episode.replica}", episode.first, episode.until)
    for each in faults.devices:
        yield _fault("dead" if each.until is None else "outage", name_of(each.device), each.first, each.until)
    for lag in faults.lags:
        yield _fault("lag", lag.reader, lag.first, lag.until)


def _fault(kind: str, subject: str, first: int, until: int | None) -> dict[str, Any]:
    return {"kind": kind, "subject": subject, "first": first, "until": until}


__all__ = ["Stopped", "about", "advance", "begin", "finished", "freeze", "plan", "summary", "thaw"]
