"""Every number that Zhao et al. print, beside what stands in the bytes here (dossier B2).

They are counts of a structure: the paper has no experiment, no timing, no consensus and no number of nodes.
"""

from __future__ import annotations

import hashlib
from typing import get_args

import jwt

from reference.figures import Figure, FigureVerdict
from reference.metering_platform import images, schemas, signatures, tables, tokens
from reference.metering_platform.records import CLASSES
from reference.metering_platform.routing import Dimension

_ID = "ZD-B2"


def figures() -> tuple[Figure, ...]:
    """One row for each number of the paper, in the dossier's order."""
    return (
        _row("three security classes", "4.1", len(CLASSES), 3, ", ".join(CLASSES), "every schema has one (ZD-C14)"),
        _TYPES,
        _MODULES,
        _LAYERS,
        _objects(),
        _table(),
        _token(),
        _row(
            "four dimensions of access: user identity, routers, services, data resources",
            "4.3",
            len(get_args(Dimension)),
            4,
            ", ".join(get_args(Dimension)),
            "each route says which of them it asks for (ZD-V6)",
        ),
        _digest(),
        _UNPRINTED,
    )


def _row(printed: str, setting: str, count: int, expected: int, told: str, why: str) -> Figure:
    return Figure(_ID, printed, setting, f"{count}: {told}", _verdict(count == expected), why)


def _objects() -> Figure:
    forms = {"TableJson": tables.TABLE, "ImageJson": images.IMAGE, "SignJson": signatures.SIGN}
    return _row("three returned objects", "4.2", len(forms), 3, ", ".join(forms), "each has a schema here (ZD-R15)")


def _table() -> Figure:
    example = tables.Table("meter-reading", "", 0, (tables.Column("energy", "decimal", "kWh"),), (("1.5",),))
    whole = example.to_json()
    assert schemas.fault(tables.TABLE, whole) is None
    stated, cell = tables.TABLE["properties"]["Property"]["properties"], tables.CELL["properties"]
    fits = (len(whole), len(stated), len(cell)) == (4, 2, 3)
    return Figure(
        _ID,
        "TableJson has four attributes; Property has two parts and Cell three",
        "4.2",
        f"{len(whole)}: {', '.join(whole)}; {len(stated)}: {', '.join(stated)}; {len(cell)}: {', '.join(cell)}",
        _verdict(fits),
        "it takes units and one spelling of each element besides, or tables have no bytes of their own (ZD-C21)",
    )


def _token() -> Figure:
    parts = jwt.encode({"sub": "anybody"}, bytes(32), "HS256").split(".")
    return Figure(
        _ID,
        "a token has three parts; a request takes five steps",
        "4.3; RFC 7519",
        f"{len(parts)} parts; hardened a token is good for {tokens.LIFE} s",
        _verdict(len(parts) == 3),
        "the fifth step answers on the signature alone, which is one step too few (ZD-C12)",
    )


def _digest() -> Figure:
    bits = 4 * len(images.file_digest("md5", "text/plain", b"data"))
    same = images.file_digest("md5", "text/plain", b"data") == hashlib.md5(b"data", usedforsecurity=False).hexdigest()
    return Figure(
        _ID,
        "an MD5 code, unique",
        "4.1, 4.2; 128 bits",
        f"{bits} bits; {4 * len(images.file_digest('sha256', 'text/plain', b'data'))} hardened",
        _verdict(bits == 128 and same),
        "the length; unique it is not, as `attacks` show with a published pair (ZD-C4)",
    )


def _verdict(holds: bool) -> FigureVerdict:
    return "agrees" if holds else "contradicted"


_TYPES = Figure(
    id=_ID,
    printed="two parts of data, and three types with three, four and three examples",
    setting="3.1, 4.1",
    ours="not counted: schemas stand in their place, each with a class",
    verdict="not reproducible",
    why="how parts, types and classes go together is not printed; measurements are of none (ZD-C14, C15)",
)
_MODULES = Figure(
    id=_ID,
    printed="seven modules, five of them described",
    setting="3.2 and Fig. 1",
    ours="not counted",
    verdict="not reproducible",
    why="names in a drawing; what each may do is told by routes and roles here",
)
_LAYERS = Figure(
    id=_ID,
    printed="five layers",
    setting="3.3 and Fig. 2",
    ours="not counted",
    verdict="not reproducible",
    why="names in a drawing; where one layer ends is told by nothing that is sent or stored (ZD-C25)",
)
_UNPRINTED = Figure(
    id=_ID,
    printed="no experiment, no timing, no consensus, no number of nodes; four advantages of tokens in words",
    setting="the whole paper",
    ours="each is a rule or a size here, and in the result where it was used",
    verdict="not reproducible",
    why="nothing is printed that could be set up again (ZD-C18)",
)
