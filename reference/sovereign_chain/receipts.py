"""Receipts: how one chain shows another what it has as final (WA-R16, WA-C15, WA-C24).

What a receipt has to hold follows from the rule. "none": the record alone, which anybody can say. "record-only": a
quorum's signatures over the record, and nothing that tells of which chain or height. "any-set": a light client's proof,
of a set that is or once was in force. "certified": the same, and the set is the one that the verifier follows: block
header, a quorum of the set's votes for it, and the Merkle path of the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reference.crypto import encoding, merkle
from reference.crypto.encoding import HASH, Domain, Malformed
from reference.crypto.merkle import Tree
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import Block, Certificate, Committee, Header, Vote
from reference.ledger.effects import Refused
from reference.sovereign_chain.rules import ChainReceipts

RECEIPT = "receipt"
_OF_ANY_CHAIN = "record"


@dataclass(frozen=True)
class ValidatorSet:
    """The validators of a chain in one epoch, by their public keys; `needed` of their votes make a block final."""

    chain_id: str
    epoch: int
    members: tuple[bytes, ...]
    needed: int

    @property
    def committee(self) -> Committee:
        """As the shared ledger knows them. The epoch is under every signature: a vote is for a block of one set."""
        name = f"{self.chain_id} epoch {self.epoch}"
        return Committee(name, self.members, 0, self.needed, "positive-votes", "certificate")


@dataclass(frozen=True)
class Validators:
    """A set together with its keys: those of whoever signs as the set."""

    of: ValidatorSet
    pairs: tuple[KeyPair, ...]

    @staticmethod
    def drawn(chain_id: str, epoch: int, members: int, needed: int, randomness: Randomness) -> Validators:
        stream = randomness.child("validators", chain_id, epoch)
        pairs = tuple(KeyPair.generate(stream.child(i)) for i in range(members))
        return Validators(ValidatorSet(chain_id, epoch, tuple(pair.public for pair in pairs), needed), pairs)

    def votes(self, header: Header, name: str) -> bytes:
        """A certificate of as many votes as are needed, for this header in the domain of this name."""
        signing = enumerate(self.pairs[: self.of.needed])
        return Certificate(tuple(Vote.make(name, i, header, True, pair) for i, pair in signing)).encode(name)


@dataclass(frozen=True)
class Receipt:
    """That `chain_id` has `leaf`, under a header of an epoch's set; a plain word has no header, path and votes."""

    chain_id: str
    leaf: bytes
    epoch: int = 0
    header: bytes = b""
    index: int = 0
    path: tuple[bytes, ...] = ()
    votes: bytes = b""

    def encode(self) -> bytes:
        body: encoding.Value = [self.leaf, self.epoch, self.header, self.index, list(self.path), self.votes]
        return encoding.encode(Domain(self.chain_id, RECEIPT), body)

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Receipt:
        """Raises Malformed for the receipt of another chain, too."""
        types = (bytes, int, bytes, int, list, bytes)
        leaf, epoch, header, index, path, votes = encoding.decode_fields(Domain(chain_id, RECEIPT), data, *types)
        return Receipt(chain_id, leaf, epoch, header, index, encoding.fields(path, *[HASH] * len(path)), votes)


def receipt_of(rule: ChainReceipts, signers: Validators, block: Block, index: int) -> Receipt:
    """A receipt for the block's leaf of this index, in the form that the rule asks for."""
    leaf = block.leaves[index]
    plain = Receipt(signers.of.chain_id, leaf)
    if rule == "none":
        return plain
    if rule == "record-only":
        return replace(plain, epoch=signers.of.epoch, votes=signers.votes(_of_record(leaf), _OF_ANY_CHAIN))
    name = signers.of.committee.chain
    return replace(
        plain,
        epoch=signers.of.epoch,
        header=block.header.encode(name),
        index=index,
        path=Tree.of(block.leaves).prove(index),
        votes=signers.votes(block.header, name),
    )


def fault(rule: ChainReceipts, followed: Mapping[str, Sequence[ValidatorSet]], receipt: Receipt) -> Refused | None:
    """Why a chain that follows these sets, of each chain the one in force last, does not take the receipt."""
    if rule == "none":
        return None
    try:
        if rule == "record-only":
            return _record_fault(followed, receipt)
        sets = followed.get(receipt.chain_id, ())
        known = sets if rule == "any-set" else sets[-1:]
        return _proof_fault(known, receipt)
    except Malformed as malformed:
        return _refused(str(malformed))


def _record_fault(followed: Mapping[str, Sequence[ValidatorSet]], receipt: Receipt) -> Refused | None:
    votes = Certificate.decode(_OF_ANY_CHAIN, receipt.votes).votes
    for each in (each for sets in followed.values() for each in sets):
        committee = replace(each.committee, chain=_OF_ANY_CHAIN)
        if committee.counts(_of_record(receipt.leaf), votes) is None:
            return None
    return _refused("no validator set has signed the record")


def _proof_fault(known: Sequence[ValidatorSet], receipt: Receipt) -> Refused | None:
    signers = next((each for each in known if each.epoch == receipt.epoch), None)
    if signers is None:
        return _refused(f"the set of epoch {receipt.epoch} is not in force on {receipt.chain_id}")
    header = Header.decode(signers.committee.chain, receipt.header)
    if (refusal := signers.committee.finalises(header, receipt.votes)) is not None:
        return _refused(refusal.reason)
    if not merkle.included(header.transactions, header.count, receipt.index, receipt.leaf, receipt.path):
        return _refused("the record is not in the block")
    return None


def _of_record(leaf: bytes) -> Header:
    """What signatures over a record alone are given for: the same at every height of every chain."""
    return Header(0, 0, chain.GENESIS, merkle.root((leaf,)), 1, chain.GENESIS)


def _refused(reason: str) -> Refused:
    return Refused("chain_receipts", reason, ("WA-R16", "WA-C15"))
