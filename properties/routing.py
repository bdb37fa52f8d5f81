"""Guarantees of the `Routing` machine: what holds of every route in use, for any topology and any number of demands.

ZK-P15 is what eq. (9) of the paper asks for or leaves out, all in one; ZK-V35 to ZK-V38 are its parts.
"""

from meterproof.claims import Case, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma, quiescent, reachable
from model.routing import Routing, connects, has_hops, is_taken
from model.vocabulary import CHURN, LINK, Channel, Demand, Device, Hop, Tick
from properties.routes import (
    begins_and_goes_on,
    comes_from_somewhere,
    goes_to_its_target,
    has_its_channels,
    has_no_loop,
    is_over_links_that_are_up,
    keeps_to_the_delay,
    keeps_to_the_hops,
    of_all_in_use,
)

ENVIRONMENT = (CHURN, LINK)
"""Demands and meters come, go and move, and links fail and come back."""


def over_two_hops(s):
    """A route of two hops is in use."""
    return exists(Demand, Hop, Hop, lambda d, h, k: s.routed[d] & (h < k) & is_taken(s, d, h) & is_taken(s, d, k))


def two_in_use(s):
    """The routes of two demands are in use, each over some channel."""
    return exists(Demand, Demand, lambda d, e: (d != e) & s.routed[d] & s.routed[e] & has_hops(s, d) & has_hops(s, e))


def through_a_slow_device(s):
    """A route in use has a hop from a slow device."""
    return exists(Demand, Hop, Tick, lambda d, h, t: s.routed[d] & s.waits[d, h, t])


def in_use(s):
    """A route over some channel is in use."""
    return exists(Demand, lambda d: s.routed[d] & has_hops(s, d))


def around_a_failure(s):
    """A route is in use while a link is down."""
    return in_use(s) & exists(Channel, lambda c: s.down[c])


# ---- what is inductive: the parts hold of routes that are being built too


@lemma(of=Routing)
def only_of_hops_that_are_taken(s):
    """What is known of a hop is of one that the route takes, over some channel."""
    devices = forall(
        Demand, Hop, Device, lambda d, h, x: implies(s.leaves[d, h, x] | s.enters[d, h, x], is_taken(s, d, h))
    )  # fmt: skip
    return devices & forall(Demand, Hop, Tick, lambda d, h, t: implies(s.waits[d, h, t], is_taken(s, d, h)))


@lemma(of=Routing)
def channels_are_reserved(s):
    """A channel is one hop of one demand's route at most, built or in use."""
    return forall(
        Demand, Demand, Hop, Hop, Channel,
        lambda d, e, h, k, c: implies(s.over[d, h, c] & s.over[e, k, c], (d == e) & (h == k)),
    )  # fmt: skip


@lemma(of=Routing)
def hops_are_different(s):
    """Each hop of a route is a different one."""
    return forall(Demand, lambda d: keeps_to_the_hops(s, d))


@lemma(of=Routing)
def delay_is_accounted_for(s):
    """Each hop from a slow device takes its own share of the delay."""
    return forall(Demand, lambda d: keeps_to_the_delay(s, d))


@lemma(of=Routing)
def paths_are_simple(s):
    """A route gets to no device twice."""
    return forall(Demand, lambda d: has_no_loop(s, d))


@lemma(of=Routing)
def only_demands_have_routes(s):
    """Where there is no demand, there is no hop for it, and nothing is in use."""
    return forall(Demand, Hop, Channel, lambda d, h, c: implies(s.routed[d] | s.over[d, h, c], s.active[d]))


@lemma(of=Routing)
def routes_go_on(s):
    """A route begins at its source and goes on to where it has got to."""
    return forall(Demand, lambda d: begins_and_goes_on(s, d, s.head[d]))


@lemma(of=Routing)
def routes_have_no_gaps(s):
    """Every hop is from where a route was."""
    return forall(Demand, lambda d: comes_from_somewhere(s, d))


@lemma(of=Routing)
def routes_got_where_they_are(s):
    """A route is where a hop has got to, if it is not at its source."""
    return forall(
        Demand, lambda d: (s.head[d] == s.source[d]) | exists(Hop, lambda h: s.enters[d, h, s.head[d]])
    )  # fmt: skip


@lemma(of=Routing)
def routes_are_up(s):
    """Every hop is over a link that is up."""
    return forall(Demand, lambda d: is_over_links_that_are_up(s, d))


@invariant(
    of=Routing, id="ZK-V35", cites="ZK-V35 ZK-P15 ZK-R40 ZK-C25", against=ENVIRONMENT, witness=two_in_use,
    lemmas=[channels_are_reserved],
)  # fmt: skip
def capacity(s):
    """capacity: no link carries more demands than it has channels: each hop in use is over one of its own"""
    return of_all_in_use(s, has_its_channels)


