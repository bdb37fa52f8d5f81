"""The set of visited states: an open-addressing table over the rows that hold them, exact, without false merges.

Where a state is one word with a bit to spare, the table's slots hold the states themselves, so a look-up touches
memory once. Else a slot holds a row number below 2**31 with 32 bits of the state's hash above it, and each hit is
compared word by word. A free slot is -1. Linear probing; the hash is a sum over the words, so that a step which
changes one word changes one summand.
"""

from __future__ import annotations

from typing import Any

from numba import int64, uint64

from meterproof.packed.bits import prefetch
from meterproof.packed.jit import bare, compiled

FREE = -1
ROW = (1 << 31) - 1
"""The bits of a slot that hold a row number."""
TAG = 0x7FFFFFFF_00000000 | 1 << 31
"""The bits of a slot, and of a hash, by which different states are told apart without reading them."""


@compiled(inline="always")
def summand(word: Any, place: Any) -> Any:
    """What the word at this place adds to a state's hash (after MurmurHash3's finaliser)."""
    x = (uint64(word) + uint64(place)) * uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> uint64(32))) * uint64(0xD6E8FEB86659FD93)
    return x ^ (x >> uint64(32))


@compiled(inline="always")
def hash_of(words: Any, start: Any, width: Any) -> Any:
    """The hash of a state."""
    total = uint64(0)
    for i in range(width):
        total += summand(words[start + i], i)
    return total


@compiled(inline="always")
def add_word(table: Any, hash_: Any, word: Any) -> Any:
    """Put a state of one word into a table of states; whether it was new."""
    mask = uint64(table.shape[0] - 1)
    slot = hash_ & mask
    while True:
        there = table[slot]
        if there == word:
            return False
        if there == FREE:
            table[slot] = word
            return True
        slot = (slot + uint64(1)) & mask


@compiled(inline="always")
def add_row(table: Any, hash_: Any, states: Any, count: Any, after: Any, n: Any) -> Any:
    """Put the state `after[n]` into a table of rows; its old row, or `count` when it is new and to be stored there."""
    mask = uint64(table.shape[0] - 1)
    tag = int64(hash_) & TAG
    slot = hash_ & mask
    while True:
        there = table[slot]
        if there == FREE:
            table[slot] = tag | count
            return count
        if there & TAG == tag:
            row = there & ROW
            same = True
            for i in range(after.shape[1]):
                if states[row, i] != after[n, i]:
                    same = False
                    break
            if same:
                return row
        slot = (slot + uint64(1)) & mask


@bare
def refill(states: Any, count: Any, table: Any, inline: Any, block: Any) -> None:
    """Fill an empty table with the first `count` states; `inline` says that its slots hold the states themselves.

    `block` is room for hashes.
    """
    mask = uint64(table.shape[0] - 1)
    width = states.shape[1]
    most = block.shape[0]
    for start in range(0, count, most):
        size = min(most, count - start)
        for k in range(size):
            total = uint64(0)
            for i in range(width):
                total += summand(states[start + k, i], i)
            block[k] = total
            prefetch(table, total & mask)
        for k in range(size):
            slot = block[k] & mask
            while table[slot] != FREE:
                slot = (slot + uint64(1)) & mask
            table[slot] = states[start + k, 0] if inline else (int64(block[k]) & TAG) | (start + k)
