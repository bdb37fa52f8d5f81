"""Guarantees of a hardened platform when its members change: the machine `Membership`, under the ids of Zhao et al.

Members vote on what they admit and expel, so that a new set has to be confirmed by the last one, and to have heard of
it. The published text says that members are approved, and not by whom blocks are (ZD-C18): of it nothing is claimed.
"""

from dataclasses import replace

from meterproof.claims import Case
from meterproof.lang.declare import ids
from properties import membership

CITES = {
    membership.agreement_across_changes: "ZD-V65 ZD-R10 ZD-C17 ZD-C18 WA-A10",
    membership.no_old_set_is_replayed: "ZD-V67 ZD-R10 ZD-C17 ZD-C18 WA-A10",
    membership.sets_take_over: "ZD-V68 ZD-R10 ZD-C17 ZD-C18",
}
"""The id that each has here, with what it rests on."""

CASES = tuple(
    Case(
        replace(case.property, id=CITES[case.property].split()[0], cites=ids(CITES[case.property])),
        {"hardened": case.stances["hardened"]},
    )
    for case in membership.CASES
)  # fmt: skip
"""Of the hardened variant only."""
