"""What there is to certificates in the machine `Certificates`: institutions, files, and what the chain has of them.

A certificate's number is the subject of its records.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reference.crypto.signing import KeyPair
from reference.metering_platform import documents, images, issuing, stage
from reference.metering_platform.deploy import Founded
from reference.metering_platform.routes.certificates import SCHEMA
from reference.metering_platform.rules import Rules

MEDIA = "application/pdf"


@dataclass(frozen=True)
class Issued:
    """What an institution has posted for a certificate: with its file, and its information in one body or in two."""

    certificate: int
    file: bytes
    bodies: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class CertificatesWorld:
    """`digests` has the number of each file's digest, and `files` the bytes of those that are made. `accepted` is
    history: certificate, information and file."""

    platform: Founded
    adversary: KeyPair
    issuers: tuple[int, ...]
    dishonest: frozenset[int]
    tells: tuple[int, ...]
    digests: tuple[int, ...]
    tables: int
    files: Mapping[int, bytes]
    issued: tuple[Issued, ...] = ()
    accepted: frozenset[tuple[int, str, bytes]] = frozenset()

    @property
    def rules(self) -> Rules:
        return self.platform.state.rules

    @property
    def in_one(self) -> bool:
        return self.rules.certificate_parts == "one-record"


def member(number: int) -> str:
    """The name of the institution of this number."""
    return f"institution-{number}"


def text(table: int) -> str:
    """What a file of this information shows."""
    return f"table {table}"


def digest_of(world: CertificatesWorld, file: bytes) -> str:
    """What the chain has of the file."""
    return images.file_digest(world.rules.class_three, MEDIA, file)


def entries(world: CertificatesWorld) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    """What the chain has for certificates: the number, the description of the information, and the file's record.

    Information that is stored by itself is that of the block before the file's.
    """
    before: str | None = None
    for _, each in stage.transactions(world.platform.state):
        shown = each.get("store") or each["certificate"]
        data = stage.opened_by_all(world.platform.state, shown) if "store" in each or world.in_one else None
        told = None if data is None else described(data)
        if "certificate" in each:
            yield shown["record"]["subject"], told if world.in_one else before, shown["record"]
        before = told


def described(document: bytes) -> str:
    """The description of a table, by which files and information are compared."""
    value: Any = documents.read(document)
    return str(value["Property"]["description"])


def holds(world: CertificatesWorld, issued: Issued) -> bool:
    """Whether the institution that the certificate names has signed what was issued."""
    public = world.platform.members[member(world.issuers[issued.certificate])].public
    body = issued.bodies[-1]
    image = {"file": base64.b64encode(issued.file).decode()}
    envelope = {**body, "schema": SCHEMA, "subject": body["institution"]}
    shown = {"record": envelope, "information": body.get("information"), "image": image}
    return issuing.is_issuers_certificate(world.rules, shown, public) and all(
        issuing.is_issuers(world.rules, {"record": each}, each["document"].encode(), public)
        for each in issued.bodies[:-1]
    )


def information(issued: Issued) -> str:
    """The description of the information that was issued."""
    body = issued.bodies[0]
    return described((body.get("information") or body["document"]).encode())
