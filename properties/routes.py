"""What is said of one demand's route in the machine `Routing`: the parts of its guarantees and of their lemmas."""

from meterproof.lang import exists, forall, implies
from model.routing import connects
from model.vocabulary import Channel, Demand, Device, Hop, Tick


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
