"""A day without cryptography: what meters say is summed up, and some of it is shown; for tests of all around it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from meterproof.errors import InputError
from meterproof.real.day import Asked, Verdict


class Stopped(Exception):
    """The day can't go on."""


@dataclass(frozen=True)
class Happened:
    slot: int
    kind: str
    subject: str
    detail: Mapping[str, str | int]


@dataclass(frozen=True)
class State:
    slot: int = 0
    sums: Mapping[str, Decimal] | None = None
    digest: str = ""


@dataclass(frozen=True)
class Summary:
    totals: Mapping[str, Mapping[str, Decimal]]
    agrees: Mapping[str, bool]
    monitors: Mapping[str, Verdict]
    why: Mapping[str, str]
    chains: Mapping[str, str]


def plan(rules: Any, asked: Asked) -> Asked:
    if asked.faults not in (None, "stop", "lose", "break"):
        raise InputError(f"faults {asked.faults!r}", allowed="stop, lose or break")
    return asked


def about(plan: Asked) -> dict[str, Any]:
    faults = [] if plan.faults is None else [{"kind": plan.faults, "subject": "R", "first": 2, "until": None}]
    return {"replicas": ["R"], "devices": ["R", "D"], "faults": faults, "monitors": {"kept": "all is kept"}}


def begin(plan: Asked) -> State:
    return State(0, {})


def advance(plan: Asked, state: State) -> tuple[State, tuple[Happened, ...]]:
    slot, sums = state.slot, dict(state.sums or {})
    if plan.faults == "stop" and slot == 2:
        raise Stopped("nobody is left")
    rows = [(meter, kwh) for meter, at, kwh in plan.readings if at == slot]
    for meter, kwh in rows[plan.faults == "lose" and slot == 2 :]:
        sums[meter] = sums.get(meter, Decimal(0)) + kwh
    digest = hashlib.sha256(f"{state.digest}{slot}{plan.seed}{sums}".encode()).hexdigest()
    verdict = "violated" if plan.faults == "break" and slot >= 2 else "held"
    events = (
        Happened(slot, "included", "chain", {"count": len(rows)}),
        Happened(slot, "refused", "M0", {"what": "report", "reason": "twice", "rule": "once", "digest": digest[:8]}),
        Happened(slot, "monitor", "kept", {"verdict": verdict, "why": ""}),
    )
    return State(slot + 1, sums, digest), events


def finished(plan: Asked, state: State) -> bool:
    return state.slot >= plan.slots


def summary(plan: Asked, state: State) -> Summary:
    sums = state.sums or {}
    file: dict[str, Decimal] = {}
    for meter, slot, kwh in plan.readings:
        if slot < state.slot:
            file[meter] = file.get(meter, Decimal(0)) + kwh
    broken = plan.faults == "break"
    return Summary(
        {meter: {"file": file[meter], "ledger": sums.get(meter, Decimal(0))} for meter in file},
        {meter: file[meter] == sums.get(meter) for meter in file},
        {"kept": "violated" if broken else "held"},
        {"kept": "slot 2: it is not"} if broken else {},
        {"chain": state.digest or "0" * 64},
    )


def freeze(state: State) -> bytes:
    sums = {meter: str(kwh) for meter, kwh in (state.sums or {}).items()}
    return json.dumps([state.slot, sums, state.digest]).encode()


def thaw(plan: Asked, data: bytes) -> State:
    slot, sums, digest = json.loads(data)
    return replace(State(slot, {meter: Decimal(kwh) for meter, kwh in sums.items()}), digest=digest)
