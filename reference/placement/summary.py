"""What many runs allow to be said: medians with intervals, shares, and paired comparisons on the same layouts.

Layouts are independent of each other, several starts on one layout are not; so intervals and tests take a layout as one
observation, the median of its starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from meterproof.real.interval import Interval, median_interval
from reference.placement.compare import Ending, StormTrial, Trial
from reference.placement.layout import Floats
from reference.placement.loop import Outcome

Quantity = Callable[[Trial], float]


@dataclass(frozen=True)
class Row:
    """A method on a family. `spread` are the variance's 5 % and 95 % quantiles over all runs.

    `share` is how many runs have at most the printed variance of K-means, `beyond` how many have a device above its
    capacity, both of 0 to 1; `largest` and `empty` are means.
    """

    family: str
    method: str
    variance: Interval
    spread: tuple[float, float]
    share: float
    distance: Interval
    largest: float
    beyond: float
    empty: float


@dataclass(frozen=True)
class Paired:
    """Two methods on the same layouts: in how many `first` has less, and by how much in the median (first - second).

    `p` is Wilcoxon's signed-rank test's, two-sided, of no difference; 1 if they are equal everywhere.
    """

    family: str
    quantity: str
    first: str
    second: str
    less: float
    difference: Interval
    p: float


@dataclass(frozen=True)
class Reseeded:
    """A method against itself from another start on the same layout.

    `lower`: in how many pairs the first start's variance is lower than the second's by the printed 27.20 % or more;
    `either`: in how many one of the two is.
    """

    family: str
    method: str
    pairs: int
    lower: float
    either: float


@dataclass(frozen=True)
class Together:
    """Of the layouts whose grid has about the printed variance, how many have at most the printed one by each
    method."""

    family: str
    layouts: int
    reached: dict[str, int]


@dataclass(frozen=True)
class StormRow:
    """One newcomer: how many of the others change device in the paper's way, and in ours."""

    family: str
    layouts: int
    fewest: float
    spread: tuple[float, float]
    by_index: float
    moved: float
    most_moved: int
    refused: float


@dataclass(frozen=True)
class EndingRow:
    """A stop rule: how many of its runs stopped, provably never do, or were cut off, and after how many rounds."""

    stop_rule: str
    runs: int
    outcomes: dict[str, int]
    rounds: Interval


def rows(found: Sequence[Trial], threshold: float) -> tuple[Row, ...]:
    """One row a family and method, in the order in which they were run."""
    return tuple(_row(family, method, runs, threshold) for (family, method), runs in _grouped(found).items())


def paired(found: Sequence[Trial], first: str, second: str, quantity: str = "variance") -> tuple[Paired, ...]:
    """Compare two methods by a quantity of `measure.Measures`, family by family."""
    from scipy.stats import wilcoxon

    groups = _grouped(found)
    result = []
    for family in dict.fromkeys(each.family for each in found):
        a, b = (_by_layout(groups[family, method], _quantity(quantity)) for method in (first, second))
        p = float(wilcoxon(a, b).pvalue) if (a != b).any() else 1.0
        less = float((a < b).mean())
        result.append(Paired(family, quantity, first, second, less, median_interval(list(a - b)), p))
    return tuple(result)


def against_itself(found: Sequence[Trial], method: str, margin: float) -> tuple[Reseeded, ...]:
    """The first start of each layout against its second: they are exchangeable, so they differ by chance alone."""
    result = []
    for family in dict.fromkeys(each.family for each in found):
        runs = _grouped(found)[family, method]
        a, b = (np.array([r.measures.variance for r in runs if r.seed == seed]) for seed in (0, 1))
        if not len(b):
            continue
        lower, higher = a <= (1 - margin) * b, b <= (1 - margin) * a
        result.append(Reseeded(family, method, len(a), float(lower.mean()), float((lower | higher).mean())))
    return tuple(result)


def together(
    found: Sequence[Trial], grid: str, printed_grid: float, methods: Sequence[str], threshold: float
) -> tuple[Together, ...]:
    """Layouts whose grid's variance is within 15 % of the printed one, and the methods that reach the threshold there.

    A method reaches it on a layout if any of its starts does.
    """
    result = []
    groups = _grouped(found)
    for family in dict.fromkeys(each.family for each in found):
        like = {r.layout for r in groups[family, grid] if abs(r.measures.variance / printed_grid - 1) <= 0.15}
        reached = {
            method: len(like & {r.layout for r in groups[family, method] if r.measures.variance <= threshold})
            for method in methods
        }
        result.append(Together(family, len(like), reached))
    return tuple(result)


def storm_rows(found: Sequence[StormTrial]) -> tuple[StormRow, ...]:
    """One row a family; `moved` is the mean of those that were let in."""
    result = []
    for family in dict.fromkeys(each.family for each in found):
        runs = [each for each in found if each.family == family]
        fewest = np.array([each.fewest for each in runs])
        moved = [each.moved for each in runs if each.moved is not None]
        low, high = np.quantile(fewest, (0.05, 0.95))
        result.append(
            StormRow(
                family,
                len(runs),
                float(fewest.mean()),
                (float(low), float(high)),
                float(np.mean([each.by_index for each in runs])),
                float(np.mean(moved)) if moved else 0.0,
                max(moved, default=0),
                1 - len(moved) / len(runs),
            )
        )
    return tuple(result)


def ending_rows(found: Sequence[Ending]) -> tuple[EndingRow, ...]:
    """One row a stop rule."""
    result = []
    for rule in dict.fromkeys(each.stop_rule for each in found):
        runs = [each for each in found if each.stop_rule == rule]
        outcomes = {outcome.value: sum(each.outcome is outcome for each in runs) for outcome in Outcome}
        result.append(EndingRow(rule, len(runs), outcomes, median_interval([each.rounds for each in runs])))
    return tuple(result)


def _row(family: str, method: str, runs: Sequence[Trial], threshold: float) -> Row:
    variances = np.array([each.measures.variance for each in runs])
    low, high = np.quantile(variances, (0.05, 0.95))
    return Row(
        family,
        method,
        median_interval(list(_by_layout(runs, _quantity("variance")))),
        (float(low), float(high)),
        float((variances <= threshold).mean()),
        median_interval(list(_by_layout(runs, _quantity("distance")))),
        float(np.mean([each.measures.largest for each in runs])),
        float(np.mean([each.beyond > 0 for each in runs])),
        float(np.mean([each.measures.empty for each in runs])),
    )


def _quantity(name: str) -> Quantity:
    return lambda trial: float(getattr(trial.measures, name))


def _by_layout(runs: Iterable[Trial], quantity: Quantity) -> Floats:
    values: dict[int, list[float]] = {}
    for each in runs:
        values.setdefault(each.layout, []).append(quantity(each))
    return np.array([np.median(found) for _, found in sorted(values.items())])


def _grouped(found: Iterable[Trial]) -> dict[tuple[str, str], list[Trial]]:
    groups: dict[tuple[str, str], list[Trial]] = {}
    for each in found:
        groups.setdefault((each.family, each.method), []).append(each)
    return groups
