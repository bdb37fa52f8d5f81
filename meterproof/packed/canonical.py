"""One representative for all states that differ by an exchange of interchangeable individuals, exactly.

The individuals of one sort, the *columns*, are sorted by all that a state says of them; of the other sorts every
permutation is tried, and the least result is kept. So two states have one representative exactly when some permutation
of the classes maps one to the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations, product
from math import factorial, prod
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import uint64

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from meterproof.finite.symmetry import Class, Exchange, image
from meterproof.lang.types import Sort
from meterproof.packed.jit import bare
from meterproof.packed.layout import WORD, Layout

Ints = npt.NDArray[np.int64]
Cells = Sequence[tuple[str, tuple[int, ...]]]
MOST_PERMUTATIONS = 5_040
"""More would cost more time for each state than the reduction saves."""


class Orbits(NamedTuple):
    """What `canonical` reads. Empty arrays stand for no symmetry at all.

    `permutations[h]` = first and one past the last of its `shifts` (source word, mask, word, bits to the left) and of
    its `renames` (source word, mask, pattern, word, bits set). `columns[i, f]` = (word, shift) of field f of the i-th
    individual that is sorted, `fields[f]` = (mask before the shift, key word, shift in it); `classes[c]` = first and
    one past the last individual of a class.
    """

    permutations: Ints
    shifts: Ints
    renames: Ints
    columns: Ints
    fields: Ints
    classes: Ints
    scratch: Ints


def orbits(instance: Instance, cells: Cells, layout: Layout, classes: Sequence[Class]) -> Orbits:
    """Tables for these classes. InputError when more than `MOST_PERMUTATIONS` would have to be tried for a state."""
    if not classes:
        return NO_ORBITS
    sorted_ = _columns_of(instance, cells, classes)
    tried = [c for c in classes if c.sort != sorted_]
    number = prod(factorial(len(c.members)) for c in tried)
    if number > MOST_PERMUTATIONS:
        names = ", ".join(sorted({c.sort.name for c in tried}))
        raise InputError(
            f"--symmetry: {number:,} permutations of {names} would be tried for each state",
            allowed=f"sorts or sizes with at most {MOST_PERMUTATIONS:,} permutations",
        )
    rows: list[tuple[int, ...]] = []
    shifts: list[tuple[int, ...]] = []
    renames: list[tuple[int, ...]] = []
    for exchange in _exchanges(instance, tried):
        first = len(shifts), len(renames)
        moved, renamed = _permuted(instance, cells, layout, exchange)
        shifts += moved
        renames += renamed
        rows.append((first[0], len(shifts), first[1], len(renames)))
    chosen = [c for c in classes if c.sort == sorted_]
    columns, fields, keys = _column_table(instance, cells, layout, chosen)
    bounds = np.cumsum([0, *(len(c.members) for c in chosen)])
    room = 2 * layout.words + columns.shape[0] * keys
    return Orbits(
        _array(rows, 4), _array(shifts, 4), _array(renames, 5), columns, fields,
        _array(list(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)), 2), np.zeros(room, np.int64),
    )  # fmt: skip


def _array(rows: Sequence[tuple[int, ...]], width: int) -> Ints:
    signed = [tuple(x - (1 << WORD) if x >> (WORD - 1) > 0 else x for x in row) for row in rows]
    return np.array(signed, dtype=np.int64).reshape(len(rows), width)


NO_ORBITS = Orbits(
    _array([], 4), _array([], 4), _array([], 5), np.zeros((0, 0, 2), np.int64), _array([], 3), _array([], 2),
    np.zeros(0, np.int64),
)  # fmt: skip
"""Every state is its own representative."""


def _columns_of(instance: Instance, cells: Cells, classes: Sequence[Class]) -> Sort | None:
    """The sort with the largest group among those of which each cell concerns at most one individual."""
    names = {name for name, _ in cells}
    variables = [v for v in instance.state_variables if v.name in names]
    sizes: dict[Sort, int] = {}
    for c in classes:
        if all(v.to != c.sort and v.domain.count(c.sort) <= 1 for v in variables):
            sizes[c.sort] = sizes.get(c.sort, 1) * factorial(len(c.members))
    return max(sizes, key=lambda s: sizes[s], default=None)


def _exchanges(instance: Instance, classes: Sequence[Class]) -> Iterator[Exchange]:
    """All permutations of the classes, the identity first."""
    for images in product(*(permutations(c.members) for c in classes)):
        exchange = {c.sort: list(instance.values(c.sort)) for c in classes}
        for c, after in zip(classes, images, strict=True):
            for old, new in zip(c.members, after, strict=True):
                exchange[c.sort][old] = new
        yield {sort: tuple(to) for sort, to in exchange.items()}


def _permuted(
    instance: Instance, cells: Cells, layout: Layout, exchange: Exchange
) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """How the bits of a state move: whole cells that keep their value, and values that are renamed."""
    at = {cell: i for i, cell in enumerate(cells)}
    moved: dict[tuple[int, int, int], int] = {}
    renamed: list[tuple[int, ...]] = []
    for i, (name, index) in enumerate(cells):
        v = instance.system.variable(name)
        to = tuple(image(exchange, s, x) for s, x in zip(v.domain, index, strict=True))
        source, target = layout[i], layout[at[name, to]]
        if isinstance(v.to, Sort) and v.to in exchange:
            for x in instance.values(v.to):
                pattern = target.pattern(image(exchange, v.to, x))
                renamed.append((source.word, source.mask, source.pattern(x), target.word, pattern))
        else:
            key = (source.word, target.word, target.shift - source.shift)
            moved[key] = moved.get(key, 0) | source.mask
    return [(a, mask, b, left) for (a, b, left), mask in moved.items()], renamed


def _column_table(instance: Instance, cells: Cells, layout: Layout, classes: Sequence[Class]) -> tuple[Ints, Ints, int]:
    """Where each individual's fields are, how its key is made of them, and the words of a key."""
    members = [m for c in classes for m in c.members]
    sort = classes[0].sort if classes else None
    found: dict[tuple[str, tuple[int, ...]], dict[int, int]] = {}
    for i, (name, index) in enumerate(cells):
        domain = instance.system.variable(name).domain
        if sort in domain:
            place = domain.index(sort)
            rest = (*index[:place], -1, *index[place + 1 :])
            found.setdefault((name, rest), {})[index[place]] = i
    fields: list[tuple[int, ...]] = []
    word = shift = 0
    for of in found.values():
        bits = layout[of[members[0]]].bits
        if shift + bits > WORD - 1:
            word, shift = word + 1, 0
        fields.append(((1 << bits) - 1, word, shift))
        shift += bits
    columns = np.zeros((len(members), len(fields), 2), np.int64)
    for f, of in enumerate(found.values()):
        for i, member in enumerate(members):
            place_ = layout[of[member]]
            columns[i, f] = (place_.word, place_.shift)
    return columns, _array(fields, 3), word + 1


