"""Pictures from matplotlib whose bytes depend on what they show alone: no date, no random ids, no screen."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from meterproof.errors import InputError

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
"""Of Okabe and Ito's palette, told apart with any colour vision, those that show on white."""
INK, SOFT, WARNING = "#222222", "#5a5a5a", "#A00000"
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "meterproof",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "text.color": INK,
}


@contextmanager
def figure(width: float, height: float) -> Iterator[Any]:
    """A matplotlib figure of so many inches, to be drawn on and saved inside the block."""
    import matplotlib  # brings numpy and takes half a second, which only those who draw should wait for
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context({**matplotlib.rcParamsDefault, **STYLE}):
        made = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(made)
        yield made


def save(picture: Any, path: Path, dpi: int = 150) -> Path:
    """Write a figure whole or not at all, as SVG or PNG by the path's suffix; InputError when that is not possible."""
    kind = path.suffix.removeprefix(".")
    nameless: dict[str, None] = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    drawn = io.BytesIO()
    picture.savefig(drawn, format=kind, dpi=dpi, metadata=nameless)
    partial = path.with_name(path.name + ".part")
    try:
        partial.write_bytes(drawn.getvalue())
        partial.replace(path)
    except OSError as error:
        raise InputError(
            f"cannot be written: {error.strerror or error}", file=path, allowed="a folder that you may write to"
        ) from error
    return path
