"""Layouts for the laws: quarter kilometres, so that ties, coinciding and collinear meters are common."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from reference.placement.layout import Floats, Layout

_QUARTERS = st.integers(0, 12).map(lambda quarters: quarters / 4)


@st.composite
def layouts(draw: st.DrawFn, least: int = 1, most: int = 20) -> Layout:
    """Meters on a lattice of 250 m in a square of 3 km."""
    return Layout(np.array(draw(st.lists(st.tuples(_QUARTERS, _QUARTERS), min_size=least, max_size=most))))


@st.composite
def layouts_with_devices(draw: st.DrawFn, most: int = 20) -> tuple[Layout, int]:
    """A layout and a number of devices that it has meters for."""
    layout = draw(layouts(most=most))
    return layout, draw(st.integers(1, min(5, len(layout))))


@st.composite
def starts(draw: st.DrawFn) -> tuple[Layout, Floats]:
    """A layout and as many places, on the same lattice, as there may be devices."""
    layout, devices = draw(layouts_with_devices())
    places = draw(st.lists(st.tuples(_QUARTERS, _QUARTERS), min_size=devices, max_size=devices))
    return layout, np.array(places)
