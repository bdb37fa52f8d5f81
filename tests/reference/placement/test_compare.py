"""Every method runs on the same layouts, a seed repeats all of it, and the summaries count what was run."""

from __future__ import annotations

import numpy as np
import pytest

from reference.placement.compare import METHODS, Trial, endings, storms, trials
from reference.placement.loop import Outcome
from reference.placement.measure import Measures
from reference.placement.summary import against_itself, ending_rows, paired, rows, storm_rows, together
from reference.placement.synthetic import FAMILIES

CHEAP = [method for method in METHODS if method.name.startswith(("Voronoi, random", "1 km grid, 16"))]
THOMAS = {"thomas": FAMILIES["thomas"]}


def trial(layout: int, seed: int, method: str, variance: float) -> Trial:
    return Trial("uniform", layout, seed, method, Measures(100.0, variance, 30, 0), 5)


def test_one_run_of_each_method_and_a_seed_repeats_them() -> None:
    first, again = (list(trials(1, 1, 9, families=THOMAS)) for _ in range(2))
    assert [each.method for each in first] == [method.name for method in METHODS]
    assert first == again
    for each in first:
        assert (each.beyond > 0) == (each.measures.largest > 25)
        assert (each.beyond == 0) == (each.method in ("capacity 25", "even loads")), each


def test_the_grid_does_not_depend_on_the_start_and_voronoi_does() -> None:
    found = list(trials(2, 2, 0, methods=CHEAP, families=THOMAS))
    variances = {(each.layout, each.method, each.seed): each.measures.variance for each in found}
    for layout in (0, 1):
        assert variances[layout, "1 km grid, 16 cells", 0] == variances[layout, "1 km grid, 16 cells", 1]
        assert variances[layout, "Voronoi, random sites", 0] != variances[layout, "Voronoi, random sites", 1]


def test_a_row_takes_a_layout_as_one_observation() -> None:
    found = [trial(layout, seed, "a", layout + 10.0 * seed) for layout in range(9) for seed in (0, 1)]
    (row,) = rows(found, threshold=5.0)
    assert row.variance.count == 9
    assert row.variance.median == 9.0
    assert row.share == pytest.approx(6 / 18)
    assert row.beyond == 1.0


def test_pairs_are_compared_on_the_same_layout() -> None:
    found = [trial(layout, 0, method, 10 * layout + (method == "b")) for layout in range(12) for method in "ab"]
    (result,) = paired(found, "a", "b")
    assert (result.less, result.difference.median) == (1.0, -1.0)
    assert result.p < 0.01
    (same,) = paired(found, "a", "a")
    assert (same.less, same.p) == (0.0, 1.0)


def test_a_method_is_held_against_itself() -> None:
    found = [trial(layout, seed, "a", (10.0, 20.0)[seed == layout % 2]) for layout in range(4) for seed in (0, 1)]
    (result,) = against_itself(found, "a", 0.272)
    assert (result.pairs, result.lower, result.either) == (4, 0.5, 1.0)
    assert against_itself([each for each in found if each.seed == 0], "a", 0.272) == ()


def test_variances_are_asked_for_together_on_one_layout() -> None:
    found = [trial(layout, 0, "grid", 150.0 + 100 * layout) for layout in range(2)]
    found += [trial(layout, 0, "a", 10.0 * layout) for layout in range(2)]
    (result,) = together(found, "grid", 158.58, ("a",), threshold=5.0)
    assert (result.layouts, result.reached) == (1, {"a": 1})


def test_newcomers_storm_as_published_and_keep_to_the_budget_as_planned() -> None:
    (row,) = storm_rows(list(storms(2, 0, families=THOMAS)))
    assert row.layouts == 2
    assert 20 < row.fewest < row.by_index <= 300
    assert row.most_moved <= 5


def test_the_literal_stop_rule_never_stops_and_successive_medians_always_do() -> None:
    result = ending_rows([each for each in endings(6, 0, families=THOMAS)])
    ends = {row.stop_rule: row.outcomes for row in result}
    assert ends["original-centre"][Outcome.REPEATS.value] == 6
    assert ends["successive-medians"][Outcome.STOPPED.value] == 6
    assert sum(np.array(list(ends["centroid-to-median"].values()))) == 6
