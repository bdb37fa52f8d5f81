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
WARRANT = "warrant"


@dataclass(frozen=True)
class Registrar:
    """The registration centre: the IDs that it has issued, and its key for pseudonyms, which stays with it."""

    rule: IdentityNames
    court: bytes
    """The public key under which warrants are signed."""
    secret: bytes = field(repr=False)
    issued: tuple[bytes, ...] = ()

    @staticmethod
    def of(rule: IdentityNames, court: bytes, issued: Collection[bytes], randomness: Randomness) -> Registrar:
        return Registrar(rule, court, randomness.child("pseudonyms").take(32), tuple(issued))

    def name(self, user: bytes, chain_id: str) -> bytes:
        """What stands for the user on this chain, 32 bytes."""
        if self.rule == "one-id":
            return hashlib.sha256(encoding.encode(Domain(CHAIN, "id"), user)).digest()
        message = encoding.encode(Domain(chain_id, "pseudonym"), user)
        return hmac.new(self.secret, message, hashlib.sha256).digest()

    def link(self, name: bytes, chain_id: str, other: str, warrant: bytes | None = None) -> bytes | Refused:
        """The name on the chain `other` of whoever has this name on `chain_id`; a warrant names all three."""
        if warrant is None or not signing.verify(self.court, _statement(name, chain_id, other), warrant):
            return Refused("identity_names", "names are linked for a warrant alone", ("WA-R17", "WA-C4"))
        user = next((each for each in self.issued if self.name(each, chain_id) == name), None)
        if user is None:
            return Refused("registration", "nobody has this name on the chain", ("WA-R3",))
        return self.name(user, other)


def warrant(name: bytes, chain_id: str, other: str, court: KeyPair) -> bytes:
    """A warrant to link this name on one chain with that on the other, 64 bytes."""
    return signing.sign(court, _statement(name, chain_id, other))


def _statement(name: bytes, chain_id: str, other: str) -> bytes:
    return encoding.encode(Domain(CHAIN, WARRANT), [name, chain_id, other])
