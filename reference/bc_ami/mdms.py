"""The meter data management system: receives released blocks, decrypts, records (IS-R7, R18; IS-C10, C33).

As published it compares the HID and decrypts. Hardened, it verifies again what the chain claims, and keeps a cursor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from reference.bc_ami.contract import registry_leaf
from reference.bc_ami.database import Bundle, Item
from reference.bc_ami.effects import Recorded, Skipped
from reference.bc_ami.messages import RECEIPT, Envelope, Receipt, Transaction, Usage
from reference.bc_ami.rules import Rules
from reference.crypto import merkle, signing
from reference.crypto.encoding import Malformed
from reference.crypto.randomness import Randomness
from reference.crypto.sealing import SealingPair, key_pair, open_
from reference.crypto.signing import KeyPair
from reference.ledger.chain import GENESIS, Committee, Header
from reference.ledger.effects import Effect, Effects, Refused, Sent


@dataclass(frozen=True)
class Record:
    """An accepted reading: energy in kWh, for the meter's time in the transaction."""

    hid: bytes
    kwh: Decimal
    time: int


@dataclass(frozen=True)
class Mdms:
    """`identities` are the HIDs provided to it; `cursor` and `last` say up to which block it has received the chain.

    `records` are those that it still holds; `archived` is how many came before them. `pair` is its decryption key of
    this epoch, `kept` are those of earlier ones that it has not erased. `signer` signs receipts.
    """

    rules: Rules
    committee: Committee
    pair: SealingPair
    database: bytes
    identities: frozenset[bytes] = frozenset()
    cursor: int = 0
    last: bytes = GENESIS
    records: tuple[Record, ...] = ()
    archived: int = 0
    kept: tuple[SealingPair, ...] = ()
    signer: KeyPair | None = None
    reports: str | None = None
    """The chain id in whose domain the reports on this chain are, where it is another than the chain's own."""

    @property
    def domain(self) -> str:
        """The chain id of reports and registrations."""
        return self.reports or self.committee.chain


@dataclass(frozen=True)
class Identified:
    """After its registration a meter's HID is provided to the MDMS (IS-R7)."""

    hid: bytes


@dataclass(frozen=True)
class Released:
    """A release bundle arrives, from whoever sent it."""

    bundle: bytes


@dataclass(frozen=True)
class Archived:
    """All records so far were taken elsewhere, such as to billing: only their number is still needed here."""


@dataclass(frozen=True)
class NewEpoch:
    """Everything of this epoch is opened: go on with a decryption key drawn from this randomness (IS-C11).

    Under the rule `erased` the key of the epoch that ends is gone, and what was sealed to it and comes later is lost.
    """

    randomness: Randomness


@dataclass(frozen=True)
class Acknowledge:
    """Time for a receipt for the record of this position, counted from 0 over all that it ever took."""

    position: int


Event = Identified | Released | Archived | NewEpoch | Acknowledge


def step(mdms: Mdms, event: Event) -> tuple[Mdms, Effects]:
    """The MDMS's answer to an event; a refused event leaves it unchanged."""
    match event:
        case Identified():
            return replace(mdms, identities=mdms.identities | {event.hid}), ()
        case Archived():
            return replace(mdms, records=(), archived=mdms.archived + len(mdms.records)), ()
        case NewEpoch():
            if mdms.rules.mdms_keys == "single":
                return mdms, (Refused("mdms_keys", "the MDMS has one decryption key for ever", ("IS-R18",)),)
            kept = (*mdms.kept, mdms.pair) if mdms.rules.mdms_keys == "per-epoch" else ()
            return replace(mdms, pair=key_pair(mdms.rules.encryption, event.randomness), kept=kept), ()
        case Acknowledge():
            return mdms, (_receipt(mdms, event.position - mdms.archived),)
        case Released():
            try:
                return _released(mdms, event.bundle)
            except Malformed as malformed:
                return mdms, (Refused("encoding", str(malformed), ("IS-R18",)),)


