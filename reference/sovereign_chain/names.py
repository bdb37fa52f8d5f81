"""By what a chain names a user: his one registered ID, or a pseudonym for each chain (WA-R3, WA-R17, WA-C4).

A pseudonym is HMAC-SHA-256 of ID and chain under a key of the registrar: without the key it tells neither the ID nor
the pseudonyms on other chains. The registrar links pseudonyms for whoever has a warrant, and for nobody else. Nothing
here hides what the data themselves give away, such as one consumption in two chains.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass, field

from reference.crypto import encoding, signing
from reference.crypto.encoding import Domain
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Refused
from reference.sovereign_chain.rules import IdentityNames

NAME_BYTES = 32
CHAIN = "registrar"
WARRANT, ADMISSION = "warrant", "admission"


@dataclass(frozen=True)
class Registrar:
    """The registration centre: the IDs that it has issued, and its key for pseudonyms, which stays with it."""

    rule: IdentityNames
    court: bytes
    """The public key under which warrants are signed."""
    pair: KeyPair
    secret: bytes = field(repr=False)
    issued: tuple[bytes, ...] = ()

    @staticmethod
    def of(rule: IdentityNames, court: bytes, issued: Collection[bytes], randomness: Randomness) -> Registrar:
        pair, secret = KeyPair.generate(randomness.child("registrar")), randomness.child("pseudonyms").take(32)
        return Registrar(rule, court, pair, secret, tuple(issued))

    def name(self, user: bytes, chain_id: str) -> bytes:
        """What stands for the user on this chain, 32 bytes."""
        if self.rule == "one-id":
            return hashlib.sha256(encoding.encode(Domain(CHAIN, "id"), user)).digest()
        message = encoding.encode(Domain(chain_id, "pseudonym"), user)
        return hmac.new(self.secret, message, hashlib.sha256).digest()

    def admit(self, user: bytes, chain_id: str, name: bytes) -> bytes | Refused:
        """A ticket with which the user comes to the chain under this name, if it is what stands for him there."""
        if user not in self.issued:
            return Refused("registration", "nobody has this ID", ("WA-R3",))
        if name != self.name(user, chain_id):
            return Refused("identity_names", "the name is not the user's on this chain", ("WA-R3", "WA-R17", "WA-C4"))
        return signing.sign(self.pair, _admission(self.rule, name, chain_id))

    def link(self, name: bytes, chain_id: str, other: str, warrant: bytes | None = None) -> bytes | Refused:
        """The name on the chain `other` of whoever has this name on `chain_id`; a warrant names all three."""
        if warrant is None or not is_warranted(self.court, name, chain_id, other, warrant):
            return Refused("identity_names", "names are linked for a warrant alone", ("WA-R17", "WA-C4"))
        user = next((each for each in self.issued if self.name(each, chain_id) == name), None)
        if user is None:
            return Refused("registration", "nobody has this name on the chain", ("WA-R3",))
        return self.name(user, other)


def warrant(name: bytes, chain_id: str, other: str, court: KeyPair) -> bytes:
    """A warrant to link this name on one chain with that on the other, 64 bytes."""
    return signing.sign(court, _statement(name, chain_id, other))


def is_admitted(rule: IdentityNames, registrar: bytes, name: bytes, chain_id: str, ticket: bytes) -> bool:
    """Whether the registrar of this public key has given the ticket for the name: on all chains, if there is one ID."""
    return signing.verify(registrar, _admission(rule, name, chain_id), ticket)


def is_warranted(court: bytes, name: bytes, chain_id: str, other: str, given: bytes) -> bool:
    """Whether the court of this public key has given the warrant to link this name with that on the other chain."""
    return signing.verify(court, _statement(name, chain_id, other), given)


def _admission(rule: IdentityNames, name: bytes, chain_id: str) -> bytes:
    place = CHAIN if rule == "one-id" else chain_id
    return encoding.encode(Domain(place, ADMISSION), name)


def _statement(name: bytes, chain_id: str, other: str) -> bytes:
    return encoding.encode(Domain(CHAIN, WARRANT), [name, chain_id, other])
