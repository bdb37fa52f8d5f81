"""Bulk execution: real readings through every party of bc-ami, with real signatures, blocks and certificates.

Where what is verified, once by each party: a peer verifies the meter's signature when it endorses; a replica verifies
the endorsements when it audits a candidate, and the votes when it decides; the MDMS verifies what its rule
`release_check` asks for, then decrypts. The concentrator verifies nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

from meterproof.errors import InputError
from reference.bc_ami import concentrator, contract, database, mdms, meter, ordering
from reference.bc_ami.chain import FinalBlock
from reference.bc_ami.effects import Effects, Refused, Registered, Sent, Skipped, refused
from reference.bc_ami.messages import RESPONSE, Usage
from reference.bc_ami.monitors import ReadingMonitor, Verdict, key_exclusivity
from reference.bc_ami.rules import Rules
from reference.bc_ami.world import CHAIN, deploy

EPOCH = datetime(1970, 1, 1)


class Measured(Protocol):
    """A reading as any intake gives it: `kwh` counted by a meter up to `at`; a time without a zone is taken as UTC."""

    @property
    def meter(self) -> str: ...

    @property
    def at(self) -> datetime: ...

    @property
    def kwh(self) -> Decimal: ...


@dataclass(frozen=True)
class Summary:
    """What came of a run. `totals` are kWh at the MDMS by meter id, `wire_bytes` the bytes sent by kind of message.

    `refused` counts refusals by their reason; `monitors` has the verdict on IS-P4, IS-P5 and IS-P6.
    """

    submitted: int
    recorded: int
    blocks: int
    totals: Mapping[str, Decimal]
    refused: Mapping[str, int]
    wire_bytes: Mapping[str, int]
    monitors: Mapping[str, Verdict]


class Pipeline:
    """One deployment that readings are put through; the parties are pure, this object holds their states.

    Raises InputError for replicas that the rules do not admit, and for a block size under 1.
    """

    def __init__(
        self, rules: Rules, meters: Sequence[str], replicas: int, bound: int, seed: int, block_size: int = 128
    ) -> None:
        if block_size < 1:
            raise InputError(f"a block of {block_size} transactions", allowed="1 or more")
        world = deploy(rules, meters, replicas, bound, seed)
        self._randomness, self._peers = world.randomness, world.peers
        self._meters, self._contract = dict(world.meters), world.contract
        self._relays, self._replicas = list(world.concentrators), world.replicas
        self._database, self._mdms = world.database, world.mdms
        self._relay_of = {name: number % len(self._relays) for number, name in enumerate(meters)}
        self._block_size = block_size
        self._pending: list[bytes] = []
        self._submitted = 0
        self._refused: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()
        self._monitor = ReadingMonitor()
        for name in meters:
            self._register(name)

    @property
    def envelopes(self) -> tuple[bytes, ...]:
        """Everything on the ledger so far, which anyone who reads a replica has."""
        return tuple(leaf for final in self._database.ledger for leaf in final.block.leaves)

    def submit(self, readings: Iterable[Measured]) -> None:
        """Report each reading; full blocks are ordered and released at once. Raises InputError for an unknown meter."""
        for reading in readings:
            if reading.meter not in self._meters:
                raise InputError(f"no meter {reading.meter!r} is deployed", allowed="the ids given at the start")
            self._submitted += 1
            self._report(reading)
            if len(self._pending) >= self._block_size:
                self._close_block()

    def finish(self) -> Summary:
        """Order and release what is left, and sum up. More readings may follow."""
        if self._pending:
            self._close_block()
        names = {each.hid: name for name, each in self._meters.items()}
        totals: defaultdict[str, Decimal] = defaultdict(Decimal)
        for record in self._mdms.records:
            totals[names[record.hid]] += record.kwh
        exclusivity = key_exclusivity(self._meters.values(), self._relays, self._contract, CHAIN)
        return Summary(
            submitted=self._submitted,
            recorded=len(self._mdms.records),
            blocks=len(self._database.ledger),
            totals=dict(totals),
            refused=dict(self._refused),
            wire_bytes=dict(self._bytes),
            monitors={
                "IS-P4": self._monitor.injective_agreement,
                "IS-P5": self._monitor.authentication,
                "IS-P6": exclusivity,
            },
        )

    def resubmit(self, envelope: bytes) -> Effects:
        """Bytes that anyone sends to the ordering service, as a block of their own after those that are pending."""
        if self._pending:
            self._close_block()
        return self._order((envelope,))

    def deliver(self, bundle: bytes) -> Effects:
        """Bytes that anyone sends to the MDMS as a release bundle."""
        self._mdms, effects = mdms.step(self._mdms, mdms.Released(bundle))
        self._count(effects)
        self._monitor.observed(effects)
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
        self._monitor.emitted(state.hid, usage)
        relay = self._relays[self._relay_of[reading.meter]]
        asked = list(enumerate(self._peers))[: max(relay.needed, 1)]
        answers = tuple(contract.endorse(self._contract, index, pair, data) for index, pair in asked)
        _, effects = concentrator.step(relay, concentrator.Collected(data, answers))
        self._count(effects)
        self._pending += [effect.data for effect in effects if isinstance(effect, Sent)]

    def _close_block(self) -> None:
        leaves, self._pending = tuple(self._pending), []
        self._order(leaves)

    def _order(self, leaves: tuple[bytes, ...]) -> Effects:
        """Replicas decide a block, the contract and the database follow, and the block is released."""
        replicas, final, effects = ordering.order(self._replicas, self._contract, leaves)
        self._count(effects)
        if isinstance(final, Refused):
            return effects
        self._replicas = replicas
        self._contract, _ = contract.step(self._contract, contract.Committed(final.block))
        return (*effects, *self._release(final))

    def _release(self, final: FinalBlock) -> Effects:
        self._database, _ = database.step(self._database, database.Append(final))
        transfer = database.Transfer(final.block.header.height, self._contract)
        self._database, sent = database.step(self._database, transfer)
        self._count(sent)
        return tuple(effect for each in sent if isinstance(each, Sent) for effect in self.deliver(each.data))

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
