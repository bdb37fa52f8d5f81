"""What the pages of a check, an audit and a necessity matrix share: verdicts, sheets, counts, and runs that fold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from meterproof.check.matrix import words
from meterproof.lang.system import Property
from meterproof.report.explorer import explorer
from meterproof.report.glossary import Glossary
from meterproof.report.markup import Child, element
from meterproof.traces.trace import Trace
from meterproof.verdict import Evidence, Verdict

LOOK: dict[Verdict, tuple[str, str]] = {
    "violated": ("✗", "bad"),
    "unknown": ("?", "open"),
    "not inductive": ("?", "open"),
    "not run": ("-", "quiet"),
}
"""Mark and class of a verdict; all others say that something was found to hold."""
HOLDS = ("✓", "good")


def verdict(e: Evidence) -> list[Child]:
    """A verdict with its mark, and under it the method and the scope."""
    mark, look = LOOK.get(e.verdict, HOLDS)
    how = " · ".join(filter(None, (None if e.method == "none" else e.method, scope(e.scope))))
    return [
        element("span", f"{mark} {words(e)}", class_=f"verdict {look}"),
        element("span", how, class_="how") if how else None,
    ]


def scope(sizes: Mapping[str, int]) -> str:
    """`Replica=4, faulty=1`."""
    return ", ".join(f"{name}={size}" for name, size in sizes.items())


def sheet(
    head: Sequence[Child], rows: Iterable[Sequence[Element]], *, caption: str | None = None, kind: str = "cards"
) -> Element:
    """A table on a surface of its own, which is scrolled where it is too wide; rows are lists of cells."""
    table = element(
        "table",
        element("caption", caption) if caption else None,
        element("thead", element("tr", *(element("th", name, scope="col") for name in head))),
        element("tbody", *(element("tr", *row) for row in rows)),
        class_=kind,
    )
    return element("div", table, class_="sheet scroll", role="region", tabindex=0, aria_label=caption or "Table")


def name_cell(id: str, title: str, *more: Child) -> Element:
    """The first cell of a guarantee's row."""
    told = element("span", f" {title}", class_="title")
    return element("th", element("span", id, class_="id"), told, *more, scope="row")


def cell(label: str, *content: Child, **attributes: str) -> Element:
    """A cell that still says what it is where the table's head is out of sight."""
    return element("td", *content, data_label=label, **attributes)


def counts(found: Iterable[tuple[int, str, str]]) -> Element:
    """Numbers with what they count and how they look; those that are 0 are left out."""
    each = (
        element("li", element("b", f"{number:,}", class_=look), what, class_="count")
        for number, what, look in found
        if number
    )
    return element("ul", *each, class_="counts")


def folded(summary: Sequence[Child], *content: Child, key: str | None = None) -> Element:
    """What is shown when its summary is chosen."""
    return element("details", element("summary", *summary), *content, class_="run", id=key)


def listing(summary: str, *content: Child) -> Element:
    """Further particulars, folded away."""
    return element("details", element("summary", summary), *content, class_="plain")


def run(
    trace: Trace, key: str, summary: Sequence[Child], glossary: Glossary, *above: Child, protocol: str = "",
    root: Path | None = None,
) -> Element:  # fmt: skip
    """A run to be stepped through, folded; `above` stands above it."""
    return folded(summary, *above, explorer(trace, key, glossary, protocol=protocol, root=root))


def see(key: str, trace: Trace, what: str) -> Element:
    """A link to a run on the same page; `what` tells it from others where it is read alone."""
    steps = len(trace.steps)
    said = f"run of {steps} step{'' if steps == 1 else 's'}"
    return element("a", f"see the {said}", href=f"#{key}", class_="see", aria_label=f"See the {said}: {what}")


def claimed(claim: Property | None) -> str:
    """`IS-V1 agreement`, or the id alone where the title says no more."""
    if claim is None:
        return "a run"
    return claim.id if claim.title in ("", claim.id) else f"{claim.id} {claim.title}"
