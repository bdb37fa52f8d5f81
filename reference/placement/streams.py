"""Seeded draws: one seed gives an independent stream for each purpose.

Were a layout and the start of a clustering drawn from the same stream, the first centres would be the first meters, and
the comparison would flatter whoever starts so.
"""

from __future__ import annotations

import zlib

import numpy as np

from meterproof.errors import InputError


def stream(purpose: str, seed: int, *index: int) -> np.random.Generator:
    """The generator for a purpose. Raises InputError for a seed below 0, which numpy does not take."""
    if min(seed, *index, 0) < 0:
        raise InputError(f"the seed {seed}", allowed="0 or more")
    return np.random.default_rng([zlib.crc32(purpose.encode()), seed, *index])
