"""The database that holds the final blocks and transfers them to the MDMS (IS-R2, R18).

A release bundle always carries all that can be verified; what the MDMS verifies of it is the rule `release_check`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference.bc_ami.contract import Contract, registry
from reference.bc_ami.messages import Envelope, Transaction
from reference.crypto import encoding, merkle, signing
from reference.crypto.encoding import Domain, Malformed
from reference.crypto.signing import KeyPair
from reference.ledger.chain import FinalBlock
from reference.ledger.effects import Effects, Refused, Sent

BUNDLE = "release-bundle"


@dataclass(frozen=True)
class Item:
    """One transaction of a block: its leaf with the proof that it is in the block, and its key's registration likewise.

    An item stands where its leaf stands in the block; `key_place` is the registration's number in the registry, `keys`
    the registry's size.
    """

    leaf: bytes
    path: tuple[bytes, ...]
    public: bytes
    key_place: int
    keys: int
    key_path: tuple[bytes, ...]


@dataclass(frozen=True)
class Bundle:
    """One block on its way to the MDMS: header, evidence that it is final, all its transactions."""

    header: bytes
    evidence: bytes
    items: tuple[Item, ...]
    signature: bytes = b""

    def signed_part(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "signed-bundle"), self._body())

    def signed(self, chain: str, pair: KeyPair) -> Bundle:
        """With the database's signature, by which an MDMS knows who transfers."""
        return replace(self, signature=signing.sign(pair, self.signed_part(chain)))

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, BUNDLE), [*self._body(), self.signature])

    def _body(self) -> list[encoding.Value]:
        items: list[encoding.Value] = [
            [each.leaf, list(each.path), each.public, each.key_place, each.keys, list(each.key_path)]
            for each in self.items
        ]
        return [self.header, self.evidence, items]

    @staticmethod
    def decode(chain: str, data: bytes) -> Bundle:
        """Raises Malformed for anything that is not a bundle of this chain."""
        types = (bytes, bytes, list, bytes)
        header, evidence, raw, signature = encoding.decode_fields(Domain(chain, BUNDLE), data, *types)
        items = []
        for each in raw:
            leaf, path, *key = encoding.fields(each, bytes, list, bytes, int, int, list)
            public, key_place, keys, key_path = key
            items.append(Item(leaf, _hashes(path), public, key_place, keys, _hashes(key_path)))
        return Bundle(header, evidence, tuple(items), signature)


@dataclass(frozen=True)
class Database:
    """The agreed blocks in order of height from `first` on, and which of them were transferred.

    The blocks below `first` were transferred and pruned.
    """

    chain: str
    pair: KeyPair
    ledger: tuple[FinalBlock, ...] = ()
    delivered: frozenset[int] = frozenset()
    first: int = 0
    reports: str | None = None
    """The chain id in whose domain the reports on this chain are, where it is another than the chain's own."""

    @property
    def height(self) -> int:
        """The first free height."""
        return self.first + len(self.ledger)


@dataclass(frozen=True)
class Append:
    """A block has become final."""

    final: FinalBlock


@dataclass(frozen=True)
class Transfer:
    """After the period of IS-R18: send the block of this height, with registrations proved from the `contract`."""

    height: int
    contract: Contract


@dataclass(frozen=True)
class Prune:
    """Forget all blocks below this height. They must have been transferred (IS-C33)."""

    height: int


Event = Append | Transfer | Prune


def step(database: Database, event: Event) -> tuple[Database, Effects]:
    """The database's answer to an event; a refused event leaves it unchanged."""
    match event:
        case Append():
            if event.final.block.header.height != database.height:
                return database, (Refused("ledger", "not the first free height", ("IS-R15",)),)
            return replace(database, ledger=(*database.ledger, event.final)), ()
        case Transfer():
            if not database.first <= event.height < database.height:
                return database, (Refused("ledger", "there is no block of this height", ("IS-R18",)),)
            if event.height in database.delivered:
                return database, (Refused("release_check", "this block was transferred before", ("IS-R18",)),)
            try:
                bundle = _bundle(database, database.ledger[event.height - database.first], event.contract)
            except Malformed as malformed:
                return database, (Refused("encoding", str(malformed), ("IS-R18",)),)
            after = replace(database, delivered=database.delivered | {event.height})
            return after, (Sent(BUNDLE, bundle.encode(database.chain)),)
        case Prune():
            if not set(range(database.first, event.height)) <= database.delivered:
                return database, (Refused("release_check", "a block was not transferred yet", ("IS-C33",)),)
            kept = database.ledger[max(event.height - database.first, 0) :]
            delivered = frozenset(height for height in database.delivered if height >= event.height)
            return replace(database, ledger=kept, delivered=delivered, first=max(event.height, database.first)), ()


def _bundle(database: Database, final: FinalBlock, contract: Contract) -> Bundle:
    chain, header = database.chain, final.block.header
    domain = database.reports or chain
    leaves = merkle.Tree.of(final.block.leaves)
    keys = _registry_at(contract, header.state)
    tree = registry(keys)
    places = {
        (hid, key.named(contract.rules.epochs), signing.fingerprint(key.public)): i
        for i, (hid, key) in enumerate(keys.registrations)
    }
    items = []
    for index, leaf in enumerate(final.block.leaves):
        transaction = Transaction.decode(domain, Envelope.decode(domain, leaf).transaction)
        place = places.get((transaction.hid, transaction.epoch, transaction.key))
        if place is None:
            raise Malformed("a transaction names a key that was never registered")
        public = keys.registrations[place][1].public
        items.append(Item(leaf, leaves.prove(index), public, place, len(keys.registrations), tree.prove(place)))
    return Bundle(header.encode(chain), final.evidence, tuple(items)).signed(chain, database.pair)


def _registry_at(contract: Contract, root: bytes) -> Contract:
    """The contract as it stood when a header committed to its registry: registrations are only ever added."""
    for count in range(len(contract.registrations), -1, -1):
        earlier = replace(contract, registrations=contract.registrations[:count])
        if registry(earlier).root == root:
            return earlier
    raise Malformed("the header commits to no registry of this contract")


def _hashes(values: list[object]) -> tuple[bytes, ...]:
    return tuple(encoding.fields(values, *[bytes] * len(values)))
