"""What is said about IDs and under them: applications, certificates, ends of IDs, and messages (WA-R2, WA-R3, WA-C17).

As published an ID is a number, and a message carries it. Hardened the centre certifies the ID: a commitment to the
legal person, the person's key, a role, and an epoch, the how many-eth ID of the person it is. A message names the
epoch and the height that it is for, under a signature of that key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference.crypto import encoding, signing
from reference.crypto.encoding import HASH, SIGNATURE, Domain, UpTo
from reference.crypto.signing import PUBLIC_BYTES, KeyPair
from reference.sovereign_chain.signed import Signed

APPLICATION, CREDENTIAL, REVOCATION, MESSAGE = "id-application", "id-credential", "id-revocation", "id-message"
USER, NODE = "user", "node"
ROLES = (USER, NODE)
PUBLIC = UpTo(PUBLIC_BYTES)


@dataclass(frozen=True)
class Application:
    """For an ID that the centre has offered, in the name of a legal person. What the rules do not ask for is empty.

    `papers` are a signature with the key that the civil register has of the person, `possession` one with the key that
    is to be certified; both name all the rest, and so are good for this one ID.
    """

    identity: bytes
    person: bytes
    role: str
    public: bytes = b""
    papers: bytes = b""
    possession: bytes = b""

    def signed_part(self, chain_id: str) -> bytes:
        body: encoding.Value = [self.identity, self.person, self.role, self.public]
        return encoding.encode(Domain(chain_id, "signed-" + APPLICATION), body)

    def with_papers(self, chain_id: str, civil: KeyPair) -> Application:
        """Signed as the person that the civil register knows by this key."""
        return replace(self, papers=signing.sign(civil, self.signed_part(chain_id)))

    def with_possession(self, chain_id: str, pair: KeyPair) -> Application:
        """Signed with the key that it is for."""
        return replace(self, possession=signing.sign(pair, self.signed_part(chain_id)))

    def encode(self, chain_id: str) -> bytes:
        body: encoding.Value = [self.identity, self.person, self.role, self.public, self.papers, self.possession]
        return encoding.encode(Domain(chain_id, APPLICATION), body)

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Application:
        types = (HASH, HASH, str, PUBLIC, SIGNATURE, SIGNATURE)
        return Application(*encoding.decode_fields(Domain(chain_id, APPLICATION), data, *types))


@dataclass(frozen=True)
class Credential(Signed):
    """What the centre issues: an ID and, where IDs have keys, what it certifies of it; otherwise the rest is empty."""

    KIND = CREDENTIAL

    identity: bytes
    commitment: bytes = b""
    """To the legal person, 32 bytes: two of one person are equal, and only the centre can tell whose they are."""
    public: bytes = b""
    role: str = ""
    epoch: int = 0
    """How many IDs the person has had before."""
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Credential:
        return Credential(*Credential.read(chain_id, data, HASH, HASH, PUBLIC, str, int))


@dataclass(frozen=True)
class Revocation(Signed):
    """The end of an ID, at a height of the chain: later blocks take nothing under it."""

    KIND = REVOCATION

    identity: bytes
    height: int
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Revocation:
        return Revocation(*Revocation.read(chain_id, data, HASH, int))


@dataclass(frozen=True)
class IdMessage(Signed):
    """What is sent under an ID, for the block of one height. Where IDs have no keys, nothing signs it."""

    KIND = MESSAGE

    identity: bytes
    height: int
    body: bytes
    epoch: int = 0
    signature: bytes = b""

    def sent_under(self, chain_id: str, credential: Credential) -> bool:
        """Whether the key that this certifies has signed it."""
        right = (self.identity, self.epoch) == (credential.identity, credential.epoch)
        return right and self.signed_by(chain_id, credential.public)

    @staticmethod
    def decode(chain_id: str, data: bytes) -> IdMessage:
        return IdMessage(*IdMessage.read(chain_id, data, HASH, int, bytes, int))
