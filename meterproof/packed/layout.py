"""How cells lie in machine words: each cell has just enough bits, and none straddles two words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from meterproof.finite.ground import Cell

WORD = 64


@dataclass(frozen=True)
class Place:
    """Where a cell's bits are: `word`, `shift`, `bits`; values are stored as value - `low`."""

    word: int
    shift: int
    bits: int
    low: int

    @property
    def mask(self) -> int:
        """The cell's bits within its word."""
        return ((1 << self.bits) - 1) << self.shift

    def pattern(self, value: int) -> int:
        """The bits that stand for a value, in place."""
        return (value - self.low) << self.shift


@dataclass(frozen=True)
class Layout:
    """Places of all cells; cells of the state after a step lie `words` words further on."""

    places: tuple[Place, ...]
    words: int

    @property
    def bits(self) -> int:
        """How many bits the cells of a state have in all."""
        return sum(p.bits for p in self.places)

    def __getitem__(self, cell: Cell) -> Place:
        after, at = divmod(cell, len(self.places))
        p = self.places[at]
        return Place(p.word + self.words, p.shift, p.bits, p.low) if after else p

    def pack(self, values: Sequence[int]) -> list[int]:
        """The words of a state, given its cells' values in order."""
        packed = [0] * self.words
        for place, value in zip(self.places, values, strict=True):
            packed[place.word] |= place.pattern(value)
        return packed

    def unpack(self, packed: Sequence[int]) -> list[int]:
        """The values of all cells of a packed state."""
        return [((int(packed[p.word]) & p.mask) >> p.shift) + p.low for p in self.places]


def lay_out(values: Sequence[range]) -> Layout:
    """Places for cells with these values, in order, filling words of 64 bits."""
    places, word, shift = [], 0, 0
    for domain in values:
        bits = (len(domain) - 1).bit_length()
        if shift + bits > WORD:
            word, shift = word + 1, 0
        places.append(Place(word, shift, bits, domain.start))
        shift += bits
    return Layout(tuple(places), word + 1)
