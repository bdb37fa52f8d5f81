"""The bridge between the model `KeyRecords` and the world of real bytes.

Meter m is the m-th meter, key k the pair with label k; epochs and versions are numbers. The way back verifies what is
on the wire, and looks into the records' bodies as far as whoever has all keys can. Where an update in the published
form was meant to stand is in no bytes but its meter's memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.crypto import signing
from reference.edge_keys import key_records
from reference.edge_keys import key_records_events as events
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.key_messages import EMPTY_KEY, Application, Place, Update
from reference.edge_keys.key_records_world import KeyWorld
from reference.edge_keys.meter import Asked
from reference.edge_keys.records import Commitment, Record, commitment
from reference.edge_keys.rules import Rules

Args = Mapping[str, int]


class KeyRecordsBridge:
    """Plays a model's trace on a world, and says what the world's bytes amount to in the model's terms.

    Arguments of actions are named as in the model: m, e, v, j, k.
    """

    world: KeyWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a fresh world.

        `rigid` has the model's tables `installed` and `guarded`, 0 or 1 for each meter, by default 1. Raises InputError
        for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Meter", "Key", "Epoch", "Version")}
        everybody = [1] * self._sizes["Meter"]
        installed, guarded = (list(rigid.get(name, everybody)) for name in ("installed", "guarded"))
        self.world = key_records.deploy(rules, seed, installed, guarded)
        self._publics = [self.world.key(label).public for label in range(self._sizes["Key"])]

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action or element that the model cannot mean."""
        self.world, effects = key_records.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world, chain = self.world, self.world.registry
        names = {meter.name: number for number, meter in enumerate(world.meters)}
        labels = {public: label for label, public in enumerate(self._publics)}
        epochs = range(self._sizes["Epoch"])
        borne = [each for each in chain.records if each.status == "key"]
        true: dict[str, list[Index]] = {
            "generated": [(label,) for public, label in labels.items() if world.drawn(public)],
            "made": [(m, labels[each]) for m, meter in enumerate(world.meters) for each in meter.made],
            "holds": [(m, labels[each.public]) for m, meter in enumerate(world.meters) for each in meter.keys],
            "knows": [(labels[pair.public],) for pair in world.known],
            "applied": [
                (names[each.meter], each.epoch, labels[each.public])
                for each in world.applications
                if _in_order(world, names[each.meter], each)
            ],
            "asked": [
                (m, *each.place, labels[each.public]) for m, meter in enumerate(world.meters) for each in meter.asked
            ],
            "filled": [(names[each.meter], *each.place) for each in borne if self._is_whole(each, names[each.meter])],
            "record": [
                (names[each.meter], *each.place, labels[key])
                for each in borne
                for key in chain.keys(each.meter, each.place)
            ],
            "current": [(names[meter], *place) for meter, place in chain.current.items()],
            "pending": [(names[meter], *place) for meter, place in chain.pending],
            "revoked": [(m, e) for meter, m in names.items() for e in epochs if chain.is_revoked(meter, e)],
            "was_revoked": [(names[each.meter], each.place.epoch) for each in world.archive if self._ends(each)],
            "signed": [
                (m, *asked.place, labels[asked.signer], labels[asked.public])
                for m, meter in enumerate(world.meters)
                for asked in meter.asked
                if any(_says(each, meter.name, asked) and _is_signed(world, each) for each in world.updates)
            ],
            "veto": [
                (names[each.meter], *each.place)
                for each in world.vetoes
                if signing.verify(chain.recovery[each.meter], each.signed_part(CHAIN), each.signature)
            ],
            "alarmed": [(m, epoch) for m, owner in enumerate(world.owners) for epoch in owner.alarmed],
            "revoking": [
                (names[each.meter], each.epoch, labels[each.signer])
                for each in world.revocations
                if each.verifies(CHAIN, world.rules)
            ],
            "recalling": [
                (names[each.meter], each.epoch)
                for each in world.recalls
                if signing.verify(chain.recovery[each.meter], each.signed_part(CHAIN), each.signature)
            ],
        }
        return {
            name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(cells)) for name, cells in true.items()
        }

    def _is_whole(self, record: Record, meter: int) -> bool:
        """Whether the body is over the key with which it was recorded, as its device, or anybody, can tell."""
        world = self.world
        device = world.device(meter)
        public = world.registry.shown[record.meter, record.place][0]
        if world.rules.body == "signature-only":
            return device.kept[record.meter, record.place].is_behind(CHAIN, record, device.pair.public)
        body = Commitment.decode(CHAIN, record.body)
        bound = body.digest == commitment(CHAIN, record.meter, record.place, public)
        return bound and body.signed_by(CHAIN, device.pair.public)

    def _ends(self, record: Record) -> bool:
        """Whether a record, which may be dropped by now, revokes: by its status, or by the empty key in its body."""
        if record.status != "key":
            return record.status == "revoked"
        if self.world.rules.body == "key-commitment":
            body = Commitment.decode(CHAIN, record.body)
            return body.digest == commitment(CHAIN, record.meter, record.place, EMPTY_KEY)
        device = self.world.devices[record.owner]
        emptied = device.information(record.meter, record.place, EMPTY_KEY)
        return emptied.is_behind(CHAIN, record, device.pair.public)


