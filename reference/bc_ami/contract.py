"""The smart contract: registers keys, checks reports, and says whether a block may follow (IS-R6, R9, R13, R14).

One value stands for the replicated state: correct peers that execute the same inputs have equal states. The exception
is the key that Algorithm 1 draws inside the contract: the executing peer chooses it, and the others learn it (IS-C4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from reference.bc_ami import credentials
from reference.bc_ami.credentials import Enrolled
from reference.bc_ami.effects import Registered
from reference.bc_ami.messages import (
    RESPONSE,
    Endorsement,
    Envelope,
    RegisteredKey,
    RegistrationRequest,
    RegistrationResponse,
    RegistrationSubmission,
    Transaction,
)
from reference.bc_ami.rules import Epochs, Rules
from reference.crypto import encoding, merkle, signing
from reference.crypto.encoding import Domain, Malformed
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.chain import Block
from reference.ledger.effects import Effects, Refused, Sent


@dataclass(frozen=True)
class Contract:
    """The world state. `active` are the keys with which each meter may report; `registrations` all there ever were."""

    rules: Rules
    chain: str
    peers: tuple[bytes, ...]
    endorsements: int
    enrolled: Mapping[bytes, Enrolled]
    active: Mapping[bytes, tuple[RegisteredKey, ...]] = field(default_factory=dict)
    registrations: tuple[tuple[bytes, RegisteredKey], ...] = ()
    epochs: Mapping[bytes, int] = field(default_factory=dict)
    """The latest epoch of each HID of which a registration was accepted."""
    latest: Mapping[bytes, int] = field(default_factory=dict)
    """The latest time of each HID on the ledger."""
    due: tuple[int, int] | None = None
    """The first and last time of reports that the next block may hold; None where nobody has a clock."""
    executed: tuple[tuple[bytes, KeyPair], ...] = ()
    """What every executing peer saw of Algorithm 1: for which HID which pair was drawn (IS-C4)."""

    @property
    def root(self) -> bytes:
        """The root over all registrations."""
        return registry(self).root

    def audit(self, block: Block) -> Refused | None:
        """Why a replica would find this candidate invalid."""
        return audit(self, block)

    def spoil(self, leaves: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """The leaves, the first of them without its endorsements: no replica finds that valid, if any are asked for."""
        if not leaves:
            return (b"no envelope",)
        bare = replace(Envelope.decode(self.chain, leaves[0]), endorsements=())
        return (bare.encode(self.chain), *leaves[1:])


@dataclass(frozen=True)
class KeyRequested:
    """A registration request has arrived; the key will be drawn from this randomness.

    `epoch` is the one that the contract opens with the key: a request names none.
    """

    request: bytes
    randomness: Randomness
    epoch: int = 0


@dataclass(frozen=True)
class KeySubmitted:
    """A meter's own public key has arrived."""

    submission: bytes


@dataclass(frozen=True)
class Committed:
    """A block has become final."""

    block: Block


@dataclass(frozen=True)
class BlockDue:
    """It is time for a block. By the replicas' clocks reports within `window`, ends included, are fresh (IS-C7)."""

    window: tuple[int, int] | None


Event = KeyRequested | KeySubmitted | Committed | BlockDue


def step(contract: Contract, event: Event) -> tuple[Contract, Effects]:
    """The contract's answer to an event; a refused event leaves it unchanged."""
    try:
        match event:
            case KeyRequested():
                return _requested(contract, event)
            case KeySubmitted():
                return _submitted(contract, event.submission)
            case Committed():
                return _committed(contract, event.block)
            case BlockDue():
                return replace(contract, due=event.window), ()
    except Malformed as malformed:
        return contract, (Refused("encoding", str(malformed), ("IS-R6", "IS-R12")),)


def _requested(contract: Contract, event: KeyRequested) -> tuple[Contract, Effects]:
    """Algorithm 1 (IS-R6): compare the HID, draw a pair, return both halves."""
    rules = contract.rules
    request = RegistrationRequest.decode(contract.chain, event.request)
    if rules.key_generation != "contract":
        return contract, (Refused("key_generation", "the contract draws no keys", ("IS-C4",)),)
    if (known := contract.enrolled.get(request.hid)) is None:
        return contract, (_STRANGER,)
    statement = request.signed_part(contract.chain)
    if (refusal := known.rejects(rules.credential, statement, request.credential)) is not None:
        return contract, (refusal,)
    pair = KeyPair.generate(event.randomness)
    after, effects = _register(contract, request.hid, RegisteredKey(event.epoch, pair.public))
    if after is contract:
        return contract, effects
    secret = credentials.wrap(rules.credential, known.channel, pair.public, pair.private.to_bytes(32, "big"))
    response = RegistrationResponse(request.hid, pair.public, secret).encode(contract.chain)
    executed = (*after.executed, (request.hid, pair))
    return replace(after, executed=executed), (*effects, Sent(RESPONSE, response))


def _submitted(contract: Contract, data: bytes) -> tuple[Contract, Effects]:
    """A registration with the meter's own key (IS-C4, C5)."""
    rules = contract.rules
    submission = RegistrationSubmission.decode(contract.chain, data)
    if rules.key_generation != "meter":
        return contract, (Refused("key_generation", "the contract draws the keys itself", ("IS-R6",)),)
    if (known := contract.enrolled.get(submission.hid)) is None:
        return contract, (_STRANGER,)
    statement = submission.signed_part(contract.chain)
    if (refusal := known.rejects(rules.credential, statement, submission.credential)) is not None:
        return contract, (refusal,)
    if (fault := signing.key_fault(submission.public)) is not None:
        return contract, (Refused("key form", fault, ("IS-C6",)),)
    if not signing.verify(submission.public, submission.possession_part(contract.chain), submission.possession):
        return contract, (Refused("possession", "no proof that the sender has the private key", ("IS-C1",)),)
    return _register(contract, submission.hid, RegisteredKey(submission.epoch, submission.public))


