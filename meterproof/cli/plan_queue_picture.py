"""Delay and loss of a node against its load, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from meterproof.cli.pictures import COLOURS, INK, SOFT, figure, save
from meterproof.real.plan_queue import Answer, Asked, Curve

_SHOWN = ("sojourn time", "loss")


def draw(asked: Asked, answer: Answer, curves: Sequence[Curve], path: Path) -> Path:
    """Sojourn time above loss over arrivals, one line a kind of service, what is asked for marked.

    A simulated value is drawn with its interval. Raises InputError when the file cannot be written.
    """
    at = {row.name: row for row in answer.quantities if row.part == "node"}
    with figure(7.0, 6.0) as made:
        delay, loss = made.subplots(2, 1, sharex=True)
        for curve, colour in zip(curves, COLOURS, strict=False):
            delay.plot(curve.arrivals, [1000 * each for each in curve.sojourn], color=colour, label=curve.label)
            loss.plot(curve.arrivals, [100 * each for each in curve.loss], color=colour, label=curve.label)
        for axes, name, scale in zip((delay, loss), _SHOWN, (1000, 100), strict=True):
            row = at[name]
            for value, colour in zip((row.exponential, row.fixed), COLOURS, strict=False):
                if value is not None:
                    axes.plot([asked.arrivals], [scale * value], "o", color=colour, markersize=5)
            if row.simulated is not None:
                mean, half = scale * row.simulated.mean, scale * row.simulated.half
                name_of = f"{curves[int(asked.fixed)].label} simulated"
                axes.errorbar([asked.arrivals], [mean], [half], color=INK, capsize=5, marker="_", label=name_of)
            axes.axvline(asked.service, color=SOFT, linestyle=":", linewidth=1)
            axes.spines[["top", "right"]].set_visible(False)
            axes.set_ylim(bottom=0)
        delay.annotate(
            "load 1", (asked.service, 1), (4, -2), xycoords=("data", "axes fraction"), textcoords="offset points",
            va="top", color=SOFT,
        )  # fmt: skip
        delay.set_ylabel("sojourn time, ms")
        loss.set_ylabel("loss, %")
        loss.set_xlabel("arrivals, packets a second")
        loss.set_xlim(left=0)
        delay.legend(frameon=False, loc="lower right")
        delay.set_title(f"A node that serves {asked.service:g} packets a second and holds {asked.capacity}", loc="left")
        return save(made, path)
