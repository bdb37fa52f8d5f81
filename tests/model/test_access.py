"""Who is answered is decided by all three rules together; what each of them leaves open is somebody's to find.

As published any account reads everything; charitably a tenant reads the one before, and the DLL knows no routes.
"""

from __future__ import annotations

from itertools import product

import pytest

from meterproof.claims import Plan
from meterproof.lang import trace
from meterproof.lang.declare import PropertyDecl
from meterproof.traces.sentences import action_of, sentence
from meterproof.verdict import Evidence
from model.access import Access
from properties.access import (
    ONE_HEIGHT,
    THREE_USERS,
    TWO_HEIGHTS,
    TWO_ROUTES,
    interface_equivalence,
    least_privilege,
    own_assets_in_own_time,
)
from tests.model.shipped import asked

AUTHORISATION = ("signature-only", "owner-or-grant", "decided")
OWNERSHIP = ("present-owner", "intervals")
INTERFACES = ("second-unchecked", "same-token", "one-decision")
RULES = list(product(AUTHORISATION, OWNERSHIP, INTERFACES))


def found(claim: PropertyDecl, plan: Plan, authorisation: str, ownership: str, interfaces: str) -> Evidence:
    """What the plan finds out about the claim under these rules."""
    values = {"authorisation": authorisation, "ownership": ownership, "interfaces": interfaces}
    return asked(trace(Access, Access.rule_schema().read(values), [claim]), claim, plan)


def holds(claim: PropertyDecl, rules: tuple[str, str, str], *plans: Plan) -> bool:
    """None of the small scopes has a violation."""
    return all(found(claim, plan, *rules).verdict == "exhausted" for plan in plans)


@pytest.mark.parametrize("rules", RULES, ids=" ".join)
def test_least_privilege_takes_all_three_rules(rules: tuple[str, str, str]) -> None:
    held = holds(least_privilege, rules, ONE_HEIGHT, TWO_ROUTES, THREE_USERS)
    assert held == (rules == ("decided", "intervals", "one-decision"))


@pytest.mark.parametrize("rules", RULES, ids=" ".join)
def test_own_assets_in_own_time_takes_some_look_up_of_intervals_at_every_interface(rules: tuple[str, str, str]) -> None:
    """Routes and other people's grants do not come into it, so that the token and an owner are enough."""
    authorisation, ownership, interfaces = rules
    enough = authorisation != "signature-only" and ownership == "intervals" and interfaces != "second-unchecked"
    assert holds(own_assets_in_own_time, rules, ONE_HEIGHT, TWO_HEIGHTS) == enough


@pytest.mark.parametrize("rules", RULES, ids=" ".join)
def test_interfaces_part_unless_one_decides_or_the_token_is_all_there_is(rules: tuple[str, str, str]) -> None:
    """Where only the signature counts, two interfaces that check it do agree: on everything."""
    authorisation, _, interfaces = rules
    alike = interfaces == "one-decision" or (interfaces, authorisation) == ("same-token", "signature-only")
    assert holds(interface_equivalence, rules, ONE_HEIGHT, TWO_ROUTES) == alike


def test_the_next_tenant_reads_the_one_before_without_doing_anything_wrong() -> None:
    """ZD-C13: nobody is dishonest, and the meter is handed over as it should be."""
    trace = found(own_assets_in_own_time, TWO_HEIGHTS, "owner-or-grant", "present-owner", "same-token").trace
    assert trace is not None
    assert not any(action_of(trace.instance, step).needs for step in trace.steps)
    told = [sentence(trace.instance, step) for step in trace.steps]
    assert (
        told[0] == "In block height0 it is entered that meter0, which is another's, is user1's from the next height on."
    )
    assert told[-1].startswith("user1, who has or had the meter or a grant for it, asks for route0 on record0")
