"""HTML as a tree of elements: text is text and attributes are attributes, so that nothing can be taken for markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, tostring

Child = Element | str | None
"""What an element may contain; None is nothing."""
Attribute = str | int | float | bool | None
"""A value of an attribute: True stands for one without a value, False and None for none."""

_RAW = ("script", "style")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def element(tag: str, *children: Child, **attributes: Attribute) -> Element:
    """A new element. `class_` and `for_` lose their underscore, others have hyphens: `aria_label` is `aria-label`."""
    made = Element(tag)
    for name, value in attributes.items():
        if value is not None and value is not False:
            made.set(name.rstrip("_").replace("_", "-"), "" if value is True else clean(str(value)))
    extend(made, children)
    return made


def extend(parent: Element, children: Iterable[Child]) -> Element:
    """Put children behind those that are there already; returns the parent."""
    for child in children:
        if isinstance(child, Element):
            parent.append(child)
        elif child is not None:
            _write(parent, child)
    return parent


def _write(parent: Element, text: str) -> None:
    if parent.tag in _RAW:
        assert "</" not in text and "<!--" not in text, f"a {parent.tag} can't contain this"
        parent.text = (parent.text or "") + text
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + clean(text)
    else:
        parent.text = (parent.text or "") + clean(text)


def clean(text: str) -> str:
    """The text with a replacement character for what no HTML document may contain."""
    return _FORBIDDEN.sub("\ufffd", text)


def joined(children: Iterable[Child], between: str = ", ") -> list[Child]:
    """The children with a text between each two of them."""
    found: list[Child] = []
    for child in children:
        found += [between, child] if found else [child]
    return found


def write(root: Element) -> str:
    """A whole document as text."""
    return "<!doctype html>\n" + tostring(root, encoding="unicode", method="html") + "\n"
