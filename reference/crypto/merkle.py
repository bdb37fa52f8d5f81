"""Merkle trees with separate hashes for leaves and nodes (as in RFC 6962), and inclusion proofs.

Without the separation a node could be passed off as a leaf. A proof is checked against the tree's size too, so a leaf
has one place in the tree only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Tree:
    """All levels of a tree, the leaf hashes first; the last level is the root alone."""

    levels: tuple[tuple[bytes, ...], ...]

    @staticmethod
    def of(leaves: Sequence[bytes]) -> Tree:
        """The tree over these leaves, in this order. The lone last node of an odd level rises unchanged."""
        level = tuple(leaf_hash(leaf) for leaf in leaves)
        levels = [level]
        while len(level) > 1:
            pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
            level = tuple(pairs) + (level[-1:] if len(level) % 2 else ())
            levels.append(level)
        return Tree(tuple(levels))

    @property
    def root(self) -> bytes:
        """32 bytes; of no leaves at all it is SHA-256 of nothing, as in RFC 6962."""
        return self.levels[-1][0] if self.levels[0] else hashlib.sha256(b"").digest()

    def prove(self, index: int) -> tuple[bytes, ...]:
        """The sibling hashes from leaf `index` up to the root. Raises IndexError outside the tree."""
        if not 0 <= index < len(self.levels[0]):
            raise IndexError(f"no leaf {index} in a tree of {len(self.levels[0])}")
        path: list[bytes] = []
        for level in self.levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                path.append(level[sibling])
            index //= 2
        return tuple(path)


def root(leaves: Sequence[bytes]) -> bytes:
    """The root hash of these leaves."""
    return Tree.of(leaves).root


def included(root_hash: bytes, size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` shows that `leaf` is number `index` of the `size` leaves under `root_hash`."""
    if not 0 <= index < size:
        return False
    computed, width, siblings = leaf_hash(leaf), size, list(reversed(path))
    while width > 1:
        if index ^ 1 < width:
            if not siblings:
                return False
            sibling = siblings.pop()
            computed = _node(sibling, computed) if index % 2 else _node(computed, sibling)
        index, width = index // 2, (width + 1) // 2
    return not siblings and computed == root_hash


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 of a zero byte and the leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
