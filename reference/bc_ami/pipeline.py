"""Bulk execution: real readings through every party of bc-ami, with real signatures, blocks and certificates.

Where what is verified, once by each party: a peer verifies the meter's signature when it endorses; a replica verifies
the endorsements when it audits a candidate, and the votes when it decides; the MDMS verifies what its rule
`release_check` asks for, then decrypts. The concentrator verifies nothing.

Memory stays flat: parties forget what no rule asks for, and blocks go to a store on disk. Between blocks the store is
at a checkpoint, from which a pipeline of the same arguments goes on to exactly the same end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from time import perf_counter
from typing import Any, Protocol

from meterproof.errors import InputError
from reference.bc_ami import concentrator, contract, database, mdms, meter, service
from reference.bc_ami.effects import Recorded, Registered, Skipped
from reference.bc_ami.faults import FaultPlan
from reference.bc_ami.ledger_store import LedgerStore, MeterRow
from reference.bc_ami.messages import RESPONSE, Usage
from reference.bc_ami.monitors import ReadingMonitor, key_exclusivity
from reference.bc_ami.rules import Rules
from reference.bc_ami.summary import Summary
from reference.bc_ami.world import CHAIN, deploy
from reference.crypto.timing import Stopwatch, measuring
from reference.ledger.chain import FinalBlock
from reference.ledger.effects import Effects, Refused, Sent, refused

EPOCH = datetime(1970, 1, 1)
EXACT = Context(prec=100, traps=[Inexact, InvalidOperation, Overflow])
"""Sums of readings are never rounded."""


class Measured(Protocol):
    """A reading as any intake gives it: `kwh` counted by a meter up to `at`; a time without a zone is taken as UTC."""

    @property
    def meter(self) -> str: ...

    @property
    def at(self) -> datetime: ...

    @property
    def kwh(self) -> Decimal: ...


class Pipeline:
    """One deployment that readings are put through; the parties are pure, this object holds their states.

    Without a store it keeps its blocks in a temporary one. Raises InputError for replicas that the rules do not admit,
    for a block size under 1, and for faults under rules that have no change of view.
    """

    def __init__(
        self,
        rules: Rules,
        meters: Sequence[str],
        replicas: int,
        bound: int,
        seed: int,
        block_size: int = 128,
        *,
        store: LedgerStore | None = None,
        plan: FaultPlan | None = None,
    ) -> None:
        if block_size < 1:
            raise InputError(f"a block of {block_size} transactions", allowed="1 or more")
        self._watch, self._seconds, self._begun = Stopwatch(), 0.0, perf_counter()
        world = deploy(rules, meters, replicas, bound, seed)
        self._store = LedgerStore.temporary(CHAIN) if store is None else store
        self._plan = FaultPlan() if plan is None else plan
        self._randomness, self._peers = world.randomness, world.peers
        self._meters, self._contract = dict(world.meters), world.contract
        self._relays = list(world.concentrators)
        self._service = service.start(
            rules, world.replicas, self._plan, world.randomness.child("faults"), self._store.block
        )
        self._database = world.database
        self._mdms = replace(world.mdms, committee=self._service.committee)
        self._relay_of = {name: number % len(self._relays) for number, name in enumerate(meters)}
        self._name_of = {each.hid: name for name, each in self._meters.items()}
        self._block_size = block_size
        self._pending: list[bytes] = []
        self._touched: set[str] = set()
        self._totals: dict[str, Decimal] = {}
        self._submitted = 0
        self._refused: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()
        self._monitor = ReadingMonitor(self._store.settled)
        with measuring(self._watch):
            for name in meters:
                self._register(name)
        if (progress := self._store.progress) is not None:
            self._restore(progress)

    @property
    def done(self) -> int:
        """How many readings were dealt with before the store's last checkpoint: submit those that follow."""
        return self._submitted

    @property
    def kept(self) -> int:
        """How many readings the store's last checkpoint has dealt with."""
        return 0 if (progress := self._store.progress) is None else int(progress["submitted"])

    @property
    def envelopes(self) -> tuple[bytes, ...]:
        """Everything on the ledger so far, which anyone who reads a replica has."""
        return tuple(self._store.leaves())

    def submit(self, readings: Iterable[Measured]) -> None:
        """Report each reading; full blocks are ordered and released at once.

        Raises InputError for an unknown meter, and NoQuorum when too many replicas fail.
        """
        with measuring(self._watch):
            for reading in readings:
                if reading.meter not in self._meters:
                    raise InputError(f"no meter {reading.meter!r} is deployed", allowed="the ids given at the start")
                self._submitted += 1
                self._report(reading)
                if len(self._pending) >= self._block_size:
                    self._close_block()

    def finish(self) -> Summary:
        """Order and release what is left, and sum up. More readings may follow. Raises NoQuorum."""
        with measuring(self._watch):
            self._close_block()
        return self.summary()

    def summary(self) -> Summary:
        """What has come of the run so far."""
        return Summary(
            submitted=self._submitted,
            recorded=self._mdms.archived,
            blocks=self._database.height,
            totals=dict(self._totals),
            refused=dict(self._refused),
            wire_bytes=dict(self._bytes),
            monitors={
                "IS-P4": self._monitor.injective_agreement,
                "IS-P5": self._monitor.authentication,
                "IS-P6": key_exclusivity(self._meters.values(), self._relays, self._contract, CHAIN),
            },
            ledger=self._store.link.hex(),
            ordering=self._service.tally,
            faults=self._plan.begun(self._database.height + bool(self._pending)),
            seconds=self._elapsed(),
            cryptography=self._watch,
        )

    def resubmit(self, envelope: bytes) -> Effects:
        """Bytes that anyone sends to the ordering service, as a block of their own after those that are pending."""
        self._close_block()
        return self._order((envelope,))[1]

    def deliver(self, bundle: bytes) -> Effects:
        """Bytes that anyone sends to the MDMS as a release bundle."""
        self._mdms, effects = mdms.step(self._mdms, mdms.Released(bundle))
        self._count(effects)
        self._monitor.observed(effects)
        for effect in effects:
            if isinstance(effect, Recorded):
                name = self._name_of[effect.hid]
                self._totals[name] = EXACT.add(self._totals.get(name, Decimal(0)), effect.kwh)
                self._touched.add(name)
        self._mdms, _ = mdms.step(self._mdms, mdms.Archived())
        return effects

    def _register(self, name: str) -> None:
        """The meter's registration, in whichever way the rules have it (IS-R5 to R9)."""
        place, randomness = self._relay_of[name], self._randomness.child("first-key", name)
        if self._meters[name].rules.key_generation == "contract":
            request = self._step_meter(name, meter.AskForKey())
            arrived: contract.Event = contract.KeyRequested(request, randomness)
        else:
            submission = self._step_meter(name, meter.SubmitKey(randomness))
            arrived = contract.KeySubmitted(submission)
        self._contract, effects = contract.step(self._contract, arrived)
        for effect in effects:
            match effect:
                case Registered(hid=hid):
                    self._mdms, _ = mdms.step(self._mdms, mdms.Identified(hid))
                case Sent(kind=kind, data=answer) if kind == RESPONSE:
                    relay, relayed = concentrator.step(self._relays[place], concentrator.RelayResponse(answer))
                    self._relays[place] = relay
                    self._count(relayed)
                    self._meters[name], taken = meter.step(self._meters[name], meter.TakeKey(answer))
                    self._count(taken)
        self._count(effects)

    def _report(self, reading: Measured) -> None:
        state = self._meters[reading.meter]
        usage = Usage(reading.kwh, seconds(reading.at))
        registered = self._contract.active.get(state.hid, ())
        randomness = self._randomness.child("report", reading.meter, usage.time)
        key = state.keys[-1].public
        data = self._step_meter(reading.meter, meter.Report(key, usage, registered, randomness))
        if not data:
            return
        self._meters[reading.meter] = meter.forget(self._meters[reading.meter])
        self._touched.add(reading.meter)
        self._monitor.emitted(state.hid, usage)
        relay = self._relays[self._relay_of[reading.meter]]
        asked = list(enumerate(self._peers))[: max(relay.needed, 1)]
        answers = tuple(contract.endorse(self._contract, index, pair, data) for index, pair in asked)
        _, effects = concentrator.step(relay, concentrator.Collected(data, answers))
        self._count(effects)
        self._pending += [effect.data for effect in effects if isinstance(effect, Sent)]

    def _close_block(self) -> None:
        """Order what is pending, in several blocks if a lying leader leaves something out; then make it lasting."""
        while self._pending:
            leaves = tuple(self._pending)
            final, _ = self._order(leaves)
            taken = set(leaves if final is None else final.block.leaves)
            self._pending = [leaf for leaf in leaves if leaf not in taken]
        self._checkpoint()

    def _order(self, leaves: tuple[bytes, ...]) -> tuple[FinalBlock | None, Effects]:
        """Replicas decide a block, the contract and the database follow, and the block is released."""
        final = self._service.order(leaves, self._contract)
        if isinstance(final, Refused):
            self._count((final,))
            return None, (final,)
        self._contract, _ = contract.step(self._contract, contract.Committed(final.block))
        self._store.append(final)
        return final, self._release(final)

    def _release(self, final: FinalBlock) -> Effects:
        height = final.block.header.height
        self._database, _ = database.step(self._database, database.Append(final))
        self._database, sent = database.step(self._database, database.Transfer(height, self._contract))
        self._count(sent)
        self._database, _ = database.step(self._database, database.Prune(height + 1))
        return tuple(effect for each in sent if isinstance(each, Sent) for effect in self.deliver(each.data))

    def _checkpoint(self) -> None:
        """Everything so far into the store; what was pending is on the ledger."""
        self._store.settle(self._monitor.settle())
        state: dict[str, Any] = {
            "submitted": self._submitted,
            "archived": self._mdms.archived,
            "cursor": self._mdms.cursor,
            "last": self._mdms.last.hex(),
            "refused": self._refused,
            "bytes": self._bytes,
            "authentic": self._monitor.authentication == "held",
            "injective": self._monitor.injective_agreement == "held",
            "outstanding": [
                [hid.hex(), str(usage.kwh), usage.time, count] for (hid, usage), count in self._monitor.outstanding
            ],
            "service": self._service.progress(),
            "seconds": self._elapsed(),
            "cryptography": {"seconds": self._watch.seconds, "calls": self._watch.calls},
        }
        self._store.checkpoint(state, map(self._row, sorted(self._touched)))
        self._touched.clear()

    def _row(self, name: str) -> MeterRow:
        state = self._meters[name]
        emitted = state.emissions[-1] if state.emissions else None
        return MeterRow(name, emitted, self._totals.get(name), self._contract.latest.get(state.hid))

    def _restore(self, state: Mapping[str, Any]) -> None:
        """Be as at the store's last checkpoint; registration has been done again, to the same keys."""
        self._submitted = state["submitted"]
        last = bytes.fromhex(state["last"])
        self._mdms = replace(self._mdms, archived=state["archived"], cursor=state["cursor"], last=last)
        self._refused, self._bytes = Counter(state["refused"]), Counter(state["bytes"])
        outstanding = [
            ((bytes.fromhex(hid), Usage(Decimal(kwh), time)), count) for hid, kwh, time, count in state["outstanding"]
        ]
        self._monitor.restore(outstanding, authentic=state["authentic"], injective=state["injective"])
        self._service.restore(state["service"], self._store.block)
        self._database = replace(self._database, first=self._store.height)
        latest: dict[bytes, int] = {}
        for row in self._store.meters():
            if row.emitted is not None:
                self._meters[row.name] = replace(self._meters[row.name], emissions=(row.emitted,))
            if row.total is not None:
                self._totals[row.name] = row.total
            if row.latest is not None:
                latest[self._meters[row.name].hid] = row.latest
        self._contract = replace(self._contract, latest=latest)
        self._seconds = state["seconds"]
        self._watch.add(Stopwatch(**state["cryptography"]))

    def _elapsed(self) -> float:
        return self._seconds + perf_counter() - self._begun

    def _step_meter(self, name: str, event: meter.Event) -> bytes:
        """What the meter sends on this event; nothing if it refuses."""
        self._meters[name], effects = meter.step(self._meters[name], event)
        self._count(effects)
        return next((effect.data for effect in effects if isinstance(effect, Sent)), b"")

    def _count(self, effects: Effects) -> None:
        for effect in effects:
            if isinstance(effect, Sent):
                self._bytes[effect.kind] += len(effect.data)
            if isinstance(effect, Skipped):
                self._refused[effect.reason] += 1
        if (refusal := refused(effects)) is not None:
            self._refused[refusal.reason] += 1


def seconds(at: datetime) -> int:
    """Whole seconds since 1970-01-01T00:00 UTC; a time without a zone is taken as UTC."""
    naive = at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)
    return int((naive - EPOCH).total_seconds())
