"""The bridge between the model `Metering` and the world of real bytes.

Element numbers become concrete things: meter i is the i-th id, key k the pair with label k, epoch e and
time t numbers, reading r an amount of energy. The way back reads bytes: it verifies signatures on the wire, decrypts
with the MDMS's key, and opens the ledger's blocks. A block's window of fresh times alone is in no bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from reference.bc_ami import metering
from reference.bc_ami import metering_events as events
from reference.bc_ami.messages import REQUEST, SUBMISSION, Envelope, RegistrationRequest, RegistrationSubmission
from reference.bc_ami.observe import Content
from reference.bc_ami.rules import Rules
from reference.bc_ami.world import CHAIN, World
from reference.bridge import Applied, Index, Relation, make_event, relation, size

Args = Mapping[str, int]
REPLICAS = 4
"""Replicas of the ordering service where the scope says nothing: the machine has none of its own."""


class MeteringBridge:
    """Plays a model's trace on a world, and says what the world's bytes amount to in the model's terms.

    Arguments of actions are named as in the model: m, e, k, r, t, u, h, g, a, z.
    """

    world: World

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, object], seed: int) -> None:
        """Deploy a fresh world. `rigid` is not used: this machine has none. Raises InputError for a bad scope."""
        self._sizes = {sort: size(scope, sort) for sort in ("Meter", "Key", "Epoch", "Reading", "Time", "Height")}
        replicas = scope.get("Replica", REPLICAS)
        self._meters = [f"SM{number + 1}" for number in range(self._sizes["Meter"])]
        self._readings = [Decimal(number + 1) / 8 for number in range(self._sizes["Reading"])]
        self.world = metering.deploy(rules, self._meters, replicas, scope.get("f", (replicas - 1) // 3), seed)
        self._publics = [self.world.key(label).public for label in range(self._sizes["Key"])]

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action or element that the model cannot mean."""
        self.world, effects = metering.step(self.world, make_event(self._makers, action, args))
        return Applied.of(effects)

    @property
    def _makers(self) -> Mapping[str, Callable[[Args], events.Event]]:
        def meter(args: Args) -> str:
            return self._meters[args["m"]]

        def said(args: Args) -> tuple[str, Decimal, int]:
            return meter(args), self._readings[args["r"]], args["t"]

        return {
            "request_registration": lambda a: events.RequestRegistration(meter(a)),
            "register_by_contract": lambda a: events.RegisterByContract(meter(a), a["k"], a["e"]),
            "submit_registration": lambda a: events.SubmitRegistration(meter(a), a["k"], a["e"]),
            "register_submitted": lambda a: events.RegisterSubmitted(meter(a), a["k"], a["e"]),
            "impersonate": lambda a: events.Impersonate(meter(a), a["k"], a["e"]),
            "impersonate_from_ledger": lambda a: events.ImpersonateFromLedger(meter(a), a["k"], a["e"]),
            "generate_key": lambda a: events.GenerateKey(a["k"]),
            "dc_reads_key": lambda a: events.DcReadsKey(meter(a), a["k"]),
            "peer_reads_key": lambda a: events.PeerReadsKey(meter(a), a["k"]),
            "report": lambda a: events.ReportReading(a["k"], *said(a), a["e"]),
            "forge": lambda a: events.Forge(a["k"], *said(a), a["e"]),
            "redate": lambda a: events.Redate(a["k"], *said(a), a["u"], a["e"]),
            "endorse": lambda a: events.Endorse(a["k"], *said(a), a["e"]),
            "order": lambda a: events.Order(a["h"], *said(a), a["a"], a["z"]),
            "replay": lambda a: events.Replay(a["h"], *said(a), a["a"], a["z"]),
            "release": lambda a: events.Release(a["g"], a["h"], *said(a)),
            "acknowledge": lambda a: events.Acknowledge(a["g"], *said(a)),
            "forge_receipt": lambda a: events.ForgeReceipt(*said(a)),
            "inject": lambda a: events.Inject(a["g"], *said(a)),
            "substitute": lambda a: events.Substitute(a["g"], *said(a)),
        }

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world, sizes = self.world, self._sizes
        hids = {world.meters[name].hid: number for number, name in enumerate(self._meters)}
        labels = {public: label for label, public in enumerate(self._publics)}
        requests = [RegistrationRequest.decode(CHAIN, data) for data in world.sent(REQUEST)]
        submissions = [RegistrationSubmission.decode(CHAIN, data) for data in world.sent(SUBMISSION)]
        ledger = list(enumerate(final.block.leaves for final in world.database.ledger))
        held = [(hids[meter.hid], labels[pair.public]) for meter in world.meters.values() for pair in meter.keys]
        true: dict[str, list[Index]] = {
            "requested": [(hids[each.hid],) for each in requests],
            "generated": [(label,) for public, label in labels.items() if world.drawn(public)],
            "holds": list(held),
            "submitted": [(hids[each.hid], each.epoch, labels[each.public]) for each in submissions],
            "registered": [
                (hids[hid], key.epoch, labels[key.public])
                for hid, keys in world.contract.active.items()
                for key in keys
            ],
            "accepted": [(hids[hid], key.epoch) for hid, key in world.contract.registrations],
            "seen": [(labels[key.public],) for _, key in world.contract.registrations],
            "knows": [(labels[pair.public],) for pair in world.adversary.keys],
            "emitted": [
                self._said(Content(meter.hid, usage.kwh, usage.time), hids)
                for meter in world.meters.values()
                for usage in meter.emissions
            ],
            "confirmed": [
                self._said(Content(meter.hid, usage.kwh, usage.time), hids)
                for meter in world.meters.values()
                for usage in meter.emissions
                if usage.time in meter.confirmed
            ],
            "sent": [
                (label, *self._named(data, hids))
                for data in world.transactions
                for public, label in labels.items()
                if world.observer.signed_by(data, public)
            ],
            "endorsed": [self._enveloped(envelope, hids) for envelope in world.envelopes],
            "filled": [(height,) for height, _ in ledger],
            "ledger": [(height, *self._enveloped(leaf, hids)) for height, leaves in ledger for leaf in leaves],
            "opens": [(height, window[0]) for height, window in enumerate(world.windows) if window is not None],
            "closes": [(height, window[1]) for height, window in enumerate(world.windows) if window is not None],
            "delivered": [(height,) for height in world.database.delivered],
            "recorded": [(number,) for number in range(len(world.mdms.records))],
            "record": [
                (number, *self._said(Content(each.hid, each.kwh, each.time), hids))
                for number, each in enumerate(world.mdms.records)
            ],
        }
        return {name: relation([sizes[sort] for sort in _DOMAINS[name]], set(cells)) for name, cells in true.items()}

    def _said(self, content: Content, hids: Mapping[bytes, int]) -> Index:
        return hids[content.hid], self._readings.index(content.kwh), content.time

    def _named(self, transaction: bytes, hids: Mapping[bytes, int]) -> Index:
        """What a transaction says, with the epoch that it names."""
        meter, *said = self._opened(transaction, hids)
        return meter, self.world.observer.epoch(transaction), *said

    def _opened(self, transaction: bytes, hids: Mapping[bytes, int]) -> Index:
        content = self.world.observer.content(transaction)
        if content is None:
            raise AssertionError("a signed transaction on the wire is not sealed to the MDMS")
        return self._said(content, hids)

    def _enveloped(self, envelope: bytes, hids: Mapping[bytes, int]) -> Index:
        """What an envelope says, if the endorsements in it are valid and as many as the policy asks for."""
        opened = Envelope.decode(CHAIN, envelope)
        if opened.endorsing_peers(CHAIN, self.world.contract.peers) < self.world.contract.endorsements:
            raise AssertionError("an envelope on the wire or on the ledger lacks endorsements")
        return self._opened(opened.transaction, hids)


_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "requested": ("Meter",),
    "generated": ("Key",),
    "holds": ("Meter", "Key"),
    "submitted": ("Meter", "Epoch", "Key"),
    "registered": ("Meter", "Epoch", "Key"),
    "accepted": ("Meter", "Epoch"),
    "seen": ("Key",),
    "knows": ("Key",),
    "emitted": ("Meter", "Reading", "Time"),
    "sent": ("Key", "Meter", "Epoch", "Reading", "Time"),
    "endorsed": ("Meter", "Reading", "Time"),
    "filled": ("Height",),
    "ledger": ("Height", "Meter", "Reading", "Time"),
    "opens": ("Height", "Time"),
    "closes": ("Height", "Time"),
    "delivered": ("Height",),
    "recorded": ("Height",),
    "confirmed": ("Meter", "Reading", "Time"),
    "record": ("Height", "Meter", "Reading", "Time"),
}
