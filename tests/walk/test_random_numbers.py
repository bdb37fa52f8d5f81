"""The random numbers of walks are those of splitmix64, whose quality is known, and no other mixture of bits."""

from __future__ import annotations

import numpy as np
import pytest

from meterproof.walk.place import GOLDEN, mixed

KNOWN = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]
"""The first outputs of splitmix64 for the seed 1234567, as S. Vigna's reference code gives them."""


def test_the_stream_of_a_seed_is_that_of_the_reference() -> None:
    with np.errstate(over="ignore"):
        stream = [np.uint64(1234567) + GOLDEN * np.uint64(i + 1) for i in range(len(KNOWN))]
    assert [int(np.uint64(mixed(x))) for x in stream] == KNOWN


@pytest.mark.parametrize("bit", [0, 17, 40, 63])
def test_one_bit_of_the_state_changes_about_half_of_the_bits(bit: int) -> None:
    states = np.arange(1, 65, dtype=np.uint64) << np.uint64(3)
    changed = [(int(np.uint64(mixed(x))) ^ int(np.uint64(mixed(x ^ np.uint64(1 << bit))))).bit_count() for x in states]
    assert 28 < sum(changed) / len(changed) < 36
