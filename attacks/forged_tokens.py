"""Tokens as they are written by who is not the issuer: any claims, under HMAC with some secret or under nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac

from attacks.portal import METER, NOW, USERS
from reference.metering_platform import documents
from reference.metering_platform.documents import Json
from reference.metering_platform.tokens import ISSUER, LIFE, TYPE


def claims_of(user: str, service: str, epoch: int, thumbprint: str) -> dict[str, Json]:
    """The claims that the issuer would make for this user, as whoever knows the platform can write them.

    `thumbprint` names the key of whoever is to carry the token; `epoch` is that of the user's rights.
    """
    role, member = next(((r, m) for name, r, m in USERS if name == user), ("admin", user.removeprefix("admin-")))
    claims: dict[str, Json] = {
        "iss": ISSUER, "sub": user, "jti": "0" * 32, "role": role, "member": member, "epoch": epoch,
        "iat": NOW, "nbf": NOW, "exp": NOW + LIFE, "aud": service, "cnf": {"jkt": thumbprint},
    }  # fmt: skip
    return claims | ({"owns": [METER]} if user == "ann" else {})


def made_token(claims: dict[str, Json], key: bytes | None) -> str:
    """A token under HS256 with this secret, or under `none`."""
    header: Json = {"alg": "none" if key is None else "HS256", "typ": TYPE}
    signed = f"{_text(documents.canonical(header))}.{_text(documents.canonical(claims))}"
    tag = b"" if key is None else hmac.new(key, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_text(tag)}"


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
