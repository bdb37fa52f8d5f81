"""How things look in a timeline: thin lines, blocks with patterns, and signs, each with a sample for the key.

Every look differs in shape or pattern and not in colour alone, and the colours are of Okabe and Ito's palette.
Attributes carry them, for viewers that know no style sheets; classes let a page change them in the dark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from meterproof.report.day_lanes import Lane
from meterproof.report.markup import element

INK, SOFT, LINE = "#222222", "#5a5a5a", "#d5dbe3"
BLUE, ORANGE, GREEN, PURPLE, SKY, RED = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"
LINES = {"up": SOFT, "in force": BLUE, "held": GREEN, "empty": LINE}
"""Looks that are a thin line."""
BLOCKS = {
    "crashed": (INK, ""), "dead": (INK, ""), "cut off": (INK, "hollow"), "lying": (RED, "falling"),
    "update pending": (ORANGE, "upright"), "behind": (ORANGE, "falling"), "revoked": (RED, "crossed"),
    "denied": (PURPLE, ""), "violated": (RED, "crossed"),
}  # fmt: skip
"""Looks that are a block: its colour and its pattern."""
TINTS = ("#cfe3f3", "#f7e3bd")
"""Blocks with a name in them, in turn."""
SIGNS = {
    "view change": ("triangle", BLUE), "lie": ("cross", RED), "taken over": ("diamond", INK),
    "joined": ("ring", BLUE), "left": ("square", INK), "stolen": ("triangle", RED), "move begun": ("ring", PURPLE),
    "moved": ("diamond", PURPLE), "move aborted": ("cross", PURPLE), "forged": ("cross", INK),
    "registered": ("ring", INK), "proposed": ("ring", SOFT), "passed": ("disc", BLUE), "failed": ("cross", RED),
    "rejected": ("cross", RED), "settled": ("square", GREEN),
}  # fmt: skip
"""Marks: a shape and its colour."""
OUTLINES = {
    "triangle": "m0 -5l5 9h-10z", "diamond": "m0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z", "square": "m-4 -4h8v8h-8z",
}  # fmt: skip
"""Signs that are filled, as paths around their middle."""


def block(x: float, y: float, width: float, height: float, look: str) -> Iterator[Element]:
    """A block of a look, with its pattern."""
    colour, pattern = BLOCKS.get(look, (SOFT, ""))
    kind = class_of(look)
    if pattern == "hollow":
        yield element("rect", x=x + 0.75, y=y + 0.75, width=max(width - 1.5, 1), height=height - 1.5, class_=kind,
                      fill="none", stroke=colour, stroke_width=1.5, stroke_dasharray="3 2")  # fmt: skip
        return
    yield element("rect", x=x, y=y, width=width, height=height, class_=kind, fill=colour)
    if pattern:
        yield element("rect", x=x, y=y, width=width, height=height, fill=f"url(#{pattern})")


def sign(x: float, y: float, look: str) -> Element:
    """The sign of a look, around this point."""
    shape, colour = SIGNS.get(look, ("disc", SOFT))
    x = round(x, 1)
    kind = class_of(look)
    if shape == "disc":
        return element("circle", cx=x, cy=y, r=4, class_=kind, fill=colour)
    if shape == "ring":
        return element("circle", cx=x, cy=y, r=3.5, class_=f"{kind} ring", fill="none", stroke=colour, stroke_width=2)
    if shape == "cross":
        path = f"M{x - 4:g} {y - 4:g}l8 8m0 -8l-8 8"
        return element("path", d=path, class_=f"{kind} ring", fill="none", stroke=colour, stroke_width=2.5)
    path = f"M{x:g} {y:g}{OUTLINES[shape]}"
    return element("path", d=path, class_=f"{kind} tl-sign", fill=colour, stroke="#ffffff")


def class_of(look: str) -> str:
    """The class of what looks so."""
    return "look-" + look.replace(" ", "-")


def key(lanes: Sequence[Lane]) -> Iterator[tuple[str, Element]]:
    """The looks that occur, each with a sample of 16 x 16 pixels."""
    seen = {look for lane in lanes for look in (*(s.look for s in lane.spans), *(m.look for m in lane.marks))}
    for look in (*LINES, *BLOCKS, *SIGNS):
        if look not in seen:
            continue
        if look in LINES:
            line = element("rect", x=0, y=7, width=16, height=2.5, class_=class_of(look), fill=LINES[look])
            yield look, element("g", line)
        elif look in BLOCKS:
            yield look, element("g", *block(0, 2, 16, 12, look))
        else:
            yield look, element("g", sign(8, 8, look))


def patterns() -> Element:
    """What blocks are filled with; a document needs it once."""

    def striped(key: str, *paths: str, size: int = 5) -> Element:
        lines = (element("path", d=d, stroke="#ffffff", stroke_width=1.2, fill="none") for d in paths)
        return element("pattern", *lines, id=key, width=size, height=size, patternUnits="userSpaceOnUse")

    return element(
        "defs",
        striped("falling", "M0 0l5 5"),
        striped("upright", "M2.5 0v5"),
        striped("crossed", "M0 0l5 5", "M5 0l-5 5"),
    )