@invariant(
    of=Routing, id="ZK-V36", cites="ZK-V36 ZK-P15 ZK-R40", against=ENVIRONMENT, witness=over_two_hops,
    lemmas=[hops_are_different],
)  # fmt: skip
def hop_bound(s):
    """hops: a route in use has no more hops than are allowed"""
    return of_all_in_use(s, keeps_to_the_hops)


@invariant(
    of=Routing, id="ZK-V37", cites="ZK-V37 ZK-P15 ZK-R40 ZK-C25", against=ENVIRONMENT,
    witness=through_a_slow_device, lemmas=[delay_is_accounted_for],
)  # fmt: skip
def path_delay(s):
    """delay: a route in use takes no longer than the whole path may"""
    return of_all_in_use(s, keeps_to_the_delay)


@invariant(
    of=Routing, id="ZK-V38", cites="ZK-V38 ZK-P15 ZK-C25", against=ENVIRONMENT, witness=over_two_hops,
    lemmas=[only_of_hops_that_are_taken, paths_are_simple],
)  # fmt: skip
def no_loop(s):
    """no loop: a route in use gets to no device twice"""
    return of_all_in_use(s, has_no_loop)


@invariant(
    of=Routing, id="ZK-V39", cites="ZK-V39 ZK-P15 ZK-R22 ZK-C25 ZK-A30", against=ENVIRONMENT, witness=around_a_failure,
    lemmas=[only_of_hops_that_are_taken, only_demands_have_routes, routes_go_on],
)  # fmt: skip
def leads_to_its_target(s):
    """conservation: a route in use leads from its meter's device to its target: what gets to a device leaves it"""
    return of_all_in_use(s, goes_to_its_target)


@invariant(
    of=Routing, id="ZK-V43", cites="ZK-V43 ZK-P15 ZK-R22 ZK-C25 ZK-A30", against=ENVIRONMENT, witness=around_a_failure,
    lemmas=[
        only_of_hops_that_are_taken, only_demands_have_routes, routes_have_no_gaps, routes_got_where_they_are,
        routes_are_up,
    ],
)  # fmt: skip
def over_links_that_are_up(s):
    """links: a route in use is over links that are up; what leaves a device begins there or has got there before"""
    return of_all_in_use(s, comes_from_somewhere) & of_all_in_use(s, is_over_links_that_are_up)


@invariant(
    of=Routing, id="ZK-P15", cites="ZK-P15 ZK-R40 ZK-C25", against=ENVIRONMENT, witness=over_two_hops,
    lemmas=[
        channels_are_reserved, hops_are_different, only_of_hops_that_are_taken, delay_is_accounted_for,
        paths_are_simple,
    ],
)  # fmt: skip
def sound_routes(s):
    """routes: those in use keep to capacity, hops and the whole path's delay, and have no loop"""
    sound = of_all_in_use(s, has_its_channels) & of_all_in_use(s, keeps_to_the_hops)
    return sound & of_all_in_use(s, keeps_to_the_delay) & of_all_in_use(s, has_no_loop)


@quiescent(of=Routing, id="ZK-V41", cites="ZK-V41 ZK-R22 ZK-C25 ZK-A30", against=ENVIRONMENT, witness=in_use)
def nothing_is_held_in_vain(s):
    """nothing is held in vain: when only demands and links can still change, all that is held is a route that works"""
    works = of_all_in_use(s, goes_to_its_target) & of_all_in_use(s, is_over_links_that_are_up)
    return works & forall(Demand, lambda d: implies(has_hops(s, d), s.routed[d]))


def is_idle(s, c):
    """The link is up, and no route is over the channel."""
    return ~s.down[c] & ~exists(Demand, Hop, lambda d, h: s.over[d, h, c])


def is_straight(s, d, c):
    """The channel is up and leads from the demand's source to its target."""
    return ~s.down[c] & connects(s, c, s.source[d], s.target[d])


def is_cut_off(s, d):
    """The demand has no route, and every channel to its target is taken or down."""
    idle = exists(Channel, Device, lambda c, x: connects(s, c, x, s.target[d]) & is_idle(s, c))
    return s.active[d] & ~s.routed[d] & ~has_hops(s, d) & ~idle


