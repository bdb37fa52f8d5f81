"""A token that no issuer has made: any claims under a header that is believed, or under a secret that is shared."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

from reference.metering_platform import documents
from reference.metering_platform.documents import Json
from reference.metering_platform.tokens import TYPE


def forged(claims: Mapping[str, Json], secret: bytes | None = None, key_id: str | None = None) -> str:
    """A token under HMAC with these bytes, of a secret or of a public key, or without a signature (ZD-C8, ZD-C9).

    `key_id` is the name that its header has for the key, if it has one.
    """
    header: dict[str, Json] = {"alg": "none" if secret is None else "HS256", "typ": TYPE}
    if key_id is not None:
        header["kid"] = key_id
    signed = f"{_text(documents.canonical(header))}.{_text(documents.canonical(claims))}"
    return f"{signed}.{_text(b'' if secret is None else hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
