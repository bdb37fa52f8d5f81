"""One slot while it is being played: the state so far, and what has happened. It lives in `day.advance` only."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from reference.bc_ami.faults import Conditions
from reference.edge_keys.enrolment import EdgeDevice
from reference.grid.books import Refusal
from reference.grid.events import Happened, Kind
from reference.grid.key_chain import KeyChain
from reference.grid.plan import DayPlan
from reference.grid.state import DayState, Meter
from reference.ledger.effects import Refused


class Turn:
    """The slot `slot` of a plan; `state` is replaced step by step."""

    def __init__(self, plan: DayPlan, state: DayState) -> None:
        self.plan, self.state, self.slot = plan, state, state.slot
        self.events: list[Happened] = []

    def tell(self, kind: Kind, subject: str, **detail: str | int) -> None:
        """It has happened."""
        self.events.append(Happened(self.slot, kind, subject, detail))

    def put(self, **changes: Any) -> None:
        """The state with these fields changed."""
        self.state = replace(self.state, **changes)

    def put_meter(self, meter: Meter) -> None:
        self.put(meters={**self.state.meters, meter.name: meter})

    def refuse(self, who: str, what: str, why: Refused, kwh: Decimal | None = None) -> None:
        """Somebody did not take an item; `kwh` is what of the file went with it."""
        entry = Refusal(self.slot, who, what, why.reason, why.rule, kwh)
        self.put(books=self.state.books.refuse(entry))
        self.tell("refused", who, what=what, reason=why.reason, rule=why.rule)

    @property
    def key_chain(self) -> KeyChain:
        """The key chain as far as its blocks are complete."""
        return self.state.keys.app

    def owners(self) -> dict[str, int]:
        """The device of each meter that has joined, as the key chain names it."""
        log, names = self.key_chain.log, self.state.deployed.meters
        owner = dict(log.home)
        for entry in log.read():
            if entry.kind == "committed":
                owner[entry.move.meter] = entry.move.target
        return {names[hid]: device for hid, device in owner.items()}

    def is_dead(self, device: int) -> bool:
        """Whether the device has died by now."""
        return any(
            each.device == device and each.until is None and each.first <= self.slot
            for each in self.plan.faults.devices
        )

    def is_down(self, device: int) -> bool:
        """Whether the device is dead, or cut off now."""
        return any(
            each.device == device and each.first <= self.slot and (each.until is None or self.slot < each.until)
            for each in self.plan.faults.devices
        )

    @property
    def alive(self) -> list[int]:
        """The devices that have not died."""
        return [each for each in range(self.plan.device_count) if not self.is_dead(each)]

    def conditions(self) -> Conditions:
        """How the replicas fare: a device that is down takes its replica with it."""
        now = self.plan.faults.replicas.at(self.slot)
        down = frozenset(each for each in range(self.plan.replicas) if self.is_down(each)) - now.lying
        return Conditions(now.silent | (down - now.failing), now.failing - down, now.lying)

    def is_behind(self, reader: str) -> bool:
        """Whether the reader hears nothing of the chain that it follows, at the end of this slot."""
        return any(each.reader == reader and each.first <= self.slot < each.until for each in self.plan.faults.lags)

    def device(self, index: int) -> EdgeDevice:
        """The device that puts records forward."""
        known = self.state.deployed
        return EdgeDevice(
            index, known.parts.edge_keys, self.key_chain.chain_id, known.devices[index], known.randomness.child("kept")
        )
