"""The paper's clustering loop (2.1, steps 1 to 5, ZK-R14 to R18), with what its text leaves open as rules.

Step 3 gives each meter to the nearest centre, step 4 puts each centre where its cluster's sum of distances is least,
and step 5 stops or repeats. The graph of step 2 is used by no later step, so there is none here (ZK-C17).

Step 5 as printed compares the new centres with "the originally randomly chosen" ones, which never change. The loop
then need not end, and at the centres' fixed point it never does (ZK-C16). So a run has a bound on its rounds, and
says how it went: a round depends on the centres that it begins with alone, hence centres that come back without the
rule being met prove that it never will be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from meterproof.errors import InputError
from reference.placement.layout import Bools, Floats, Ints, Layout, Placement, bounds, points
from reference.placement.measure import nearest_owner, own_distances
from reference.placement.median import centroids, geometric_medians, medoids
from reference.placement.rules import LoopRules
from reference.placement.starts import random_start, reseeded


class Outcome(Enum):
    """How a run of the loop went."""

    STOPPED = "stopped"
    """The stop rule was met."""
    REPEATS = "repeats"
    """The same centres came back and the rule was not met in between: the loop never ends."""
    BOUND = "bound"
    """The bound on the rounds was reached first."""


@dataclass(frozen=True, eq=False)
class Run:
    """A run of the loop: the placement it stopped at or was cut off at, and the sum of distances after each half-step.

    `history` has two numbers a round, in km: after step 3 (centres as they were) and after step 4 (owners as they
    were). `gaps` has the distance that the stop rule looked at, a round.
    """

    placement: Placement
    outcome: Outcome
    rounds: int
    history: tuple[float, ...]
    gaps: tuple[float, ...]

    @property
    def ended(self) -> bool:
        """Whether the stop rule was met."""
        return self.outcome is Outcome.STOPPED


def loop(layout: Layout, start: Floats, rules: LoopRules, *, epsilon: float = 0.001, rounds: int = 300) -> Run:
    """Run steps 3 to 5 from the start (N x 2) until the rule is met with `epsilon` km, centres repeat, or `rounds`
    pass.

    A round that moves an empty device away does not meet the rule. The owners are those of the last step 3.
    The text gives no epsilon; a metre is taken. Raises InputError for fewer meters than devices, or rounds or epsilon
    below the possible.
    """
    centres = points(start, "start")
    bounds(len(layout), len(centres))
    if rounds < 1 or not epsilon >= 0:
        raise InputError(f"{rounds} rounds with epsilon {epsilon}", allowed="at least one round, epsilon >= 0")
    original, centre_of = centres, CENTRES[rules.centre]
    history: list[float] = []
    gaps: list[float] = []
    seen = {centres.tobytes()}
    outcome = Outcome.BOUND
    for _ in range(rounds):
        before = centres
        owner = nearest_owner(layout.meters, before)
        centres = centre_of(layout.meters, owner, len(before))
        empty: Bools = np.asarray(np.isnan(centres).any(axis=1))
        centres = np.where(empty[:, None], before, centres)
        history += [float(own_distances(layout.meters, each, owner).sum()) for each in (before, centres)]
        means = np.where(empty[:, None], before, centroids(layout.meters, owner, len(before)))
        against = {"original-centre": original, "centroid-to-median": means, "successive-medians": before}
        gaps.append(float(np.hypot(*(centres - against[rules.stop_rule]).T).max()))
        reseeds = rules.empty_cluster == "reseeded" and bool(empty.any())
        if gaps[-1] <= epsilon and not reseeds:
            outcome = Outcome.STOPPED
            break
        if reseeds:
            centres = reseeded(layout, np.where(empty[:, None], np.nan, centres), owner)
        if centres.tobytes() in seen:
            outcome = Outcome.REPEATS
            break
        seen.add(centres.tobytes())
    final = means if rules.final_position == "centroid" else centres
    return Run(Placement(final, owner), outcome, len(gaps), tuple(history), tuple(gaps))


def published(layout: Layout, devices: int, rules: LoopRules, seed: int, *, epsilon: float = 0.001) -> Run:
    """The loop from step 1: a random start in the box around the meters, drawn from the seed."""
    bounds(len(layout), devices)
    return loop(layout, random_start(layout.box, devices, seed), rules, epsilon=epsilon)


CENTRES: dict[str, Callable[[Floats, Ints, int], Floats]] = {
    "geometric-median": lambda meters, owner, devices: geometric_medians(meters, owner, devices).points,
    "medoid": medoids,
    "centroid": centroids,
}
