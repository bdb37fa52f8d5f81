"""Routes between edge devices: what eq. (9) leaves open goes wrong in six steps or fewer, what is hardened holds.

Only how routes are found is not mended: a greedy choice is incomplete, whatever is reserved (ZK-C26).
"""

from __future__ import annotations

import pytest

from meterproof.claims import Plan, explore, induction
from meterproof.lang import action, count, exists, forall, invariant, require, trace
from meterproof.lang.declare import PropertyDecl
from model.routing import Routing, giving_up, has_hops
from model.vocabulary import CHURN, LINK, Channel, Demand, Device, Hop, Tick
from properties.routing import (
    ONE_HOP,
    ONE_LINK,
    THREE_CHANNELS,
    THREE_HOPS,
    TRIANGLE,
    TWO_LINKS,
    TWO_SLOW,
    a_detour_cuts_off,
    capacity,
    hop_bound,
    leads_to_its_target,
    no_loop,
    nothing_is_held_in_vain,
    over_links_that_are_up,
    path_delay,
    sound_routes,
)
from tests.model.edge import (
    CHARITABLE,
    HARDENED,
    LITERAL,
    asked,
    found,
    rules_of,
    steps_of,
)

PARTS = (capacity, hop_bound, path_delay, no_loop, leads_to_its_target, over_links_that_are_up)


def test_only_the_proof_that_there_is_no_loop_needs_channels_to_have_two_ends() -> None:
    resting = [claim.id for claim in PARTS if any("one[c] == other[c]" in a for a in found(claim, induction()).axioms)]
    assert resting == [no_loop.id]


# ---- maps and numbers


@invariant(of=Routing, against=(CHURN, LINK))
def counted(s):  # type: ignore[no-untyped-def]
    """No channel carries two demands, and no route in use has more hops, or more slow ones, than are allowed."""
    carried = forall(
        Channel, lambda c: count(Demand, lambda d: s.routed[d] & exists(Hop, lambda h: s.over[d, h, c])) <= 1
    )
    hops, ticks = count(Hop, lambda h: h == h), count(Tick, lambda t: t == t)
    long = exists(
        Demand, lambda d: s.routed[d] & (count(Channel, lambda c: exists(Hop, lambda h: s.over[d, h, c])) > hops)
    )
    slow = exists(
        Demand,
        lambda d: s.routed[d] & (count(Device, lambda x: s.slow[x] & exists(Hop, lambda h: s.leaves[d, h, x])) > ticks),
    )
    return carried & ~long & ~slow


@pytest.mark.parametrize(
    ("plan", "changes"),
    [(ONE_LINK, {"reservation": "none"}), (ONE_HOP, {"hop_bound": False}), (TWO_SLOW, {"delay_bound": "per-node"})],
    ids=["capacity", "hops", "delay"],
)
def test_maps_say_what_counting_says(plan: Plan, changes: dict[str, object]) -> None:
    """Hardened no count is too large; without a rule the first that is, is so where the map is no longer one to one."""
    assert found(counted, plan).verdict == "exhausted"
    assert len(steps_of(found(counted, plan, **changes))) == len(steps_of(found(sound_routes, plan, **changes)))


# ---- as published


def test_two_routes_that_are_built_at_the_same_time_take_the_same_link() -> None:
    """Each finds it idle: idle is what no route in use takes."""
    steps = steps_of(found(capacity, ONE_LINK, LITERAL))
    assert steps == ["start", "start", "forward", "forward", "complete", "complete"]


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_a_bound_on_each_nodes_delay_is_none_on_the_path(of: str) -> None:
    assert steps_of(found(path_delay, TWO_SLOW, of)) == ["start", "forward_slowly", "forward_slowly", "complete"]


def test_nothing_keeps_a_route_from_going_there_and_back() -> None:
    evidence = found(no_loop, THREE_HOPS, LITERAL)
    assert steps_of(evidence) == ["start", "forward", "forward", "forward", "complete"]
    assert found(no_loop, THREE_HOPS, CHARITABLE).verdict == "exhausted"


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_a_route_outlives_its_link_and_its_meters_place(of: str) -> None:
    assert "move" in steps_of(found(leads_to_its_target, ONE_HOP, of))
    assert "fail" in steps_of(found(over_links_that_are_up, ONE_LINK, of))
    assert "fail" in steps_of(found(nothing_is_held_in_vain, ONE_LINK, of))


@pytest.mark.parametrize("of", [CHARITABLE, HARDENED])
def test_a_detour_cuts_off_a_demand_that_has_a_link_of_its_own(of: str) -> None:
    """ZK-C26 on a triangle: the first goes over two sides, and the second, whose side is taken, can't go at all."""
    evidence = found(a_detour_cuts_off, TRIANGLE, of)
    assert evidence.verdict == "exhausted" and evidence.trace is not None
    assert [step.action for step in evidence.trace.steps] == ["start", "start", "forward", "forward", "complete"]
    ends = zip(evidence.trace.instance.rigids["one"], evidence.trace.instance.rigids["other"], strict=True)
    assert len({frozenset(each) for each in ends}) == 3


def test_without_detours_none_is_cut_off() -> None:
    one_hop = explore(Demand=2, Device=3, Channel=3, Hop=1, Tick=1, slow=0)
    assert found(a_detour_cuts_off, one_hop).verdict == "violated"


# ---- the parts of the hardened rules


class CheckedAtTheEnd(Routing):
    """A route in use is given up when a link on it fails; one that is being built is not looked at."""

    @action(needs=LINK)
    def fail(s, c: Channel):  # type: ignore[no-untyped-def]
        """Fail."""
        require(~s.down[c])
        lost = giving_up(s, lambda d: s.routed[d] & exists(Hop, lambda h: s.over[d, h, c]))
        return s.set(down={c: True}, **lost)


class NoAbort(Routing):
    """A route that is being built is never given up for want of a way on."""

    @action
    def abort(s, d: Demand):  # type: ignore[no-untyped-def]
        """Abort."""
        require(s.routed[d] & ~has_hops(s, d))
        return s.set(routed={d: False})


class InUseOnTheWay(Routing):
    """A route is in use before it has got to its target."""

    @action
    def complete(s, d: Demand):  # type: ignore[no-untyped-def]
        """Complete."""
        require(s.active[d] & ~s.routed[d])
        return s.set(routed={d: True})


MUTANTS = [
    (CheckedAtTheEnd, over_links_that_are_up, TWO_LINKS),
    (NoAbort, nothing_is_held_in_vain, THREE_CHANNELS),
    (InUseOnTheWay, leads_to_its_target, TWO_LINKS),
]


@pytest.mark.parametrize(("machine", "claim", "plan"), MUTANTS, ids=lambda x: getattr(x, "__name__", ""))
def test_mutants_fall(machine: type[Routing], claim: PropertyDecl, plan: Plan) -> None:
    system = trace(machine, rules_of(machine), [claim.under(machine)])
    assert asked(system, claim, plan).verdict == "violated"
