"""Messages with one signature, in their last field, over all the others and the message's kind."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self

from reference.crypto import encoding, signing
from reference.crypto.encoding import SIGNATURE, Domain, FieldType
from reference.crypto.signing import KeyPair


@dataclass(frozen=True)
class Signed:
    """What such messages share. A subclass names its `KIND`, and its last field is `signature`."""

    KIND: ClassVar[str]

    def signed(self, chain_id: str, pair: KeyPair) -> Self:
        """The message with the signature of whoever has this key, whatever it says."""
        message: Any = self
        found: Self = replace(message, signature=signing.sign(pair, self.signed_part(chain_id)))
        return found

    def signed_by(self, chain_id: str, public: bytes) -> bool:
        """Whether whoever has the key of this public one has signed the message."""
        return signing.verify(public, self.signed_part(chain_id), self._values()[-1])

    def signed_part(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, "signed-" + self.KIND), self._values()[:-1])

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, self.KIND), self._values())

    def _values(self) -> list[Any]:
        return [getattr(self, each.name) for each in fields(self)]

    @classmethod
    def read(cls, chain_id: str, data: bytes, *types: FieldType) -> tuple[Any, ...]:
        """The fields of such a message, of these types and the signature; raises Malformed for anything else."""
        return encoding.decode_fields(Domain(chain_id, cls.KIND), data, *types, SIGNATURE)
