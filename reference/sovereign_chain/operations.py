"""Signed operations of users, and what the editions of the contracts say of them (WA-R12, WA-R13, WA-C8, WA-C12).

A user signs what he asks for and which edition of the contracts he goes by, so that nobody else can have asked for it,
and an operation that is held back is not judged by what came into force since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from meterproof.contracts import Amount, Contract, Decision, Request, decide, digest
from meterproof.errors import InputError
from reference.crypto import encoding, signing
from reference.crypto.encoding import HASH, SIGNATURE, Domain, Malformed
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Refused
from reference.sovereign_chain.rules import JudgedBy

OPERATION = "operation"


@dataclass(frozen=True)
class Operation:
    """What a user asks for. `user` is his name on the chain, `count` his own number of it, `edition` a version."""

    user: bytes
    count: int
    request: Request
    edition: int
    signature: bytes = b""

    @property
    def _body(self) -> list[encoding.Value]:
        asked, amount = self.request, self.request.amount
        words: list[encoding.Value] = [asked.who, asked.service, asked.action, asked.data, asked.jurisdiction, asked.at]
        return [self.user, self.count, [*words, [] if amount is None else [amount.value, amount.unit]], self.edition]

    def identity(self, chain_id: str) -> bytes:
        """By what reports name the operation, 32 bytes; the same whichever edition its user goes by."""
        return encoding.digest(Domain(chain_id, "identity-of-" + OPERATION), self._body[:3])

    def signed_part(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, "signed-" + OPERATION), self._body)

    def signed(self, chain_id: str, pair: KeyPair) -> Operation:
        return replace(self, signature=signing.sign(pair, self.signed_part(chain_id)))

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, OPERATION), [*self._body, self.signature])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Operation:
        user, count, asked, edition, signature = encoding.decode_fields(
            Domain(chain_id, OPERATION), data, HASH, int, list, int, SIGNATURE
        )
        who, service, action, wanted, jurisdiction, at, amount = encoding.fields(
            asked, str, str, str, str, str, int, list
        )
        try:
            measured = Amount(*encoding.fields(amount, int, str)) if amount else None
            request = Request(who, service, action, wanted, jurisdiction, at, measured)
        except InputError as error:
            raise Malformed(str(error)) from error
        return Operation(user, count, request, edition, signature)


@dataclass(frozen=True)
class Editions:
    """The versions of one contract that have come into force, in their order; the last is the one in force."""

    contracts: tuple[Contract, ...]

    def of(self, version: int) -> Contract | None:
        """The edition of this version, if it has come into force."""
        return next((each for each in self.contracts if each.version == version), None)


@dataclass(frozen=True)
class Judgement:
    """An operation as a contract decides it: who asked, by which edition, and with what outcome."""

    operation: Operation
    contract: Contract
    decision: Decision

    @property
    def digest(self) -> bytes:
        """The hash of the edition's meaning, 32 bytes."""
        return bytes.fromhex(digest(self.contract))


def judge(
    chain_id: str, rule: JudgedBy, editions: Editions, users: Mapping[bytes, bytes], data: bytes
) -> Judgement | Refused:
    """What the contracts say of a signed operation: the same wherever it is asked, or why it can't be said.

    `users` has their public keys by name.
    """
    try:
        operation = Operation.decode(chain_id, data)
    except Malformed as malformed:
        return Refused("encoding", str(malformed), ("WA-C8",))
    key = users.get(operation.user)
    if key is None or not signing.verify(key, operation.signed_part(chain_id), operation.signature):
        return Refused("violation_evidence", "the user has not signed the operation", ("WA-C8",))
    contract = editions.contracts[-1] if rule == "current-edition" else editions.of(operation.edition)
    if contract is None:
        return Refused("judged_by", f"edition {operation.edition} has not come into force", ("WA-C12",))
    return Judgement(operation, contract, decide(contract, operation.request))
