"""RSA keys from seeded randomness, so that a run repeats byte by byte: 2048 bits, e = 65537 (ZD-R20).

Primes are found as FIPS 186-5, A.1.3 does: odd candidates whose two top bits are set, tested by Miller and Rabin with
random bases. A production platform draws its keys from its hardware and not from a seed.
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd, isqrt

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from reference.crypto.randomness import Randomness

BITS, EXPONENT, TESTS = 2048, 65537, 8


@lru_cache(maxsize=64)
def rsa_key(randomness: Randomness) -> rsa.RSAPrivateKey:
    """The key that belongs to this randomness."""
    p = _prime(randomness.child("p"))
    q = _prime(randomness.child("q"))
    d = pow(EXPONENT, -1, (p - 1) * (q - 1) // gcd(p - 1, q - 1))
    public = rsa.RSAPublicNumbers(EXPONENT, p * q)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()


def pem(key: rsa.RSAPrivateKey) -> bytes:
    """The public half, as it is handed out."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _prime(randomness: Randomness) -> int:
    half = BITS // 2
    index = 0
    while True:
        drawn = int.from_bytes(randomness.child(index).take(half // 8), "big")
        candidate = drawn | (3 << (half - 2)) | 1
        if candidate % EXPONENT != 1 and _is_prime(candidate, randomness.child("bases", index)):
            return candidate
        index += 1


def _is_prime(n: int, randomness: Randomness) -> bool:
    """Whether n, odd and great, is prime; wrong with a probability of at most 4**-TESTS."""
    if gcd(n, _SMALL) != 1:
        return False
    twos = ((n - 1) & (1 - n)).bit_length() - 1
    odd = (n - 1) >> twos
    return all(_passes(n, randomness.child(i).integer(2, n - 2), odd, twos) for i in range(TESTS))


def _passes(n: int, base: int, odd: int, twos: int) -> bool:
    x = pow(base, odd, n)
    if x in (1, n - 1):
        return True
    for _ in range(twos - 1):
        x = x * x % n
        if x == n - 1:
            return True
    return False


def _product_of_primes(below: int) -> int:
    product = 1
    for n in range(3, below, 2):
        if all(n % d for d in range(3, isqrt(n) + 1, 2)):
            product *= n
    return product


_SMALL = _product_of_primes(2000)
