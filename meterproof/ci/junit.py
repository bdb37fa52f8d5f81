"""Items as JUnit XML, in the subset that pytest writes as `xunit2`: a suite for each target and reading.

A failed item has `<failure>`, an undecided one `<error>`, a skipped or accepted one `<skipped>`; the attribute `type`
says the verdict. A passed one tells its verdict in `<system-out>`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from meterproof.ci.items import Item

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGS = {"failed": "failure", "undecided": "error", "skipped": "skipped"}


def write(items: Sequence[Item]) -> str:
    """The whole document. Times are seconds of engines; nothing else in it differs from run to run."""
    suites = Element("testsuites", {"name": "meterproof", **_counts(items)})
    for name in dict.fromkeys(i.name for i in items):
        own = [i for i in items if i.name == name]
        suite = SubElement(suites, "testsuite", {"name": _clean(name), **_counts(own)})
        for item in own:
            _case(suite, item)
    indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(suites, encoding="unicode") + "\n"


def _counts(items: Sequence[Item]) -> dict[str, str]:
    tags = [_tag(i) for i in items]
    return {
        "tests": str(len(items)),
        "failures": str(tags.count("failure")),
        "errors": str(tags.count("error")),
        "skipped": str(tags.count("skipped")),
        "time": f"{sum(i.seconds for i in items):.3f}",
    }


def _tag(item: Item) -> str | None:
    return "skipped" if item.accepted is not None else _TAGS.get(item.outcome)


def _case(suite: Element, item: Item) -> None:
    case = SubElement(
        suite, "testcase", {"classname": _clean(item.name), "name": _clean(_name(item)), "time": f"{item.seconds:.3f}"}
    )
    tag = _tag(item)
    if tag is None:
        SubElement(case, "system-out").text = _clean(item.message)
        return
    kind = "accepted" if item.accepted is not None else item.verdict
    found = SubElement(case, tag, {"message": _clean(item.told), "type": kind})
    if item.detail:
        where = f"{item.place}\n" if item.place is not None else ""
        found.text = _clean(f"{where}{item.detail}")


def _name(item: Item) -> str:
    return item.guarantee if item.title in ("", item.guarantee) else f"{item.guarantee} {item.title}"


def _clean(text: str) -> str:
    """The text with what XML 1.0 cannot hold shown as escapes."""
    return _NO_XML.sub(lambda m: f"\\x{ord(m.group()):02x}", text)