@bare
def _sort_columns(orbits: Any, state: Any, at: Any, keys: Any, room: Any) -> None:
    """Sort the individuals of each class by their keys, in place."""
    people, count, width = orbits.columns.shape[0], orbits.fields.shape[0], 0
    if count > 0:
        width = orbits.fields[count - 1, 1] + 1
    for i in range(people):
        for k in range(width):
            room[keys + i * width + k] = 0
        for f in range(count):
            value = (uint64(state[at + orbits.columns[i, f, 0]]) >> uint64(orbits.columns[i, f, 1])) & uint64(
                orbits.fields[f, 0]
            )
            room[keys + i * width + orbits.fields[f, 1]] |= np.int64(value << uint64(orbits.fields[f, 2]))
    for c in range(orbits.classes.shape[0]):
        for i in range(orbits.classes[c, 0] + 1, orbits.classes[c, 1]):
            j = i
            while j > orbits.classes[c, 0]:
                a, b = keys + (j - 1) * width, keys + j * width
                order = 0
                for k in range(width):
                    if room[a + k] != room[b + k]:
                        order = 1 if room[a + k] > room[b + k] else -1
                        break
                if order <= 0:
                    break
                for k in range(width):
                    kept = room[a + k]
                    room[a + k] = room[b + k]
                    room[b + k] = kept
                j -= 1
    for i in range(people):
        for f in range(count):
            word, left = at + orbits.columns[i, f, 0], uint64(orbits.columns[i, f, 1])
            value = uint64(room[keys + i * width + orbits.fields[f, 1]]) >> uint64(orbits.fields[f, 2])
            value &= uint64(orbits.fields[f, 0])
            hole = ~(uint64(orbits.fields[f, 0]) << left)
            state[word] = np.int64((uint64(state[word]) & hole) | (value << left))


@bare
def canonical(orbits: Any, words: Any, at: Any, width: Any) -> None:
    """Replace the state `words[at:at+width]` by the representative of its orbit."""
    room = orbits.scratch
    for h in range(orbits.permutations.shape[0]):
        for i in range(width):
            room[width + i] = 0
        for r in range(orbits.permutations[h, 0], orbits.permutations[h, 1]):
            bits = uint64(words[at + orbits.shifts[r, 0]]) & uint64(orbits.shifts[r, 1])
            left = orbits.shifts[r, 3]
            bits = bits << uint64(left) if left >= 0 else bits >> uint64(-left)
            room[width + orbits.shifts[r, 2]] |= np.int64(bits)
        for r in range(orbits.permutations[h, 2], orbits.permutations[h, 3]):
            if words[at + orbits.renames[r, 0]] & orbits.renames[r, 1] == orbits.renames[r, 2]:
                room[width + orbits.renames[r, 3]] |= orbits.renames[r, 4]
        _sort_columns(orbits, room, width, 2 * width, room)
        less = h == 0
        if h > 0:
            for i in range(width):
                if room[width + i] != room[i]:
                    less = room[width + i] < room[i]
                    break
        if less:
            for i in range(width):
                room[i] = room[width + i]
    if orbits.permutations.shape[0] > 0:
        for i in range(width):
            words[at + i] = room[i]
