"""Which of a block's six parts can be changed and nobody notices: tried, part by part (WA-P5, WA-P17, WA-C6).

    python -m reference.sovereign_chain.binding

prints the table of the six parts under the three rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from reference.ledger.chain import GENESIS
from reference.sovereign_chain.block import Block, DataRecord, Header, Summary, broken_link
from reference.sovereign_chain.rules import Hashed, Rules

CHAIN = "sovereign-binding"
LENGTH, CHANGED = 3, 1
SIZE_PART = 2
_Change = Callable[[Block], Block]


@dataclass(frozen=True)
class Binding:
    """What came of changing one part of a block that later blocks hang on.

    `part` is the number of the part in the text, `field` what of it was changed. `in_hash` says whether the block's
    hash became another one; `noticed` names the check that complained, if any did, of someone who has all blocks.
    """

    part: int
    field: str
    in_hash: bool
    noticed: str | None


def binding_matrix(rules: Rules) -> tuple[Binding, ...]:
    """Each field of a block in the middle of a chain is changed in turn, and the chain is checked.

    Only the size is made to fit again where something else is changed, which costs nothing where it is not bound.
    """
    return matrix_of(rules.hashed)


def parts_in_hash(matrix: tuple[Binding, ...]) -> dict[int, bool]:
    """For each of the six parts, whether every change of it changes the hash."""
    return {part: all(each.in_hash for each in matrix if each.part == part) for part in sorted(_PARTS)}


def matrix_of(rule: Hashed) -> tuple[Binding, ...]:
    """The same, where a block's hash covers what this rule says."""
    blocks = _chain(rule)
    assert broken_link(CHAIN, blocks, rule) is None
    name, found = blocks[CHANGED].name(CHAIN, rule), []
    for (part, field), change in _CHANGES.items():
        changed = change(blocks[CHANGED])
        changed = changed if part == SIZE_PART else changed.measured(CHAIN)
        assert changed != blocks[CHANGED]
        refusal = broken_link(CHAIN, (*blocks[:CHANGED], changed, *blocks[CHANGED + 1 :]), rule)
        in_hash = changed.name(CHAIN, rule) != name
        found.append(Binding(part, field, in_hash, None if refusal is None else refusal.rule))
    return tuple(found)


def _chain(rule: Hashed) -> tuple[Block, ...]:
    blocks, previous = list[Block](), GENESIS
    for height in range(LENGTH):
        nodes = tuple(Summary.of(node, bytes([height, node]) * 32) for node in range(3))
        record = DataRecord(1, (b"data %d" % height, b"more"), b"script", 10 * height + 5, nodes)
        blocks.append(Block.build(CHAIN, height, previous, 10 * height, 0, record, counter=height))
        previous = blocks[-1].name(CHAIN, rule)
    return tuple(blocks)


def _header(field: str, value: Callable[[Header], Any]) -> _Change:
    return lambda block: replace(block, header=replace(block.header, **{field: value(block.header)}))


def _record(**values: Any) -> _Change:
    return lambda block: replace(block, record=replace(block.record, **values))


_PARTS = {1: "format and identity", 2: "size", 3: "header", 4: "action counter", 5: "data record", 6: "lock time"}
_CHANGES: Mapping[tuple[int, str], _Change] = {
    (1, "format"): lambda block: replace(block, format=block.format + 1),
    (1, "origin"): lambda block: replace(block, origin=block.origin + 1),
    (1, "identity"): lambda block: replace(block, identity=bytes(32)),
    (2, "size"): lambda block: replace(block, size=block.size + 1),
    (3, "version"): _header("version", lambda header: header.version + 1),
    (3, "previous hash"): _header("previous", lambda header: bytes(32)),
    (3, "timestamp"): _header("timestamp", lambda header: header.timestamp - 1),
    (3, "Merkle root"): _header("root", lambda header: bytes(32)),
    (3, "nonce"): _header("nonce", lambda header: header.nonce + 1),
    (3, "difficulty target"): _header("target", lambda header: header.target + 1),
    (4, "action counter"): lambda block: replace(block, counter=block.counter - 1),
    (5, "service type"): _record(service=2),
    (5, "data"): _record(entries=(b"data X", b"more")),
    (5, "script"): _record(script=b"SCRIPT"),
    (5, "attached timestamp"): _record(attached=1),
    (5, "nodes and summaries"): _record(nodes=(Summary.of(9, b"nobody"), *[Summary(i, bytes(8)) for i in (1, 2)])),
    (6, "lock time"): lambda block: replace(block, lock=block.lock - 1),
}


def table() -> str:
    """The matrix under all three rules, as text: `hash`, or another check that notices it, or `-` for nobody."""
    rules: tuple[Hashed, ...] = get_args(Hashed)
    rows = [("part", "field", *rules)]
    for cells in zip(*(matrix_of(rule) for rule in rules), strict=True):
        part = f"{cells[0].part} {_PARTS[cells[0].part]}"
        rows.append((part, cells[0].field, *("hash" if cell.in_hash else cell.noticed or "-" for cell in cells)))
    totals = [sum(parts_in_hash(matrix_of(rule)).values()) for rule in rules]
    rows.append(("parts in the hash", "", *(f"{total} of 6" for total in totals)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


if __name__ == "__main__":
    print(table())