def _in_order(world: KeyWorld, meter: int, asks: Application) -> bool:
    """Whether an application on the wire has what the rule `join` asks for."""
    match world.rules.join:
        case "open":
            return not asks.credential
        case "device-authenticates":
            return signing.verify(world.device(meter).pair.public, asks.vouched_part(CHAIN), asks.credential)
        case "enrolled":
            return signing.verify(world.root.pair.public, asks.certified_part(CHAIN), asks.credential)


def _says(update: Update, meter: bytes, asked: Asked) -> bool:
    here = update.link is None or Place(*update.link[:2]) == asked.place
    return here and (update.meter, update.signer, update.public) == (meter, asked.signer, asked.public)


def _is_signed(world: KeyWorld, update: Update) -> bool:
    part = update.signed_part(CHAIN)
    by_new = world.rules.update_signer != "both-keys" or signing.verify(update.public, part, update.by_new)
    return by_new and signing.verify(update.signer, part, update.by_old)


def _place(args: Args) -> Place:
    return Place(args["e"], args["v"])


_MAKERS: Mapping[str, Callable[[Args], events.Event]] = {
    "apply": lambda a: events.Apply(a["m"], _place(a), a["k"]),
    "enrol": lambda a: events.Enrol(a["m"], _place(a), a["k"]),
    "join_as": lambda a: events.JoinAs(a["m"], _place(a), a["k"]),
    "vouch": lambda a: events.Vouch(a["m"], _place(a), a["k"]),
    "show_another_key": lambda a: events.ShowAnotherKey(a["m"], _place(a), a["k"]),
    "generate_key": lambda a: events.GenerateKey(a["k"]),
    "copy_key": lambda a: events.CopyKey(a["m"], a["k"]),
    "lose_keys": lambda a: events.LoseKeys(a["m"]),
    "sign_update": lambda a: events.SignUpdate(a["m"], _place(a), a["j"], a["k"]),
    "record_update": lambda a: events.RecordUpdate(a["m"], _place(a), a["j"], a["k"]),
    "forge_update": lambda a: events.ForgeUpdate(a["m"], _place(a), a["j"], a["k"]),
    "activate": lambda a: events.Activate(a["m"], _place(a)),
    "sign_veto": lambda a: events.SignVeto(a["m"], _place(a)),
    "record_veto": lambda a: events.RecordVeto(a["m"], _place(a)),
    "raise_alarm": lambda a: events.RaiseAlarm(a["m"], a["e"]),
    "sign_revocation": lambda a: events.SignRevocation(a["m"], a["e"], a["j"]),
    "forge_revocation": lambda a: events.ForgeRevocation(a["m"], a["e"], a["j"]),
    "sign_recall": lambda a: events.SignRecall(a["m"], a["e"]),
    "record_empty_key": lambda a: events.RecordEmptyKey(a["m"], _place(a), a["j"]),
    "record_revocation": lambda a: events.RecordRevocation(a["m"], a["e"], a["j"]),
    "record_recall": lambda a: events.RecordRecall(a["m"], a["e"]),
    "sign_with_the_empty_key": lambda a: events.SignWithTheEmptyKey(a["m"], _place(a), a["k"]),
    "prune": lambda a: events.Prune(a["m"], a["e"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "generated": ("Key",),
    "made": ("Meter", "Key"),
    "holds": ("Meter", "Key"),
    "knows": ("Key",),
    "applied": ("Meter", "Epoch", "Key"),
    "asked": ("Meter", "Epoch", "Version", "Key"),
    "filled": ("Meter", "Epoch", "Version"),
    "record": ("Meter", "Epoch", "Version", "Key"),
    "current": ("Meter", "Epoch", "Version"),
    "pending": ("Meter", "Epoch", "Version"),
    "revoked": ("Meter", "Epoch"),
    "was_revoked": ("Meter", "Epoch"),
    "signed": ("Meter", "Epoch", "Version", "Key", "Key"),
    "veto": ("Meter", "Epoch", "Version"),
    "alarmed": ("Meter", "Epoch"),
    "revoking": ("Meter", "Epoch", "Key"),
    "recalling": ("Meter", "Epoch"),
}
