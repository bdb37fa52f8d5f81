"""The world of the machine `KeyRecords` with real bytes: meters, owners, devices, the enrolment root, the agreed chain.

Messages are on the wire for good: whoever wants to can have them recorded, once or more. The adversary has what it
generated or copied. Each meter has one device, which is correct until the adversary uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.edge_keys import registry
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.enrolment import EdgeDevice, Root
from reference.edge_keys.key_messages import (
    APPLICATION,
    RECALL,
    REVOCATION,
    UPDATE,
    VETO,
    Application,
    Message,
    Place,
    Recall,
    Revocation,
    Update,
    Veto,
)
from reference.edge_keys.key_state import Registry
from reference.edge_keys.meter import Meter, Owner
from reference.edge_keys.records import Record
from reference.edge_keys.registry import Append, Recorded
from reference.edge_keys.rules import Rules
from reference.ledger.effects import Effects, Refused, Sent, refused

DEVICES, BOUND = 4, 1
"""Edge devices, and how many of them the design takes to be faulty."""


@dataclass(frozen=True)
class KeyWorld:
    """`known` are the adversary's private keys; `archive` has every record that ever was, dropped ones too."""

    rules: Rules
    randomness: Randomness = field(repr=False)
    meters: tuple[Meter, ...]
    owners: tuple[Owner, ...]
    root: Root
    devices: tuple[EdgeDevice, ...]
    registry: Registry
    known: tuple[KeyPair, ...] = ()
    wire: tuple[Sent, ...] = ()
    archive: tuple[Record, ...] = ()

    def randomness_of(self, label: int) -> Randomness:
        """From which the key with this label is drawn."""
        return self.randomness.child("key", label)

    def key(self, label: int) -> KeyPair:
        """The key pair with this label, whoever may draw it."""
        return KeyPair.generate(self.randomness_of(label))

    def drawn(self, public: bytes) -> bool:
        """Whether somebody has drawn this key."""
        own = any(pair.public == public for pair in self.known)
        return own or any(public in meter.made for meter in self.meters)

    def secret(self, public: bytes) -> KeyPair | None:
        """The adversary's private key with this public part, if it has it."""
        return next((pair for pair in self.known if pair.public == public), None)

    def device(self, meter: int) -> EdgeDevice:
        """The device of a meter."""
        return self.devices[meter % len(self.devices)]

    @property
    def applications(self) -> Iterator[Application]:
        return (Application.decode(CHAIN, data) for data in self._sent(APPLICATION))

    @property
    def updates(self) -> Iterator[Update]:
        return (Update.decode(CHAIN, data) for data in self._sent(UPDATE))

    @property
    def revocations(self) -> Iterator[Revocation]:
        return (Revocation.decode(CHAIN, data) for data in self._sent(REVOCATION))

    @property
    def recalls(self) -> Iterator[Recall]:
        return (Recall.decode(CHAIN, data) for data in self._sent(RECALL))

    @property
    def vetoes(self) -> Iterator[Veto]:
        return (Veto.decode(CHAIN, data) for data in self._sent(VETO))

    def _sent(self, kind: str) -> Iterable[bytes]:
        return (each.data for each in self.wire if each.kind == kind)


Outcome = tuple[KeyWorld, Effects]


def deploy(rules: Rules, seed: int, installed: Sequence[int], guarded: Sequence[int]) -> KeyWorld:
    """A fresh world. Both sequences have 0 or 1 for each meter: whether the utility has installed it, and whether its
    owner keeps the recovery key and watches the chain."""
    randomness = Randomness.from_seed(seed)
    names = [f"meter {number}".encode().ljust(32, b"\0") for number in range(len(installed))]
    credentials = [KeyPair.generate(randomness.child("credential", i)) for i in range(len(names))]
    recovery = [KeyPair.generate(randomness.child("recovery", i)) for i in range(len(names))]
    pairs = [KeyPair.generate(randomness.child("device", i)) for i in range(DEVICES)]
    root = KeyPair.generate(randomness.child("root"))
    noted = [pair.public if rules.recovery_key else b"" for pair in recovery]
    known = {name: pair.public for name, pair, there in zip(names, credentials, installed, strict=True) if there}
    return KeyWorld(
        rules,
        randomness,
        tuple(
            Meter(name, rules, CHAIN, credentials[i], bool(installed[i]), noted[i]) for i, name in enumerate(names)
        ),
        tuple(
            Owner(name, rules, CHAIN, recovery[i] if guarded[i] and rules.recovery_key else None)
            for i, name in enumerate(names)
        ),
        Root(CHAIN, root, known),
        tuple(
            EdgeDevice(
                i, rules, CHAIN, pair, randomness.child("store", i),
                {name: known[name] for number, name in enumerate(names) if number % DEVICES == i and name in known},
            )
            for i, pair in enumerate(pairs)
        ),
        Registry(
            rules,
            CHAIN,
            tuple(pair.public for pair in pairs),
            rules.needed_votes(DEVICES, BOUND),
            root.public,
            dict(zip(names, noted, strict=True)),
        ),
    )  # fmt: skip


def record(world: KeyWorld, meter: int, message: Message, place: Place, *, emptied: bool = False) -> Outcome:
    """The meter's device puts a record for the message forward, and the others audit it."""
    device, made = world.device(meter).put_forward(world.registry, message, place, emptied=emptied)
    asking = Append(made.encode(CHAIN), message.encode(CHAIN))
    outcome, effects = chain_step(world, asking)
    if refused(effects):
        return world, effects
    devices = (*world.devices[: device.index], device, *world.devices[device.index + 1 :])
    return replace(outcome, devices=devices), effects


def chain_step(world: KeyWorld, event: registry.Event) -> Outcome:
    """The agreed chain after an event; what was recorded is in the archive too."""
    after, effects = registry.step(world.registry, event)
    if refused(effects):
        return world, effects
    new = tuple(effect.record for effect in effects if isinstance(effect, Recorded))
    return replace(world, registry=after, archive=world.archive + new), effects


def send(world: KeyWorld, effects: Effects) -> Outcome:
    """With what is sent on the wire; a message that is there already is refused."""
    sent = tuple(effect for effect in effects if isinstance(effect, Sent))
    if any(each in world.wire for each in sent):
        return refuse(world, "network", "this message is on the wire already")
    return replace(world, wire=world.wire + sent), effects


def refuse(world: KeyWorld, rule: str, reason: str, *cites: str) -> Outcome:
    """The world as it is, and why it stays so."""
    return world, (Refused(rule, reason, cites),)
