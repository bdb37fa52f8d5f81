"""Tokens in each reading: what the issuer puts in, and what a service that gets one checks (ZD-R19 to R22, C7 to C11).

PyJWT (RFC 7519) signs and verifies where the algorithm is pinned or HMAC's. It refuses what the literal reading does,
so that reading's verifier is written by hand here: it takes key and algorithm from the token's own header, accepts
`none`, and takes the bytes of the public key for an HMAC secret (ZD-C8).
Time is an argument: PyJWT's own checks against the clock are off, and are made here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from reference.metering_platform import documents, schemas, token_keys
from reference.metering_platform.documents import Json, NotCanonical
from reference.metering_platform.routing import Denied
from reference.metering_platform.schemas import COUNT, NAME, TIME, list_of, one_of, record_of, text
from reference.metering_platform.state import ROLES, PlatformState

ISSUER = "metering-platform"
TYPE = "at+jwt"
LIFE = 300
"""Seconds for which a token is good, where it ends at all."""
LONGEST = 8192
"""Characters that a token may have."""

CLAIMS = record_of(
    {"iss": text(), "sub": NAME, "jti": text(64), "role": one_of(*ROLES)},
    {
        "member": {"type": "string", "maxLength": 64},
        "epoch": COUNT,
        "owns": list_of(NAME),
        "granted": list_of(NAME),
        "iat": TIME,
        "nbf": TIME,
        "exp": TIME,
        "aud": text(),
        "cnf": record_of({"jkt": text(64)}),
    },
)
"""What a token says. Which of the optional claims there must be is for the rules to say."""


def issuer_key(state: PlatformState) -> rsa.RSAPrivateKey:
    """The token service's own key pair; no other service has its private half."""
    return token_keys.rsa_key(state.secrets.randomness.child("token issuer"))


def public_pem(state: PlatformState) -> bytes:
    """The issuer's public key as services get it, and anybody else who asks."""
    return token_keys.pem(issuer_key(state))


def mint(state: PlatformState, claims: dict[str, Json]) -> str:
    """A token with these claims, signed as the rules say."""
    if _is_by_hmac(state):
        return jwt.encode(claims, state.secrets.service, "HS256", {"typ": TYPE})
    return jwt.encode(claims, issuer_key(state), "RS256", {"typ": TYPE, "kid": key_id(state)})


def _is_by_hmac(state: PlatformState) -> bool:
    """By the rule; where services go by the header the issuer has both to choose from (ZD-R20)."""
    rule = state.rules.token_algorithm
    return rule == "shared-hmac" or (rule == "from-header" and state.token_signature == "HS256")


def key_id(state: PlatformState) -> str:
    """The name of the issuer's key: the first bytes of its hash."""
    return hashlib.sha256(public_pem(state)).hexdigest()[:16]


def verify(state: PlatformState, token: str, service: str, at: int) -> dict[str, Any]:
    """The claims of a token that the rules accept at this service and time; raises Denied (401) for others."""
    claims = _signed(state, token)
    if schemas.fault(CLAIMS, claims) is not None:
        raise _denied("token", "its claims are not those of a token of this platform", "ZD-R20")
    rules = state.rules
    if rules.token_audience == "per-service" and claims.get("aud") != service:
        raise _denied("token_audience", f"the token is not for the service {service}", "ZD-R19", "ZD-C10")
    if rules.token_life == "expiring":
        if "exp" not in claims or "iat" not in claims:
            raise _denied("token_life", "the token has no end", "ZD-C10")
        if not claims["iat"] <= at < claims["exp"]:
            raise _denied("token_life", "the token has ended, or has not begun", "ZD-R5", "ZD-C10")
        if claims["jti"] in state.revoked_tokens:
            raise _denied("token_life", "the token was given back", "ZD-C10")
    if rules.token_binding == "sender-constrained" and "cnf" not in claims:
        raise _denied("token_binding", "the token names no key of its holder", "ZD-C11")
    return claims


def _signed(state: PlatformState, token: str) -> dict[str, Any]:
    """The claims that the algorithm of the rules vouches for."""
    if len(token) > LONGEST or not token.isascii():
        raise _denied("token", "no token is so long, or has such characters", "ZD-R20")
    match state.rules.token_algorithm:
        case "from-header":
            return _naive(state, token)
        case "pinned":
            header, _ = _parts(token)
            if header.get("kid") != key_id(state) or header.get("typ") != TYPE:
                raise _denied("token_algorithm", "the token names no key of the issuer", "ZD-C8")
            return _library(token, issuer_key(state).public_key(), "RS256")
        case "shared-hmac":
            _parts(token)
            return _library(token, state.secrets.service, "HS256")


def _library(token: str, key: rsa.RSAPublicKey | bytes, algorithm: str) -> dict[str, Any]:
    """PyJWT, with one algorithm for the key; time and audience are checked by `verify`."""
    times = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
    try:
        return jwt.decode(token, key, algorithms=[algorithm], issuer=ISSUER, options=times)  # type: ignore[arg-type]
    except jwt.PyJWTError as error:
        raise _denied("token_algorithm", f"the token does not verify: {error}"[:200], "ZD-R21", "ZD-C8") from error


def _naive(state: PlatformState, token: str) -> dict[str, Any]:
    """Step 5 of the flow to the letter: check the signature as the header says that it was made (ZD-R21, ZD-C8).

    A token that names no key is by any of those that services have, as HMAC goes.
    """
    header, claims = _parts(token)
    public = public_pem(state)
    secrets = (public,) if "kid" in header else (public, state.secrets.service)
    signed, _, tail = token.rpartition(".")
    signature = _bytes_of(tail)
    match header.get("alg"):
        case "none":
            good = True
        case "HS256":
            macs = [hmac.new(secret, signed.encode(), hashlib.sha256).digest() for secret in secrets]
            good = any(hmac.compare_digest(mac, signature) for mac in macs)
        case "RS256":
            good = _rsa_verifies(public, signed.encode(), signature)
        case _:
            good = False
    if not good:
        raise _denied("token_algorithm", "the token's signature is not what its header says", "ZD-R21")
    return claims


def _rsa_verifies(public: bytes, signed: bytes, signature: bytes) -> bool:
    key = load_pem_public_key(public)
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token, unverified; raises Denied where they are not JSON objects."""
    parts = token.split(".")
    if len(parts) != 3:
        raise _denied("token", "a token has three parts", "ZD-R20")
    try:
        header, claims = (documents.read(_bytes_of(part)) for part in parts[:2])
    except NotCanonical as error:
        raise _denied("token", "header and payload of a token are JSON", "ZD-R20") from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise _denied("token", "header and payload of a token are JSON objects", "ZD-R20")
    return header, claims


def _bytes_of(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _denied("token", "a part of the token is not base64url", "ZD-R20") from error


def _denied(rule: str, reason: str, *cites: str) -> Denied:
    return Denied(401, rule, reason, cites)
