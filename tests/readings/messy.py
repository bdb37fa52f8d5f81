"""Hypothesis strategies for readings files: good rows, and the faults that rows have."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from hypothesis import strategies as st

from meterproof.readings import HALF_HOUR, LAYOUTS, RAW, SHORT, Layout

START = datetime(2013, 1, 1)
METERS = ("MAC000002", "MAC000003")

layouts = st.sampled_from(LAYOUTS)
slots = st.integers(0, 12).map(lambda n: START + n * HALF_HOUR)

# What a CSV reader, a number parser or a decoder may trip over, and nothing that ends a line of a file.
any_text = st.text(st.sampled_from("M019.eE+-_,;'\" \t\r\0\v\u2028\ufeff\u00e9\u0663\U0001f600"), max_size=60)
energies = st.decimals(min_value=0, max_value=99, places=3)


def header(layout: Layout) -> str:
    """The layout's header line, with the blank at the end that the published raw files have."""
    return ",".join(layout.header) + (" \n" if layout is RAW else "\n")


def row(layout: Layout, meter: str, at: str | datetime, kwh: str | Decimal) -> str:
    """One row as the published files write it."""
    if isinstance(at, datetime):
        at = f"{at:%Y-%m-%d %H:%M:%S}" + (".0000000" if layout is RAW else "")
    fields = [meter, at, str(kwh)] if layout is SHORT else [meter, "Std", at, str(kwh)]
    return ",".join(fields) + "\n"


def good_rows(layout: Layout) -> st.SearchStrategy[str]:
    """Rows without a fault of their own, so close that they repeat, contradict or precede each other."""
    some = st.sampled_from([Decimal("0.1"), Decimal("0.10"), Decimal("0.2"), Decimal(0)])
    return st.builds(row, st.just(layout), st.sampled_from(METERS), slots, some | energies)


@st.composite
def faulty_rows(draw: st.DrawFn, layout: Layout) -> str:
    """A row with one fault, or with a form that is odd but allowed."""
    meter: str = METERS[0]
    at: str | datetime = draw(slots)
    kwh = "0.1"
    ending = "\n"
    match draw(st.sampled_from(["meter", "at", "kwh", "ending"])):
        case "meter":
            meter = draw(st.sampled_from(["", "  ", f' "{meter}"', f'"{meter}"', f'"{meter}', f" {meter} "]))
        case "at":
            at = draw(st.sampled_from(["2013-02-30 00:00:00", "2013-01-01 00:10:00", "soon", ""]))
        case "kwh":
            kwh = draw(st.sampled_from(["Null", "NaN", "-inf", "-0.1", "-0", "1e400", "1_0", "", " 0.1 "]))
        case "ending":
            ending = draw(st.sampled_from(["\r\n", ",more\n"]))
    return row(layout, meter, at, kwh).removesuffix("\n") + ending


@st.composite
def messy_files(draw: st.DrawFn) -> list[str]:
    """The lines of a file of either layout: good rows, faulty rows, blank lines and other text, in any order."""
    layout = draw(layouts)
    good = good_rows(layout)
    bad = faulty_rows(layout) | st.sampled_from(["\n", "  \r\n"]) | any_text.map(lambda text: text + "\n")
    return [header(layout), *draw(st.lists(good | good | bad, max_size=25))]
