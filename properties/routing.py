"""Guarantees of the `Routing` machine: what holds of every route in use, for any topology and any number of demands.

ZK-P15 is what eq. (9) of the paper asks for or leaves out, all in one; ZK-V35 to ZK-V39 are its parts.
"""

from meterproof.claims import Case, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma, quiescent
from model.routing import Routing, connects, has_hops, is_taken
from model.vocabulary import CHURN, LINK, Channel, Demand, Device, Hop, Tick

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


# ---- the parts, of one demand's route


def has_its_channels(s, d):
    """No other hop, of this demand's route or another's in use, is over a channel of this route."""
    return forall(
        Demand, Hop, Hop, Channel,
        lambda e, h, k, c: implies(s.routed[e] & s.over[d, h, c] & s.over[e, k, c], (d == e) & (h == k)),
    )  # fmt: skip


def keeps_to_the_hops(s, d):
    """Each hop of the route is a different one of those that are allowed."""
    return forall(Hop, Channel, Channel, lambda h, b, c: implies(s.over[d, h, b] & s.over[d, h, c], b == c))


def keeps_to_the_delay(s, d):
    """Each hop from a slow device takes a share of its own of what the path may take."""
    alone = forall(Hop, Hop, Tick, lambda h, k, t: implies(s.waits[d, h, t] & s.waits[d, k, t], h == k))
    return alone & forall(
        Hop, Device, lambda h, x: implies(s.leaves[d, h, x] & s.slow[x], exists(Tick, lambda t: s.waits[d, h, t]))
    )  # fmt: skip


def has_no_loop(s, d):
    """The route gets to no device twice, and to none that it has left."""
    once = forall(Hop, Hop, Device, lambda h, k, x: implies(s.enters[d, h, x] & s.enters[d, k, x], h == k))
    return once & forall(Hop, Hop, Device, lambda h, k, x: implies(s.enters[d, h, x] & s.leaves[d, k, x], h < k))


def begins_and_goes_on(s, d, to):
    """The route begins at the source, and every hop but the last to `to` is followed by a later one from there."""
    begins = (s.source[d] == to) | exists(Hop, lambda h: s.leaves[d, h, s.source[d]])
    return begins & forall(
        Hop, Device,
        lambda h, x: implies(
            s.enters[d, h, x], (x == to) | exists(Hop, lambda k: (h < k) & s.leaves[d, k, x])
        ),
    )  # fmt: skip


def goes_to_its_target(s, d):
    """The route begins at the source, and every hop but the last, to the target, is followed by a later one."""
    return begins_and_goes_on(s, d, s.target[d])


def comes_from_somewhere(s, d):
    """Every hop is from the source, or from where an earlier one got to."""
    return forall(
        Hop, Device,
        lambda h, x: implies(
            s.leaves[d, h, x], (x == s.source[d]) | exists(Hop, lambda k: (k < h) & s.enters[d, k, x])
        ),
    )  # fmt: skip


def is_over_links_that_are_up(s, d):
    """Every hop is over a channel between its two devices whose link is up."""
    return forall(
        Hop, Device, Device,
        lambda h, x, y: implies(
            s.leaves[d, h, x] & s.enters[d, h, y],
            exists(Channel, lambda c: s.over[d, h, c] & connects(s, c, x, y) & ~s.down[c]),
        ),
    )  # fmt: skip


def of_all_in_use(s, part):
    """The part holds of every route in use."""
    return forall(Demand, lambda d: implies(s.routed[d], part(s, d)))


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


@lemma(of=Routing)
def routes_in_use_have_got_there(s):
    """A route in use has got to its target."""
    return forall(Demand, lambda d: implies(s.routed[d], s.head[d] == s.target[d]))


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
    of=Routing, id="ZK-V37", cites="ZK-V37 ZK-P15 ZK-R38 ZK-R40 ZK-C25", against=ENVIRONMENT,
    witness=through_a_slow_device, lemmas=[only_of_hops_that_are_taken, delay_is_accounted_for],
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
    lemmas=[only_of_hops_that_are_taken, only_demands_have_routes, routes_go_on, routes_in_use_have_got_there],
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


def all_have_a_link_of_their_own(s):
    """Two demands could both go over one link that is up, each over another channel."""
    return exists(
        Demand, Demand, Channel, Channel,
        lambda d, e, b, c: (d != e) & (b != c) & ~s.down[b] & ~s.down[c] & s.active[d] & s.active[e]
        & connects(s, b, s.source[d], s.target[d]) & connects(s, c, s.source[e], s.target[e]),
    )  # fmt: skip


