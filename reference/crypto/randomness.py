"""Seeded randomness as a plain value: the same seed and labels give the same bytes, on every machine.

A production meter would use its hardware generator. Here every run must be repeatable, so each draw names what it is
for; a draw for another purpose is independent of it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

Label = str | int | bytes


@dataclass(frozen=True)
class Randomness:
    """A point in a tree of independent random streams (SHAKE-256)."""

    seed: bytes

    @staticmethod
    def from_seed(seed: int) -> Randomness:
        """The root of all randomness of one run; `seed` is any integer."""
        return Randomness(_shake(b"root", [str(seed).encode()], 32))

    def child(self, *labels: Label) -> Randomness:
        """An independent stream for one purpose, named by its labels."""
        return Randomness(_shake(b"child", [self.seed, *map(_label, labels)], 32))

    def take(self, count: int) -> bytes:
        """The first `count` bytes of this stream; asking twice gives the same bytes."""
        return _shake(b"take", [self.seed], count)

    def integer(self, low: int, high: int) -> int:
        """A number in [low, high], from 128 bits more than the range needs, so that the bias is negligible."""
        span = high - low + 1
        return low + int.from_bytes(self.take((span.bit_length() + 7) // 8 + 16), "big") % span


def _label(label: Label) -> bytes:
    match label:
        case bytes():
            return b"b" + label
        case str():
            return b"s" + label.encode()
        case int():
            return b"i" + str(label).encode()


def _shake(purpose: bytes, parts: list[bytes], count: int) -> bytes:
    stream = hashlib.shake_256(b"meterproof/randomness/" + purpose)
    for part in parts:
        stream.update(len(part).to_bytes(8, "big") + part)
    return stream.digest(count)
