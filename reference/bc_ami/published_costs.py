"""The figures of Islam et al. 2022, sections 5.3 and 5.5, as printed, and what is wrong with them (IS-C27 to C30)."""

from __future__ import annotations

from meterproof.lang.formula import Formula
from meterproof.real.costs import Printed

MESSAGES = {
    "audit round": Formula.parse("(n-1)+(n-1)*(n-1)+(n-1)", ("n",)),
    "three-phase PBFT": Formula.parse("(n-1)+(n-1)*(n-1)+n*(n-1)", ("n",)),
}
"""Messages of a decision of n replicas: of the round of 4.2.3 (IS-R15) and of PBFT. The paper counts neither."""

PRINTED = Printed(
    formula="Bit_tot = L_sign + (L_PuSM + L_PrSM) + L_PuMS + L_tau",
    terms={"L_sign": 512, "L_PuSM": 257, "L_PrSM": 256, "L_PuMS": 257, "L_tau": 64},
    printed_bits=1346,
    printed_as="0.16825 Kb",
    storage="3 Kb",
    milliseconds={"SM1": 20.59, "SM2": 8.02, "SM3": 13.34, "SM4": 13.52, "SM5": 8.96},
    rivals=("[8]", "[9]", "[12]", "[13]"),
    rivals_bits=(1376, 2240, 6144, 1538, 1376),
    rivals_milliseconds=(55.98, 158.06, 32.16, 266.0),
    left_out=(
        "hashed identity of the sender",
        "hash of the encrypted report (256 bits; the reference does not send it either, IS-C32)",
        "the encrypted report itself",
        "endorsements",
        "messages among the replicas",
        "release to the MDMS",
    ),
    remarks=(
        ("IS-C27", "Counts what a meter stores, its private key among it, and calls it a communication cost."),
        ("IS-C27", "The lead over 1376 bits is 30 bits; Table 2's own fields that are left out have 512 and more."),
        ("IS-C28", "1346 bits are 168.25 bytes: 0.168 kilobytes, not kilobits. The meter's 3 Kb has the same doubt."),
        ("IS-C29", "Five bit costs for four works: at least one pairing is wrong. Section 2 gives 1376 bits to [13]."),
        (
            "IS-C30",
            "One run of each meter on a laptop, with 8.02 to 20.59 ms for the same three operations; without hash, "
            "endorsement, ordering and release. Those times and this machine's are not of one run.",
        ),
    ),
)
