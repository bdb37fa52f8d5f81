"""What members' and users' own programs do with records: make and sign what is stored, check and open what is shown.

Nothing here is the platform's: whoever checks needs the issuer's public key and no secret (ZD-P1, ZD-P8), and whoever
opens has a key of his own.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from reference.crypto.signing import KeyPair
from reference.metering_platform import documents, envelopes, governing, images, signatures
from reference.metering_platform.deploy import Wallet
from reference.metering_platform.documents import Json, NotCanonical
from reference.metering_platform.records import statement_of
from reference.metering_platform.routes.certificates import SCHEMA
from reference.metering_platform.routes.suppliers import measured
from reference.metering_platform.rules import Rules
from reference.metering_platform.state import Role
from reference.metering_platform.tables import Table


def record_body(
    rules: Rules,
    issuer: KeyPair,
    subject: str,
    table: Table,
    *,
    valid_from: int | None = None,
    valid_until: int | None = None,
    supersedes: str | None = None,
) -> dict[str, Json]:
    """What is posted to store this table as a record of its type about the subject, signed."""
    text = documents.canonical(table.to_json()).decode()
    begins = table.timestamp if valid_from is None else valid_from
    content: Json = text if rules.json == "any" else table.to_json()
    statement = statement_of(table.type, subject, table.timestamp, begins, valid_until, supersedes, content)
    return {
        "schema": table.type,
        "subject": subject,
        "time": table.timestamp,
        "document": text,
        **_validity(begins, valid_until, supersedes, signatures.sign(issuer, "record", statement)),
    }


def certificate_body(
    rules: Rules,
    issuer: KeyPair,
    institution: str,
    media_type: str,
    file: bytes,
    information: Table,
    *,
    valid_until: int | None = None,
    supersedes: str | None = None,
) -> dict[str, Json]:
    """What is posted to anchor this file, with its information where both are one record, signed."""
    time, one = information.timestamp, rules.certificate_parts == "one-record"
    digest = images.file_digest(rules.class_three, media_type, file)
    text = documents.canonical(information.to_json()).decode()
    said: Json = None if not one else text if rules.json == "any" else information.to_json()
    content: Json = {"information": said, "digest": digest, "media_type": media_type}
    statement = statement_of(SCHEMA, institution, time, time, valid_until, supersedes, content)
    body: dict[str, Json] = {
        "institution": institution,
        "time": time,
        "media_type": media_type,
        "file": base64.b64encode(file).decode(),
        **_validity(time, valid_until, supersedes, signatures.sign(issuer, "record", statement)),
    }
    return {**body, "information": text} if one else body


def own_test_body(
    supplier: str, pair: KeyPair, product: str, result: str, instrument: str, attestation: bytes
) -> dict[str, Json]:
    """What a supplier posts to enter its own test, with the instrument's signature and its own."""
    signed = signatures.sign(pair, "own-test", measured(supplier, product, result))
    signatures_: dict[str, Json] = {"signature": attestation.hex(), "supplier_signature": signed.hex()}
    return {"product": product, "result": result, "instrument": instrument, **signatures_}


def user_body(rules: Rules, wallet: Wallet, role: Role, member: str, personal: Json) -> dict[str, Json]:
    """What an administrator posts to enter a user with the keys of this wallet: the user's own, shown to be his, or
    such as the administrator has made for him."""
    account = wallet.account(role, member)
    body: dict[str, Json] = {
        "user": wallet.user,
        "role": role,
        "member": member,
        "salt": account.verifier.salt.hex(),
        "derived": account.verifier.derived.hex(),
        "personal": personal,
        "signing": account.signing.hex(),
        "sealing": account.sealing.hex(),
    }
    if rules.user_keys == "admin-made":
        return body
    said = governing.possession(wallet.user, account.signing, account.sealing)
    return {**body, "possession": signatures.sign(wallet.signing, "possession", said).hex()}


def _validity(begins: int, ends: int | None, supersedes: str | None, signature: bytes) -> dict[str, Json]:
    return {"valid_from": begins, "valid_until": ends, "supersedes": supersedes, "signature": signature.hex()}


def is_issuers(rules: Rules, view: Mapping[str, Any], document: bytes, public: bytes) -> bool:
    """Whether the holder of this key has signed the shown record with this document, in these bytes."""
    try:
        return _is_signed(view["record"], _signed_as(rules, document), public)
    except NotCanonical:
        return False


def is_issuers_certificate(rules: Rules, shown: Mapping[str, Any], public: bytes) -> bool:
    """Whether the holder of this key has signed this file with this information, as one record (ZD-P8)."""
    envelope, information, image = shown["record"], shown["information"], shown["image"]
    digest = images.file_digest(rules.class_three, envelope["media_type"], images.file_of(image["file"]))
    try:
        said = None if information is None else _signed_as(rules, information.encode())
    except NotCanonical:
        return False
    content: Json = {"information": said, "digest": digest, "media_type": envelope["media_type"]}
    return _is_signed(envelope, content, public)


def _signed_as(rules: Rules, document: bytes) -> Json:
    """What an issuer signs of a document: its text, or where that is to be canonical what it says (ZD-C21)."""
    if rules.json == "any":
        return document.decode()
    value = documents.read(document)
    if documents.canonical(value) != document:
        raise NotCanonical("the document is in another spelling")
    return value


def _is_signed(envelope: Mapping[str, Any], content: Json, public: bytes) -> bool:
    statement = statement_of(
        envelope["schema"],
        envelope["subject"],
        envelope["time"],
        envelope["valid_from"],
        envelope["valid_until"],
        envelope["supersedes"],
        content,
    )
    return signatures.verifies(public, "record", statement, bytes.fromhex(envelope["signature"]))


def opened(wallet: Wallet, view: Mapping[str, Any]) -> bytes | None:
    """The document of a shown record: as it is shown, or under the key wrapped to this user; None if neither."""
    if view["document"] is not None:
        return str(view["document"]).encode()
    envelope = view["record"]
    aad = envelopes.associated(envelope["record"], envelope["class"], envelope["epoch"])
    for each in envelope.get("wraps", ()):
        key = envelopes.unwrap(wallet.sealing, bytes.fromhex(each["sealed"]), aad)
        if key is not None:
            nonce, ciphertext = bytes.fromhex(envelope["nonce"]), bytes.fromhex(envelope["ciphertext"])
            return envelopes.decrypt(key, nonce, ciphertext, aad)
    return None
