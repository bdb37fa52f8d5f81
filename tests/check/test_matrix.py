"""The tables of verdicts: a row a property, a column a variant and reading; columns that few rows have stand apart."""

from __future__ import annotations

import io

from rich.console import Console

from meterproof.check.matrix import matrix
from meterproof.check.runner import Check
from meterproof.check.targets import jobs
from meterproof.verdict import Evidence


def shown(target: str, properties: list[str]) -> list[str]:
    """The tables as lines, of checks that nobody has run."""
    nothing = Evidence("none", "not run")
    checks = [Check(job, nothing, (), (), "", True, None) for job in jobs([target], properties=properties)]
    console = Console(width=130, record=True, file=io.StringIO())
    console.print(matrix(checks))
    return console.export_text().splitlines()


def heads(lines: list[str]) -> list[list[str]]:
    """The second line of every table's head: the readings."""
    return [line.split() for line in lines if line.strip().startswith("guarantee")]


def test_rows_that_need_a_sparse_column_stand_in_a_second_table() -> None:
    few, many = ["ZK-P1"], ["ZK-P3", "ZK-P4", "ZK-P5", "ZK-P10"]
    lines = shown("edge-keys", [*few, *many])
    narrow, wide = heads(lines)
    assert narrow == ["guarantee", "literal", "charitable", "hardened"]
    assert wide == ["guarantee", "literal", "charitable", "unanimous", "solver", "hardened"]
    rows = [line.split()[0] for line in lines if line.startswith(" ZK") or line.startswith("ZK")]
    assert rows[: len(many)] == many and rows[-1] in few


def test_columns_that_many_rows_have_need_no_second_table() -> None:
    assert len(heads(shown("edge-keys", ["ZK-P1", "ZK-P2", "ZK-P3"]))) == 1
    assert len(heads(shown("bc-ami", ["IS-P1", "IS-P4"]))) == 1
