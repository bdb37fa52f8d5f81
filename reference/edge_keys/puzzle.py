"""The proof-of-work puzzle: double SHA-256 below a target, in every reading of the paper's difficulty (ZK-R29, ZK-C32).

The text sets "the difficulty coefficient" to "the 8-bit binary number 00000100 (decimal 8)" (section 3) and does not
say of which inequality it is a part; binary 00000100 is 4. Each reading here is one inequality `digest < target`
between 256-bit numbers, so that a random digest solves it with probability target / 2^256 exactly, and the hashes until
the first solution are geometric. Nothing here is secure: see `puzzle_figures`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from reference.edge_keys.rules import PuzzleName

PRINTED = "00000100"
"""The difficulty as the paper writes it, in binary."""
NONCES = 1 << 64


@dataclass(frozen=True)
class Puzzle:
    """A reading of the difficulty: a digest, as a big-endian number, must be below `target`, in words `says`."""

    name: PuzzleName
    says: str
    target: int

    def holds(self, digest: bytes) -> bool:
        """Whether a digest of 32 bytes is below the target."""
        return int.from_bytes(digest, "big") < self.target

    @property
    def chance(self) -> Fraction:
        """The probability that a random digest solves it."""
        return Fraction(self.target, 1 << 256)

    @property
    def expected_hashes(self) -> Fraction:
        """The mean of the geometric law: hashes until the first solution, that one included."""
        return 1 / self.chance


PUZZLES: Mapping[PuzzleName, Puzzle] = {
    each.name: each
    for each in (
        Puzzle("none", "any digest", 1 << 256),
        Puzzle("first-byte-below-4", "first byte < 4", int(PRINTED, 2) << 248),
        Puzzle("first-byte-at-most-4", "first byte <= 4", (int(PRINTED, 2) + 1) << 248),
        Puzzle("first-byte-below-8", "first byte < 8", 8 << 248),
        Puzzle("4-zero-bits", "4 leading zero bits", 1 << 252),
        Puzzle("8-zero-bits", "8 leading zero bits", 1 << 248),
        Puzzle("4-hex-zeros", "4 leading zero hexadecimal digits", 1 << 240),
    )
}
"""The readings by name; `first-byte-below-8` takes the paper's decimal, the others its binary number."""


@dataclass(frozen=True)
class Solution:
    """The first nonce from `start` on that solves a puzzle, and how many hashes it took to find it."""

    nonce: int
    hashes: int


def double_sha256(data: bytes) -> bytes:
    """SHA-256 of SHA-256, as in Bitcoin: 32 bytes."""
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


class Search:
    """One miner at work on a header, given as the bytes before and after its nonce: nonces in order, one a call.

    It is the only mutable thing here; it holds no more than the next nonce and a hash that has read what comes before.
    """

    def __init__(self, template: tuple[bytes, bytes], start: int, puzzle: Puzzle) -> None:
        before, self._after = template
        self._midstate = hashlib.sha256(before)
        self._target = puzzle.target
        self._next = start % NONCES

    def attempt(self) -> int | None:
        """Hash once; the nonce, if it solves the puzzle."""
        nonce = self._next
        self._next = (nonce + 1) % NONCES
        inner = self._midstate.copy()
        inner.update(nonce.to_bytes(8, "big") + self._after)
        digest = hashlib.sha256(inner.digest()).digest()
        return nonce if int.from_bytes(digest, "big") < self._target else None


def solve(template: tuple[bytes, bytes], start: int, puzzle: Puzzle, limit: int = NONCES) -> Solution | None:
    """Try nonces from `start` on, wrapping at 2^64, until one solves the puzzle; None after `limit` hashes without."""
    search = Search(template, start, puzzle)
    for hashes in range(1, limit + 1):
        if (nonce := search.attempt()) is not None:
            return Solution(nonce, hashes)
    return None
