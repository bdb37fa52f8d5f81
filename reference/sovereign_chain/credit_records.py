"""What the chain of credit ratings has: facts that somebody claims, disputes about them, and rulings (WA-R23, WA-C23).

A claim names the record of another chain on which it rests. Whoever evaluates it reads that record, and compares; a
ruling says what came of that, and counts by the votes of the validators.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reference.crypto import encoding
from reference.crypto.encoding import HASH, Domain, Malformed
from reference.ledger.effects import Refused
from reference.sovereign_chain import credit
from reference.sovereign_chain.block import Block
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.signed import Signed

OUTCOME, CLAIM, DISPUTE, RULING = "trade-outcome", "credit-claim", "credit-dispute", "credit-ruling"


@dataclass(frozen=True)
class Outcome:
    """What came of a subject for a user, in the words of `credit.Fact`; `denies` in the order of its bytes."""

    user: bytes
    kind: credit.Kind
    subject: bytes
    denies: tuple[bytes, ...] = ()

    def body(self) -> list[encoding.Value]:
        return [self.user, self.kind, self.subject, list(self.denies)]

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, OUTCOME), self.body())

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Outcome:
        return Outcome.of(encoding.decode(Domain(chain_id, OUTCOME), data))

    @staticmethod
    def of(body: object) -> Outcome:
        """Raises Malformed for a kind that there is not, too."""
        user, kind, subject, denies = encoding.fields(body, HASH, str, HASH, list)
        if kind not in credit.KINDS:
            raise Malformed(f"nothing comes to {kind!r}")
        others = encoding.fields(denies, *[HASH] * len(denies))
        if list(others) != sorted(set(others)):
            raise Malformed("what is denied is out of order")
        return Outcome(user, kind, subject, others)


@dataclass(frozen=True)
class Claim(Signed):
    """A fact as a reporter claims it. `source` is the hash of the record that it rests on, 32 bytes."""

    KIND = CLAIM
    reporter: int
    outcome: Outcome
    source: bytes
    signature: bytes = b""

    def identity(self, chain_id: str) -> bytes:
        """By what disputes and rulings name the fact, whoever claims it: 32 bytes."""
        return encoding.digest(Domain(chain_id, "credit-fact"), [self.outcome.body(), self.source])

    def _values(self) -> list[Any]:
        return [self.reporter, self.outcome.body(), self.source, self.signature]

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Claim:
        reporter, outcome, source, signature = Claim.read(chain_id, data, int, list, HASH)
        return Claim(reporter, Outcome.of(outcome), source, signature)

    def fact(self, chain_id: str, height: int) -> credit.Fact:
        """What it says, for whoever counts."""
        said = self.outcome
        return credit.Fact(self.identity(chain_id), said.user, said.kind, said.subject, height, frozenset(said.denies))


@dataclass(frozen=True)
class Dispute(Signed):
    """A user's demand that validators evaluate a fact anew."""

    KIND = DISPUTE
    user: bytes
    fact: bytes
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Dispute:
        return Dispute(*Dispute.read(chain_id, data, HASH, HASH))


@dataclass(frozen=True)
class Ruling:
    """What an evaluation has found of a fact."""

    fact: bytes
    holds: bool

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, RULING), [self.fact, self.holds])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Ruling:
        return Ruling(*encoding.decode_fields(Domain(chain_id, RULING), data, HASH, bool))


Entry = Claim | Dispute | Ruling


def entry_of(chain_id: str, data: bytes) -> Entry:
    """What an entry of the chain is. Raises Malformed for anything else."""
    for kind in (Claim, Dispute, Ruling):
        try:
            return kind.decode(chain_id, data)
        except Malformed:
            continue
    raise Malformed("not an entry of the chain of credit ratings")


@dataclass(frozen=True)
class Register:
    """What all know: public keys of reporters and users, and the final blocks of the chains where outcomes stand."""

    chain_id: str
    rules: Rules
    reporters: tuple[bytes, ...]
    users: Mapping[bytes, bytes]
    sources: tuple[Block, ...]

    def reported(self, claim: Claim) -> Refused | None:
        """Why nobody takes the claim for a reporter's; None if it is one's."""
        known = 0 <= claim.reporter < len(self.reporters)
        if not known or not claim.signed_by(self.chain_id, self.reporters[claim.reporter]):
            return Refused("reporter", f"reporter {claim.reporter} has not signed this", ("WA-R23",))
        return None

    def evaluate(self, claim: Claim) -> Refused | None:
        """Why the claim is not so, by the record that it names; None if it is."""
        entries = (entry for block in self.sources for entry in block.record.entries)
        named = next((entry for entry in entries if source_of(self.chain_id, entry) == claim.source), None)
        if named is None:
            return Refused("source", "no final record has this hash", ("WA-C23",))
        if Outcome.decode(self.chain_id, named) != claim.outcome:
            return Refused("source", "the record says something else", ("WA-C23",))
        return None

    def fault(self, data: bytes, before: Sequence[Entry]) -> Refused | None:
        """Why a validator does not vote for this entry after those; None if it does. May raise Malformed."""
        entry = entry_of(self.chain_id, data)
        match entry:
            case Claim():
                if entry.identity(self.chain_id) in self._claims(before):
                    return Refused("record", "the chain has this fact", ("WA-R23",))
                return self.reported(entry)
            case Dispute():
                return self._no_dispute(entry, before)
            case Ruling():
                return self._no_ruling(entry, before)

    def _claims(self, before: Sequence[Entry]) -> Mapping[bytes, Claim]:
        return {each.identity(self.chain_id): each for each in before if isinstance(each, Claim)}

    def _no_dispute(self, dispute: Dispute, before: Sequence[Entry]) -> Refused | None:
        if self.rules.credit_inputs != "final-records":
            return Refused("credit_inputs", "there is no dispute about a rating", ("WA-C23",))
        if dispute.fact not in self._claims(before):
            return Refused("dispute", "the chain does not have this fact", ("WA-C23",))
        if any(isinstance(each, Dispute) and each.fact == dispute.fact for each in before):
            return Refused("dispute", "this is disputed already", ("WA-C23",))
        key = self.users.get(dispute.user)
        if key is None or not dispute.signed_by(self.chain_id, key):
            return Refused("dispute", "no user has signed this", ("WA-C23",))
        return None

    def _no_ruling(self, ruling: Ruling, before: Sequence[Entry]) -> Refused | None:
        if not any(isinstance(each, Dispute) and each.fact == ruling.fact for each in before):
            return Refused("ruling", "nobody disputes this", ("WA-C23",))
        if any(isinstance(each, Ruling) and each.fact == ruling.fact for each in before):
            return Refused("ruling", "there is a ruling on this", ("WA-C23",))
        found = self.evaluate(self._claims(before)[ruling.fact])
        if (found is None) != ruling.holds:
            said = "it is so" if found is None else found.reason
            return Refused("ruling", f"the evaluation finds otherwise: {said}", ("WA-C23",))
        return None


def source_of(chain_id: str, entry: bytes) -> bytes:
    """The hash by which a claim names a record of another chain, 32 bytes."""
    return encoding.digest(Domain(chain_id, "source-record"), [entry])