@reachable(of=Routing, id="ZK-V42", cites="ZK-V42 ZK-R41 ZK-C26", against=CHURN)
def a_detour_cuts_off(s):
    """greedy is incomplete: some run cuts a demand off by another's route, though each has a link of its own"""
    sound = of_all_in_use(s, goes_to_its_target) & of_all_in_use(s, comes_from_somewhere)
    return sound & exists(
        Demand, Demand, Channel, Channel,
        lambda d, e, b, c: (d != e) & (b != c) & is_cut_off(s, d) & s.routed[e]
        & is_straight(s, d, b) & is_straight(s, e, c),
    )  # fmt: skip


ONE_LINK = explore(Demand=2, Device=2, Channel=1, Hop=1, Tick=1, slow=0)
TWO_LINKS = explore(Demand=2, Device=2, Channel=2, Hop=1, Tick=1, slow=1)
ONE_HOP = explore(Demand=1, Device=3, Channel=2, Hop=1, Tick=1, slow=0)
TWO_HOPS = explore(Demand=1, Device=3, Channel=2, Hop=2, Tick=1, slow=0)
TWO_SLOW = explore(Demand=1, Device=3, Channel=2, Hop=2, Tick=1, slow=2)
THREE_HOPS = explore(Demand=1, Device=3, Channel=2, Hop=3, Tick=1, slow=0)
LOOP = explore(Demand=1, Device=3, Channel=3, Hop=3, Tick=1, slow=0)
TRIANGLE = explore(Demand=2, Device=3, Channel=3, Hop=2, Tick=1, slow=0)
THREE_CHANNELS = thorough(TRIANGLE)
MORE_HOPS = thorough(explore(Demand=1, Device=3, Channel=3, Hop=2, Tick=1, slow=1))

CASES = (
    Case(sound_routes, {
        "published literal": violated(ONE_LINK),
        "published charitable": violated(TWO_SLOW),
        "hardened": holds(
            "proved", induction(), MORE_HOPS,
            controls=removing("reservation", by=ONE_LINK) + removing("hop_bound", by=ONE_HOP)
            + removing("delay_bound", by=thorough(TWO_SLOW)) + removing("simple_paths", by=thorough(LOOP)),
        ),
    }),
    Case(capacity, {
        "published literal": violated(
            ONE_LINK, note="two routes are built at the same time, and each finds the link idle: neither is in use yet"
        ),
        "published charitable": holds("proved", induction(), controls=removing("reservation", by=ONE_LINK)),
        "hardened": holds("proved", induction(), TWO_LINKS, controls=removing("reservation", by=ONE_LINK)),
    }),
    Case(hop_bound, {
        "published literal": holds("proved", induction()),
        "published charitable": holds("proved", induction()),
        "hardened": holds("proved", induction(), TWO_HOPS, controls=removing("hop_bound", by=ONE_HOP)),
    }),
    Case(path_delay, {
        "published literal": violated(TWO_SLOW, note="each device takes no longer than it may, the path does"),
        "published charitable": violated(TWO_SLOW),
        "hardened": holds("proved", induction(), TWO_SLOW, controls=removing("delay_bound", by=TWO_SLOW)),
    }),
    Case(no_loop, {
        "published literal": violated(THREE_HOPS, note="there and back over an idle link, within the bound on hops"),
        "published charitable": holds("proved", induction()),
        "hardened": holds("proved", induction(), TWO_HOPS, controls=removing("simple_paths", by=LOOP)),
    }),
    Case(leads_to_its_target, {
        "published literal": violated(ONE_HOP, note="the meter moves, and its route begins where it was"),
        "published charitable": violated(ONE_HOP),
        "hardened": holds("proved", induction(), TWO_LINKS, MORE_HOPS, controls=removing("on_change", by=ONE_HOP)),
    }),
    Case(over_links_that_are_up, {
        "published literal": violated(ONE_LINK, note="a link fails, and routes go over it still"),
        "published charitable": violated(ONE_LINK),
        "hardened": holds("proved", induction(), TWO_LINKS, MORE_HOPS, controls=removing("on_change", by=ONE_LINK)),
    }),
    Case(nothing_is_held_in_vain, {
        "published literal": violated(ONE_LINK),
        "published charitable": violated(ONE_LINK, note="what a dead route has reserved, nobody else gets"),
        "hardened": holds(
            "exhausted", TWO_LINKS, MORE_HOPS, THREE_CHANNELS, controls=removing("on_change", by=ONE_LINK)
        ),
    }),
    Case(a_detour_cuts_off, {
        "published charitable": holds(
            "exhausted", TRIANGLE, note="one goes by way of the third device, and then the other can't go"
        ),
        "hardened": holds(
            "exhausted", thorough(TRIANGLE),
            note="no rule of the machine takes a route back for another's sake; the search of reference/routing does",
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
