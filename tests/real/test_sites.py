"""Positions of a file become kilometres in a plane whose distances are those on the Earth, and go back unchanged."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from meterproof.errors import InputError
from meterproof.real.sites import Frame, read_sites

KNOWN = [
    ((0.0, 0.0, 1.0, 0.0), 110.574),
    ((0.0, 0.0, 0.0, 1.0), 111.320),
    ((48.0, 10.0, 48.0, 11.0), 74.628),
    ((59.5, -179.8, 59.5, 179.8), 22.656),
]
"""Two latitudes and longitudes, and their distance on WGS84 in km: a degree of each at the equator is known."""


def sites_of(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.mark.parametrize(("ends", "km"), KNOWN)
def test_distances_in_the_plane_are_those_on_the_earth(
    ends: tuple[float, float, float, float], km: float, tmp_path: Path
) -> None:
    a, b, c, d = ends
    sites = read_sites(sites_of(tmp_path / "s.csv", "name,lat,lon", f"A,{a},{b}", f"B,{c},{d}"))
    found = float(np.hypot(*(sites.km[0] - sites.km[1])))
    assert found == pytest.approx(km, rel=2e-4)
    assert 0 < sites.frame.short < 2e-4


def test_what_goes_to_the_plane_comes_back(tmp_path: Path) -> None:
    degrees = np.random.default_rng(1).uniform([52.0, 3.0], [54.0, 7.0], (200, 2))
    rows = [f"M{i},{lat!r},{lon!r}" for i, (lat, lon) in enumerate(degrees.tolist())]
    sites = read_sites(sites_of(tmp_path / "s.csv", "name,lat,lon", *rows))
    np.testing.assert_allclose(sites.frame.back(sites.km), degrees, atol=1e-9)


def test_metres_and_kilometres_are_the_same_positions(tmp_path: Path) -> None:
    km = read_sites(sites_of(tmp_path / "a.csv", "name,x_km,y_km", "A,1.5,-2"))
    m = read_sites(sites_of(tmp_path / "b.csv", "y,x,name", "-2000,1500,A"), unit="m")
    np.testing.assert_allclose(km.km, m.km)
    np.testing.assert_allclose(m.frame.back(m.km), [[1500, -2000]])
    assert km.frame == Frame("km") and m.frame.columns == ("x_m", "y_m")


def test_names_may_hold_commas_quotes_and_blanks_around(tmp_path: Path) -> None:
    path = sites_of(tmp_path / "s.csv", "\ufeffname, x_km ,y_km,street", '"Mill ""Lane"", 1",1,2,x', " B ,3,4,y")
    assert read_sites(path).names == ['Mill "Lane", 1', "B"]


def test_two_positions_in_one_header_are_refused(tmp_path: Path) -> None:
    path = sites_of(tmp_path / "s.csv", "name,x_km,y_km,lat,lon", "A,1,2,3,4")
    with pytest.raises(InputError, match="more than one position"):
        read_sites(path)


def test_a_number_too_large_for_the_earth_is_refused_with_its_line(tmp_path: Path) -> None:
    path = sites_of(tmp_path / "s.csv", "name,x_km,y_km", "A,1,2", f"B,{math.pi * 1e5},4")
    with pytest.raises(InputError, match=r"s\.csv:3: 314159 is out of range"):
        read_sites(path)
