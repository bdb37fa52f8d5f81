"""Proof that whoever sends a token has the key that it names: RFC 9449 (DPoP), with the rest of the request bound in.

A proof is a JWS under ES256K by the user's key. Besides what the RFC asks (method, URI, time, the token's hash, a
unique id) it has the hash of query and body, so that nobody who sees it on its way can put another request in its
place. An id counts once. A platform that starts again has the ids of changes, and has forgotten those of what was read:
that may be repeated while its proof is young.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from reference.crypto import signing
from reference.crypto.signing import KeyPair
from reference.metering_platform import documents, schemas
from reference.metering_platform.documents import Json, NotCanonical
from reference.metering_platform.routing import Denied, Pairs, Request
from reference.metering_platform.schemas import TIME, record_of, text

ORIGIN = "https://metering.example"
"""What URIs begin with in a proof, whatever the interface."""
WINDOW = 60
"""Seconds that a proof may be older or newer than the platform's clock."""
LONGEST = 4096

_JWK = record_of({"kty": {"const": "EC"}, "crv": {"const": "secp256k1"}, "x": text(43), "y": text(43)})
_HEADER = record_of({"typ": {"const": "dpop+jwt"}, "alg": {"const": "ES256K"}, "jwk": _JWK})
_CLAIMS = record_of(
    {"jti": text(64), "htm": text(10), "htu": text(2000), "iat": TIME, "ath": text(64), "req": text(64)}
)


def prove(pair: KeyPair, token: str, request: Request, unique: str) -> str:
    """The proof that goes into the header `dpop` of this request, at its time; use each `unique` id once."""
    header: Json = {"typ": "dpop+jwt", "alg": "ES256K", "jwk": _jwk(pair.public)}
    claims: Json = {
        "jti": unique,
        "htm": request.method,
        "htu": ORIGIN + request.path,
        "iat": request.at,
        "ath": _hash(token.encode()),
        "req": _request_hash(request.query, request.body),
    }
    signed = f"{_text(documents.canonical(header))}.{_text(documents.canonical(claims))}"
    return f"{signed}.{_text(signing.sign(pair, signed.encode()))}"


def check(proof: str | None, token: str, request: Request, thumbprint: str) -> tuple[str, int]:
    """The proof's id and when it is too old; raises Denied (401) if it does not show the key of this thumbprint."""
    if proof is None or len(proof) > LONGEST or not proof.isascii():
        raise _denied("the token's holder shows no key")
    parts = proof.split(".")
    if len(parts) != 3:
        raise _denied("a proof has three parts")
    try:
        header, claims = documents.read(_bytes(parts[0])), documents.read(_bytes(parts[1]))
        signature = _bytes(parts[2])
    except (NotCanonical, ValueError) as error:
        raise _denied("a proof is a JWS") from error
    if schemas.fault(_HEADER, header) is not None or schemas.fault(_CLAIMS, claims) is not None:
        raise _denied("a proof has the fields of RFC 9449 and the hash of the request")
    return _checked(header, claims, f"{parts[0]}.{parts[1]}".encode(), signature, token, request, thumbprint)


def _checked(
    header: Any, claims: Any, signed: bytes, signature: bytes, token: str, request: Request, thumbprint: str
) -> tuple[str, int]:
    public = _public(header["jwk"])
    if public is None or thumbprint_of(public) != thumbprint or not signing.verify(public, signed, signature):
        raise _denied("the proof is not by the key that the token names")
    said = (claims["htm"], claims["htu"], claims["ath"], claims["req"])
    is_so = (request.method, ORIGIN + request.path, _hash(token.encode()), _request_hash(request.query, request.body))
    if said != is_so:
        raise _denied("the proof is for another request or token")
    if abs(request.at - claims["iat"]) > WINDOW:
        raise _denied("the proof is too old, or ahead of time")
    return claims["jti"], claims["iat"] + WINDOW


def thumbprint_of(public: bytes) -> str:
    """RFC 7638's name of a key: the hash of its canonical JWK."""
    return _hash(documents.canonical(_jwk(public)))


def _jwk(public: bytes) -> dict[str, Json]:
    point = signing.public_key(public)
    assert point is not None, "accounts have public keys that are points"
    numbers = point.public_numbers()
    x, y = (_text(each.to_bytes(32, "big")) for each in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "secp256k1", "x": x, "y": y}


def _public(jwk: dict[str, str]) -> bytes | None:
    """The compressed point of a JWK; None if it has none."""
    try:
        x, y = _bytes(jwk["x"]), _bytes(jwk["y"])
    except ValueError:
        return None
    compressed = bytes([2 + (y[-1] & 1)]) + x if len(x) == len(y) == 32 else b""
    return compressed if signing.public_key(compressed) is not None and _jwk(compressed) == jwk else None


def _request_hash(query: Pairs, body: bytes) -> str:
    pairs: Json = [list(pair) for pair in query]
    return _hash(documents.statement("request", [pairs, hashlib.sha256(body).hexdigest()]))


def _hash(data: bytes) -> str:
    return _text(hashlib.sha256(data).digest())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _denied(reason: str) -> Denied:
    return Denied(401, "token_binding", reason, ("ZD-R22", "ZD-C11"))
