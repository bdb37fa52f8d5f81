"""L_load of (8) in its readings, of the idle bandwidth B_l of the links (ZK-R39, ZK-C23).

Zhai et al. print (B_j - Bbar)^2 / N_Num, without a sum over j, and call it both "load balance degree" and "mean load".
The index j runs over nodes, N_Num counts links and Bbar is a mean over paths. Here j runs over links throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt
from typing import Literal

Reading = Literal["printed", "sum", "root", "utilisation"]
READINGS: tuple[Reading, ...] = ("printed", "sum", "root", "utilisation")
"""printed: the largest term of (8); sum: with the sum, a variance; root: its root too; utilisation: without unit."""


def terms(idle: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """(B_j - Bbar)^2 / N of every link j: (8) as printed, in (packet/s)^2. ZeroDivisionError without any link: with one
    node, where the paper's curves begin, (8) is 0/0 (ZK-C34)."""
    mean = sum(idle, Fraction(0)) / len(idle)
    return tuple((each - mean) ** 2 / len(idle) for each in idle)


def variance(idle: Sequence[Fraction]) -> Fraction:
    """(8) with its sum over all links: the variance of the idle bandwidth, in (packet/s)^2, exact."""
    return sum(terms(idle), Fraction(0))


def load_balance(idle: Sequence[Fraction], reading: Reading = "root", capacity: Sequence[Fraction] = ()) -> float:
    """L_load in one reading, in (packet/s)^2 where printed or summed, in packet/s with the root.

    "utilisation" needs the links' capacities: the standard deviation of their load over their capacity.
    """
    if reading == "printed":
        return float(max(terms(idle)))
    if reading == "sum":
        return float(variance(idle))
    if reading == "root":
        return sqrt(variance(idle))
    return sqrt(variance([each / of for each, of in zip(idle, capacity, strict=True)]))
