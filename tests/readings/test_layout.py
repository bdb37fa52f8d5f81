"""The layout of a file is told by its header line and by nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.readings import LAYOUTS, RAW, SHORT, Layout
from meterproof.readings.layout import detect
from tests.readings.messy import any_text


@pytest.mark.parametrize(
    ("header", "layout"),
    [
        ("LCLid,tstp,energy(kWh/hh)\n", SHORT),
        ("LCLid,stdorToU,DateTime,KWH/hh (per half hour) \n", RAW),
        ("LCLid,stdorToU,DateTime,KWH/hh (per half hour)\n", RAW),
        ("\ufeffLCLid,tstp,energy(kWh/hh)\r\n", SHORT),
        ('\ufeff"LCLid","stdorToU","DateTime","KWH/hh (per half hour) "\r\n', RAW),
        ("LCLid,tstp,energy(kWh/hh)", SHORT),
    ],
)
def test_both_headers_are_known_with_mark_quotes_blanks_and_any_line_ending(header: str, layout: Layout) -> None:
    assert detect(header) is layout


@given(st.sampled_from(LAYOUTS), st.data())
def test_columns_in_another_order_are_another_header(layout: Layout, data: st.DataObject) -> None:
    names = data.draw(st.permutations(layout.header).filter(lambda names: tuple(names) != layout.header))
    with pytest.raises(InputError):
        detect(",".join(names))


@given(any_text)
def test_an_unknown_header_names_file_line_and_both_allowed_headers_in_one_line(text: str) -> None:
    with pytest.raises(InputError) as caught:
        detect(text, file="a.csv")
    message = str(caught.value)
    assert message.startswith("a.csv:1: unknown header")
    assert all(",".join(layout.header) in message for layout in LAYOUTS)
    assert "\n" not in message
    assert len(message) < 1200
