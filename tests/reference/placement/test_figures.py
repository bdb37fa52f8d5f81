"""The paper's figures B1.1 to B1.5: each has a row, and the rows say what the computation says."""

from __future__ import annotations

from reference.figures import Figure
from reference.placement.figures import figures

FOUND = figures()


def rows(number: str) -> list[Figure]:
    return [each for each in FOUND if each.id == number]


def test_every_figure_has_a_row() -> None:
    assert [each.id for each in FOUND] == sorted(each.id for each in FOUND)
    assert {each.id for each in FOUND} == {"B1.1", "B1.2", "B1.3", "B1.4", "B1.5"}
    assert all(each.printed and each.setting and each.ours and each.why for each in FOUND)


def test_the_variances_fit_13_sample_variances_and_two_of_them_break_the_capacity() -> None:
    together, k_means, voronoi, grid = rows("B1.3")
    assert "7148, 7232, 8826" in together.ours
    assert "N = 13, divisor N - 1" in together.ours
    assert (k_means.verdict, voronoi.verdict, grid.verdict) == ("not reproducible", "contradicted", "contradicted")
    assert k_means.ours.startswith("3 of the 18116")
    assert "26" in voronoi.ours
    assert "30" in grid.ours


def test_the_percentages_follow_from_the_variances() -> None:
    assert [(each.ours, each.verdict) for each in rows("B1.4")] == [("27.195%", "agrees"), ("88.183%", "agrees")]


def test_work_grows_faster_than_linearly() -> None:
    (row,) = rows("B1.5")
    assert row.verdict == "contradicted"
