"""The state of the world `custody`: meters, devices with their bundles, the wire, and what the adversary has read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reference.crypto import sealing, signing
from reference.crypto.randomness import Randomness
from reference.crypto.sealing import SealingPair
from reference.crypto.signing import KeyPair
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.bundle_queries import Certified
from reference.edge_keys.bundles import SCHEME, STORED, Bundle, Stored
from reference.edge_keys.rules import Rules
from reference.ledger.effects import Sent


@dataclass(frozen=True)
class Holder:
    """A device, with its bundles by meter. Whoever is in it has all of this."""

    pair: KeyPair = field(repr=False)
    kept: Mapping[bytes, bytes] = field(default_factory=dict)
    down: bool = False


@dataclass(frozen=True)
class Household:
    """A meter's private keys, and whether it was shown that enough devices keep its bundle."""

    name: bytes
    pair: KeyPair = field(repr=False)
    sealing: SealingPair = field(repr=False)
    told: bool = False

    @property
    def certified(self) -> Certified:
        return Certified(self.pair.public, self.sealing.public)


@dataclass(frozen=True)
class CustodyWorld:
    """`clusters` has the device of each meter that has joined, `been` all that it ever had."""

    rules: Rules
    randomness: Randomness = field(repr=False)
    meters: tuple[Household, ...]
    devices: tuple[Holder, ...]
    needed: int
    faulty: frozenset[int]
    corrupted: frozenset[int]
    own: frozenset[int]
    clusters: Mapping[bytes, int] = field(default_factory=dict)
    been: frozenset[tuple[bytes, int]] = frozenset()
    wire: tuple[Sent, ...] = ()
    opened: tuple[bytes, ...] = ()
    """The bundles that the adversary has read."""
    secrets: tuple[bytes, ...] = ()
    """The private keys that it has read on their way to the master station."""

    @property
    def known(self) -> Mapping[bytes, Certified]:
        """The certified keys of all meters."""
        return {each.name: each.certified for each in self.meters}

    def sent(self, kind: str) -> tuple[bytes, ...]:
        """What of a kind is on the wire."""
        return tuple(each.data for each in self.wire if each.kind == kind)

    def keepers(self, meter: int) -> tuple[int, ...]:
        """The devices that have signed that they keep the meter's bundle."""
        receipts = (Stored.decode(CHAIN, data) for data in self.sent(STORED))
        name = self.meters[meter].name
        return tuple(
            each.move.target
            for each in receipts
            if each.move.meter == name
            and signing.verify(self.devices[each.move.target].pair.public, each.signed_part(CHAIN), each.signature)
        )

    @property
    def learnt(self) -> frozenset[int]:
        """The meters of which the adversary has read the private key, somewhere."""
        read = {*self.secrets, *(Bundle.decode(CHAIN, each).secret for each in self.opened)}
        return frozenset(m for m, of in enumerate(self.meters) if of.pair.private.to_bytes(32, "big") in read)


def deploy(
    rules: Rules,
    meters: int,
    devices: int,
    bound: int,
    seed: int,
    *,
    faulty: Sequence[int] = (),
    corrupted: Sequence[int] = (),
    own: Sequence[int] = (),
) -> CustodyWorld:
    """A fresh world. The sequences name devices that may crash, devices that the adversary is in, and its own meters.

    Raises InputError for fewer devices than the rules ask for.
    """
    rules.check_deployment(devices, bound)
    randomness = Randomness.from_seed(seed)
    return CustodyWorld(
        rules,
        randomness,
        tuple(
            Household(
                f"meter {i}".encode().ljust(32, b"\0"),
                KeyPair.generate(randomness.child("meter", i)),
                sealing.key_pair(SCHEME, randomness.child("sealing", i)),
            )
            for i in range(meters)
        ),
        tuple(Holder(KeyPair.generate(randomness.child("device", i))) for i in range(devices)),
        rules.key_replicas.evaluate({"n": devices, "f": bound}),
        frozenset(faulty),
        frozenset(corrupted),
        frozenset(own),
    )
