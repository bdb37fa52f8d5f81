"""Routes of demands between edge devices, built hop by hop (Zhai et al., 2.2.2, eq. (9); ZK-R22, ZK-R40, ZK-R41).

A demand gets a route over links that are up; it is in use once it has got to its target. The text bounds each node's
delay, idle capacity and the number of hops, and chooses paths greedily. It does not say that the whole path's delay is
bounded, that no device is passed twice, that two routes which are built at the same time don't take the same capacity,
or what becomes of a route when a link on it fails or its meter is at another device (ZK-C25). Hardened, capacity is
reserved hop by hop while a route is built, and a route that has lost a link or its source is given up and built anew.

Numbers are one-to-one maps, so that proofs are for any number of devices, links, demands and hops. A link has as many
channels as it carries demands, in either direction: all demands need the same capacity. It fails channel by channel.
Each hop of a route is another `Hop`, and those from a slow device, the only ones that take time, are each on another
`Tick` of what the whole path may take. Sums of different rates and delays are the reference's (reference/routing), as
is what eq. (8) measures; which channel is taken is anybody's choice here. That a channel has failed, or a meter moved,
is known at once (ZK-A30).
"""

from meterproof.lang import Protocol, action, axiom, choice, exists, flag, forall, ite, parameter, require, rigid, var
from model.vocabulary import CHURN, LINK, Channel, Demand, Device, Hop, Tick


class Routing(Protocol):
    """Any number of devices, channels, demands and hops, and any bound on a path's delay."""

    reservation = choice(
        "none", "reserved", removed="none", cites=["ZK-R40", "ZK-R41", "ZK-C25"],
        doc="Whether a route that is built reserves what it goes over, or only what routes in use take is not idle.",
    )  # fmt: skip
    delay_bound = choice(
        "per-node", "path", removed="per-node", cites=["ZK-R40", "ZK-C25"],
        doc="What the bound on delay is of: each device by itself, which all devices meet, or the whole path.",
    )  # fmt: skip
    simple_paths = flag(removed=False, cites=["ZK-C25"], doc="A route passes no device twice.")
    hop_bound = flag(removed=False, cites=["ZK-R40"], doc="A route has no more hops than are allowed.")
    on_change = choice(
        "kept", "rerouted", removed="kept", cites=["ZK-R22", "ZK-C25"],
        doc="What becomes of a route when a link on it fails or its meter moves: nothing, or it is given up.",
    )  # fmt: skip

    queues = parameter(Device, default="n", doc="design bound on slow devices: all may be")
    one = rigid(Channel, to=Device, doc="an end of the channel")
    other = rigid(Channel, to=Device, doc="its other end")
    slow = rigid(Device, at_most="queues", doc="what is forwarded waits in the device's queue")
    target = rigid(Demand, to=Device, doc="where the demand is to be carried")

    @axiom
    def ends_differ(s):
        """A channel is between two devices."""
        return forall(Channel, lambda c: s.one[c] != s.other[c])

    source = var(
        Demand, to=Device, init=lambda s, d: s.target[d], doc="the device of its meter; its target while there is none"
    )  # fmt: skip
    down = var(Channel, doc="the channel has failed")
    active = var(Demand, doc="there is the demand")
    routed = var(Demand, doc="its route is in use")
    head = var(Demand, to=Device, init=lambda s, d: s.target[d], doc="where the route has got to")
    leaves = var(Demand, Hop, Device, doc="this hop of the route is from the device")
    enters = var(Demand, Hop, Device, doc="this hop of the route is to the device")
    over = var(Demand, Hop, Channel, doc="this hop of the route is over the channel")
    waits = var(Demand, Hop, Tick, doc="this hop of the route takes this share of what the path may take")

    @action(needs=CHURN)
    def start(s, d: Demand, x: Device):
        """{d}, whose meter is at {x}, starts."""
        require(~s.active[d] & (s.target[d] != x))
        return s.set(active={d: True}, source={d: x}, head={d: x})

    @action(needs=CHURN)
    def end(s, d: Demand):
        """{d} ends, and its route is given up."""
        require(s.active[d])
        return s.set(active={d: False}, source={d: s.target[d]}, **giving_up(s, lambda e: e == d, s.target[d]))

    @action(needs=CHURN, cites="ZK-R22 ZK-C25")
    def move(s, d: Demand, x: Device):
        """The meter of {d} is at {x} from now on."""
        require(s.active[d] & (s.source[d] != x) & (s.target[d] != x))
        if s.rules.on_change == "kept":
            return s.set(source={d: x}, head={d: ite(has_hops(s, d), s.head[d], x)})
        return s.set(source={d: x}, **giving_up(s, lambda e: e == d, x))

    @action(needs=LINK, cites="ZK-C25")
    def fail(s, c: Channel):
        """{c} fails."""
        require(~s.down[c])
        if s.rules.on_change == "kept":
            return s.set(down={c: True})
        return s.set(down={c: True}, **giving_up(s, lambda d: exists(Hop, lambda h: s.over[d, h, c])))

    @action(needs=LINK)
    def come_back(s, c: Channel):
        """{c} comes back."""
        require(s.down[c])
        return s.set(down={c: False})

    @action(cites="ZK-R40 ZK-R41")
    def forward(s, d: Demand, h: Hop, c: Channel):
        """The route of {d} takes {c} as its {h}."""
        require(~s.slow[s.head[d]])
        return s.set(**_taking(s, d, h, c))

    @action(cites="ZK-R40 ZK-R41")
    def forward_slowly(s, d: Demand, h: Hop, c: Channel, t: Tick):
        """The route of {d} takes {c} as its {h}, from a slow device, and {t} of what it may take."""
        require(s.slow[s.head[d]])
        left = ~is_spent(s, d, t)
        if s.rules.delay_bound == "path":
            require(left, "ZK-C25", rule="delay_bound")
        else:
            require(left | forall(Tick, lambda u: is_spent(s, d, u)))
        return s.set(waits={(d, h, t): True}, **_taking(s, d, h, c))

    @action(cites="ZK-R41")
    def complete(s, d: Demand):
        """The route of {d} has got to its target and is in use."""
        require(s.active[d] & ~s.routed[d] & (s.head[d] == s.target[d]))
        return s.set(routed={d: True})

    @action(cites="ZK-C25")
    def abort(s, d: Demand):
        """The route of {d} is given up before it gets to its target."""
        require(~s.routed[d] & has_hops(s, d))
        return s.set(**giving_up(s, lambda e: e == d))


