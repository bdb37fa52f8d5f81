"""A small study for the tests: two rules' worth of protocol, its register and a spec file with one reading."""

from __future__ import annotations

from pathlib import Path

from meterproof.lang.rules import RuleSchema, choice, flag, formula
from meterproof.study.register import Register, load_register

SCHEMA = RuleSchema(
    {
        "vote_once": flag(removed=False, doc="A replica votes once a height and view."),
        "finality": choice("leaders-word", "certificate", removed="leaders-word", doc="What makes a block final."),
        "quorum": formula("n", "f", removed="1", doc="Votes that make a certificate."),
    }
)

REGISTER = """\
[TP-R1]
section = "4.2"
says = "The leader finalises a block on 2f+1 responses."
status = "modelled"

[TP-R2]
says = "Blocks are kept in a Merkle tree."
status = "reference only"

["TP-B1.1"]
says = "The authors' hardware."
status = "out of scope"
why = "not reproducible"
"""

SPEC = """\
protocol = "toy"
variant = "published"
title = "A toy protocol"
source = "Nobody, 2024"
model = "model.toy"
properties = "properties.toy"

[rules.vote_once]
value = false
cites = ["TP-R1"]
note = "Not stated."

[rules.finality]
value = "leaders-word"
cites = [
    "TP-R1",
    "TP-R2",
]
note = "The leader alone counts."

[rules.quorum]
value = "2f+1"
cites = ["TP-R1"]
note = "Stated."

[readings.literal]
reason = "What is not stated is not checked."

[readings.charitable]
reason = "The kindest completion."

[readings.charitable.rules.vote_once]
value = true
reason = "Its name is PBFT."

[readings.charitable.rules.finality]
value = "certificate"
reason = "Votes are broadcast."
"""


def register(folder: Path, text: str = REGISTER) -> Register:
    """The register that `text` writes, as a file of the folder."""
    file = folder / "register.toml"
    file.write_text(text)
    return load_register(file)


def write(folder: Path, text: str, name: str = "toy.published.toml") -> Path:
    """A spec file in the folder."""
    file = folder / name
    file.write_text(text)
    return file


def line_of(text: str, marker: str) -> int:
    """The line (from 1) on which the marker first stands."""
    return text[: text.index(marker)].count("\n") + 1