def _register(contract: Contract, hid: bytes, key: RegisteredKey) -> tuple[Contract, Effects]:
    earlier = contract.active.get(hid, ())
    if key in earlier:
        return contract, (Refused("registration", "this key is registered for this meter already", ("IS-R9",)),)
    latest = contract.epochs.get(hid, -1)
    if contract.rules.epochs == "increasing" and key.epoch <= latest:
        return contract, (Refused("epochs", "the meter has registered for this epoch or a later one", ("IS-C12",)),)
    keys = (key,) if contract.rules.one_active_key else (*earlier, key)
    after = replace(
        contract,
        active={**contract.active, hid: keys},
        registrations=(*contract.registrations, (hid, key)),
        epochs={**contract.epochs, hid: max(key.epoch, latest)},
    )
    return after, (Registered(hid, key.public),)


def _committed(contract: Contract, block: Block) -> tuple[Contract, Effects]:
    times = [(each.hid, each.time) for each in _transactions(contract, block.leaves)]
    latest = dict(contract.latest)
    for hid, time in times:
        latest[hid] = max(time, latest.get(hid, time))
    return replace(contract, latest=latest), ()


def endorse(contract: Contract, peer: int, pair: KeyPair, data: bytes) -> Endorsement | Refused:
    """One peer's execution of a report (IS-R13, R14): here, and only here, a peer verifies the meter's signature."""
    try:
        transaction = Transaction.decode(contract.chain, data)
    except Malformed as malformed:
        return Refused("encoding", str(malformed), ("IS-R12",))
    if (refusal := unsigned(contract, transaction)) is not None:
        return refusal
    return Endorsement(peer, signing.sign(pair, Endorsement.signed_part(contract.chain, data)))


def unsigned(contract: Contract, transaction: Transaction) -> Refused | None:
    """Why this is no report of a meter under a key that is registered for it; None if it is."""
    if transaction.hid not in contract.enrolled:
        return _STRANGER
    if (fault := signing.signature_fault(transaction.signature)) is not None:
        return Refused("signature form", fault, ("IS-R13", "IS-C8"))
    scope = contract.rules.signature_scope
    active = contract.active.get(transaction.hid, ())
    keys = [key.public for key in active if key.named(contract.rules.epochs) == transaction.epoch]
    if not any(transaction.verifies(contract.chain, scope, public) for public in keys):
        return Refused("signature", "not signed with a key that is registered for this meter", ("IS-R13",))
    return None


def audit(contract: Contract, block: Block) -> Refused | None:
    """Why a replica would find this candidate invalid: endorsement policy and freshness (IS-R15, IS-C7, IS-C22).

    The meters' signatures are not verified again: that is what the endorsements stand for.
    """
    if block.header.state != contract.root:
        return Refused("registry", "the block builds on other registrations", ("IS-R17",))
    latest = dict(contract.latest)
    try:
        for leaf in block.leaves:
            envelope = Envelope.decode(contract.chain, leaf)
            transaction = Transaction.decode(contract.chain, envelope.transaction)
            if contract.rules.freshness == "increasing" and transaction.time <= latest.get(transaction.hid, -1):
                return Refused("freshness", "the meter's time does not increase on the ledger", ("IS-C7",))
            if contract.rules.window == "block-time" and not _due(contract, transaction):
                return Refused("window", "the meter's time is too far from that of the block", ("IS-C7",))
            if envelope.endorsing_peers(contract.chain, contract.peers) < contract.endorsements:
                return Refused("endorsements", f"fewer than {contract.endorsements} valid endorsements", ("IS-C22",))
            latest[transaction.hid] = transaction.time
    except Malformed as malformed:
        return Refused("encoding", str(malformed), ("IS-R12",))
    return None


def _due(contract: Contract, transaction: Transaction) -> bool:
    """Whether the next block may hold a transaction of this time: any, without a clock, as over old readings."""
    return contract.due is None or contract.due[0] <= transaction.time <= contract.due[1]


def registry(contract: Contract) -> merkle.Tree:
    """The tree over all registrations, oldest first. Its root is in every header: anyone can check a key (IS-R17)."""
    return _registry(contract.chain, contract.rules.epochs, contract.registrations)


def registry_leaf(chain: str, hid: bytes, epoch: int, public: bytes) -> bytes:
    """One registration as a leaf of the registry, with the epoch by which transactions name the key."""
    return encoding.encode(Domain(chain, "registration"), [hid, epoch, public])


@lru_cache(maxsize=64)
def _registry(chain: str, epochs: Epochs, registrations: tuple[tuple[bytes, RegisteredKey], ...]) -> merkle.Tree:
    leaves = [registry_leaf(chain, hid, key.named(epochs), key.public) for hid, key in registrations]
    return merkle.Tree.of(leaves)


def _transactions(contract: Contract, leaves: tuple[bytes, ...]) -> list[Transaction]:
    envelopes = [Envelope.decode(contract.chain, leaf) for leaf in leaves]
    return [Transaction.decode(contract.chain, each.transaction) for each in envelopes]


_STRANGER = Refused("identity", "no such HID is stored on the chain", ("IS-R6",))
