"""How a password is recognised: scrypt under a salt of its user's (ZD-R21). Guessing is not slowed (ZD-C23)."""

from __future__ import annotations

import hashlib
import hmac

from reference.metering_platform.state import Verifier

SALT_BYTES, DERIVED_BYTES = 16, 32


def verifier(password: str, salt: bytes, cost: int) -> Verifier:
    """What the platform is given when a user registers, and has in place of the password. `cost` is scrypt's N."""
    return Verifier(salt, _derive(password, salt, cost))


def recognises(known: Verifier, password: str, cost: int) -> bool:
    """Whether this is the password, in a time that does not tell how much of it is."""
    return hmac.compare_digest(known.derived, _derive(password, known.salt, cost))


def _derive(password: str, salt: bytes, cost: int) -> bytes:
    secret = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=cost, r=8, p=1, dklen=DERIVED_BYTES, maxmem=1 << 28)
