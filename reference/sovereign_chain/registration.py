"""The registration centre: what it asks of who applies for an ID, what it issues, and how an ID ends (WA-R3, WA-C17).

"id-only": it issues an ID to whoever applies, in whatever name. "registrar-checked": who applies shows to be the legal
person, who has no other ID that is in force. "certified": the applicant also shows to hold a key, and gets a
certificate, which the chain has; so it has the end of an ID. The centre itself is trusted: nobody can check whom it
has really seen (WA-C18).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reference.crypto import encoding, signing
from reference.crypto.encoding import Domain, Malformed
from reference.crypto.signing import KeyPair
from reference.ledger.chain import Block
from reference.ledger.effects import Effects, Refused, Sent
from reference.sovereign_chain.identity import CREDENTIAL, REVOCATION, ROLES, Application, Credential, Revocation
from reference.sovereign_chain.rules import Registration


@dataclass(frozen=True)
class Entry:
    """An ID as the register has it: whose it is, what was issued, and its end if it has come."""

    person: bytes
    credential: Credential
    end: Revocation | None = None


@dataclass(frozen=True)
class Centre:
    """The centre's memory. `civil` has of each legal person the key that the state has certified; `offered` are the IDs
    that it has drawn; `height` is the one whose block the chain is making."""

    chain_id: str
    rule: Registration
    pair: KeyPair
    civil: Mapping[bytes, bytes]
    offered: frozenset[bytes]
    secret: bytes = field(repr=False)
    height: int = 0
    book: Mapping[bytes, Entry] = field(default_factory=dict)

    def commitment(self, person: bytes) -> bytes:
        """Stands for the legal person on the chain: 32 bytes, of which nobody else can tell whose they are."""
        return hmac.new(self.secret, encoding.encode(Domain(self.chain_id, "person"), person), hashlib.sha256).digest()


@dataclass(frozen=True)
class Apply:
    """An application comes."""

    application: bytes


@dataclass(frozen=True)
class Withdraw:
    """An ID is to end, at this height."""

    identity: bytes
    height: int


@dataclass(frozen=True)
class Closed:
    """The chain has made a block."""

    block: bytes


Event = Apply | Withdraw | Closed
Outcome = tuple[Centre, Effects]


def step(centre: Centre, event: Event) -> Outcome:
    """The centre's answer to an event; a refused event leaves it unchanged."""
    try:
        match event:
            case Apply():
                return _apply(centre, Application.decode(centre.chain_id, event.application))
            case Withdraw():
                return _withdraw(centre, event)
            case Closed():
                return _closed(centre, Block.decode(centre.chain_id, event.block))
    except Malformed as malformed:
        return _refuse(centre, "encoding", str(malformed))


def _apply(centre: Centre, application: Application) -> Outcome:
    if application.identity not in centre.offered or application.identity in centre.book:
        return _refuse(centre, "identity", "the ID is not one that is to be had", "WA-R3")
    if (refusal := fault(centre, application)) is not None:
        return centre, (refusal,)
    return issue(centre, application)


def fault(centre: Centre, application: Application) -> Refused | None:
    """Why the applicant gets no ID; None if it does."""
    if centre.rule == "id-only":
        return None
    civil, said = centre.civil.get(application.person), application.signed_part(centre.chain_id)
    if civil is None or not signing.verify(civil, said, application.papers):
        return _no("the applicant does not show to be the person", "WA-R3")
    if any(each.person == application.person and each.end is None for each in centre.book.values()):
        return _no("the person has an ID that is in force")
    if centre.rule == "registrar-checked":
        return None
    if application.role not in ROLES:
        return _no(f"there is no role {application.role!r}")
    if not signing.verify(application.public, said, application.possession):
        return _no("the applicant does not show to hold the key")
    return None


def issue(centre: Centre, application: Application) -> Outcome:
    """Enter and send what the application is for, whether or not anything speaks for it."""
    credential = Credential(application.identity)
    if centre.rule == "certified":
        epoch = sum(each.person == application.person for each in centre.book.values())
        commitment = centre.commitment(application.person)
        credential = replace(
            credential, commitment=commitment, public=application.public, role=application.role, epoch=epoch
        ).signed(centre.chain_id, centre.pair)
    entry = Entry(application.person, credential)
    after = replace(centre, book={**centre.book, application.identity: entry})
    return after, (Sent(CREDENTIAL, credential.encode(centre.chain_id)),)


def _withdraw(centre: Centre, event: Withdraw) -> Outcome:
    entry = centre.book.get(event.identity)
    if entry is None or entry.end is not None:
        return _refuse(centre, "identity", "there is no such ID in force", "WA-R19")
    if event.height != centre.height:
        return _refuse(centre, "height", f"the chain is at height {centre.height}", "WA-R19")
    end = Revocation(event.identity, event.height).signed(centre.chain_id, centre.pair)
    after = replace(centre, book={**centre.book, event.identity: replace(entry, end=end)})
    told = (Sent(REVOCATION, end.encode(centre.chain_id)),) if centre.rule == "certified" else ()
    return after, told


def _closed(centre: Centre, block: Block) -> Outcome:
    if block.header.height != centre.height:
        return _refuse(centre, "height", f"the chain is at height {centre.height}", "WA-R19")
    return replace(centre, height=centre.height + 1), ()


def _no(reason: str, *cites: str) -> Refused:
    return Refused("registration", reason, (*cites, "WA-C17"))


def _refuse(centre: Centre, rule: str, reason: str, *cites: str) -> Outcome:
    return centre, (Refused(rule, reason, cites),)