def connects(s, c, x, y):
    """The channel is between the two devices."""
    return ((s.one[c] == x) & (s.other[c] == y)) | ((s.one[c] == y) & (s.other[c] == x))


def has_hops(s, d):
    """The demand's route has been begun."""
    return exists(Hop, Channel, lambda h, c: s.over[d, h, c])


def is_taken(s, d, h):
    """The hop is one of the demand's route."""
    return exists(Channel, lambda c: s.over[d, h, c])


def is_spent(s, d, t):
    """A hop of the demand's route takes this share of what the path may take."""
    return exists(Hop, lambda h: s.waits[d, h, t])


def _taking(s, d, h, c):
    """The route goes on by a hop over the channel, if it may."""
    x = s.head[d]
    y = ite(s.one[c] == x, s.other[c], s.one[c])
    require(s.active[d] & ~s.routed[d] & (x != s.target[d]))
    require(connects(s, c, x, y) & ~s.down[c])
    following = forall(Hop, lambda k: (k < h) == is_taken(s, d, k))
    if s.rules.hop_bound:
        require(following, "ZK-R40", rule="hop_bound")
    else:
        require(following | forall(Hop, lambda k: (k <= h) & is_taken(s, d, k)))
    if s.rules.reservation == "reserved":
        require(~exists(Demand, Hop, lambda e, k: s.over[e, k, c]), "ZK-C25", rule="reservation")
    else:
        require(~exists(Demand, Hop, lambda e, k: s.routed[e] & s.over[e, k, c]), "ZK-R40")
    if s.rules.simple_paths:
        require(~exists(Hop, lambda k: s.leaves[d, k, y] | s.enters[d, k, y]), "ZK-C25", rule="simple_paths")
    return {
        "head": {d: y}, "leaves": {(d, h, x): True}, "enters": {(d, h, y): True}, "over": {(d, h, c): True},
    }  # fmt: skip


def giving_up(s, which, start=None):
    """Nothing is left of the routes of these demands, which begin at their sources again, or at `start`."""
    return {
        "routed": lambda d: s.routed[d] & ~which(d),
        "head": lambda d: ite(which(d), s.source[d] if start is None else start, s.head[d]),
        "leaves": lambda d, h, x: s.leaves[d, h, x] & ~which(d),
        "enters": lambda d, h, x: s.enters[d, h, x] & ~which(d),
        "over": lambda d, h, c: s.over[d, h, c] & ~which(d),
        "waits": lambda d, h, t: s.waits[d, h, t] & ~which(d),
    }
