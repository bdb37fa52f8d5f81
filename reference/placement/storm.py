"""The published way to let a meter in: cluster everybody again from random points (ZK-R19, C18).

Devices stand where they stand, so the new clusters have to be matched with them before "changed device" means
anything. The text says nothing of it. Two answers: the kindest, which keeps as many meters as any matching can, and
the text's own indices, where new cluster i is device i.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reference.placement.layout import Layout, Placement, points
from reference.placement.loop import published
from reference.placement.rules import LoopRules


@dataclass(frozen=True, eq=False)
class Storm:
    """A re-clustering for one newcomer (the last meter): the new placement, and how many old meters change device.

    `fewest` under the kindest matching of new clusters to devices, `by_index` under none. Each is a migration, voted
    upon.
    """

    layout: Layout
    placement: Placement
    fewest: int
    by_index: int


def recluster_join(
    layout: Layout, placement: Placement, meter: tuple[float, float], rules: LoopRules, seed: int
) -> Storm:
    """Let a meter (x, y in km) in as published: steps 1 to 5 again, from random points drawn from the seed."""
    newcomer = points([meter], "newcomer")
    names = (*layout.names, "newcomer") if layout.names else ()
    area = None if layout.area is None else layout.area.grown_to(newcomer)
    grown = Layout(np.vstack([layout.meters, newcomer]), names, area)
    after = published(grown, len(placement.devices), rules, seed).placement
    return Storm(
        grown, after, fewest=fewest_changes(placement, after), by_index=int((placement.owner != after.owner[:-1]).sum())
    )


def fewest_changes(before: Placement, after: Placement) -> int:
    """How many meters change device under the kindest matching; `after` may have newcomers behind the old meters."""
    from scipy.optimize import linear_sum_assignment

    count = max(len(before.devices), len(after.devices))
    kept = np.zeros((count, count), dtype=np.int64)
    np.add.at(kept, (before.owner, after.owner[: len(before.owner)]), 1)
    return len(before.owner) - int(kept[linear_sum_assignment(kept, maximize=True)].sum())
