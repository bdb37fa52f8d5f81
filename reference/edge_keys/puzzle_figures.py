"""What the paper prints of its puzzle, its hardware and its threshold, against ours (dossier B1.12, B1.14, B1.15)."""

from __future__ import annotations

from meterproof.lang.formula import Formula
from reference.edge_keys.puzzle import PRINTED, PUZZLES
from reference.figures import Figure

DEVICES = 13
"""The paper's number of edge devices (dossier B1.2)."""
DECIMAL = 8
"""The difficulty as the paper writes it, in decimal."""


def figures() -> tuple[Figure, ...]:
    """The rows, in the dossier's order."""
    return (_difficulty(), _HARDWARE, _threshold())


def _difficulty() -> Figure:
    hashes = "; ".join(
        f"{each.says}: {float(each.expected_hashes):g}" for name, each in PUZZLES.items() if name != "none"
    )
    costs = [each.expected_hashes for name, each in PUZZLES.items() if name != "none"]
    value = int(PRINTED, 2)
    return Figure(
        id="B1.12",
        printed=f"difficulty: 8-bit binary number {PRINTED} (decimal {DECIMAL})",
        setting="section 3, proof of work",
        ours=f"0b{PRINTED} = {value}; hashes a block, expected exactly: {hashes}",
        verdict="agrees" if value == DECIMAL else "contradicted",
        why="binary and decimal differ, and neither names the inequality that a hash must fulfil; the readings "
        f"are a factor of {max(costs) / min(costs)} in work apart (ZK-C32)",
    )


_HARDWARE = Figure(
    id="B1.14",
    printed="700 MHz dual core, 512 MB RAM, 1 GB Flash; Go, Fabric 1.4, NS2",
    setting="section 3, implementation",
    ours="not measured",
    verdict="not reproducible",
    why="the devices, their program and the simulation's topology are not published; Fabric 1.4 has no proof of work "
    "(ZK-C4), so that what was run cannot be told from what is described",
)


def _threshold() -> Figure:
    """What `double_voting` tries with real signatures, counted: two quorums of q share 2q-n devices or more."""
    strict, inclusive = (Formula.parse(text).evaluate({"n": DEVICES, "f": 0}) for text in ("floor(n/2)+1", "ceil(n/2)"))
    return Figure(
        id="B1.15",
        printed="confirmation of more than 50 % of the nodes, or 50 % and more",
        setting="sections 2, 2.1; 13 devices",
        ours=f"more than half is {strict} of {DEVICES}, half and more is {inclusive}; 2*{strict}-{DEVICES} = "
        f"{2 * strict - DEVICES} device that confirms twice forks it",
        verdict="agrees" if strict == inclusive else "contradicted",
        why="for an odd number of devices both wordings ask for the same, and stand no faulty device at all (ZK-C2)",
    )
