"""What a study's reference offers to `meterproof plan place`: a planner that puts devices among meters.

A reference that places devices has `place(...)`, as in `Places`. Nothing here knows how it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from meterproof.errors import InputError
from meterproof.real.bridge import reference_of
from meterproof.study.specfile import Spec

Tell = Callable[[str, int, int], None]
"""Is told of progress: the stage, how many meters are done, and of how many."""


@dataclass(frozen=True, eq=False)
class Placed:
    """Devices and the owner of each meter.

    `devices` is N x 2 in km, `owner` has M device indices. `bound` is what every assignment within the capacity to
    these devices costs at least, in km over all meters, or None where no capacity was kept. `history` is the total
    distance in km as it went. `engine` says how it was done, `unchecked` what nobody looked at.
    """

    method: str
    engine: str
    devices: NDArray[np.float64]
    owner: NDArray[np.int64]
    bound: float | None
    history: tuple[float, ...]
    unchecked: tuple[str, ...]


class Places(Protocol):
    """A reference that places devices."""

    def read_rules(self, values: Mapping[str, object]) -> Any:
        """The reference's own rules from a spec's plain values."""

    def place(
        self,
        rules: Any,
        meters: NDArray[np.float64],
        devices: int | None,
        capacity: int,
        *,
        method: str | None,
        seed: int,
        tell: Tell,
    ) -> Placed:
        """Place so many devices, or as many as the protocol asks for, among meters (M x 2, km).

        Without a method, by the one that the rules ask for. Raises InputError where that is not possible, naming what
        is.
        """


def placer(spec: Spec) -> Places:
    """The planner that the target's reference has; InputError when it has none."""
    reference = reference_of(spec)
    if not hasattr(reference, "place"):
        raise InputError(f"the reference of {spec.protocol}@{spec.variant} places no devices", file=spec.file)
    return cast(Places, reference)