def _released(mdms: Mdms, data: bytes) -> tuple[Mdms, Effects]:
    chain = mdms.committee.chain
    bundle = Bundle.decode(chain, data)
    header = Header.decode(chain, bundle.header)
    if (refusal := _untrusted(mdms, bundle, header)) is not None:
        return mdms, (refusal,)
    records: list[Record] = []
    # One meter's unreadable report must not keep the others' from the MDMS: it is passed over and said.
    unreadable: list[Refused] = []
    for place, item in enumerate(bundle.items):
        transaction = Transaction.decode(mdms.domain, Envelope.decode(mdms.domain, item.leaf).transaction)
        if (refusal := _unproven(mdms, header, place, item, transaction)) is not None:
            return mdms, (refusal,)
        outcome = _read(mdms, transaction)
        if isinstance(outcome, Refused):
            unreadable.append(outcome)
        else:
            records.append(outcome)
    if mdms.rules.release_check == "unverified" and unreadable and not records:
        return mdms, (unreadable[0],)
    after = replace(mdms, records=(*mdms.records, *records))
    if mdms.rules.release_check != "unverified":
        after = replace(after, cursor=mdms.cursor + 1, last=header.digest(chain))
    first = mdms.archived + len(mdms.records)
    effects: list[Effect] = [Recorded(first + i, each.hid, each.kwh, each.time) for i, each in enumerate(records)]
    return after, (*effects, *(Skipped(each.reason) for each in unreadable))


def _receipt(mdms: Mdms, place: int) -> Sent | Refused:
    if mdms.rules.receipts == "none" or mdms.signer is None:
        return Refused("receipts", "the MDMS answers nobody", ("IS-C33",))
    if not 0 <= place < len(mdms.records):
        return Refused("record", "the MDMS does not hold this record", ("IS-R18",))
    record, chain = mdms.records[place], mdms.domain
    receipt = Receipt(record.hid, record.time)
    if mdms.rules.receipts == "signed":
        receipt = receipt.signed(chain, mdms.signer)
    return Sent(RECEIPT, receipt.encode(chain))


def _untrusted(mdms: Mdms, bundle: Bundle, header: Header) -> Refused | None:
    """What the MDMS has against the bundle as a whole, under its rule `release_check`."""
    chain = mdms.committee.chain
    if mdms.rules.release_check == "unverified":
        return None
    if header.height != mdms.cursor:
        return Refused("release_check", f"the next block is {mdms.cursor}, not {header.height}", ("IS-C10", "IS-C33"))
    if mdms.rules.release_check == "authentic-database":
        if not signing.verify(mdms.database, bundle.signed_part(chain), bundle.signature):
            return Refused("release_check", "the transfer is not from the database", ("IS-R18",))
        return None
    if header.previous != mdms.last:
        return Refused("release_check", "the block does not follow the last one received", ("IS-C10",))
    if header.count != len(bundle.items):
        return Refused("release_check", "transactions of the block are missing", ("IS-C10",))
    return mdms.committee.finalises(header, bundle.evidence)


def _unproven(mdms: Mdms, header: Header, place: int, item: Item, transaction: Transaction) -> Refused | None:
    """What `certified` asks of each transaction: in the block, signed, and with a key that the registry shows."""
    if mdms.rules.release_check != "certified":
        return None
    chain = mdms.domain
    if not merkle.included(header.transactions, header.count, place, item.leaf, item.path):
        return Refused("release_check", "a transaction is not in the block", ("IS-C10",))
    key = registry_leaf(chain, transaction.hid, transaction.epoch, item.public)
    if not merkle.included(header.state, item.keys, item.key_place, key, item.key_path):
        return Refused("release_check", "the key was not registered for this meter", ("IS-C13",))
    if not transaction.verifies(chain, mdms.rules.signature_scope, item.public):
        return Refused("release_check", "the meter's signature is not valid", ("IS-C10",))
    return None


def _read(mdms: Mdms, transaction: Transaction) -> Record | Refused:
    if transaction.hid not in mdms.identities:
        return Refused("identity", "the MDMS was not given this HID", ("IS-R18",))
    chain, scope = mdms.domain, mdms.rules.signature_scope
    tried = (open_(pair, transaction.sealed, transaction.aad(chain, scope)) for pair in (mdms.pair, *mdms.kept))
    plaintext = next((each for each in tried if each is not None), None)
    if plaintext is None:
        return Refused("encryption", "not sealed to the MDMS under this header", ("IS-R18",))
    try:
        usage = Usage.decode(chain, plaintext)
    except Malformed as malformed:
        return Refused("encoding", str(malformed), ("IS-R11",))
    if scope == "all-fields" and usage.time != transaction.time:
        return Refused("signature_scope", "inner and outer time differ", ("IS-C7",))
    return Record(transaction.hid, usage.kwh, transaction.time)
