"""How far the schemes are from the least L_load, on instances small enough for the exact optimum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from reference.routing.comparison import LIMITS
from reference.routing.ground import Ground
from reference.routing.optimum import optimum
from reference.routing.placement import Placement, scaled_variance
from reference.routing.random_networks import block_unicast, network
from reference.routing.schemes import SCHEMES, place

JUDGED = ("greedy", "greedy-search", "restarts", "shortest", "reliability", "residual")


@dataclass(frozen=True)
class Gap:
    """One instance: the optimum of L_load with its root, packet/s; whether that is proved; and each scheme's excess
    over it, as a share, None where it was stuck."""

    devices: int
    rate: int
    seed: int
    optimum: float
    proved: bool
    excess: dict[str, float | None]


def gaps(devices: Sequence[int], rates: Sequence[int], seeds: int, seconds: float = 60.0) -> Iterator[Gap]:
    """The instances that have a plan, one by one; each linear program may take `seconds`."""
    for number in devices:
        for rate in rates:
            for seed in range(seeds):
                found = _gap(number, rate, seed, seconds)
                if found is not None:
                    yield found


def _gap(devices: int, rate: int, seed: int, seconds: float) -> Gap | None:
    ground = Ground(block_unicast(network(devices, seed), Fraction(rate), LIMITS))
    placed = {scheme: place(ground, SCHEMES[scheme]) for scheme in JUDGED}
    start = placed["restarts"]
    best = optimum(ground, start if isinstance(start, Placement) else None, seconds)
    if best.variance is None:
        return None
    root, unit = sqrt(best.variance), float(ground.unit) / len(ground.links)

    def excess(at: Placement | int) -> float | None:
        """Equal values are equal whole numbers, so that no gap is a rounding error."""
        if isinstance(at, int):
            return None
        exact = Fraction(scaled_variance(at), len(ground.links) ** 2) * ground.unit**2
        return 0.0 if exact == best.variance else sqrt(scaled_variance(at)) * unit / root - 1

    return Gap(devices, rate, seed, root, best.proved, {scheme: excess(at) for scheme, at in placed.items()})
