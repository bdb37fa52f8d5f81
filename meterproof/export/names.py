"""Identifiers: what a model calls a thing, as another notation allows it to be called."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

_FOREIGN = re.compile(r"[^A-Za-z0-9_]")
_NUMBERED = re.compile(r"^(?P<stem>.*?)(?P<number>[0-9]*)$")


def identifier(text: str) -> str:
    """`text` in ASCII letters, digits and underscores, a letter first: `IS-P4 (witness)` becomes `IS_P4_witness`."""
    spelt = _FOREIGN.sub(lambda found: "_" if found.group() < "\x80" else f"_u{ord(found.group()):x}_", text)
    plain = re.sub("_+", "_", spelt).strip("_")
    return plain if plain[:1].isalpha() else f"x_{plain}"


def unused(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, or the first of `wanted2`, `wanted3`, ... that is not taken (`b2` goes on with `b3`)."""
    if wanted not in taken:
        return wanted
    match = _NUMBERED.match(wanted)
    assert match is not None
    number = int(match["number"] or 1) + 1
    while f"{match['stem']}{number}" in taken:
        number += 1
    return f"{match['stem']}{number}"


class Names:
    """One name for each thing of a module, all different, and none of the reserved ones."""

    def __init__(self, reserved: Iterable[str] = (), spell: Callable[[str], str] = identifier) -> None:
        self._spell = spell
        self.taken: set[str] = set(reserved)
        self._given: dict[object, str] = {}

    def give(self, thing: object, wanted: str) -> str:
        """The name of `thing`: the one it has, or else one like `wanted`."""
        if thing not in self._given:
            name = self._given[thing] = unused(self._spell(wanted), self.taken)
            self.taken.add(name)
        return self._given[thing]

    def __getitem__(self, thing: object) -> str:
        """The name that `thing` was given; KeyError when it has none."""
        return self._given[thing]