def is_cut_off(s, d):
    """The demand has no route, and every channel to its target is taken or down."""
    idle = exists(Channel, Device, lambda c, x: connects(s, c, x, s.target[d]) & is_idle(s, c))
    return s.active[d] & ~s.routed[d] & ~has_hops(s, d) & (s.source[d] != s.target[d]) & ~idle


@invariant(of=Routing, id="ZK-V42", cites="ZK-V42 ZK-R41 ZK-C26", against=ENVIRONMENT, witness=two_in_use)
def no_detour_cuts_off(s):
    """detours: of two demands that have a link each, none is cut off by routes in use (fails by design: C26)"""
    stuck = exists(Demand, lambda d: is_cut_off(s, d) & forall(Demand, lambda e: (e == d) | s.routed[e]))
    return ~(stuck & all_have_a_link_of_their_own(s))


ONE_LINK = explore(Demand=2, Device=2, Channel=1, Hop=1, Tick=1)
TWO_LINKS = explore(Demand=2, Device=2, Channel=2, Hop=1, Tick=1)
ONE_HOP = explore(Demand=1, Device=3, Channel=2, Hop=1, Tick=1)
TWO_HOPS = explore(Demand=1, Device=3, Channel=2, Hop=2, Tick=1)
THREE_HOPS = explore(Demand=1, Device=3, Channel=2, Hop=3, Tick=1)
LOOP = thorough(explore(Demand=1, Device=3, Channel=3, Hop=3, Tick=1))
TRIANGLE = thorough(explore(Demand=2, Device=3, Channel=3, Hop=2, Tick=1))
MORE_HOPS = thorough(TWO_HOPS)

CASES = (
    Case(sound_routes, {
        "published literal": violated(ONE_LINK),
        "published charitable": violated(TWO_HOPS),
        "hardened": holds(
            "proved", induction(), TWO_HOPS,
            controls=removing("reservation", by=ONE_LINK) + removing("hop_bound", by=ONE_HOP)
            + removing("delay_bound", by=TWO_HOPS) + removing("simple_paths", by=LOOP),
        ),
    }),
    Case(capacity, {
        "published literal": violated(
            ONE_LINK, note="two routes are built at the same time; each finds the link idle, as no route is in use"
        ),
        "published charitable": holds("proved", induction(), TWO_LINKS, controls=removing("reservation", by=ONE_LINK)),
        "hardened": holds("proved", induction(), TWO_LINKS, controls=removing("reservation", by=ONE_LINK)),
    }),
    Case(hop_bound, {
        "published literal": holds("proved", induction(), controls=removing("hop_bound", by=ONE_HOP)),
        "published charitable": holds("proved", induction(), controls=removing("hop_bound", by=ONE_HOP)),
        "hardened": holds("proved", induction(), MORE_HOPS, controls=removing("hop_bound", by=ONE_HOP)),
    }),
    Case(path_delay, {
        "published literal": violated(TWO_HOPS, note="each device takes no longer than it may; the path takes twice that"),
        "published charitable": violated(TWO_HOPS),
        "hardened": holds("proved", induction(), MORE_HOPS, controls=removing("delay_bound", by=TWO_HOPS)),
    }),
    Case(no_loop, {
        "published literal": violated(THREE_HOPS, note="there and back over an idle link costs hops, which are allowed"),
        "published charitable": holds("proved", induction(), MORE_HOPS, controls=removing("simple_paths", by=LOOP)),
        "hardened": holds("proved", induction(), MORE_HOPS, controls=removing("simple_paths", by=LOOP)),
    }),
    Case(leads_to_its_target, {
        "published literal": violated(ONE_LINK, note="the meter moves, and its route still begins where it was"),
        "published charitable": violated(ONE_LINK),
        "hardened": holds("proved", induction(), TWO_LINKS, MORE_HOPS, controls=removing("on_change", by=ONE_LINK)),
    }),
    Case(over_links_that_are_up, {
        "published literal": violated(ONE_LINK, note="a link fails, and a route is over it still"),
        "published charitable": violated(ONE_LINK),
        "hardened": holds("proved", induction(), TWO_LINKS, MORE_HOPS, controls=removing("on_change", by=ONE_LINK)),
    }),
    Case(nothing_is_held_in_vain, {
        "published literal": violated(ONE_LINK),
        "published charitable": violated(ONE_LINK, note="what a dead route has reserved, nobody else gets"),
        "hardened": holds("exhausted", TWO_LINKS, MORE_HOPS, controls=removing("on_change", by=ONE_LINK)),
    }),
    Case(no_detour_cuts_off, {
        "published literal": violated(TRIANGLE),
        "published charitable": violated(TRIANGLE, note="one goes by way of the third device, and the other can't go"),
        "hardened": violated(
            TRIANGLE, note="no rule of the machine takes a route back for another's sake; the reference's search does"
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
