"""The envelope of a record on the chain: who says what about which thing, how open it is, and what it supersedes.

record(id, class, schema, issuer, valid from, supersedes, digest | ciphertext, wraps). The envelope is public, whatever
the class of what it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reference.metering_platform.documents import Json

SecurityClass = Literal["I", "II", "III"]
CLASSES: tuple[SecurityClass, ...] = ("I", "II", "III")

SCHEMAS: Mapping[str, SecurityClass] = {
    "type-test-certificate": "I",
    "factory-certificate": "I",
    "identification-certificate": "I",
    "equipment-traceability": "I",
    "institution-qualification": "I",
    "standard": "I",
    "qualification-file": "III",
    "meter-reading": "II",
    "market-settlement": "II",
}
"""The class of each schema of records to begin with; of any other it is II, the default (ZD-C14, ZD-C15)."""


@dataclass(frozen=True)
class Wrap:
    """A record's key for one recipient: sealed to the recipient's key, 32 + 48 bytes."""

    recipient: str
    sealed: bytes


@dataclass(frozen=True)
class Content:
    """What a record holds: a document's bytes, a ciphertext, or a file's digest; a certificate may have two of them.

    `nonce` and `key_id` belong to a ciphertext: `key_id` says which key opens it. `media_type` is that of the file.
    """

    plain: bytes | None = None
    ciphertext: bytes | None = None
    digest: str | None = None
    nonce: bytes = b""
    key_id: str = ""
    media_type: str = ""


@dataclass(frozen=True)
class Record:
    """One record. Times are seconds; `time` is when what it says was so, `valid_until` None where there is no end."""

    record: str
    security: SecurityClass
    schema: str
    subject: str
    """The thing that it is about: a meter, an equipment, an institution."""
    issuer: str
    time: int
    valid_from: int
    valid_until: int | None
    supersedes: str | None
    content: Content
    epoch: int
    """The ACL epoch in which it was stored."""
    height: int
    """The block that it is in."""
    withdrawn: int | None = None
    """The height at which its issuer withdrew it."""
    signature: bytes = b""
    """The issuer's, of `statement_of`; empty where the rules ask for none."""
    wraps: tuple[Wrap, ...] = ()

    def valid_at(self, time: int) -> bool:
        return self.valid_from <= time and (self.valid_until is None or time < self.valid_until)

    def envelope(self) -> dict[str, Json]:
        """The public part, as JSON; bytes are hexadecimal."""
        content = self.content
        parts: dict[str, Json] = {
            "record": self.record,
            "class": self.security,
            "schema": self.schema,
            "subject": self.subject,
            "issuer": self.issuer,
            "time": self.time,
            "valid_from": self.valid_from,
            "valid_until": self.valid_until,
            "supersedes": self.supersedes,
            "epoch": self.epoch,
            "height": self.height,
            "withdrawn": self.withdrawn,
            "signature": self.signature.hex(),
        }
        if content.digest is not None:
            parts |= {"digest": content.digest, "media_type": content.media_type}
        if content.ciphertext is not None:
            parts |= {"ciphertext": content.ciphertext.hex(), "nonce": content.nonce.hex(), "key_id": content.key_id}
            parts["wraps"] = [{"recipient": each.recipient, "sealed": each.sealed.hex()} for each in self.wraps]
        return parts


def statement_of(
    schema: str,
    subject: str,
    time: int,
    valid_from: int,
    valid_until: int | None,
    supersedes: str | None,
    content: Json,
) -> dict[str, Json]:
    """What an issuer signs of a record: all that it says, and not what the platform adds to it."""
    return {
        "schema": schema,
        "subject": subject,
        "time": time,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "supersedes": supersedes,
        "content": content,
    }
