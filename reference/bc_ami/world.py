"""The world `metering`: all parties of bc-ami, the adversary, and every message that was on the wire.

Also how a world is deployed, and questions about it that several moves ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from meterproof.errors import InputError
from reference.bc_ami import mdms as mdms_party
from reference.bc_ami.adversary import Adversary
from reference.bc_ami.concentrator import Concentrator
from reference.bc_ami.contract import Contract
from reference.bc_ami.credentials import Enrolled, MeterCredentials
from reference.bc_ami.database import Database
from reference.bc_ami.effects import Registered
from reference.bc_ami.mdms import Mdms
from reference.bc_ami.messages import ENVELOPE, TRANSACTION, Recipient, hashed_identity
from reference.bc_ami.meter import Meter
from reference.bc_ami.observe import Observer
from reference.bc_ami.ordering import Replica
from reference.bc_ami.rules import Rules
from reference.crypto import sealing
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.chain import committee_of
from reference.ledger.effects import Effects, Refused, Sent

CHAIN = "bc-ami"
"""The chain id under which everything of this protocol is signed."""


@dataclass(frozen=True)
class World:
    """One state of everything. `meters` is by id; `wire` holds each message once, in the order of sending.

    `windows` has for each height the first and last time that were fresh for its block, None where nobody had a clock.
    """

    rules: Rules
    randomness: Randomness
    recipient: Recipient
    meters: dict[str, Meter]
    concentrators: tuple[Concentrator, ...]
    peers: tuple[KeyPair, ...]
    contract: Contract
    replicas: tuple[Replica, ...]
    database: Database
    mdms: Mdms
    adversary: Adversary = field(default_factory=Adversary)
    wire: tuple[Sent, ...] = ()
    windows: tuple[tuple[int, int] | None, ...] = ()

    def key(self, label: int) -> KeyPair:
        """The signing key pair with this label, whoever draws it and whenever."""
        return KeyPair.generate(self.key_randomness(label))

    def key_randomness(self, label: int) -> Randomness:
        """The randomness that yields the key with this label."""
        return self.randomness.child("signing-key", label)

    def drawn(self, public: bytes) -> bool:
        """Whether some party has this key already: good randomness does not give a key twice."""
        pairs = [pair for meter in self.meters.values() for pair in meter.keys]
        pairs += [pair for _, pair in self.contract.executed]
        return any(pair.public == public for pair in (*pairs, *self.adversary.keys))

    def concentrator(self, meter: str) -> int:
        """The number of the concentrator that serves this meter."""
        return list(self.meters).index(meter) % len(self.concentrators)

    def sent(self, kind: str) -> tuple[bytes, ...]:
        """The messages of one kind that were on the wire."""
        return tuple(message.data for message in self.wire if message.kind == kind)

    @property
    def transactions(self) -> tuple[bytes, ...]:
        return self.sent(TRANSACTION)

    @property
    def envelopes(self) -> tuple[bytes, ...]:
        return self.sent(ENVELOPE)

    @property
    def leaves(self) -> tuple[bytes, ...]:
        """Everything on the ledger, in order."""
        return tuple(leaf for final in self.database.ledger for leaf in final.block.leaves)

    @property
    def observer(self) -> Observer:
        """Reads any message of this world; for checking, not for parties."""
        return Observer(self.recipient, self.mdms.pair)

    def with_wire(self, effects: Effects) -> World:
        """After the messages among these effects went over the wire."""
        new = tuple(each for each in effects if isinstance(each, Sent) and each not in self.wire)
        return replace(self, wire=self.wire + new)

    def with_registered(self, contract: Contract, effects: Effects) -> World:
        """After the contract's registrations: the MDMS is given each HID (IS-R7)."""
        mdms = self.mdms
        for effect in effects:
            if isinstance(effect, Registered):
                mdms, _ = mdms_party.step(mdms, mdms_party.Identified(effect.hid))
        return replace(self, contract=contract, mdms=mdms)


Outcome = tuple[World, Effects]


def refuse(world: World, rule: str, reason: str, *cites: str) -> Outcome:
    """The unchanged world and the refusal."""
    return world, (Refused(rule, reason, cites),)


def deploy(
    rules: Rules, meters: Sequence[str], replicas: int, faults_bound: int, seed: int, concentrators: int = 2
) -> World:
    """Initialisation (IS-R3): identities stored on the chain, keys of replicas, peers, database and MDMS drawn.

    Raises InputError for ids that are not distinct, or for replicas that the rule `resilience` does not admit.
    """
    if len(set(meters)) != len(meters):
        raise InputError("two meters have the same id", allowed="distinct ids")
    root = Randomness.from_seed(seed)
    pairs = [KeyPair.generate(root.child("replica", i)) for i in range(replicas)]
    members = committee_of(rules, CHAIN, pairs, faults_bound)
    peers = tuple(KeyPair.generate(root.child("peer", i)) for i in range(replicas))
    decryption = sealing.key_pair(rules.encryption, root.child("mdms"))
    signer = KeyPair.generate(root.child("receipts"))
    recipient = Recipient(CHAIN, rules.encryption, rules.signature_scope, decryption.public, signer.public)
    made = {name: _meter(rules, recipient, name, root.child("meter", name)) for name in meters}
    needed = rules.needed_endorsements(replicas, faults_bound)
    database = Database(CHAIN, KeyPair.generate(root.child("database")))
    return World(
        rules=rules,
        randomness=root,
        recipient=recipient,
        meters=made,
        concentrators=(Concentrator(CHAIN, needed),) * concentrators,
        peers=peers,
        contract=Contract(
            rules=rules,
            chain=CHAIN,
            peers=tuple(pair.public for pair in peers),
            endorsements=needed,
            enrolled={
                meter.hid: Enrolled(meter.credentials.enrolment.public, meter.credentials.channel)
                for meter in made.values()
            },
        ),
        replicas=tuple(Replica(i, pair, rules, members) for i, pair in enumerate(pairs)),
        database=database,
        mdms=Mdms(rules, members, decryption, database.pair.public, signer=signer),
    )


def _meter(rules: Rules, recipient: Recipient, name: str, randomness: Randomness) -> Meter:
    given = MeterCredentials(KeyPair.generate(randomness.child("enrolment")), randomness.child("channel").take(32))
    return Meter(rules, recipient, hashed_identity(CHAIN, name), given)
